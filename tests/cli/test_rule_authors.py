"""What rule authors use: `rules new`, `rules doc`, `explain --show-input`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from qmscheck.cli import program

PROVIDER = Path(__file__).parents[2] / "examples" / "provider"


def run(*words: str):
    return CliRunner().invoke(program, list(words))


@pytest.fixture
def pack(tmp_path):
    (tmp_path / "qmscheck.yaml").write_text(
        "version: 1\npacks: [rules]\ncollections:\n  changes: {type: change, files: '*.yaml', exclude: qmscheck.yaml}\n"
    )
    (tmp_path / "rules").mkdir()
    return tmp_path / "rules"


def new(pack, *words: str):
    return run("rules", "new", "ACME001", str(pack), "--root", str(pack.parent), "--record", "change", *words)


def test_a_new_rule_holds_its_examples(pack):
    done = new(pack, "--title", "A change names its team", "--field", "x_team")
    assert done.exit_code == 0, done.output
    assert [file.name for file in (pack / "change").iterdir()] == ["ACME001-a-change-names-its-team.yaml"]
    tested = run("rules", "test", str(pack), "--root", str(pack.parent))
    assert tested.exit_code == 0, tested.output
    assert "2 examples of 1 rules: 2 hold" in tested.stdout
    (pack.parent / "one.yaml").write_text("id: CHG-2026-0001\n")
    judged = run("check", "--root", str(pack.parent), "--select", "ACME001")
    assert judged.exit_code == 1
    assert "x_team is not stated" in judged.stdout


def test_a_rule_is_never_written_over(pack):
    assert new(pack).exit_code == 0
    assert "there already" in new(pack).stderr or "already" in new(pack).stderr


def test_a_new_rule_on_a_type_that_there_is_not(pack):
    done = run("rules", "new", "ACME001", str(pack), "--record", "chnage")
    assert done.exit_code == 2
    assert "'change'" in done.stderr


def test_the_page_of_a_rule():
    done = run("rules", "doc", "CHG005")
    assert done.exit_code == 0
    assert "# CHG005" in done.stdout
    assert "## Why" in done.stdout
    assert run("rules", "doc", "CHG999").exit_code == 2


def test_what_a_rule_saw():
    done = run("explain", "CHG005", "--root", str(PROVIDER), "--show-input", "CHG-2026-001", "--as-of", "2026-09-01")
    seen = json.loads(done.stdout)
    assert seen["record"]["id"] == "CHG-2026-001"
    assert seen["record"]["type"] == "change"
    assert seen["outcome"] == "pass"


def test_what_a_rule_saw_of_linked_records_and_settings():
    done = run("explain", "MIR009", "--root", str(PROVIDER), "--show-input", "MIR-2026-001", "--as-of", "2026-09-01")
    seen = json.loads(done.stdout)
    assert seen["related"]["incident"]["id"] == "INC-2026-002"
    assert seen["settings"] == {"duration_tolerance_pct": seen["settings"]["duration_tolerance_pct"]}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["CHG005", "--show-input", "CHG-2026-0011"], "no record"),
        (["CHG005", "--show-input", "INC-2026-002"], "is about change records"),
        (["change", "--show-input", "CHG-2026-001"], "wants a rule"),
    ],
)
def test_what_cannot_be_shown_is_told(words, message):
    done = run("explain", *words, "--root", str(PROVIDER))
    assert done.exit_code == 2
    assert message in done.stderr
