"""The built-in data: every clause with evidence is reached or says why not, and every reference resolves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml

from qmscheck.coverage import ClauseCoverage, coverage_of
from qmscheck.errors import RuleDefinitionError
from qmscheck.model import Provenance, Report, Source
from qmscheck.readers import read
from qmscheck.rulepack import builtin_pack, load_packs

from .conftest import NEXT, RED, write_pack

KNOWN = load_packs([("rules", builtin_pack())])
EVIDENCE = yaml.safe_load((Path(__file__).parent / "evidence_clauses.yaml").read_text("utf-8"))
PAIRS = [(standard, number) for standard, numbers in EVIDENCE.items() for number in numbers]
FORBIDDEN = re.compile(r"\b(complian\w*|certified|conforms?|shall|20001)\b", re.IGNORECASE)
REFERENCE = re.compile(r"\b(iso[0-9-]+:[0-9]{4})(?:\+A1:2024)?/([0-9]+(?:\.[0-9]+)*)")


def surveyed() -> dict[str, dict[str, ClauseCoverage]]:
    report = Report(
        results=(), rules=tuple(KNOWN.rules.values()), provenance=Provenance(version="0", as_of="2026-09-01")
    )
    coverage = coverage_of(report, KNOWN, list(KNOWN.standards))
    return {one.standard.id: {clause.clause.number: clause for clause in one.clauses} for one in coverage.standards}


SURVEYED = surveyed()


@pytest.mark.parametrize(("standard", "number"), PAIRS)
def test_a_clause_with_evidence_has_a_rule_or_says_why_not(standard, number):
    one = SURVEYED[standard][number]
    assert one.rules or one.clause.unseen or one.clause.human, f"{one.clause.reference}: no rule, question or reason"


@pytest.mark.parametrize(("standard", "number"), PAIRS)
def test_a_clause_with_evidence_says_what_is_expected_and_asks_its_question(standard, number):
    clauses = KNOWN.standards[standard].clauses
    parts = [one for name, one in clauses.items() if name == number or name.startswith(f"{number}.")]
    assert any(one.expected for one in parts)
    assert all(one.human.endswith(("?", ".")) and len(one.human) > 15 for one in parts)
    assert any(one.types or one.unseen or (one.human and not one.types) for one in parts)


@pytest.mark.parametrize("standard", KNOWN.standards)
def test_every_rule_reaches_a_clause_where_its_controls_have_one(standard):
    reached = {rule for one in SURVEYED[standard].values() for rule in one.rules}
    lost = [
        rule.id
        for rule in KNOWN.rules.values()
        if rule.asked_by(standard)
        and any(KNOWN.clauses_of(control, [standard]) for control in rule.controls)
        and rule.id not in reached
    ]
    assert not lost


def test_every_clause_of_2015_went_somewhere():
    old, new = KNOWN.standards["iso9001:2015"], KNOWN.standards["iso9001:2026"]
    assert all(KNOWN.successors(clause) for clause in old.clauses.values())
    assert all(clause.origin for clause in new.clauses.values())
    assert [one.number for one in KNOWN.successors(old.clauses["10.3"])] == ["10.1"]
    assert [one.number for one in KNOWN.successors(old.clauses["6.1.2"])] == ["6.1.2", "6.1.3"]
    assert "10.3" not in new.clauses
    assert new.status == "provisional"


def leaves(standard: str, numbers: tuple[str, ...]) -> set[str]:
    clauses = KNOWN.standards[standard].clauses
    return {
        name
        for name in clauses
        if not KNOWN.standards[standard].below(name)
        for number in numbers
        if name == number or name.startswith(f"{number}.")
    }


@pytest.mark.parametrize("control", KNOWN.controls.values(), ids=lambda control: control.id)
def test_the_crosswalk_and_the_controls_agree(control):
    old = KNOWN.standards["iso9001:2015"].clauses
    moved = {
        later.number
        for number in leaves("iso9001:2015", control.clauses.get("iso9001:2015", ()))
        for later in KNOWN.successors(old[number])
    }
    assert moved == leaves("iso9001:2026", control.clauses.get("iso9001:2026", ()))


def test_no_exclusion_in_20000_1():
    assert not KNOWN.standards["iso20000-1:2018"].excludable
    assert KNOWN.standards["iso9001:2015"].excludable
    assert KNOWN.standards["iso9001:2026"].excludable


def test_unconfirmed_numbers_stay_marked():
    clauses = KNOWN.standards["iso20000-1:2018"].clauses
    unconfirmed = {number for number, clause in clauses.items() if not clause.confirmed}
    assert unconfirmed >= {
        "6.1.1",
        "6.1.2",
        "6.1.3",
        "7.5.3.1",
        "7.5.3.2",
        "8.2.3.2",
        "9.2.1",
        "9.2.2",
        "10.1.1",
        "10.1.2",
    }


def _entries(value: object) -> Iterator[Mapping[str, object]]:
    if isinstance(value, Mapping):
        if "standard" in value and "clause" in value:
            yield value
        for child in value.values():
            yield from _entries(child)
    elif isinstance(value, list):
        for child in value:
            yield from _entries(child)


def test_every_clause_reference_in_the_rules_resolves():
    wrong = []
    for file in sorted(builtin_pack().rglob("*.yaml")):
        found = REFERENCE.findall(file.read_text("utf-8"))
        data = read(Source(file.name, file.read_bytes()), "yaml", {}).data
        found += [(str(one["standard"]), str(one["clause"])) for one in _entries(data)]
        for name, number in found:
            standards = [one for one in KNOWN.standards.values() if one.called(name)]
            if name.startswith("iso") and not any(number in one.clauses for one in standards):
                wrong.append(f"{file.name}: {name}/{number}")
    assert not wrong


@pytest.mark.parametrize("standard", KNOWN.standards.values(), ids=lambda one: one.id)
def test_standards_are_in_our_words(standard):
    for clause in standard.clauses.values():
        for text in (clause.title, clause.expected, clause.human, clause.unseen, clause.change, clause.note):
            assert not FORBIDDEN.search(text), f"{clause.reference}: {text}"
            assert len(text) < 250


def wrong(tmp_path, name, text):
    with pytest.raises(RuleDefinitionError) as raised:
        load_packs([("mini", write_pack(tmp_path, {name: text}))])
    return str(raised.value)


def test_a_wrong_origin_raises_with_its_place(tmp_path):
    message = wrong(tmp_path, "standards/red-2026.yaml", NEXT.replace('"1.3"]', '"9.9"]'))
    assert message.startswith("mini/standards/red-2026.yaml:8:")
    assert message.endswith("red:2020 has no clause 9.9")


def test_following_an_unknown_edition_raises(tmp_path):
    message = wrong(tmp_path, "standards/red-2026.yaml", NEXT.replace('follows: "red:2020"', 'follows: "red:1999"'))
    assert "it follows 'red:1999', which no file before it describes" in message


def test_an_origin_without_an_edition_raises(tmp_path):
    message = wrong(tmp_path, "standards/red-2026.yaml", NEXT.replace('follows: "red:2020"\n', ""))
    assert "an edition that it does not name under `follows` has no clause 1" in message


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("types: [change]", "types: [chnage]", "unknown record type 'chnage'; did you mean 'change'?"),
        ("{paper: {kind: policy}}", "{paper: {kinds: policy}}", "paper has no field 'kinds'; did you mean 'kind'?"),
        ("{paper: {kind: policy}}", "{paper: {}}", "types"),
        ("exclusions: justified", "exclusions: some", "exclusions"),
    ],
)
def test_wrong_evidence_raises(tmp_path, old, new, said):
    assert said in wrong(tmp_path, "standards/red-2020.yaml", RED.replace(old, new, 1))


def test_a_clause_takes_what_it_does_not_say_from_before_and_from_above(knowledge):
    old, new = knowledge.standards["red:2020"].clauses, knowledge.standards["red:2026"].clauses
    assert new["1.2"].types == old["1.2"].types
    assert new["1.2"].human == "Are they read?"
    assert new["1.1"].human == "Were they needed?"
    assert [one.type for one in new["1.1"].types] == ["change", "tool"]
    shared = load_packs([("rules", builtin_pack())]).standards["iso9001:2015"].clauses
    assert shared["6.1.2"].types == shared["6.1"].types


def test_evidence_in_words(knowledge):
    clauses = knowledge.standards["red:2020"].clauses
    assert str(clauses["1.2"].types[0]) == "paper (kind policy)"
    assert str(clauses["3.1"].types[0]) == "paper (kind list or plan)"
    assert str(clauses["4"].types[0]) == "tool (stock)"
