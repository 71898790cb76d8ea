"""Assessment results in OSCAL: what is linked exists, what is said is what the report says."""

import json
import re
from collections import Counter
from dataclasses import replace

import pytest

from qmscheck.model import Grade, Outcome, Policy
from qmscheck.reporters.oscal import render


def document(report):
    return json.loads("".join(render(report)))["assessment-results"]


def result_of(report):
    (result,) = document(report)["results"]
    return result


def prop(node, name):
    return next((one["value"] for one in node["props"] if one["name"] == name), None)


def walk(node):
    yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from walk(child)


@pytest.mark.parametrize("which", ["report", "nothing", "satisfied"])
def test_golden(which, request, golden):
    golden(f"{which}.oscal.json", "".join(render(request.getfixturevalue(which))))


def test_every_result_but_those_that_do_not_apply_is_an_observation(report):
    observations = result_of(report)["observations"]
    counted = Counter(prop(one, "outcome") for one in observations if prop(one, "outcome") != "pass")
    counts = report.counts()
    assert counted == {one: counts[one] for one in Outcome if one in ("fail", "unknown", "error", "waived")}
    passes = [one for one in observations if prop(one, "outcome") == "pass"]
    assert sum(len(one["subjects"]) for one in passes) == counts[Outcome.PASS]


def test_what_is_referred_to_is_there_and_no_identifier_occurs_twice(report):
    nodes = [node for node in walk(document(report)) if isinstance(node, dict)]
    given = [node["uuid"] for node in nodes if "uuid" in node]
    assert len(given) == len(set(given))
    for name in ("subject-uuid", "observation-uuid", "actor-uuid"):
        wanted = {node[name] for node in nodes if name in node}
        assert wanted
        assert wanted <= set(given)
    assert document(report)["import-ap"]["href"].removeprefix("#") in given


def test_a_finding_for_each_control_with_all_its_observations(report):
    result = result_of(report)
    findings = {one["target"]["target-id"]: one for one in result["findings"]}
    assert list(findings) == ["C-CHG", "C-DOC", "C-RISK"]
    assert {prop(findings["C-CHG"], "clause")} <= set(report.clauses["C-CHG"])
    related = {one["observation-uuid"] for one in findings["C-RISK"]["related-observations"]}
    assert related == {one["uuid"] for one in result["observations"] if prop(one, "rule") == "RSK002"}
    assert findings["C-RISK"]["target"]["status"] == {
        "state": "not-satisfied",
        "reason": "fail",
        "remarks": "2 results fail the run.",
    }


def states(report, *wanted, **policy):
    kept = tuple(one for one in report.results if one.outcome in wanted)
    found = result_of(replace(report, results=kept, policy=Policy(**policy)))
    return {one["target"]["target-id"]: one["target"]["status"]["state"] for one in found["findings"]}


def test_only_what_held_and_was_told_is_satisfied(report):
    assert states(report, Outcome.PASS) == dict.fromkeys(["C-CHG", "C-DOC"], "satisfied")
    assert states(report, Outcome.PASS, Outcome.UNKNOWN, unknown_fails=False)["C-CHG"] == "not-satisfied"
    assert states(report, Outcome.PASS, Outcome.ERROR)["C-DOC"] == "not-satisfied"
    assert states(report, Outcome.WAIVED) == {"C-CHG": "not-satisfied"}
    assert states(report, Outcome.PASS, Outcome.FAIL, fail_on=Grade.MAJOR)["C-DOC"] == "satisfied"


def test_controls_whose_rules_never_applied_are_excluded(report):
    idle = tuple(one for one in report.results if one.outcome is Outcome.NOT_APPLICABLE or one.rule.id == "RSK002")
    (selection,) = result_of(replace(report, results=idle))["reviewed-controls"]["control-selections"]
    assert selection == {
        "include-controls": [{"control-id": "C-RISK"}],
        "exclude-controls": [{"control-id": "C-CHG"}],
    }


def test_evidence_has_file_line_and_column(report):
    (seen,) = (one for one in result_of(report)["observations"] if prop(one, "rule") == "DOC003" and "remarks" in one)
    (place,) = seen["relevant-evidence"]
    assert (place["href"], prop(place, "line"), prop(place, "column")) == ("docs/on%20call.md", "6", "1")
    assert prop(seen, "cause") == "time"


def test_what_is_waived_expires(report):
    (seen,) = (one for one in result_of(report)["observations"] if prop(one, "outcome") == "waived")
    assert seen["expires"] == "2026-12-31T23:59:59Z"


def test_identifiers_stay_while_the_subject_is_the_same(report):
    later = replace(report, provenance=replace(report.provenance, as_of="2027-01-01T12:30:00Z"))
    before, after = result_of(report), result_of(later)
    assert [one["uuid"] for one in after["observations"]] == [one["uuid"] for one in before["observations"]]
    assert document(later)["uuid"] != document(report)["uuid"]
    assert after["start"] == "2027-01-01T12:30:00Z"
    assert all(re.match(r"[0-9a-f]{8}-[0-9a-f]{4}-5", one["uuid"]) for one in after["observations"])


def test_speaks_of_records_not_of_standards(report, satisfied):
    for one in (report, satisfied):
        assert not re.search(r"complian|certifi|conform", "".join(render(one)), re.IGNORECASE)
