"""Switching the edition changes clauses in every output, and what rules find in none."""

from __future__ import annotations

import json
import re
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner

from qmscheck import app, config
from qmscheck.cli import program
from qmscheck.reporters import FORMATS

FILES = {
    "qmscheck.yaml": """\
version: 1
standards: [iso9001:2015]
collections:
  changes: {type: change, files: "changes/*.yaml"}
  risks: {type: risk, files: "risks/*.yaml"}
  improvements: {type: improvement, files: "improvements/*.yaml"}
""",
    "changes/CHG-2026-0001.yaml": "id: CHG-2026-0001\nchange_type: normal\nimplemented_from: 2026-03-01\n",
    "risks/RSK-2026-0001.yaml": "id: RSK-2026-0001\nkind: risk\nevent: The broker stops\n",
    "improvements/IMP-2026-0001.yaml": "id: IMP-2026-0001\nstatus: approved\n",
}
OLD, NEW = "iso9001:2015", "iso9001:2026"


@pytest.fixture
def runs(write_tree):
    root = write_tree(FILES)
    loaded = config.load(root)
    return {
        standard: app.run(loaded, app.Wishes(as_of="2026-09-01", standards=(standard,), provenance=False))
        for standard in (OLD, NEW)
    }


def told(report):
    """What was found; a result about a standard as a whole names its edition, so that word is taken out."""
    found = []
    for one in report.results:
        paths = [problem.path for problem in one.problems]
        whole = one.subject in (OLD, NEW)
        found.append((one.rule.id, "" if whole else one.subject, one.outcome, "" if whole else one.fingerprint, paths))
    return found


def test_rules_and_results_are_the_same(runs):
    assert [rule.id for rule in runs[OLD].rules] == [rule.id for rule in runs[NEW].rules]
    assert told(runs[OLD]) == told(runs[NEW])
    assert runs[OLD].counts() == runs[NEW].counts()


def test_clauses_are_not(runs):
    for report, edition in ((runs[OLD], OLD), (runs[NEW], NEW)):
        clauses = {clause for rule in report.rules for clause in report.clauses_of(rule)}
        assert clauses
        assert {clause.split("/")[0] for clause in clauses} == {edition}
    risks = next(rule for rule in runs[NEW].rules if rule.controls == ("C-RSK",))
    assert runs[OLD].clauses_of(risks) == (f"{OLD}/6.1",)
    assert runs[NEW].clauses_of(risks) == (f"{NEW}/6.1.1", f"{NEW}/6.1.2", f"{NEW}/6.1.3")


WITHOUT_CLAUSES = frozenset({"github", "gitlab", "tap", "jsonl"})
"""Formats with no room for clauses: a line a finding, whose rule leads to them."""


@pytest.mark.parametrize("name", FORMATS)
def test_every_report_names_the_chosen_edition_only(runs, name):
    module, dialect = FORMATS[name]
    reporter = import_module(f"qmscheck.reporters.{module}")
    shown = {
        edition: "".join(reporter.render(report, color=False, width=100, verbose=2, **dialect))
        for edition, report in runs.items()
    }
    for edition, other in ((OLD, NEW), (NEW, OLD)):
        assert other not in shown[edition]
        assert edition in shown[edition] or name in WITHOUT_CLAUSES
    rules = {edition: set(re.findall(r"\b[A-Z]{3,4}[0-9]{3}\b", text)) for edition, text in shown.items()}
    assert rules[OLD] == rules[NEW]


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html"])
def test_coverage_too(write_tree, form):
    root = write_tree(FILES)
    shown = {}
    for edition in (OLD, NEW):
        call = ["coverage", "--root", str(root), "--as-of", "2026-09-01", "--standard", edition, "--format", form]
        done = CliRunner().invoke(program, call)
        assert done.exit_code == 0, done.output
        shown[edition] = done.stdout
    assert shown[OLD] != shown[NEW]
    assert NEW not in shown[OLD]
    assert OLD not in shown[NEW]
    assert "10.3" in shown[OLD]
    if form == "json":
        numbers = {one["number"] for one in json.loads(shown[NEW])["standards"][0]["clauses"]}
        assert "6.1.3" in numbers
        assert "10.3" not in numbers


def call(root: Path, *words: str):
    return CliRunner().invoke(program, ["coverage", "--root", str(root), "--as-of", "2026-09-01", *words])


def test_several_standards_at_once_and_integrated(write_tree):
    root = write_tree(FILES)
    both = call(root, "--standard", "integrated", "--format", "json")
    assert {one["id"] for one in json.loads(both.stdout)["standards"]} == {OLD, "iso20000-1:2018"}
    three = call(root, "--standard", f"{OLD},{NEW}", "--standard", "iso20000-1", "--format", "json")
    assert [one["id"] for one in json.loads(three.stdout)["standards"]] == [OLD, NEW, "iso20000-1:2018"]


def test_iso_20001_is_corrected(write_tree):
    done = call(write_tree(FILES), "--standard", "iso20001")
    assert done.exit_code == 2
    assert "ISO/IEC 20000-1" in done.stderr


def test_a_standard_must_be_chosen(write_tree):
    root = write_tree({**FILES, "qmscheck.yaml": FILES["qmscheck.yaml"].replace("standards: [iso9001:2015]\n", "")})
    done = call(root)
    assert done.exit_code == 2
    assert "write `standards:` in qmscheck.yaml, or --standard integrated" in done.stderr


def test_no_record_is_said_by_the_exit_code(write_tree):
    done = call(write_tree({"qmscheck.yaml": FILES["qmscheck.yaml"]}))
    assert done.exit_code == 3
    assert "no record" in done.stdout


def test_files_are_written_beside_standard_output(write_tree):
    root = write_tree(FILES)
    outputs = [root / "out/c.html", root / "out/c.json"]
    done = call(root, "--depth", "1", "--output", f"html={outputs[0]}", "--output", f"json={outputs[1]}")
    assert done.exit_code == 0
    assert outputs[0].read_text("utf-8").startswith('<section class="qmscheck-coverage">')
    assert json.loads(outputs[1].read_text("utf-8"))["records"] == 3
    assert "4.1" not in [line.split()[3] for line in done.stdout.splitlines() if line.startswith("  ✗ gaps")]


def test_an_unknown_format_for_a_file_is_refused_before_anything_runs(write_tree):
    done = call(write_tree(FILES), "--output", "pdf=x.pdf")
    assert done.exit_code == 2
    assert "unknown output format 'pdf'" in done.stderr
