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


def left(done) -> str:
    return done.stderr.partition("Left for you:\n")[2]


def only(file, select: str):
    """Let the configuration of a file select these rules only."""
    config = next(folder for folder in file.parents if (folder / "qmscheck.yaml").exists()) / "qmscheck.yaml"
    config.write_text(f"{config.read_text()}select: [{select}]\n")
    return file


def applied(file, *, select: str) -> str:
    """The text after `fix --apply`, judged by these rules; a second run finds nothing more to repair."""
    done = fix(only(file, select), "--apply")
    assert done.exit_code == 0, done.stderr
    text = file.read_bytes()
    assert "Nothing that can be repaired safely." in fix(file, "--apply").stdout
    assert file.read_bytes() == text
    return text.decode()


MAPPED = """version: 1
collections:
  changes:
    type: change
    files: changes/*.yaml
    fields:
      id: Ref
      title: Name
      reason: [{section: Why}, {key: [Why, Because]}]
      impact.service: Effects.On Service
      requested_by: {file: parent}
"""


def test_a_missing_key_is_written_as_the_mapping_reads_it_first(tree):
    before = "Ref: CHG-2026-0001\nName: Disks  # new\n\n# the end\n"
    text = applied(tree(before, MAPPED), select="CHG001")
    assert text.startswith("Ref: CHG-2026-0001\nName: Disks  # new\n")
    assert text.endswith("\n\n# the end\n")
    assert "\nWhy: TODO\n" in text
    assert "reason:" not in text


def test_a_field_that_is_read_from_no_key_is_told(tree):
    assert "category is missing (CHG001); the collection reads it from no key" in left(
        fix(tree("Ref: CHG-2026-0001\nName: t\n", MAPPED))
    )


LIST = """version: 1
collections:
  risks: {type: risk, files: risks.yaml, split: {items: "all.open"}}
"""


def test_items_of_a_list_each_get_their_keys(tree):
    before = (
        "\ufeffall:\r\n  open:\r\n    # first\r\n    - id: RSK-2026-0001\r\n      title: Fire\r\n      event: |\r\n"
        "        burns\r\n        # no comment\r\n\r\n    # second\r\n    -\r\n      id: RSK-2026-0002\r\n"
        "      title: 'Water: \"x\"'   # rises\r\n  closed: []\r\n"
    )
    text = applied(tree(before, LIST, "risks.yaml"), select="RSK001")
    kept = [line for line in text.split("\r\n") if not line.endswith(": TODO")]
    assert kept == before.split("\r\n")
    first, second = text.partition("    # second\r\n")[::2]
    assert "        # no comment\r\n      owner: TODO\r\n" in first
    for part in (first, second):
        assert part.count("\r\n      owner: TODO\r\n") == 1
    assert second.endswith(": TODO\r\n  closed: []\r\n")
    assert "\n" not in text.replace("\r\n", "")


def test_each_document_of_a_file_gets_its_keys(tree):
    config = (
        "version: 1\ncollections:\n"
        '  risks: {type: risk, files: risks.yaml, read: {documents: many}, split: {items: ""}}\n'
    )
    before = "---\n# a\nid: RSK-2026-0001\ntitle: Fire\n...\n---\n# b\nid: RSK-2026-0002\ntitle: Water\n\n# end"
    text = applied(tree(before, config, "risks.yaml"), select="RSK001")
    assert [line for line in text.split("\n") if not line.endswith(": TODO")] == before.split("\n")
    first, second = text.split("\n...\n")
    assert first.startswith("---\n# a\nid: RSK-2026-0001\ntitle: Fire\nowner: TODO\n")
    assert second.startswith("---\n# b\nid: RSK-2026-0002\ntitle: Water\nowner: TODO\n")


def test_entries_of_a_mapping_and_keys_further_inside(tree):
    config = (
        "version: 1\ncollections:\n"
        "  changes: {type: change, files: c.yaml, split: {entries: rfcs}, keep: true, fields: {id: {entry: key}}}\n"
    )
    before = (
        "rfcs:\n  CHG-2026-0001:\n    title: a\n    status: implemented\n    approvals:\n    - by: ada\n    title2: x\n"
    )
    text = applied(tree(before, config, "c.yaml"), select="CHG001,CHG040")
    assert text.startswith(before)
    assert "\n    reason: TODO\n" in text


def test_fields_of_items_are_added_where_the_item_ends(tree):
    before = (
        "id: CHG-2026-0001\nstatus: approved\napprovals:\n  - by: ada\n    decision: approved\n  - by: ben  # too\n"
        "    at: 2026-01-02\n"
    )
    text = applied(tree(before), select="CHG040")
    assert "    decision: approved\n    at: TODO\n  - by: ben  # too\n    at: 2026-01-02\n    decision: TODO\n" in text


def test_brackets_are_left_and_told(tree):
    file = tree("id: CHG-2026-0001\nstatus: approved\napprovals: [{by: ada}]\n")
    applied(file, select="CHG040")
    assert "approvals.0.at is missing (CHG040); the mapping is written in brackets" in left(fix(file))
    assert "approvals: [{by: ada}]\n" in file.read_text()


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        (
            "risks.json",
            (
                '[\r\n{"id": "R-1", "reviewed_on": "25/03/2026", "status": "Open",  "x_n": "25/03/2026"},\r\n'
                '\t{"id": "R-2","actions":[{"status":"In Progress", "due_on":"Mar 5, 2026"}]}\r\n]'
            ),
            (
                '[\r\n{"id": "R-1", "reviewed_on": "2026-03-25", "status": "open",  "x_n": "25/03/2026"},\r\n'
                '\t{"id": "R-2","actions":[{"status":"in_progress", "due_on":"2026-03-05"}]}\r\n]'
            ),
        ),
        (
            "risks.yaml",
            "- {id: RSK-2026-0001, reviewed_on: '25/03/2026'}\n- id: RSK-2026-0002\n  status: \"Open\"\n",
            "- {id: RSK-2026-0001, reviewed_on: '2026-03-25'}\n- id: RSK-2026-0002\n  status: \"open\"\n",
        ),
    ],
)
def test_dates_and_words_in_registers(tree, name, text, wanted):
    config = f'version: 1\ncollections:\n  risks: {{type: risk, files: {name}, split: {{items: ""}}}}\n'
    assert applied(tree(text, config, name), select="CORE001") == wanted


def test_registers_that_take_no_keys_are_told_once(tree):
    config = 'version: 1\ncollections:\n  risks: {type: risk, files: r.json, split: {items: ""}}\n'
    told = left(fix(tree('[{"id": "RSK-2026-0001"}, {"id": "RSK-2026-0002"}]', config, "r.json")))
    assert told.count("keys are not added to json files") == 1


def test_what_may_be_read_in_two_ways_is_told(tree):
    told = left(fix(tree("id: CHG-2026-0001\nrequested_at: 03/04/2026\n")))
    assert "changes/CHG-2026-0001.yaml:2" in told
    assert "requested_at: '03/04/2026' may be 2026-03-04 or 2026-04-03" in told


def test_a_file_in_another_encoding_is_told_and_left(tree):
    file = tree("id: CHG-2026-0001\n")
    file.write_bytes("id: CHG-2026-0001\nstatus: Draft\n".encode("utf-16"))
    assert "no UTF-8; nothing is repaired in it" in left(fix(file, "--apply"))


def test_a_repair_that_makes_rules_ask_for_more_is_followed_to_the_end(tree):
    """A state spelt otherwise is no state; once it is one, what it asks for is missing."""
    text = applied(tree("id: CHG-2026-0001\nstatus: Approved\n"), select="CHG003, CHG040")
    assert text.startswith("id: CHG-2026-0001\nstatus: approved\n")
    assert "requested_at: TODO\n" in text
