"""A failure weighs what the rule says of such a case; every report, and the verdict, go by that."""

from __future__ import annotations

import json
import re
from importlib import import_module

import pytest

from qmscheck import app, config
from qmscheck.model import Grade, Outcome
from qmscheck.reporters import FORMATS

FILES = {
    "qmscheck.yaml": """\
version: 1
select: [CHG008]
collections:
  changes: {type: change, files: "changes/*.yaml"}
""",
    "changes/CHG-2026-0001.yaml": "id: CHG-2026-0001\nchange_type: normal\nstatus: submitted\nrisk_level: very_high\n",
    "changes/CHG-2026-0002.yaml": "id: CHG-2026-0002\nchange_type: normal\nstatus: submitted\nrisk_level: low\n",
}


@pytest.fixture
def run(write_tree):
    loaded = config.load(write_tree(FILES))

    def judged(fail_on: Grade = Grade.MINOR):
        return app.run(loaded, app.Wishes(as_of="2026-09-01", provenance=False, fail_on=fail_on))

    return judged


def rendered(report, name: str) -> str:
    module, dialect = FORMATS[name]
    return "".join(import_module(f"qmscheck.reporters.{module}").render(report, color=False, width=100, **dialect))


def test_one_rule_two_weights(run):
    report = run(Grade.MAJOR)
    assert [result.grade for result in report.of(Outcome.FAIL)] == [Grade.MAJOR, Grade.MINOR]
    assert [report.fails_run(result) for result in report.of(Outcome.FAIL)] == [True, False]
    assert not report.satisfied


def test_json_tells_the_weight_of_the_result(run):
    results = json.loads(rendered(run(), "json"))["results"]
    assert [one["grade"] for one in results] == ["major", "minor"]


def test_sarif_tells_the_weight_of_the_result(run):
    (only,) = json.loads(rendered(run(), "sarif"))["runs"]
    assert [one["level"] for one in only["results"]] == ["error", "warning"]


@pytest.mark.parametrize("fail_on", Grade)
@pytest.mark.parametrize("name", ["junit", "junit:strict"])
def test_junit_counts_what_it_holds(run, name, fail_on):
    text = rendered(run(fail_on), name)
    head = re.search(r'<testsuites [^>]*failures="(\d+)"', text)
    assert head
    assert int(head[1]) == len(re.findall(r"<failure\b", text)) == (1 if fail_on is Grade.MAJOR else 2)


def test_html_has_every_anchor_once(run):
    ids = re.findall(r'\bid="([^"]+)"', rendered(run(), "html"))
    assert len(ids) == len(set(ids))


def test_gitlab_has_a_severity_for_each_weight(run):
    assert len({one["severity"] for one in json.loads(rendered(run(), "gitlab"))}) == 2


@pytest.mark.parametrize("name", sorted({"text", "csv", "tap", "markdown", "oscal"} & set(FORMATS)))
def test_other_formats_tell_both_weights(run, name):
    text = rendered(run(), name)
    assert re.search(r"major|error|critical", text)
    assert "minor" in text
