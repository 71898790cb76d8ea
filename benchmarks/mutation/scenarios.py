"""Damages that need to know what a field means: scenarios.yaml, lifecycles, lists of actions."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import yaml

from mutation.fields import damaged
from mutation.walk import GONE, at, expand, nodes, put
from mutation.workshop import Damage, Workshop
from qmscheck.calendars import day_of, is_when
from qmscheck.model import Record
from qmscheck.people import People
from qmscheck.registry import values_at

_ROLE = re.compile(r'held_role\([^"]*"(\w+)"')
_OPEN_WORDS = frozenset({"open", "in_progress"})
_FINISHED_WORDS = frozenset({"done", "cancelled"})
_EARNED = frozenset({"change", "improvement", "incident", "nonconformity", "problem", "release"})
"""Types whose records may be closed only when certain things are done."""


@cache
def _scenarios() -> tuple[Mapping[str, object], ...]:
    return tuple(yaml.safe_load((Path(__file__).parent / "scenarios.yaml").read_text(encoding="utf-8")))


def of_record(shop: Workshop, record: Record) -> Iterator[Damage]:
    """The scenarios that fit a record."""
    for scenario in _scenarios():
        if record.type == scenario["type"] and _fits(record.fields, scenario.get("when", {})):
            yield from _played(shop, record, scenario)
    yield from _closed_early(shop, record)
    yield from _open_actions(record)
    twin = replace(record, path=f"copy/{record.path}", single=True, index=0)
    if record.type not in {"tag", "change-log-release"}:
        yield Damage(
            kind="duplicate id",
            type=record.type,
            field="id",
            subject=record.subject,
            what="a second record with the id",
            after=(twin,),
        )


def of_kinds(shop: Workshop) -> Iterator[Damage]:
    """All records of a type are deleted; the fact damaged is that there are any."""
    for name in sorted({record.type for record in shop.records}):
        members = tuple(record for record in shop.records if record.type == name)
        what = f"all {len(members)} records deleted"
        yield Damage(kind="delete kind", type=name, field="(records)", subject=name, what=what, before=members)


def of_people(shop: Workshop) -> Iterator[Damage]:
    """The people register forgets somebody whom a record names, or a role that a rule asks for."""
    asked = frozenset(match for rule in shop.rules for match in _ROLE.findall(str(rule.definition)))
    people = dict.fromkeys(shop.facts.people.by_identity.values())
    for person in people:
        own = [name for name, one in shop.facts.people.by_identity.items() if one is person]
        rest = {name: one for name, one in shop.facts.people.by_identity.items() if one is not person}
        if any(_names(record.fields, frozenset(own)) for record in shop.records):
            yield _of_person("forgotten", person.key, "key", "left out", People(known=True, by_identity=rest))
        for index, holding in enumerate(person.roles):
            if holding.role in asked:
                less = replace(person, roles=person.roles[:index] + person.roles[index + 1 :])
                register = People(known=True, by_identity={**rest, **dict.fromkeys(own, less)})
                yield _of_person("role taken away", person.key, "roles", f"no longer {holding.role}", register)


def _of_person(kind: str, key: str, field: str, what: str, people: People) -> Damage:
    return Damage(kind=kind, type="people", field=field, subject=key, what=what, people=people)


def _names(fields: object, names: frozenset[str]) -> bool:
    return any(isinstance(value, str) and value.casefold() in names for _, value in nodes(fields))


def _fits(fields: object, wanted: object) -> bool:
    """Whether each field named holds one of the values named; null: it is not there."""
    for name, values in wanted.items() if isinstance(wanted, Mapping) else ():
        found = at(fields, tuple(str(name).split(".")))
        accepted = values if isinstance(values, list) else [values]
        if (None if found is GONE else found) not in accepted:
            return False
    return True


def _played(shop: Workshop, record: Record, scenario: Mapping[str, object]) -> Iterator[Damage]:
    pattern = tuple(str(scenario["at"]).split("."))
    choices = scenario["to"] if isinstance(scenario["to"], list) else [scenario["to"]]
    for path in expand(record.fields, pattern):
        beside = at(record.fields, path[:-1]) if pattern[-1] != "*" else at(record.fields, path)
        if not _fits(beside, scenario.get("where", {})):
            continue
        for choice in choices:
            new = _value(shop, record, choice)
            if new == at(record.fields, path):
                continue
            start = record
            for name, value in scenario.get("also", {}).items():  # type: ignore[attr-defined]
                changed = put(start.fields, (*path[:-1], name), GONE if value is None else value)
                start = replace(start, fields=changed)  # type: ignore[arg-type]
            what = "taken out" if new is GONE else f"{new!r}"
            yield replace(damaged(start, str(scenario["kind"]), path, new, what), before=(record,))


def _value(shop: Workshop, record: Record, choice: object) -> object:
    """What a scenario puts in: a value, nothing, another field's value, or a day some days from a field or as-of."""
    if not isinstance(choice, Mapping):
        return GONE if choice is None else choice
    if "field" in choice:
        path = tuple(str(choice["field"]).split("."))
        found = next((value for _, value in values_at(record.fields, path)), GONE)
        return [found] if choice.get("alone") and found is not GONE else found
    start = shop.facts.today
    if "from" in choice:
        dates = (value for _, value in values_at(record.fields, tuple(str(choice["from"]).split("."))))
        text = next((value for value in dates if is_when(value)), None)
        if text is None:
            return GONE
        start = day_of(str(text))
    return (start + dt.timedelta(days=int(str(choice["days"])))).isoformat()


def _closed_early(shop: Workshop, record: Record) -> Iterator[Damage]:
    """A record with an action that is still to be done, or of a kind that has to earn its end, is called finished."""
    lifecycle = shop.knowledge.types[record.type].lifecycle
    status, last = record.fields.get("status"), (lifecycle.states or ("",))[-1]
    waiting = any(isinstance(value, dict) and value.get("status") in _OPEN_WORDS for _, value in nodes(record.fields))
    if status in lifecycle.states[:-1] and last in lifecycle.groups["closed"] and (waiting or record.type in _EARNED):
        yield damaged(record, "closed early", ("status",), last, f"{status} -> {last}")


def _open_actions(record: Record) -> Iterator[Damage]:
    """An action that was finished is open again, past its day; the record stays as it is."""
    for path, value in nodes(record.fields):
        if not isinstance(value, dict) or not isinstance(path[-1], int) or "status" not in value:
            continue
        if value["status"] in _FINISHED_WORDS and any(key in value for key in ("due_on", "owner", "text")):
            undone = {key: part for key, part in value.items() if key not in {"completed_on", "effectiveness"}}
            half = replace(record, fields=put(record.fields, path, undone))  # type: ignore[arg-type]
            damage = damaged(half, "open action", (*path, "status"), "open", "open again")
            yield replace(damage, before=(record,))
