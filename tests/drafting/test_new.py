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


def written(done) -> dict:
    assert done.exit_code == 0, done.stderr
    return yaml.safe_load(done.stdout)


CHANGES = "type: change, files: changes/*.yaml"


@pytest.mark.parametrize(
    ("given", "name", "value"),
    [
        ("services=[mail, dns]", "services", ["mail", "dns"]),
        ("major_impact=true", "major_impact", True),
        ("impact={service: none}", "impact", {"service": "none"}),
        ("impact.service=none", "impact", {"service": "none"}),
        ("reason=[1, 2]", "reason", "[1, 2]"),
        ("reason=true", "reason", "true"),
        ("reason=a=b", "reason", "a=b"),
        ("approvals.0.by=ada", "approvals", [{"by": "ada"}]),
        ("review.actions=[{text: do it, owner: ada}]", "review", {"actions": [{"text": "do it", "owner": "ada"}]}),
        ("x_price=12", "x_price", "12"),
    ],
)
def test_a_given_value_is_of_the_kind_that_the_type_wants(tree, given, name, value):
    assert written(new(tree(CHANGES, {}), "change", "--dry-run", "--field", given))[name] == value


def test_numbers_are_numbers_also_where_text_would_do(tree):
    root = tree("type: objective, files: o/*.yaml", {})
    assert written(new(root, "objective", "--dry-run", "--field", "target.value=99.5"))["target"]["value"] == 99.5
    assert written(new(root, "objective", "--dry-run", "--field", "target.value=true"))["target"]["value"] is True


def test_several_items_are_given_in_order(tree):
    words = ["--field", "approvals.0.by=ada", "--field", "approvals.1.by=ben", "--field", "approvals.0.role=owner"]
    got = written(new(tree(CHANGES, {}), "change", "--dry-run", *words))["approvals"]
    assert got == [{"by": "ada", "role": "owner"}, {"by": "ben"}]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("services=mail", "--field services: 'mail' is text; wanted is a list, such as [A, B]"),
        ("services=[mail", "--field services: '[mail' cannot be read as YAML"),
        ("approvals=[ada]", "approvals.0 is 'ada'"),
        ("approvals=ada", "wanted is a list of mappings, such as [{by: ...}]"),
        ("major_impact=perhaps", "wanted is true or false"),
        ("impact=3", "--field impact: '3' is a number; wanted is a mapping, such as {service: ...}"),
        ("requested_at=yesterday", "wanted is a day or a moment"),
        ("change_type=urgent", "it must be one of: standard, normal, emergency"),
        ("titel=x", "did you mean 'title'?"),
        ("impact.servce=x", "did you mean 'service'?"),
        ("approvals.by=ada", "approvals is a list; say which of its items: approvals.0.by"),
        ("approvals.1.by=ada", "approvals has 0 items so far; give approvals.0 first"),
    ],
)
def test_another_kind_is_refused_with_field_and_kind(tree, given, message):
    done = new(tree(CHANGES, {}), "change", "--dry-run", "--field", given)
    assert done.exit_code == 2
    assert message in done.stderr


def test_items_that_are_begun_are_asked_to_the_end(tree):
    words = ["--field", "status=approved", "--field", "approvals.0.by=ada"]
    got = written(new(tree(CHANGES, {}), "change", "--dry-run", *words))
    assert got["approvals"] == [{"by": "ada", "at": "TODO", "decision": "TODO"}]
    assert got["impact"]["service"] == "TODO", "of a mapping, the field that one says first"


def test_the_first_of_a_list_begins_its_file(tree):
    root = tree('type: objective, files: goals.yaml, split: {items: ""}', {})
    for title in ("Faster", "Better"):
        assert new(root, "objective", "--field", f"title={title}").exit_code == 0
    got = yaml.safe_load((root / "goals.yaml").read_text())
    assert [one["title"] for one in got] == ["Faster", "Better"]
    assert [one["id"] for one in got] == ["OBJ-2026-0001", "OBJ-2026-0002"]


LOG = "# Log\n\n## [1.1.0] - 2026-02-03\n\n- x\n\n## [1.0.0] - 2026-01-01\n\n- y\n"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (LOG, "above the record of CHANGELOG.md:3, spelt as `## [1.1.0] - 2026-02-03` is"),
        ("## 1.0 (2026-01-01)\n\n## 1.1 (2026-02-01)\n", "below the record of CHANGELOG.md:3, spelt as `## 1.1"),
        ("# Log\n", "Write it in CHANGELOG.md"),
    ],
)
def test_what_is_written_by_hand_is_told_with_its_place(tree, text, place):
    root = tree("layout: keep-a-changelog, files: CHANGELOG.md", {"CHANGELOG.md": text})
    done = new(root, "change-log-release", "--field", "version=1.2.0")
    assert done.exit_code == 2
    assert place in done.stderr
    assert "date: 2026-11-23" in done.stderr
    assert 'version: "1.2.0"' in done.stderr
    assert (root / "CHANGELOG.md").read_text() == text


def test_mappings_in_a_list_are_spoken_where_a_layout_has_lines(tree):
    root = tree("layout: postmortem-headings, files: pm/*.md", {"pm/PM-001.md": REVIEW})
    words = ["--field", "title=DNS", "--field", "actions=[{text: mend it, owner: ada, due_on: 2026-12-01}]"]
    assert "- mend it (owner: ada, due_on: 2026-12-01)" in new(root, "incident-review", "--dry-run", *words).stdout


PAGE = "---\ntitle: Restore\nlast_reviewed_on: 2026-02-10\nreview_in: 6 months\nowner: ann\nweight: 3\n---\n# Restore\n"


def test_keys_of_a_layout_that_nothing_was_said_of_stay_open(tree):
    """A state that the layout has no place for neither gets lost nor keeps rules from asking."""
    root = tree("layout: tech-docs-page, files: docs/*.md", {"docs/a.md": PAGE})
    done = new(root, "document", "--dry-run", "--field", "title=On call")
    assert done.stdout.startswith(
        "---\ntitle: On call\nlast_reviewed_on: TODO\nreview_in: TODO\nowner: TODO\n---\n\n# On call\n"
    )
    assert "No place in this layout for: status" in done.stderr
