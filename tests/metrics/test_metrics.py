from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from qmscheck import config
from qmscheck.cli import program
from qmscheck.errors import RuleDefinitionError, UsageError
from qmscheck.metrics import Measure, Window
from qmscheck.verbs import measures

CONFIG = """\
version: 1
standards: [iso9001:2015, iso20000-1:2018]
collections:
  changes: {type: change, files: "changes/*.yaml"}
  incidents: {type: incident, files: "incidents/*.yaml"}
"""
FILES = {
    "qmscheck.yaml": CONFIG,
    "changes/a.yaml": """\
id: A
change_type: normal
outcome: successful
implemented_at: 2026-05-03
services: [pay, web]
""",
    "changes/b.yaml": "id: B\nchange_type: emergency\noutcome: failed\nimplemented_at: 2026-06-01\nservices: [pay]\n",
    "changes/c.yaml": "id: C\nchange_type: normal\n",
    "changes/d.yaml": "id: D\noutcome: successful\nimplemented_at: next week\n",
    "incidents/a.yaml": "id: A\npriority: P1\ndetected_at: 2026-05-01T10:00:00Z\nresolved_at: 2026-05-01T11:30:00Z\n",
    "incidents/b.yaml": """\
id: B
priority: P1
detected_at: 2026-05-02T23:00:00Z
service_restored_at: 2026-05-03T00:30:00+00:00
resolved_at: 2026-05-04T00:00:00Z
""",
    "incidents/c.yaml": "id: C\npriority: P2\ndetected_at: 2026-05-02\nresolved_at: 2026-05-04T00:00:00Z\n",
}


@pytest.fixture
def measured(write_tree: Callable[..., Path]) -> Callable[..., dict[str, Measure]]:
    def run(files: dict[str, str] = FILES, window: Window | None = None, *names: str) -> dict[str, Measure]:
        found = measures.of(config.load(write_tree(files)), "2026-09-01", (), names, window or Window())
        return {measure.metric.name: measure for measure in found.measures}

    return run


def test_shares_count_only_what_can_be_told(measured: Callable[..., dict[str, Measure]]) -> None:
    success = measured()["change-success"]
    assert (success.total.n, success.total.value) == (2, 50.0)
    assert success.total.small
    assert success.groups["service"]["web"].value == 100.0
    assert success.groups["service"]["pay"].value == 50.0
    assert list(success.months) == ["2026-05", "2026-06"]
    assert [subject for subject, _ in success.untold] == ["changes/d.yaml"]


def test_times_are_elapsed_minutes_from_record_to_record(measured: Callable[..., dict[str, Measure]]) -> None:
    restore = measured()["incident-restore-time"]
    assert {value.subject: value.number for value in restore.values} == {"incidents/a.yaml": 90, "incidents/b.yaml": 90}
    assert restore.groups["priority"]["P1"].n == 2
    assert "names a day but no time of day" in restore.untold[0][1]
    assert "iso20000-1:2018/8.6.1" in restore.clauses


def test_a_window_leaves_out_values_of_other_days(measured: Callable[..., dict[str, Measure]]) -> None:
    success = measured(FILES, Window(since="2026-06-01", until="2026-06-30"))["change-success"]
    assert (success.total.n, success.total.value) == (1, 0.0)


def test_nothing_is_never_divided_by(measured: Callable[..., dict[str, Measure]]) -> None:
    found = measured({"qmscheck.yaml": CONFIG, "changes/c.yaml": "id: C\n"})
    assert all(measure.total.value is None or measure.metric.kind == "count" for measure in found.values())
    assert found["supplier-targets"].missing == ("supplier",)


def test_outputs_say_what_they_know(write_tree: Callable[..., Path]) -> None:
    root = str(write_tree(FILES))

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(program, ["metrics", "--root", root, "--as-of", "2026-09-01", *arguments])
        assert done.exit_code == 0, done.output
        return done.stdout

    text = run("-v")
    assert "Changes that succeeded: 50.0 % of 2, small sample" in text
    assert "not checkable: no supplier record was read" in text
    whole = json.loads(run("--format", "json"))
    (success,) = (one for one in whole["metrics"] if one["metric"] == "change-success")
    assert success["total"] == {"n": 2, "value": 50.0, "mean": None, "p90": None, "highest": None, "small_sample": True}
    assert success["formula"]
    rows = list(csv.DictReader(io.StringIO(run("--format", "csv"))))
    assert {row["group"] for row in rows if row["metric"] == "change-success"} == {"total", "month", "service", "type"}
    review = run("--format", "review")
    assert '  audit_results:\n    summary: ""  # open' in review
    assert "Changes that succeeded" in review


def test_hostile_names_stay_cells(write_tree: Callable[..., Path]) -> None:
    root = write_tree({**FILES, "changes/a.yaml": 'id: A\noutcome: successful\nservices: ["=cmd()", "\\e[31m"]\n'})
    done = CliRunner().invoke(program, ["metrics", "--root", str(root), "--format", "csv"])
    assert "'=cmd()" in done.stdout
    done = CliRunner().invoke(program, ["metrics", "--root", str(root), "-v"])
    assert "\x1b" not in done.stdout


def test_an_unknown_metric_names_the_nearest(measured: Callable[..., dict[str, Measure]]) -> None:
    with pytest.raises(UsageError, match="did you mean 'change-success'"):
        measured(FILES, None, "change-succes")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [("record: chang", "unknown record type"), ("record: change\n    of: record.outcom", "did you mean 'outcome'")],
)
def test_a_wrong_metric_says_where(measured: Callable[..., dict[str, Measure]], wrong: str, message: str) -> None:
    metric = f"metric: own\ntitle: t\nunit: x\nformula: f\nwhy: w\ncontrols: []\nsources:\n  - {wrong}\n"
    files = {**FILES, "qmscheck.yaml": CONFIG + "packs: [own]\n", "own/metrics/own.yaml": metric}
    with pytest.raises(RuleDefinitionError, match=message) as caught:
        measured(files)
    assert str(caught.value).startswith("own/metrics/own.yaml:")
