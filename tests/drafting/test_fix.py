"""`qmscheck fix`: only what cannot change the meaning, shown first, and nothing else touched."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from qmscheck.cli import program

CONFIG = "version: 1\ncollections:\n  changes: {type: change, files: changes/*.yaml}\n"


@pytest.fixture
def tree(tmp_path):
    def write(text: str, config: str = CONFIG, name: str = "changes/CHG-2026-0001.yaml"):
        (tmp_path / "qmscheck.yaml").write_text(config)
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
        return file

    return write


def fix(file, *words: str):
    root = next(folder for folder in file.parents if (folder / "qmscheck.yaml").exists())
    return CliRunner().invoke(program, ["fix", "--root", str(root), "--as-of", "2026-09-01", *words])


def test_a_date_that_can_be_read_in_one_way(tree):
    file = tree("id: CHG-2026-0001\nrequested_at: 25/03/2026   # by mail\n")
    shown = fix(file)
    assert shown.exit_code == 1
    assert "-requested_at: 25/03/2026   # by mail" in shown.stdout
    assert "+requested_at: 2026-03-25   # by mail" in shown.stdout
    assert "25/03/2026" in file.read_text(), "nothing is written without --apply"
    assert fix(file, "--apply").exit_code == 0
    assert "requested_at: 2026-03-25   # by mail\n" in file.read_text()


@pytest.mark.parametrize("value", ["03/04/2026", "next week", "2026-13-01", "31/02/2026"])
def test_a_date_that_cannot_is_left(tree, value):
    file = tree(f"id: CHG-2026-0001\nrequested_at: '{value}'\n")
    fix(file, "--apply")
    assert f"requested_at: '{value}'\n" in file.read_text()


def test_a_word_spelt_otherwise(tree):
    file = tree("id: CHG-2026-0001\nchange_type: Emergency\nstatus: 'In Review'\n")
    fix(file, "--apply")
    assert "change_type: emergency\n" in file.read_text()
    assert "status: 'In Review'\n" in file.read_text(), "no state of a change is spelt so"


def test_a_missing_key_becomes_a_placeholder_that_fails(tree):
    file = tree("id: CHG-2026-0001\ntitle: New disks")
    assert fix(file, "--apply").exit_code == 0
    text = file.read_text()
    assert text.startswith("id: CHG-2026-0001\ntitle: New disks\n")
    assert "reason: TODO\n" in text
    done = CliRunner().invoke(program, ["check", "--root", str(file.parents[1]), "--select", "CHG001"])
    assert done.exit_code == 1
    again = fix(file)
    assert again.stdout == "Nothing that can be repaired safely.\n"


def test_front_matter_keeps_its_body_and_line_ends(tree):
    config = "version: 1\ncollections:\n  documents: {type: document, files: docs/*.md}\n"
    file = tree("---\r\nid: DOC-2026-0001\r\nstatus: Approved\r\n---\r\n# Title\r\n\r\n---\r\n", config, "docs/a.md")
    fix(file, "--apply")
    text = file.read_bytes().decode()
    assert "status: approved\r\n" in text
    assert text.endswith("---\r\n# Title\r\n\r\n---\r\n")
    assert "\n" not in text.replace("\r\n", "")


def test_other_lines_stay_byte_for_byte(tree):
    file = tree("# a comment\nid: CHG-2026-0001\n\nrequested_at:   25/03/2026\nnote: 25/03/2026 was a Wednesday\n")
    fix(file, "--apply")
    assert "# a comment\nid: CHG-2026-0001\n\nrequested_at:   2026-03-25\nnote: 25/03/2026 was" in file.read_text()


def test_a_table_of_rows(tree):
    config = "version: 1\ncollections:\n  risks: {layout: risk-register, files: risks.csv}\n"
    file = tree(
        "ID,Title,Status,Reviewed On\nR-1,Fire,Open,25/03/2026\nR-2,Water,open,2026-03-01\n", config, "risks.csv"
    )
    fix(file, "--apply")
    assert file.read_text() == "ID,Title,Status,Reviewed On\nR-1,Fire,Open,2026-03-25\nR-2,Water,open,2026-03-01\n"


def test_nothing_to_repair(tree):
    file = tree("{id: CHG-2026-0001}")
    assert fix(file).exit_code == 0
