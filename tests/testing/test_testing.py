"""`qmscheck.testing` and `pytest --qmscheck`, used as somebody who writes rules would."""

from __future__ import annotations

import subprocess
import sys
from xml.etree import ElementTree as ET

import pytest

from qmscheck.errors import UsageError
from qmscheck.testing import Repository, judged, wrong_examples

CONFIG = "version: 1\npacks: [rules]\nselect: [ACME]\ncollections:\n  changes: {type: change, files: changes/*.yaml}\n"
RULE = """id: ACME001
name: team-named
title: A change names its team
record: change
controls: [C-CHG]
grade: minor
basis: expectation
detects: missing
requires: [{field: x_team, message: no team is named}]
why: Somebody has to answer.
fix: Write x_team.
examples:
  pass: [{id: CHG-2026-0001, x_team: ops}]
  fail: [{id: CHG-2026-0001%s}]
"""


@pytest.fixture
def repository(tmp_path):
    return (
        Repository(tmp_path)
        .write("qmscheck.yaml", CONFIG)
        .write("rules/change/ACME001-team-named.yaml", RULE % "")
        .write("changes/CHG-2026-0001.yaml", "id: CHG-2026-0001\nx_team: ops\n")
        .write("changes/CHG-2026-0002.yaml", "id: CHG-2026-0002\ntitle: Two\n")
    )


def run_pytest(root, *words: str):
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:xdist", "--qmscheck", str(root)]
    return subprocess.run(
        [*command, "--qmscheck-as-of", "2026-09-01", "-q", *words],
        cwd=root,
        check=False,
        capture_output=True,
        text=True,
    )


def test_one_rule_on_one_record(repository):
    pack = repository.root / "rules"
    [sound] = judged("ACME001", {"type": "change", "id": "CHG-1", "x_team": "ops"}, pack=pack)
    [lacking] = judged("ACME001", {"type": "change", "id": "CHG-1"}, pack=pack)
    assert (sound.outcome, lacking.outcome) == ("pass", "fail")
    assert lacking.message == "no team is named"


def test_records_around_the_day_and_the_settings():
    change = {"type": "change", "id": "CHG-2026-0001"}
    results = judged("CORE002", change, {**change, "id": "CHG-2026-0002"})
    assert {result.outcome for result in results} == {"pass"}
    [late] = judged("DOC003", {"type": "document", "id": "D", "status": "approved", "last_reviewed_on": "2020-01-01"})
    [early] = judged(
        "DOC003",
        {"type": "document", "id": "D", "status": "approved", "last_reviewed_on": "2020-01-01"},
        as_of="2020-02-01",
    )
    assert (late.outcome, early.outcome) == ("fail", "pass")


def test_a_rule_that_there_is_not():
    with pytest.raises(UsageError, match="NONE001"):
        judged("NONE001", {})


def test_examples_of_a_pack(repository):
    pack = repository.root / "rules"
    assert wrong_examples(pack) == []
    repository.write("rules/change/ACME001-team-named.yaml", RULE % ", x_team: ops")
    [wrong] = wrong_examples(pack)
    assert wrong.startswith("rules/change/ACME001-team-named.yaml:14:10: ACME001 example 2: expected fail, but it is")


def test_a_repository_with_history(repository):
    repository.commit("First", by="Ada <ada@example.org>", on="2026-03-01T09:00:00Z").tag("v1")
    report = repository.check(as_of="2026-09-01")
    assert not report.satisfied
    assert report.provenance.commit
    first = report.provenance.commit
    repository.remove("changes/CHG-2026-0002.yaml").commit("Second", on="2026-03-02T09:00:00Z")
    again = repository.check(as_of="2026-09-01")
    assert again.satisfied
    assert again.provenance.commit != first


def test_pytest_collects_rules_and_records(repository):
    done = run_pytest(repository.root)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "ACME001[changes/CHG-2026-0002.yaml]" in done.stdout
    assert "changes/CHG-2026-0002.yaml:1" in done.stdout
    assert "no team is named" in done.stdout
    assert "Write x_team." in done.stdout
    assert "1 failed, 3 passed" in done.stdout  # two records, two examples


def test_pytest_chooses_them_by_name(repository):
    done = run_pytest(repository.root, "-k", "0001 or example", "-v")
    assert done.returncode == 0, done.stdout
    assert "3 passed, 1 deselected" in done.stdout


def test_pytest_without_a_configuration(tmp_path):
    done = run_pytest(tmp_path)
    assert done.returncode == 4
    assert "no qmscheck.yaml" in done.stdout + done.stderr


def test_pytest_without_the_option_is_as_before(repository):
    repository.write("test_own.py", "def test_own():\n    assert True\n")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", str(repository.root)]
    done = subprocess.run(command, cwd=repository.root, check=False, capture_output=True, text=True)
    assert "1 passed" in done.stdout


def test_items_know_their_file_and_line(repository):
    repository.write("changes/CHG-2026-0003.yaml", "id: CHG-2026-0003\ntitle: Three\nx_team: TODO\n")
    file = repository.root / "found.xml"
    run_pytest(repository.root, f"--junitxml={file}", "-o", "junit_family=xunit1")
    cases = {case.get("name"): case for case in ET.parse(file).iter("testcase")}
    place = {name: (case.get("file"), case.get("line")) for name, case in cases.items()}
    assert place["ACME001[changes/CHG-2026-0003.yaml]"] == ("changes/CHG-2026-0003.yaml", "2")
    assert place["ACME001[example 1]"] == ("rules/change/ACME001-team-named.yaml", "12")
    assert place["ACME001[example 2]"] == ("rules/change/ACME001-team-named.yaml", "13")
