"""A rule, a record type, a layout, a setting, an edition of a standard: each one file in a pack, nothing under src/."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from qmscheck import app, config, plugins
from qmscheck.model import Outcome, Report
from qmscheck.verbs import proving

PACK = {
    "pack/record-types/drill.yaml": """\
type: drill
title: Evacuation drill
lifecycle: {states: [planned, held], groups: {closed: [held]}}
past: [held_on]
order: [[planned_on, held_on]]
links: {change: {field: change_ref, to: change}}
references: {change_ref: [change]}
schema:
  properties:
    planned_on: {$ref: "#/$defs/day", description: When it was to be held.}
    held_on: {$ref: "#/$defs/day", description: When it was held.}
    minutes: {type: integer, description: How long it took.}
    change_ref: {type: string, description: The change that made it necessary.}
""",
    "pack/layouts/drill-log.yaml": """\
layout: drill-log
title: Drill log
type: drill
format: csv
split: rows
dates: [DD/MM/YYYY]
fields:
  id: No
  held_on: Date
  minutes: Duration
""",
    "pack/settings.yaml": """\
settings:
  drill_minutes: {value: 10, description: Longest drill that is still good.}
""",
    "pack/standards/iso99999-2030.yaml": """\
standard: iso99999:2030
title: An edition that does not exist yet
aliases: [iso99999]
required_types: [drill]
clauses:
  "4": {title: The system}
  "7.1": {title: Drills}
""",
    "pack/controls.yaml": """\
controls:
  C-DRL: {subject: Drills, clauses: {"iso99999:2030": ["7.1"]}}
  C-SYS: {clauses: {"iso99999:2030": ["4"]}}
""",
    "pack/drill/DRL001-quick-enough.yaml": """\
id: DRL001
name: quick-enough
title: A drill takes no longer than you set
record: drill
controls: [C-DRL]
grade: major
basis: requirement
detects: inconsistent
expect: record.minutes <= settings.drill_minutes
at: minutes
message: "took {minutes} minutes, your configured longest is {settings.drill_minutes}"
why: Smoke does not wait.
fix: Find out what held people up, and hold another drill.
examples:
  pass: [{minutes: 9}]
  fail: [{record: {minutes: 11}, at: minutes}]
  unknown: [{minutes: about ten}]
""",
}
CONFIG = """\
version: 1
standards: [iso99999]
packs: [pack]
collections:
  drills: {layout: drill-log, files: drills.csv}
settings: {id_pattern: ""}
"""
DRILLS = "No,Date,Duration\n1,03/02/2026,9\n2,04/05/2026,12\n3,31/06/2026,5\n"


def test_one_of_each_in_a_pack(check: Callable[..., Report]) -> None:
    report = check({**PACK, "qmscheck.yaml": CONFIG, "drills.csv": DRILLS})
    found = {(result.rule.id, result.subject): result for result in report.results}
    assert found["DRL001", "drills.csv#1"].outcome is Outcome.PASS
    slow = found["DRL001", "drills.csv#2"]
    assert slow.message == "took 12 minutes, your configured longest is 10"
    assert str(slow.location).startswith("drills.csv:3")
    assert report.clauses_of(slow.rule) == ("iso99999:2030/7.1",)
    assert found["IMS001", "drill"].outcome is Outcome.PASS


def test_the_shipped_rules_on_every_type_judge_it_too(check: Callable[..., Report]) -> None:
    report = check({**PACK, "qmscheck.yaml": CONFIG.replace("standards: [iso99999]\n", ""), "drills.csv": DRILLS})
    found = {(result.rule.id, result.subject): result for result in report.results}
    assert found["CORE001", "drills.csv#3"].message.startswith("held_on is '31/06/2026'")
    assert found["CORE006", "drills.csv#1"].outcome is Outcome.PASS
    assert found["CORE006", "drills.csv#3"].outcome is Outcome.UNKNOWN


def test_the_examples_of_a_pack_are_proved(write_tree: Callable[..., Path]) -> None:
    root = write_tree({**PACK, "qmscheck.yaml": CONFIG})
    loaded = plugins.load()
    knowledge = app.knowledge_of(config.load(root), loaded)
    proofs = list(proving.prove(knowledge, loaded, [knowledge.rules["DRL001"]]))
    assert [proof.outcome for proof in proofs] == [Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN]
    assert all(proof.holds for proof in proofs)
