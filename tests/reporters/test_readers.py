"""Readers that others wrote count what we counted. Heavy ones come with the group ``readers`` and skip without it."""

import json
from collections import Counter

import junitparser
import pytest

from qmscheck.model import Outcome
from qmscheck.reporters import findings

EVERY = ["report", "nothing", "satisfied"]
ALL_JUNIT = [(name, size) for name in ("junit", "junit:strict") for size in ("record", "rule")]
WHY = "is not installed: python -m pip install --group readers"


def failing(report):
    return sum(map(report.fails_run, report.results)) + (not report.checked_anything)


@pytest.mark.parametrize("which", EVERY)
@pytest.mark.parametrize(("name", "size"), ALL_JUNIT)
def test_junitparser(which, name, size, request, rendered):
    report = request.getfixturevalue(which)
    xml = junitparser.JUnitXml.fromstring(rendered(name, report, granularity=size).encode())
    cases = [case for suite in xml for case in suite]
    red = [case for case in cases if case.is_failure or case.is_error]
    counts, rules = report.counts(), {result.rule.id for result in report.results}
    assert (xml.tests, xml.failures + xml.errors) == (len(cases), len(red))
    if size == "record":
        assert len(cases) == len(report.results) + 1
        assert len(red) == failing(report)
        assert sum(case.is_skipped for case in cases) == counts[Outcome.NOT_APPLICABLE] + counts[Outcome.WAIVED]
    else:
        assert len(cases) == len(rules) + 1
        broken = {result.rule.id for result in report.results if report.fails_run(result)}
        assert len(red) == len(broken) + (not report.checked_anything)


@pytest.mark.parametrize("which", EVERY)
@pytest.mark.parametrize(("name", "size"), ALL_JUNIT)
def test_as_the_action_for_test_results_counts(which, name, size, request, rendered):
    """EnricoMi/publish-unit-test-result-action adds up what suites say of themselves, and counts cases by their result.

    Its parser (``publish.junit``) is in no registry: it is part of the action, a thin layer on junitparser, which
    stands in for it here.
    """
    xml = junitparser.JUnitXml.fromstring(rendered(name, request.getfixturevalue(which), granularity=size).encode())
    cases = [case for suite in xml for case in suite if case.classname is not None or case.name is not None]
    assert not any(list(suite.testsuites()) for suite in xml), "no suite within a suite, which would count twice"
    assert sum(suite.tests for suite in xml) == len(cases)
    results = Counter(case.result[0]._tag if case.result else "success" for case in cases)
    assert all(len(case.result) <= 1 for case in cases), "the action would have to choose the worst"
    for tag, told in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        assert sum(getattr(suite, told) for suite in xml) == results[tag]


@pytest.mark.parametrize("which", EVERY)
@pytest.mark.parametrize(("name", "size"), ALL_JUNIT)
def test_codecov(which, name, size, request, rendered):
    reader = pytest.importorskip("test_results_parser", reason=f"test-results-parser {WHY}")
    xml = rendered(name, request.getfixturevalue(which), granularity=size).encode()
    cases = [case for suite in junitparser.JUnitXml.fromstring(xml) for case in suite]
    runs = reader.parse_junit_xml(xml).testruns
    red = [run.outcome in (reader.Outcome.Failure, reader.Outcome.Error) for run in runs]
    assert red == [case.is_failure or case.is_error for case in cases]


@pytest.mark.parametrize("which", EVERY)
def test_sarif_tools(which, request, rendered, tmp_path):
    loader = pytest.importorskip("sarif.loader", reason=f"sarif-tools {WHY}")
    report = request.getfixturevalue(which)
    path = tmp_path / "report.sarif"
    path.write_text(rendered("sarif", report), encoding="utf-8")
    read = loader.load_sarif_file(str(path))
    shown = [one for one in report.results if one.outcome in (*findings.FINDINGS, Outcome.WAIVED)]
    assert read.get_distinct_tool_names() == ["qmscheck"]
    assert len(read.get_results()) == len(shown)
    levels = Counter(findings.level(report, one) for one in shown)
    assert Counter(one["level"] for one in read.get_results()) == levels
    records = read.get_records()
    assert Counter(one["Severity"] for one in records) == levels
    places = [findings.place(report, one) for one in shown]
    assert sorted((one["Location"], one["Line"]) for one in records) == sorted(
        (findings.uri(place.path), place.line) for place in places
    )


@pytest.mark.parametrize("which", EVERY)
def test_trestle(which, request, rendered):
    oscal = pytest.importorskip("trestle.oscal.assessment_results", reason=f"compliance-trestle {WHY}")
    report = request.getfixturevalue(which)
    document = json.loads(rendered("oscal", report))["assessment-results"]
    (read,) = oscal.AssessmentResults.model_validate(document).results
    outcomes = Counter(prop.value for one in read.observations or () for prop in one.props if prop.name == "outcome")
    counts = report.counts()
    for outcome in (*findings.FINDINGS, Outcome.WAIVED):
        assert outcomes[outcome] == counts[outcome]
    failing_controls = {control for one in report.results if report.fails_run(one) for control in one.rule.controls}
    states = {one.target.target_id: one.target.status.state.value for one in read.findings or ()}
    assert {control for control, state in states.items() if state == "not-satisfied"} == failing_controls
