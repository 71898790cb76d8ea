"""`qmscheck new`: the next id, what rules ask for, and the text in the layout of the records that are there."""

from __future__ import annotations

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from qmscheck.cli import program
from qmscheck.drafting import next_id

CONFIG = "version: 1\ncollections:\n  things: {{{spec}}}\n"
REVIEW = """# Mail was down

## Summary

Mail was down.

## Timeline

- 09:00 down

## Action items

- mend it
"""
LABELS = """---
title: Mail
---

- **Summary**: Mail was down.

- **Impact**:
  - nobody could write

- **Actions**:
  - mend it
"""


@pytest.fixture
def tree(tmp_path):
    def write(spec: str, files: dict[str, str]):
        (tmp_path / "qmscheck.yaml").write_text(CONFIG.format(spec=spec))
        for name, text in files.items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return tmp_path

    return write


def new(root, *words: str):
    return CliRunner().invoke(program, ["new", *words, "--root", str(root), "--as-of", "2026-11-23"])


@pytest.mark.parametrize(
    ("ids", "wanted"),
    [
        ([], "CHG-2026-0001"),
        (["CHG-2026-0007", "CHG-2026-0012"], "CHG-2026-0013"),
        (["CHG-2025-0007"], "CHG-2026-0001"),
        (["chg7", "chg9", "other"], "chg10"),
        (["RFC-099"], "RFC-100"),
        (["A-1", "A-2", "B-77"], "A-3"),
        (["no number"], "CHG-2026-0001"),
        (["X-2026-003-draft"], "X-2026-004-draft"),
    ],
)
def test_next_id(ids, wanted):
    assert next_id(ids, "CHG", 2026) == wanted


@given(st.lists(st.text(max_size=12), max_size=8))
def test_next_id_is_new_and_never_fails(ids):
    assert next_id(ids, "CHG", 2026) not in ids


def test_canonical_record_asks_what_rules_ask(tree):
    root = tree("type: change, files: changes/*.yaml", {"changes/CHG-2026-0007.yaml": "id: CHG-2026-0007\ntitle: t\n"})
    done = new(root, "change", "--field", "title=Rotate the key")
    assert done.exit_code == 0, done.stderr
    written = yaml.safe_load((root / "changes/CHG-2026-0008.yaml").read_text())
    assert written["id"] == "CHG-2026-0008"
    assert written["title"] == "Rotate the key"
    assert str(written["created_at"]) == "2026-11-23"
    assert written["reason"] == "TODO"


def test_what_was_not_filled_in_fails(tree):
    root = tree("type: change, files: changes/*.yaml", {})
    assert new(root, "change").exit_code == 0
    done = CliRunner().invoke(program, ["check", "--root", str(root), "--select", "CHG001"])
    assert done.exit_code == 1
    assert "no reason is given" in done.stdout


def test_an_answer_raises_new_questions(tree):
    root = tree("type: change, files: changes/*.yaml", {})
    plain = new(root, "change", "--dry-run").stdout
    urgent = new(root, "change", "--dry-run", "--field", "status=approved", "--field", "change_type=emergency").stdout
    assert set(yaml.safe_load(urgent)) > set(yaml.safe_load(plain))


def test_sections_are_spelt_as_they_are(tree):
    root = tree("layout: postmortem-headings, files: pm/*.md", {"pm/PM-001.md": REVIEW})
    done = new(root, "incident-review", "--field", "title=DNS was down", "--field", "summary=No names.")
    assert done.exit_code == 0, done.stderr
    text = (root / "pm/PM-002.md").read_text()
    assert text.startswith("# DNS was down\n\n## Summary\n\nNo names.\n\n## Timeline\n\nTODO")
    assert "## Action items" in text


def test_labels_are_spelt_as_they_are(tree):
    root = tree("layout: postmortem-bullets, files: pm/*.md", {"pm/PM-001.md": LABELS})
    text = new(root, "incident-review", "--dry-run", "--field", "title=DNS", "--field", "summary=No names.").stdout
    assert "---\ntitle: DNS\n---" in text
    assert "- **Summary**: No names." in text
    assert "- **Impact**: TODO" in text
    assert "- **Actions**: TODO" in text


def test_a_row_goes_to_the_end_of_its_table(tree):
    table = "ID;Risk Title;Status;Likelihood\nR-1;a;open;3\n"
    root = tree("layout: risk-register, files: risks.csv", {"risks.csv": table})
    assert new(root, "risk", "--field", "title=Fire; and water").exit_code == 0
    assert (root / "risks.csv").read_text() == table + 'R-2;"Fire; and water";open;TODO\n'


def test_never_over_a_file_and_never_elsewhere(tree):
    root = tree("type: change, files: changes/*.yaml", {})
    assert new(root, "change", "--field", "id=../../evil").exit_code == 0
    assert [file.name for file in (root / "changes").iterdir()] == ["evil.yaml"]
    again = new(root, "change", "--field", "id=evil")
    assert again.exit_code == 2
    assert "never overwritten" in again.stderr


@pytest.mark.parametrize(
    ("spec", "words", "message"),
    [
        ("type: change, files: c/*.yaml", ["chnage"], "unknown record type"),
        ("type: change, files: c/*.yaml", ["incident"], "holds 'incident'"),
        ("layout: keep-a-changelog, files: CHANGELOG.md", ["change-log-release"], "by hand"),
        ("layout: git-tags", ["tag"], "git-tags"),
        ("type: change, files: c/*.yaml", ["change", "--field", "title"], "NAME=VALUE"),
    ],
)
def test_what_cannot_be_written_is_told(tree, spec, words, message):
    done = new(tree(spec, {}), *words)
    assert done.exit_code == 2
    assert message in done.stderr
