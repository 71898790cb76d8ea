"""Rules of a pack, with their examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

from qmscheck.definitions import Definition
from qmscheck.knowledge import Knowledge
from qmscheck.model import Basis, Detects, Example, FieldPath, Grade, Location, Outcome, Rule, Scope
from qmscheck.rulepack.parts import mapping, once
from qmscheck.spelling import hint
from qmscheck.standards import words


def add_rule(knowledge: Knowledge, definition: Definition, shown: str, *, proven: bool, examples: bool) -> None:
    """A rule of the pack ``shown``; raises RuleDefinitionError where it names what nobody knows."""
    data = definition.data
    rule_id = str(data["id"])
    once(knowledge, "rule", rule_id, definition, ("id",))
    for index, control in enumerate(words(data["controls"])):
        if control not in knowledge.controls:
            message = f"unknown control {control!r}{hint(control, knowledge.controls)}"
            raise definition.wrong(message, ("controls", index))
    for name in record_types_of(data):
        if name not in knowledge.types:
            raise definition.wrong(f"unknown record type {name!r}{hint(name, knowledge.types)}", ("record",))
    record = data["record"]
    knowledge.rules[rule_id] = Rule(
        id=rule_id,
        name=str(data["name"]),
        title=str(data["title"]),
        record=record if isinstance(record, str) else " ".join(words(record)),
        grade=Grade(str(data["grade"])),
        basis=Basis(str(data["basis"])),
        detects=Detects(str(data["detects"])),
        controls=words(data["controls"]),
        why=str(data["why"]).strip(),
        fix=str(data["fix"]).strip(),
        scope=Scope(str(data.get("scope", "record"))),
        definition=data if examples or "examples" not in data else _without_examples(data),
        examples=tuple(_examples(definition)) if examples else (),
        pack=shown,
        location=Location(definition.path, 1),
        time=_reads_clock(data),
        proven=proven,
        only=words(data.get("only")),
    )


def _without_examples(data: Mapping[str, object]) -> Mapping[str, object]:
    return {key: value for key, value in data.items() if key != "examples"}


def record_types_of(data: Mapping[str, object]) -> tuple[str, ...]:
    """The types a rule names; empty for ``any``."""
    record = data["record"]
    return () if record == "any" else (record,) if isinstance(record, str) else words(record)


def _reads_clock(data: Mapping[str, object]) -> bool:
    """Whether the passing of time alone can turn a pass into a failure."""
    expect = data.get("expect", "")
    tests = [expect] if isinstance(expect, str) else [str(item["expect"]) for item in expect]  # type: ignore[attr-defined]
    return any("as_of" in test for test in tests)


def _examples(definition: Definition) -> Iterator[Example]:
    cases: Mapping[str, list[Mapping[str, object]]] = definition.data["examples"]  # type: ignore[assignment]
    for outcome, items in cases.items():
        for index, item in enumerate(items):
            wrapped = "record" in item or "records" in item
            example = _example(item if wrapped else {"record": item}, Outcome(outcome))
            yield replace(example, locate=partial(definition.locate, ("examples", outcome, index)))


def _example(item: Mapping[str, object], outcome: Outcome) -> Example:
    return Example(
        record=mapping(item, "record"),
        records=tuple(item["records"]) if "records" in item else None,  # type: ignore[arg-type]
        expected=outcome,
        related=tuple(item.get("related", ())),  # type: ignore[arg-type]
        settings=mapping(item, "settings"),
        people=tuple(item.get("people", ())),  # type: ignore[arg-type]
        as_of=str(item["as_of"]) if "as_of" in item else None,
        at=tuple(_path(path) for path in words(item.get("at"))),
        note=str(item.get("note", "")),
        grade=Grade(str(item["grade"])) if "grade" in item else None,
        files=mapping(item, "files") if "files" in item else None,  # type: ignore[arg-type]
        standards=words(item.get("standards")),
        history=tuple(item["history"]) if "history" in item else None,  # type: ignore[arg-type]
        gone=tuple(item["gone"]) if "gone" in item else None,  # type: ignore[arg-type]
        excused=mapping(item, "excused") if "excused" in item else None,
    )


def _path(text: str) -> FieldPath:
    return tuple(int(part) if part.isdigit() else part for part in text.split("."))
