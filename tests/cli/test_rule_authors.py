"""What rule authors use: `rules new`, `rules doc`, `explain --show-input`."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from qmscheck import app, definitions, plugins
from qmscheck.cli import program
from qmscheck.cli.rule_draft import draft
from qmscheck.reference.web import Web
from qmscheck.rulepack.rules import add_rule
from qmscheck.schema import IMPLICIT
from qmscheck.verbs import proving

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
    assert "2 examples of 1 rule: 2 hold" in tested.stdout
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
    assert done.stdout.startswith("# CHG005")
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


DEVICES = """\
type: device
title: Device
schema:
  properties:
    parts:
      type: array
      description: What it is made of.
      items:
        type: object
        properties:
          state: {enum: [TBD, worn, new], description: How it is.}
          made: {$ref: "#/$defs/when", description: When it was made.}
"""


@pytest.mark.parametrize(
    "title",
    ['Q: a "b" {c}', "# no comment", "'quoted'", "- item", "two\nlines", "yes", "Überprüfung: läuft", "x" * 400],
)
def test_any_title_makes_a_file_that_can_be_read(pack, title):
    assert new(pack, "--title", title).exit_code == 0
    [file] = (pack / "change").iterdir()
    assert yaml.safe_load(file.read_text("utf-8"))["title"] == title
    assert len(file.name) < 100
    tested = run("rules", "test", str(pack), "--root", str(pack.parent))
    assert tested.exit_code == 0, tested.output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["ACM2", "--record", "change"],
            "'ACM2' is no id of a rule: it is capital letters and three digits, such as ACM002",
        ),
        (["acme", "--record", "change"], "such as ACME001"),
        (["CHG005", "--record", "change"], "there is a rule CHG005 already"),
        (["ACME001", "--record", "change", "--field", "tittle"], "change has no field 'tittle'; did you mean 'title'?"),
        (["ACME001", "--record", "change", "--field", "approvals.bye"], "change.approvals has no field 'bye'"),
        (["ACME001", "--record", "any", "--field", "approvals"], "has no field 'approvals'"),
        (["ACME001", "--record", "change", "--field", "type"], "every record has it"),
        (["ACME001", "--record", "change", "--title", " "], "the title is empty"),
    ],
)
def test_what_would_be_no_rule_is_not_written(pack, words, message):
    identity, *others = words
    done = run("rules", "new", identity, str(pack), "--root", str(pack.parent), *others)
    assert done.exit_code == 2
    assert message in done.stderr
    assert list(pack.iterdir()) == []


@pytest.mark.parametrize("field", ["x_team", "owner", "links.caused_by"])
def test_a_rule_on_every_type(pack, field):
    done = run("rules", "new", "ACME001", str(pack), "--root", str(pack.parent), "--record", "any", "--field", field)
    assert done.exit_code == 0, done.stderr
    [file] = pack.glob("*/*.yaml")
    assert file.parent.name == "any"
    assert yaml.safe_load(file.read_text("utf-8"))["controls"] == ["C-DOC"]
    tested = run("rules", "test", str(pack), "--root", str(pack.parent))
    assert tested.exit_code == 0, tested.output


def test_what_a_new_rule_begins_with_is_no_placeholder(pack):
    (pack / "record-types").mkdir()
    (pack / "record-types" / "device.yaml").write_text(DEVICES)
    done = run(
        "rules", "new", "DEV001", str(pack), "--root", str(pack.parent), "--record", "device", "--field", "parts.state"
    )
    assert done.exit_code == 0, done.stderr
    [file] = (pack / "device").iterdir()
    examples = yaml.safe_load(file.read_text())["examples"]
    assert examples["pass"][0]["parts"] == [{"state": "worn"}]
    assert examples["fail"][0]["at"] == ["parts"]
    assert run("rules", "test", str(pack), "--root", str(pack.parent)).exit_code == 0


def every_field(knowledge):
    """Each field of each record type, inwards too; those that all types share once."""
    shared = frozenset(Web(knowledge).shared_fields)
    for number, (name, record_type) in enumerate(knowledge.types.items()):
        for path in record_type.kinds:
            if path[0] not in IMPLICIT and (not number or path[0] not in shared):
                yield name, ".".join(str(step) for step in path if step != "*")


def test_a_new_rule_on_any_field_of_any_type_holds_its_examples(tmp_path):
    loaded, number = plugins.load(), 0
    knowledge = app.knowledge_of(None, loaded, examples=False)
    for number, (name, field) in enumerate(every_field(knowledge)):
        begun = draft(knowledge, f"NEW{number % 1000:03}", "A new rule", name, field)
        file = tmp_path / "rule.yaml"
        file.write_text(begun.text)
        apart = replace(knowledge, rules={}, files={})
        add_rule(apart, definitions.load(file, file.name, "rule"), "own", proven=False, examples=True)
        proofs = list(proving.prove(apart, loaded))
        assert [proof.wrong for proof in proofs] == ["", ""], f"{name} {field}: {begun.text}"
        assert list(knowledge.types[name].faults(proofs[0].example.record)) == [], f"{name} {field}"
    assert number > 500


def test_pages_of_own_rules_say_where_they_are_changed(pack, tmp_path):
    assert new(pack).exit_code == 0
    [file] = (pack / "change").iterdir()
    page = run("rules", "doc", "ACME001", "--root", str(pack.parent)).stdout
    assert page.startswith("# ACME001")
    assert f"File: `rules/change/{file.name}`" in page
    moved = pack.rename(tmp_path / "own")
    (tmp_path / "qmscheck.yaml").write_text("version: 1\npacks: [own]\n")
    assert run("reference", str(tmp_path / "pages"), "--root", str(tmp_path)).exit_code == 0
    first = (tmp_path / "pages" / "rules" / "ACME001.md").read_text("utf-8").splitlines()[0]
    assert f"Change own/change/{file.name} instead." in first
    assert moved.is_dir()
    assert "0 written" in run("reference", str(tmp_path / "pages"), "--root", str(tmp_path)).stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["incident"], "no collection of the configuration holds 'incident'; there are: changes (change)"),
        (["incident", "--collection", "changes"], "no collection 'changes' of the configuration holds 'incident'"),
    ],
)
def test_a_record_that_no_collection_takes(pack, words, message):
    done = run("new", *words, "--root", str(pack.parent))
    assert done.exit_code == 2
    assert message in done.stderr


def test_what_a_rule_saw_of_items_and_of_the_record_before(tmp_path):
    write = {
        "qmscheck.yaml": "version: 1\npacks: [rules]\n"
        "collections: {changes: {type: change, split: {items: ''}, files: c.yaml}}\n",
        "c.yaml": "- id: A\n  approvals: [{by: ada, decision: approved}, {by: bo}]\n- id: B\n",
        "rules/change/ACME001-a.yaml": EACH,
        "rules/change/ACME002-b.yaml": EACH.replace("ACME001", "ACME002").replace(
            "each: approvals\nwhere: item.by != 'ada'\nrequires: [decision]",
            "scope: sequence\nexpect: previous.id != 'A'",
        ),
    }
    for path, text in write.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    first = json.loads(run("explain", "ACME001", "--root", str(tmp_path), "--show-input", "A").stdout)
    assert list(first["item"]) == ["approvals.1"]
    assert first["item"]["approvals.1"]["by"] == "bo"
    assert first["outcome"] == "fail"
    second = json.loads(run("explain", "ACME002", "--root", str(tmp_path), "--show-input", "B").stdout)
    assert second["previous"]["id"] == "A"
    assert second["outcome"] == "fail"
    none = json.loads(run("explain", "ACME002", "--root", str(tmp_path), "--show-input", "A").stdout)
    assert none["previous"] is None


EACH = """\
id: ACME001
name: decided
title: Every approval says what was decided
record: change
controls: [C-CHG]
grade: minor
basis: practice
detects: missing
each: approvals
where: item.by != 'ada'
requires: [decision]
why: w
fix: f
examples: {pass: [{id: A}], fail: [{id: B}]}
"""


def test_a_new_rule_may_be_on_a_type_of_its_own_pack(tmp_path, monkeypatch):
    """A pack that no configuration names yet, and no plugin brings."""
    monkeypatch.chdir(tmp_path)
    kinds = tmp_path / "pack" / "record-types"
    kinds.mkdir(parents=True)
    (kinds / "visit.yaml").write_text(
        "type: visit\ntitle: Visit\nschema: {properties: {site: {type: string, description: Where.}}}\n"
    )
    done = run("rules", "new", "VIS001", "pack", "--record", "visit", "--field", "site")
    assert done.exit_code == 0, done.output
    assert run("rules", "test", "pack").exit_code == 0
