"""``junit:strict`` and ``--junit-granularity rule``."""

import xml.etree.ElementTree as ET
from dataclasses import replace

import junitparser
import pytest

from qmscheck.model import Grade, Outcome, Policy
from qmscheck.reporters.junit import render

EVERY = ["report", "nothing", "satisfied"]

JUNIT_10 = {
    "testsuites": ({"testsuite"}, set(), {"name", "time", "tests", "failures", "errors"}),
    "testsuite": (
        {"properties", "testcase", "testsuite", "system-out", "system-err"},
        {"name", "tests", "failures", "errors"},
        {"group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url", "version"},
    ),
    "properties": ({"property"}, set(), set()),
    "property": (set(), {"name", "value"}, set()),
    "testcase": ({"skipped", "failure", "system-out", "system-err"}, {"name"}, {"time", "classname", "group"}),
    "failure": (set(), set(), {"type", "message"}),
    "skipped": (set(), set(), {"type", "message"}),
    "system-out": (set(), set(), set()),
}
"""What the schema junit-10 of the xunit plugin of Jenkins allows: children, attributes needed, other attributes."""


def dialect(report, **options):
    return "".join(render(report, **options)).encode()


def counted(xml):
    return [(suite.tests, suite.failures, suite.errors, suite.skipped) for suite in xml]


@pytest.mark.parametrize("which", EVERY)
def test_golden(which, request, golden):
    report = request.getfixturevalue(which)
    golden(f"{which}.junit-strict.xml", dialect(report, strict=True).decode())
    golden(f"{which}.junit-rules.xml", dialect(report, granularity="rule").decode())


@pytest.mark.parametrize("which", EVERY)
def test_strict_has_only_what_junit_10_knows(which, request):
    for element in ET.fromstring(dialect(request.getfixturevalue(which), strict=True)).iter():
        children, needed, others = JUNIT_10[element.tag]
        assert {child.tag for child in element} <= children
        assert needed <= set(element.keys()) <= needed | others


@pytest.mark.parametrize("which", EVERY)
@pytest.mark.parametrize("options", [{"strict": True}, {"granularity": "rule"}])
def test_counts_are_what_an_independent_reader_counts(which, options, request):
    xml = junitparser.JUnitXml.fromstring(dialect(request.getfixturevalue(which), **options))
    claimed = [(xml.tests, xml.failures, xml.errors), counted(xml)]
    xml.update_statistics()
    for suite in xml:
        suite.update_statistics()
    assert claimed == [(xml.tests, xml.failures, xml.errors), counted(xml)]


@pytest.mark.parametrize("fail_on", list(Grade))
@pytest.mark.parametrize("unknown_fails", [True, False])
def test_strict_is_red_where_the_rich_one_is(report, fail_on, unknown_fails):
    report = replace(report, policy=Policy(fail_on=fail_on, unknown_fails=unknown_fails))
    xml = junitparser.JUnitXml.fromstring(dialect(report, strict=True))
    red = [bool(case.is_failure or case.is_error) for suite in xml for case in suite]
    assert red == [False, *(report.fails_run(result) for result in report.results)]


def test_strict_tells_the_place_in_the_text(report):
    failures = ET.fromstring(dialect(report, strict=True)).iter("failure")
    assert any("changes/CHG-2026-014.yaml:12:5" in (failure.text or "") for failure in failures)


@pytest.mark.parametrize("fail_on", list(Grade))
@pytest.mark.parametrize("unknown_fails", [True, False])
def test_a_rule_is_red_when_one_of_its_results_fails_the_run(report, fail_on, unknown_fails):
    report = replace(report, policy=Policy(fail_on=fail_on, unknown_fails=unknown_fails))
    cases = list(ET.fromstring(dialect(report, granularity="rule")).iter("testcase"))[1:]
    red = {
        case.get("classname", "").rsplit(".", 1)[1]
        for case in cases
        if case.find("failure") is not None or case.find("error") is not None
    }
    assert len(cases) == len({result.rule.id for result in report.results})
    assert red == {result.rule.id for result in report.results if report.fails_run(result)}


def test_a_rule_names_all_its_failing_records(report):
    (case,) = (
        case
        for case in ET.fromstring(dialect(report, granularity="rule")).iter("testcase")
        if "CHG005" in str(case.attrib)
    )
    text = case.findtext("failure")
    assert "changes/CHG-2026-014.yaml:12:5: implemented 2026-03-01" in text
    assert "title is ]]>" in text


def test_rules_say_how_many(report):
    unknown = tuple(one for one in report.results if one.outcome in (Outcome.UNKNOWN, Outcome.NOT_APPLICABLE))
    (_, case) = ET.fromstring(dialect(replace(report, results=unknown), granularity="rule")).iter("testcase")
    assert "(unknown 1, not applicable 1)" in case.find("error").get("message")
