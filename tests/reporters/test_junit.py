import re
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace

import junitparser
import pytest

from qmscheck.model import Grade, Location, Outcome, Policy, Report, Result
from qmscheck.reporters.junit import render


def parsed(report: Report) -> junitparser.JUnitXml:
    return junitparser.JUnitXml.fromstring("".join(render(report)).encode())


def cases(report: Report) -> list[ET.Element]:
    return list(ET.fromstring("".join(render(report)).encode()).iter("testcase"))


def properties(case: ET.Element) -> dict[str, str]:
    return {one.get("name", ""): one.get("value", "") for one in case.iter("property")}


def with_results(report: Report, *results: Result) -> Report:
    return replace(report, results=results)


def test_golden(report, golden):
    golden("report.junit.xml", "".join(render(report)))


def test_golden_of_a_run_that_found_nothing(nothing, golden):
    golden("nothing.junit.xml", "".join(render(nothing)))


@pytest.mark.parametrize("which", ["report", "nothing", "satisfied"])
def test_counts_are_what_an_independent_reader_counts(which, request):
    xml = parsed(request.getfixturevalue(which))
    claimed = [(suite.tests, suite.failures, suite.errors, suite.skipped) for suite in [xml, *xml]]
    xml.update_statistics()
    for suite in xml:
        suite.update_statistics()
    assert claimed == [(suite.tests, suite.failures, suite.errors, suite.skipped) for suite in [xml, *xml]]


@pytest.mark.parametrize("fail_on", list(Grade))
@pytest.mark.parametrize("unknown_fails", [True, False])
def test_a_case_is_red_exactly_when_its_result_fails_the_run(report, fail_on, unknown_fails):
    report = replace(report, policy=Policy(fail_on=fail_on, unknown_fails=unknown_fails))
    red = [bool(case.is_failure or case.is_error) for suite in parsed(report) for case in suite]
    assert red == [False, *(report.fails_run(result) for result in report.results)]


def test_suites_are_sorted_and_cases_complete(report):
    xml = parsed(report)
    names = [suite.name for suite in xml]
    assert names == ["qmscheck.run", *sorted(names[1:])]
    assert all(suite.timestamp == "2026-09-01T00:00:00" for suite in xml)
    for case in cases(report):
        assert case.get("file")
        assert int(case.get("line", "0")) >= 1
        assert case.get("time") == "0"


def test_order_of_results_does_not_matter(report):
    scattered = report.results[::2] + report.results[1::2]
    wanted = {(case.get("classname"), case.get("name")) for case in cases(report)}
    found = [(case.get("classname"), case.get("name")) for case in cases(replace(report, results=scattered))]
    assert len(found) == len(wanted)
    assert set(found) == wanted


def test_all_problems_stand_in_one_failure(report):
    (case,) = (
        case
        for case in cases(report)
        if case.get("classname", "").endswith("CHG007") and case.find("failure") is not None
    )
    (failure,) = case.iter("failure")
    assert failure.get("type") == "minor"
    assert failure.get("message") == "impact.security is missing (+3 more)"
    for part in (
        "changes/CHG-2026-014.yaml:24:7: impact.services",
        "people.yaml:2: no person",
        "The impact of a change is assessed",
        "Fix: Say who decided",
        "iso9001:2015/8.5.6",
    ):
        assert part in (failure.text or "")


def test_properties_of_a_case_that_does_not_pass(report):
    (case,) = (case for case in cases(report) if properties(case).get("outcome") == "waived")
    assert properties(case) == {
        "rule": "CHG007",
        "grade": "minor",
        "basis": "requirement",
        "controls": "C-CHG",
        "clauses": "iso9001:2015/8.5.6, iso20000-1:2018/8.5.1",
        "record": "change CHG-2026-001",
        "fingerprint": next(report.of(Outcome.WAIVED)).fingerprint,
        "outcome": "waived",
    }
    (skipped,) = case.iter("skipped")
    assert skipped.get("message", "").startswith("waived until 2026-12-31 by Ines Duarte")


def test_below_the_bar_is_a_pass_with_a_note(report):
    (case,) = (case for case in cases(report) if properties(case).get("grade") == "observation")
    assert [child.tag for child in case] == ["properties", "system-out"]
    assert "does not fail the run: next_review is missing" in (case.findtext("system-out") or "")


def test_a_failure_without_words_is_still_a_failure(report):
    result = replace(report.results[1], problems=())
    (_, case) = cases(with_results(report, result))
    assert case.find("failure") is not None


@pytest.mark.parametrize(
    "subjects",
    [("a", "a", "a"), ("a", "a", "a (2)"), ("a (2)", "a", "a"), ("\x1b", r"\x1b", ""), ("x" * 600, "x" * 601, "y")],
)
def test_names_are_unique(report, subjects):
    results = [replace(report.results[0], subject=subject) for subject in subjects]
    names = [case.get("name", "") for case in cases(with_results(report, *results))]
    assert len(set(names)) == len(names) == 1 + len(subjects)
    assert all(names)
    assert max(map(len, names)) < 450


def test_many_equal_names_take_linear_time(report):
    results = [replace(report.results[0], subject="same")] * 20_000
    assert len(cases(with_results(report, *results))) == 20_001


def test_the_anchor_of_a_pass_is_its_place(report):
    result = replace(report.results[0], record=None, anchor=Location("qmscheck.yaml", 9))
    (_, case) = cases(with_results(report, result))
    assert (case.get("file"), case.get("line")) == ("qmscheck.yaml", "9")


def test_long_texts_are_cut_and_say_so(report):
    failing = report.results[1]
    text = "x" * 1_000_000
    (problem,) = failing.problems
    result = replace(
        failing,
        subject=text,
        reason=text,
        record=replace(failing.record, id=text),
        problems=(replace(problem, message=text),),
    )
    rendered = "".join(render(with_results(report, result)))
    assert len(rendered) < 10_000
    assert "(999,000 more characters)" in rendered


def test_many_problems_are_counted(report):
    failing = report.results[1]
    rendered = "".join(render(with_results(report, replace(failing, problems=failing.problems * 10_000))))
    assert len(rendered) < 20_000
    assert re.search(r"… and 9,\d+ more", rendered)


def test_a_clean_run_does_not_import_junit_xml(satisfied, monkeypatch):
    clean = tuple(satisfied.of(Outcome.PASS, Outcome.NOT_APPLICABLE))
    monkeypatch.setitem(sys.modules, "junit_xml", None)
    assert len(cases(replace(satisfied, results=clean))) == len(clean) + 1
