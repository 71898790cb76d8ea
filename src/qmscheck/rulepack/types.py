"""Record types of a pack, each with what the envelope says of all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qmscheck.definitions import Definition
from qmscheck.knowledge import Knowledge
from qmscheck.registry import dotted
from qmscheck.rulepack.parts import mapping, once
from qmscheck.schema import Lifecycle, Link, RecordType
from qmscheck.standards import words


def add_type(knowledge: Knowledge, definition: Definition, envelope: Mapping[str, object]) -> None:
    """A record type, with the fields, dates, people and references that the ``envelope`` gives to all."""
    data = definition.data
    name = str(data["type"])
    once(knowledge, "record type", name, definition, ("type",))
    lifecycle: Mapping[str, object] = data.get("lifecycle", {})  # type: ignore[assignment]
    groups: Mapping[str, object] = lifecycle.get("groups", {})  # type: ignore[assignment]
    transitions: Mapping[str, object] = lifecycle.get("transitions", {})  # type: ignore[assignment]
    order: list[list[str]] = [*envelope.get("order", []), *data.get("order", [])]  # type: ignore[misc]
    references = {**mapping(envelope, "references"), **mapping(data, "references")}
    knowledge.types[name] = RecordType(
        name=name,
        title=str(data["title"]),
        plural=str(data.get("plural", name + "s")),
        prefix=str(data.get("prefix", "")),
        description=str(data.get("description", "")),
        controls=words(data.get("controls")),
        schema=_whole_schema(data, envelope),
        lifecycle=Lifecycle(
            states=words(lifecycle.get("states")),
            side=words(lifecycle.get("side")),
            groups={group: frozenset(words(states)) for group, states in groups.items()},
            transitions={state: words(after) for state, after in transitions.items()},
        ),
        past=tuple(dotted(path) for path in (*words(envelope.get("past")), *words(data.get("past")))),
        timeline=tuple(dotted(path) for path in words(data.get("timeline"))),
        order=tuple((dotted(first), dotted(second)) for first, second in order),
        people=tuple(dotted(path) for path in (*words(envelope.get("people")), *words(data.get("people")))),
        references={dotted(path): words(targets) for path, targets in references.items()},
        links=dict(_links(data)),
    )


def _links(data: Mapping[str, object]) -> Iterator[tuple[str, Link]]:
    links: Mapping[str, Mapping[str, object]] = data.get("links", {})  # type: ignore[assignment]
    for name, link in links.items():
        yield (
            name,
            Link(
                name=name,
                field=dotted(str(link["field"])),
                to=words(link.get("to")),
                by=str(link.get("by", "id")),
                source=str(link["from"]) if "from" in link else None,
                many=bool(link.get("many", False)),
                abbreviated=bool(link.get("abbreviated", False)),
                optional=bool(link.get("optional", False)),
            ),
        )


def _whole_schema(data: Mapping[str, object], envelope: Mapping[str, object]) -> Mapping[str, object]:
    """A type's schema with the envelope's fields and definitions, closed but for names that begin with ``x_``."""
    own, shared = mapping(data, "schema"), mapping(envelope, "schema")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:qmscheck:record:{data['type']}",
        "title": data["title"],
        "type": "object",
        "additionalProperties": False,
        "patternProperties": {"^x_": {}},
        **own,
        "properties": {**mapping(shared, "properties"), **_lifecyclewords(data), **mapping(own, "properties")},
        "$defs": {**mapping(shared, "$defs"), **mapping(own, "$defs")},
    }


def _lifecyclewords(data: Mapping[str, object]) -> Mapping[str, object]:
    lifecycle: Mapping[str, object] = data.get("lifecycle", {})  # type: ignore[assignment]
    states = (*words(lifecycle.get("states")), *words(lifecycle.get("side")))
    return (
        {"status": {"enum": list(states), "description": "Where the record stands in its lifecycle."}} if states else {}
    )
