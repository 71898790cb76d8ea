"""Findings that only the calendar caused: ``--time-findings report`` shows them and lets the run pass."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner

from qmscheck.cli import program

CONFIG = """\
version: 1
select: [DOC003]
collections:
  documents: {type: document, files: "documents/*.yaml"}
"""
DUE = "id: DOC-1\ntitle: Policy\nstatus: approved\neffective_from: 2024-01-01\nreview_due_on: 2025-01-01\n"


@pytest.fixture
def check(tmp_path):
    (tmp_path / "documents").mkdir()
    (tmp_path / "qmscheck.yaml").write_text(CONFIG)
    (tmp_path / "documents" / "1.yaml").write_text(DUE)

    def check(*words: str):
        return CliRunner().invoke(program, ["check", "--root", str(tmp_path), "--as-of", "2026-09-01", *words])

    return check


def test_by_default_they_fail(check):
    answer = check("--format", "json")
    report = json.loads(answer.stdout)
    assert [result["time"] for result in report["results"] if result["outcome"] == "fail"] == [True]
    assert answer.exit_code == 1
    assert report["policy"]["time_findings"] == "fail"


def test_they_can_be_reported_only(check):
    answer = check("--time-findings", "report", "--format", "json")
    assert answer.exit_code == 0
    report = json.loads(answer.stdout)
    assert report["verdict"]["sentence"].startswith("Satisfied: ")
    assert "noted: 1 m" in report["verdict"]["sentence"]
    assert [result["fails_run"] for result in report["results"] if result["outcome"] == "fail"] == [False]


@pytest.mark.parametrize("form", ["junit", "junit:strict", "junit --junit-granularity rule"])
def test_junit_counts_what_it_shows(check, form):
    for words, failures in (((), 1), (("--time-findings", "report"), 0)):
        text = check(*words, "--format", *form.split()).stdout
        assert re.search(rf'<testsuites name="qmscheck" tests="2" failures="{failures}"', text)
        assert text.count("<failure") == failures
