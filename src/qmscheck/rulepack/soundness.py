"""What a record type names, held against what there is: a slip would switch rules off, and nobody would hear of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from qmscheck.definitions import Definition
from qmscheck.model import FieldPath
from qmscheck.names import path_faults
from qmscheck.rulepack.parts import mapping
from qmscheck.schema import ANY, FORMATS, RecordType
from qmscheck.spelling import hint
from qmscheck.standards import words

Fault = tuple[FieldPath, str]

_DEFS = "#/$defs/"


def require_sound(definition: Definition, types: Mapping[str, RecordType]) -> None:
    """Raise RuleDefinitionError, with file and line, where a type names a field, state, type or shape that is nowhere.

    ``types`` are all of the run.
    """
    own = types[str(definition.data["type"])]
    for found in (_schema(own), _fields(definition.data, own), _states(definition.data), _others(own, types)):
        for path, message in found:
            raise definition.wrong(message, path)


def _schema(own: RecordType) -> Iterator[Fault]:
    import jsonschema_rs  # noqa: PLC0415 - 26 ms that only runs with types of their own pay here, others when they judge

    known = mapping(own.schema, "$defs")
    for path, ref in _refs(own.schema, ()):
        if ref.startswith(_DEFS) and ref.removeprefix(_DEFS).partition("/")[0] not in known:
            yield ("schema", *path), f"{ref!r} leads nowhere; $defs that there are: {', '.join(sorted(known))}"
    try:
        jsonschema_rs.validator_for(dict(own.schema), formats=dict(FORMATS), validate_formats=True)
    except ValueError as error:
        told, _, rest = str(error).partition("\n")
        yield ("schema", *_at(rest)), f"the schema is not sound: {told}"


def _refs(value: object, path: FieldPath) -> Iterator[tuple[FieldPath, str]]:
    if isinstance(value, Mapping):
        for key, child in value.items():
            yield from [(path, child)] if key == "$ref" and isinstance(child, str) else _refs(child, (*path, key))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _refs(child, (*path, index))


def _at(told: str) -> FieldPath:
    """The place in the schema that a message of the validator ends with: ``On instance["properties"]["a"]:``."""
    place = told.partition("On instance[")[2].partition("]:")[0]
    return tuple(json.loads(f"[{place.replace('][', ',')}]")) if place else ()


def _fields(data: Mapping[str, object], own: RecordType) -> Iterator[Fault]:
    """Paths of dates, people, references and links, which the schema must know."""
    named: list[tuple[FieldPath, str]] = []
    for key in ("past", "timeline", "people"):
        named += [((key, number), name) for number, name in enumerate(words(data.get(key)))]
    for number, pair in enumerate(data.get("order", ())):  # type: ignore[arg-type,var-annotated]
        named += [(("order", number), str(name)) for name in pair]
    named += [(("references", name), name) for name in mapping(data, "references")]
    for place, name in named:
        yield from _unknown(place, name, own)


def _unknown(place: FieldPath, name: str, of: RecordType) -> Iterator[Fault]:
    if name != "id":
        for fault in path_faults(name, of.shape, of.name):
            yield place, str(fault)


def _states(data: Mapping[str, object]) -> Iterator[Fault]:
    cycle = mapping(data, "lifecycle")
    known = (*words(cycle.get("states")), *words(cycle.get("side")))
    for key in ("groups", "transitions"):
        for name, states in mapping(cycle, key).items():
            before = (name,) if key == "transitions" else ()
            for state in (*before, *words(states)):
                if state not in known:
                    yield ("lifecycle", key, name), f"unknown state {state!r}{hint(state, known)}"


def _others(own: RecordType, types: Mapping[str, RecordType]) -> Iterator[Fault]:
    """Other types that references and links lead to, and the fields there."""
    for path, targets in own.references.items():
        place = ("references", ".".join(map(str, path)))
        yield from ((place, _no_type(name, types)) for name in targets if name not in types and name != ANY)
    for name, link in own.links.items():
        place = ("links", name)
        missing = [target for target in link.targets if target not in types]
        yield from ((place, _no_type(target, types)) for target in missing)
        if missing:
            continue
        field = ".".join(map(str, link.field))
        for known in [own] if link.source is None else [types[link.source]]:
            yield from _unknown(place, field, known)
        for known in [types[target] for target in link.to] if link.source is None else [own]:
            yield from _unknown(place, link.by, known)
    same = [one.name for one in types.values() if one.prefix and one.prefix == own.prefix and one is not own]
    if same:
        yield ("prefix",), f"the prefix {own.prefix!r} is that of {same[0]} already"


def _no_type(name: str, types: Iterable[str]) -> str:
    return f"unknown record type {name!r}{hint(name, types)}"
