"""A slip in a record type or an expression of a pack is told with its line, not found out by what nobody checks."""

from __future__ import annotations

import re

import pytest

from qmscheck import definitions
from qmscheck.errors import RuleDefinitionError
from qmscheck.rulepack import builtin_pack, load_packs
from qmscheck.rulepack.soundness import require_sound
from qmscheck.standards import check_types
from qmscheck.testing import wrong_examples

TYPE = """\
type: visit
title: Visit
prefix: VIS
lifecycle:
  states: [planned, visited]
  side: [cancelled]
  groups: {closed: [visited, cancelled]}
  transitions: {planned: [visited]}
past: [visited_on, "devices.tested_on"]
timeline: [visited_on]
order: [[visited_on, next_on]]
people: [signed_by]
references: {devices.ref: [measuring-resource]}
links:
  resources: {field: devices.ref, to: measuring-resource, many: true}
  audits: {from: audit, field: links.related_to, many: true}
schema:
  properties:
    visited_on: {$ref: "#/$defs/day", description: "Day of the visit."}
    next_on: {$ref: "#/$defs/day", description: "Day of the next."}
    signed_by: {$ref: "#/$defs/person", description: "Who signed."}
    devices:
      type: array
      description: What was tested.
      items:
        type: object
        properties:
          ref: {type: string, description: "Device."}
          tested_on: {$ref: "#/$defs/day", description: "Day."}
"""
RULE = """\
id: VIS001
name: signed
title: A visit is signed
record: visit
controls: [C-DOC]
grade: minor
basis: practice
detects: missing
when: reached(record, "visited") || in_state(record, "closed")
expect: filled(record.signed_by)
message: "{signed_by} {show.day}"
show: {day: text(record.visited_on)}
why: So.
fix: Sign.
examples:
  pass: [{id: VIS-1, status: visited, signed_by: ada}]
  fail: [{id: VIS-1, status: visited}]
  unknown: [{id: VIS-1, signed_by: ada}]
"""


@pytest.fixture
def pack(tmp_path):
    def pack(kind: str = TYPE, rule: str = RULE):
        for path, text in (("record-types/visit.yaml", kind), ("visit/VIS001-signed.yaml", rule)):
            file = tmp_path / "pack" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return tmp_path / "pack"

    return pack


def loaded(folder):
    return load_packs([("rules", builtin_pack()), ("pack", folder)], frozenset({"visit"}))


def test_a_sound_type_is_taken(pack):
    assert "visit" in loaded(pack()).types


@pytest.mark.parametrize(
    ("right", "slip", "line", "message"),
    [
        ("past: [visited_on,", "past: [visitd_on,", 9, "visit has no field 'visitd_on'; did you mean 'visited_on'?"),
        ("devices.tested_on", "devices.testd_on", 9, "visit.devices has no field 'testd_on'"),
        ("timeline: [visited_on]", "timeline: [visited]", 10, "no field 'visited'"),
        ("[[visited_on, next_on]]", "[[visited_on, nxt_on]]", 11, "no field 'nxt_on'; did you mean 'next_on'?"),
        ("people: [signed_by]", "people: [signd_by]", 12, "no field 'signd_by'; did you mean 'signed_by'?"),
        ("{devices.ref: [measuring-resource]}", "{devices.rf: [measuring-resource]}", 13, "no field 'rf'"),
        (": [measuring-resource]}", ": [measuring-resources]}", 13, "did you mean 'measuring-resource'?"),
        ("{field: devices.ref,", "{field: devices.reff,", 15, "no field 'reff'; did you mean 'ref'?"),
        ("to: measuring-resource,", "to: measuring,", 15, "unknown record type 'measuring'"),
        ("field: links.related_to,", "field: links.relatd_to,", 16, "audit.links has no field 'relatd_to'"),
        ("closed: [visited,", "closed: [visted,", 7, "unknown state 'visted'; did you mean 'visited'?"),
        ("{planned: [visited]}", "{plannd: [visited]}", 8, "unknown state 'plannd'; did you mean 'planned'?"),
        ("{planned: [visited]}", "{planned: [visted]}", 8, "unknown state 'visted'"),
        ("prefix: VIS", "prefix: CHG", 3, "the prefix 'CHG' is that of change already"),
        ('"#/$defs/person"', '"#/$defs/persn"', 21, "'#/$defs/persn' leads nowhere; $defs that there are: "),
        ("{type: string, desc", "{type: sting, desc", 28, 'the schema is not sound: "sting" is not valid'),
    ],
)  # fmt: skip
def test_a_slip_in_a_type_is_told(pack, right, slip, line, message):
    assert right in TYPE
    with pytest.raises(RuleDefinitionError, match=re.escape(message)) as found:
        loaded(pack(TYPE.replace(right, slip, 1)))
    assert str(found.value.location).startswith(f"pack/record-types/visit.yaml:{line}")


def test_all_slips_are_not_those_of_shipped_types():
    knowledge = load_packs([("rules", builtin_pack())])
    files = sorted((builtin_pack() / "record-types").glob("[a-z]*.yaml"))
    assert len(files) == len(knowledge.types)
    for file in files:
        require_sound(definitions.load(file, file.name, "record-type"), knowledge.types)


def test_the_evidence_that_shipped_standards_name_is_there():
    """A run takes it as proven."""
    knowledge = load_packs([("rules", builtin_pack())])
    files = sorted((builtin_pack() / "standards").glob("*.yaml"))
    assert len(files) == len(knowledge.standards)
    for file in files:
        check_types(definitions.load(file, file.name, "standard"), knowledge.types)


def test_when_is_asked_of_the_record_and_sees_no_item(pack):
    rule = RULE.replace("when:", "each: devices\nwhen:").replace("record.signed_by)", "item.ref)")
    loaded(pack(rule=rule))
    for seen, fine in (("record.devices.exists(item, item.ref != null)", True), ("item.ref != null", False)):
        folder = pack(rule=rule.replace('reached(record, "visited") || in_state(record, "closed")', seen))
        if fine:
            wrong_examples(folder)
        else:
            with pytest.raises(RuleDefinitionError, match="`when` is asked once, of the record, and sees no item"):
                wrong_examples(folder)


@pytest.mark.parametrize(
    ("right", "slip", "message"),
    [
        ('reached(record, "visited")', 'reached(record, "visted")', "visit has no state 'visted'; it has planned"),
        ('in_state(record, "closed")', 'in_state(record, "closd")', "visit has no group of states 'closd'; it has"),
        ("{show.day}", "{show.daye}", "the message shows 'daye', which is not under show:"),
    ],
)  # fmt: skip
def test_a_slip_in_an_expression_is_told(pack, right, slip, message):
    assert wrong_examples(pack()) == []
    with pytest.raises(RuleDefinitionError, match=re.escape(message)):
        wrong_examples(pack(rule=RULE.replace(right, slip)))
