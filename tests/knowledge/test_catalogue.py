"""The data of the built-in pack is sound: what one file names, another one has; and it says nothing it must not say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import qmscheck
from qmscheck.knowledge import Knowledge
from qmscheck.model import Outcome, Rule
from qmscheck.rulepack import builtin_pack, load_packs
from qmscheck.schema import RecordType

PACK = builtin_pack()
KNOWN: Knowledge = load_packs([("rules", PACK)])
RULES = sorted(KNOWN.rules.values(), key=lambda rule: rule.id)
TYPES = sorted(KNOWN.types.values(), key=lambda record_type: record_type.name)

# What the tool must never say of anybody's records, and words that the glossary replaces.
FORBIDDEN = re.compile(
    r"\b(complian(t|ce)|non-?complian\w*|certified|conforms?|violat\w+|stakeholders?|vendors?|CAPA|ISO 20001"
    r"|the standard requires|annually)\b",
    re.IGNORECASE,
)
READS_A_DATE = re.compile(
    r"\b(day|time|on_or_before|before|days_between|minutes_between|working_days|active_person|held_role)\("
)
# These checks read only what is there and say so; whether a shape is right can always be told.
ALWAYS_TOLD = frozenset(
    [
        "backlog",
        "baseline-end",
        "baseline-gone",
        "clause-evidence",
        "editions",
        "excluded-yet-done",
        "id-in-name",
        "ignore-comments",
        "own-part",
        "people-known",
        "placeholders",
        "presence",
        "roles-proven",
        "schema",
        "secrets",
        "stated",
        "unique-ids",
        "waiver-target",
        "waiver-use",
    ]
)


def _rule(rule: Rule) -> str:
    return rule.id


def _type(record_type: RecordType) -> str:
    return record_type.name


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


def _undescribed(schema: object, path: str = "") -> Iterator[str]:
    if isinstance(schema, Mapping):
        properties = schema.get("properties", {})
        for name, child in properties.items():
            if not child.get("description"):
                yield f"{path}.{name}"
        for key, child in schema.items():
            yield from _undescribed(child, f"{path}.{key}")
    elif isinstance(schema, list):
        for child in schema:
            yield from _undescribed(child, path)


def _known_path(path: tuple[str | int, ...], record_type: RecordType) -> bool:
    found: list[tuple[str | int, ...]] = [()]
    for part in path:
        found = [step for known in found for step in ((*known, part), (*known, "*", part)) if step in record_type.kinds]
    return bool(found)


@pytest.mark.parametrize("rule", RULES, ids=_rule)
def test_a_rule_lies_where_its_names_say(rule: Rule) -> None:
    file = Path(rule.location.path)
    assert file.stem == f"{rule.id}-{rule.name}"
    assert file.parent.name == rule.record.split()[0]


@pytest.mark.parametrize("rule", RULES, ids=_rule)
def test_a_rule_says_when_it_does_not_apply(rule: Rule) -> None:
    shows = [example for example in rule.examples if example.expected is Outcome.NOT_APPLICABLE]
    if "when" in rule.definition:
        assert rule.definition.get("because"), "a rule with `when` says `because`"
        assert shows, "a rule with `when` shows a record that it does not concern"


@pytest.mark.parametrize("rule", RULES, ids=_rule)
def test_a_rule_that_may_be_unable_to_tell_shows_so(rule: Rule) -> None:
    tests = " ".join(_texts({key: rule.definition.get(key) for key in ("when", "where", "among", "expect", "each")}))
    reads = READS_A_DATE.search(tests) or rule.definition.get("check", "schema") not in ALWAYS_TOLD
    if reads or _looks_at_other_types(rule, tests):
        assert any(example.expected is Outcome.UNKNOWN for example in rule.examples)


def _looks_at_other_types(rule: Rule, tests: str) -> bool:
    """Whether a link leads to types of which perhaps no record was read."""
    links = set(re.findall(r"related\.(\w+)", tests))
    own = [KNOWN.types[name] for name in rule.record.split() if name in KNOWN.types]
    return any(record_type.name not in record_type.links[name].targets for record_type in own for name in links)


@pytest.mark.parametrize("rule", RULES, ids=_rule)
def test_a_rule_says_nothing_it_must_not_say(rule: Rule) -> None:
    spoken = {key: rule.definition.get(key) for key in ("title", "message", "because", "why", "fix", "requires")}
    for text in _texts([*spoken.values(), rule.definition.get("expect")]):
        assert not FORBIDDEN.search(text), text


def test_a_date_in_a_message_is_called_the_organisations_own() -> None:
    for rule in RULES:
        text = " ".join(_texts(rule.definition.get("message", "")))
        for name in re.findall(r"\{settings\.([a-z_]+)\}", text):
            assert "your" in text, f"{rule.id}: {name} is a policy of the organisation"


@pytest.mark.parametrize("record_type", TYPES, ids=_type)
def test_every_property_is_described(record_type: RecordType) -> None:
    assert not list(_undescribed(record_type.schema))


@pytest.mark.parametrize("record_type", TYPES, ids=_type)
def test_a_record_type_names_only_what_there_is(record_type: RecordType) -> None:
    pairs = [path for pair in record_type.order for path in pair]
    for path in (*record_type.past, *record_type.people, *record_type.references, *pairs):
        assert _known_path(path, record_type), path
    for targets in record_type.references.values():
        assert set(targets) <= {*KNOWN.types, "any"}
    for link in record_type.links.values():
        assert set(link.targets) <= set(KNOWN.types), link.name
        if link.source is None:
            assert _known_path(link.field, record_type), link.name
            assert all(_known_path((link.by,), KNOWN.types[target]) for target in link.to), link.name
        else:
            assert _known_path(link.field, KNOWN.types[link.source]), link.name
    assert set(record_type.controls) <= set(KNOWN.controls)


@pytest.mark.parametrize("record_type", TYPES, ids=_type)
def test_a_lifecycle_knows_its_states(record_type: RecordType) -> None:
    lifecycle = record_type.lifecycle
    states = {*lifecycle.states, *lifecycle.side}
    assert len(states) == len(lifecycle.states) + len(lifecycle.side)
    for group, members in lifecycle.groups.items():
        assert members <= states, group
    for state, following in lifecycle.transitions.items():
        assert {state, *following} <= states, state
    if states:
        assert "closed" in lifecycle.groups
        assert all(lifecycle.transitions.get(state) for state in lifecycle.states if not _ends(record_type, state))


def _ends(record_type: RecordType, state: str) -> bool:
    return state in record_type.lifecycle.groups["closed"]


def test_every_clause_of_a_control_is_in_the_tree() -> None:
    for control in KNOWN.controls.values():
        assert control.clauses, control.id
        for standard, numbers in control.clauses.items():
            assert numbers, (control.id, standard)
            assert set(numbers) <= set(KNOWN.standards[standard].clauses), (control.id, standard)


def test_clauses_hang_together() -> None:
    for standard in KNOWN.standards.values():
        for number in standard.clauses:
            parent = number.rpartition(".")[0]
            assert not parent or parent in standard.clauses, (standard.id, number)


@pytest.mark.parametrize(
    ("standard", "own", "missing"),
    [
        ("iso9001:2015", ["10.1", "10.2", "10.3", "6.1.2"], ["6.1.3"]),
        ("iso9001:2026", ["10.1", "10.2", "6.1.3"], ["10.3"]),
        ("iso20000-1:2018", ["7.5.4", "8.5.1.3", "8.7.3.3", "10.2"], ["10.3", "8.5.6"]),
    ],
)
def test_editions_differ_where_they_do(standard: str, own: list[str], missing: list[str]) -> None:
    clauses = KNOWN.standards[standard].clauses
    assert set(own) <= set(clauses)
    assert not set(missing) & set(clauses)


def test_what_could_not_be_confirmed_is_marked() -> None:
    unsure = {number for number, clause in KNOWN.standards["iso20000-1:2018"].clauses.items() if not clause.confirmed}
    assert {"6.1.1", "6.1.2", "6.1.3", "7.5.3.1", "8.2.3.2", "9.2.1", "10.1.1", "6.2.1"} <= unsure
    assert KNOWN.standards["iso9001:2026"].status == "provisional"


def test_required_types_exist() -> None:
    for standard in KNOWN.standards.values():
        assert standard.required_types
        assert set(standard.required_types) <= set(KNOWN.types)


def test_every_setting_is_described_and_used() -> None:
    files = [file for file in PACK.rglob("*.yaml") if file.name != "settings.yaml"]
    files += Path(qmscheck.__file__).parent.rglob("*.py")
    words = set(re.findall(r"\w+", " ".join(file.read_text("utf-8") for file in files)))
    for name, note in KNOWN.setting_notes.items():
        assert note, name
        assert name in words, f"nothing reads {name}"


def test_the_smallest_core_is_there() -> None:
    core = """CORE001 CORE002 CORE004 CORE007 DOC001 DOC003 DOC004 DOC016 CHG001 CHG002 CHG003 CHG005 CHG006 CHG008
    CHG012 CHG021 INC001 INC009 MIR001 MIR003 MIR004 NCR003 NCR006 IMS001"""
    assert set(core.split()) <= set(KNOWN.rules)
