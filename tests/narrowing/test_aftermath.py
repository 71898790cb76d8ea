"""A change that is staged concerns the incidents that it may have caused, and no others of its service."""

from __future__ import annotations

import pytest

CONFIG = """\
version: 1
select: [INC013]
settings: {id_pattern: ""}
collections:
  changes: {type: change, files: "changes/*.yaml"}
  incidents: {type: incident, files: "incidents/*.yaml"}
  services: {type: service, files: "services/*.yaml"}
"""
INCIDENT = "id: INC-%s\nservices: [SVC-1]\ndetected_at: %s\nresolved_at: %s\n"
OTHER = "id: INC-3\nservices: [SVC-2]\nstatus: cancelled\n"
CHANGE = "id: CHG-1\nservices: [%s]\nimplemented_at: %s\n"


@pytest.fixture
def outage(repository):
    repository.write("qmscheck.yaml", CONFIG).write("services/1.yaml", "id: SVC-1\n")
    repository.write("incidents/1.yaml", INCIDENT % ("1", "2026-03-02T08:00:00Z", "2026-03-02T09:00:00Z"))
    repository.write("incidents/2.yaml", INCIDENT % ("2", "2026-03-09T08:00:00Z", "2026-03-09T09:00:00Z"))
    return repository.write("incidents/3.yaml", OTHER).commit("All")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("SVC-1", "2026-03-02T07:00:00Z"), {("INC013", "incidents/1.yaml")}),
        (("SVC-1", "2026-03-02T09:30:00+02:00"), {("INC013", "incidents/1.yaml")}),
        (("SVC-1", "2026-03-01"), {("INC013", "incidents/1.yaml")}),
        (("SVC-1", "2026-03-02T12:00:00Z"), set()),
        (("SVC-1", "2026-02-01T12:00:00Z"), set()),
        (("SVC-2", "2026-03-02T07:00:00Z"), set()),
        (("svc-1, SVC-9", "2026-03-08T08:00:01Z"), {("INC013", "incidents/2.yaml")}),
    ],
)
def test_the_incident_within_the_hours_after_it(outage, findings, judged, change, expected):
    outage.write("changes/1.yaml", CHANGE % change).stage()
    assert findings(outage.check(as_of="2026-09-01")) == expected
    for how in ({"staged": True}, {"changed_since": "HEAD"}):
        report = outage.check(as_of="2026-09-01", **how)
        assert findings(report) == expected
        assert len(judged(report).get("INC013", ())) <= 1


def test_a_change_that_moves_away_or_is_gone(outage, findings, judged):
    outage.write("changes/1.yaml", CHANGE % ("SVC-1", "2026-03-02T07:00:00Z")).commit("Change")
    assert findings(outage.check(as_of="2026-09-01")) == {("INC013", "incidents/1.yaml")}
    outage.write("changes/1.yaml", CHANGE % ("SVC-1", "2026-03-09T07:00:00Z")).stage()
    report = outage.check(as_of="2026-09-01", staged=True)
    assert findings(report) == {("INC013", "incidents/2.yaml")}
    assert judged(report)["INC013"] == {"incidents/1.yaml", "incidents/2.yaml"}
    outage.remove("changes/1.yaml").stage()
    assert outage.check(as_of="2026-09-01", staged=True).extent.reached == 1


def test_a_date_that_cannot_be_read_concerns_every_incident_of_the_service(outage, findings, judged):
    outage.write("changes/1.yaml", CHANGE % ("SVC-1", "last week")).stage()
    report = outage.check(as_of="2026-09-01", staged=True)
    assert findings(report) == findings(outage.check(as_of="2026-09-01")) != set()
    assert judged(report)["INC013"] == {"incidents/1.yaml", "incidents/2.yaml"}
