"""Record types: the canonical form of each kind of record, read from ``rules/record-types/``.

A type knows its JSON Schema, its lifecycle, its order of dates, and how its records link to others. The schema says
what shape present fields have; which fields must be present is said by rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from functools import cached_property

from qmscheck.calendars import is_day, is_period, is_when
from qmscheck.frozen import frozen
from qmscheck.model import FieldPath

FORMATS: Mapping[str, Callable[[object], bool]] = {"when": is_when, "day": is_day, "period": is_period}
"""Formats that record types may use besides those of JSON Schema."""

IMPLICIT = ("type", "path", "collection", "index")
"""Facts about a record that rules see beside its fields."""


ANY = "any"
"""Where record types are named: every one."""


@frozen
class Shape:
    """What a schema says of one node: its kind, and the shape of its fields or items where it says so."""

    kind: str
    fields: Mapping[str, Shape] | None = None
    item: Shape | None = None


ANYTHING = Shape(kind="any")


@frozen
class Lifecycle:
    """States in order, states beside the order, named groups of states, and allowed transitions."""

    states: tuple[str, ...] = ()
    side: tuple[str, ...] = ()
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)
    transitions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def reached(self, status: object, state: str) -> bool:
        """Whether ``status`` is ``state`` or comes after it. A side state has reached nothing but itself."""
        if status == state:
            return True
        return (
            status in self.states and state in self.states and self.states.index(str(status)) > self.states.index(state)
        )


@frozen
class Link:
    """How ``related.<name>`` finds records: forward through a field of this record, or back from ``source``.

    Forward: the values of ``field`` are matched with the field ``by`` of records of the types ``to``.
    Backward (``source`` given): records of that type whose ``field`` names this record's ``by``.
    ``abbreviated``: a hash (of a commit) also matches where either side has only its first digits.
    ``optional``: where no record of the target was read, the link leads nowhere instead of being untold.
    """

    name: str
    field: FieldPath
    to: tuple[str, ...] = ()
    by: str = "id"
    source: str | None = None
    many: bool = False
    abbreviated: bool = False
    optional: bool = False

    @property
    def targets(self) -> tuple[str, ...]:
        """The types whose records the link leads to."""
        return (self.source,) if self.source else self.to


@frozen(slots=False, eq=False)
class RecordType:
    """One kind of record. ``schema`` is self-contained JSON Schema 2020-12 (envelope and definitions inside)."""

    name: str
    title: str
    schema: Mapping[str, object]
    plural: str = ""
    prefix: str = ""
    description: str = ""
    controls: tuple[str, ...] = ()
    lifecycle: Lifecycle = field(default_factory=Lifecycle)
    past: tuple[FieldPath, ...] = ()
    timeline: tuple[FieldPath, ...] = ()
    order: tuple[tuple[FieldPath, FieldPath], ...] = ()
    people: tuple[FieldPath, ...] = ()
    references: Mapping[FieldPath, tuple[str, ...]] = field(default_factory=dict)
    links: Mapping[str, Link] = field(default_factory=dict)

    @cached_property
    def shape(self) -> Shape:
        """The schema as nested shapes."""
        return _shape(self.schema, self.schema)

    @cached_property
    def kinds(self) -> Mapping[FieldPath, str]:
        """Kind of each field; ``*`` stands for list items: ``("approvals", "*", "at") -> "when"``."""
        return dict(_kinds(self.shape, ()))

    @cached_property
    def _fast(self) -> Callable[[object], bool]:
        import jsonschema_rs  # noqa: PLC0415 - 26 ms that only judging runs pay

        validator = jsonschema_rs.validator_for(dict(self.schema), formats=dict(FORMATS), validate_formats=True)
        return validator.is_valid

    def accepts(self, fields: Mapping[str, object]) -> bool:
        """Whether the fields have the shape that the schema asks for. Fast; `faults` says why not."""
        return bool(self._fast(fields))

    def faults(self, fields: Mapping[str, object]) -> Iterator[tuple[FieldPath, str]]:
        """Every place where the fields break the schema, with a sentence each."""
        from qmscheck.faults import faults  # noqa: PLC0415 - jsonschema is imported only to explain failures

        yield from faults(self.schema, fields, FORMATS, free="map it, or give it a name that begins with x_")


def resolved(node: object, root: Mapping[str, object]) -> Mapping[str, object]:
    """A part of a schema, with its reference to the schema's definitions followed; empty where it says nothing."""
    while isinstance(node, Mapping) and str(node.get("$ref", "")).startswith("#/"):
        target: object = root
        for part in str(node["$ref"])[2:].split("/"):
            target = target.get(part) if isinstance(target, Mapping) else None
        node = target
    return node if isinstance(node, Mapping) else {}


def _shape(node: object, root: Mapping[str, object]) -> Shape:
    if not isinstance(node, Mapping):
        return ANYTHING
    node = resolved(node, root)
    properties = node.get("properties")
    if isinstance(properties, Mapping):
        return Shape(kind="object", fields={str(name): _shape(child, root) for name, child in properties.items()})
    kind = node.get("type")
    if kind == "array":
        return Shape(kind="list", item=_shape(node.get("items", {}), root))
    if node.get("format") in FORMATS:
        return Shape(kind=str(node["format"]))
    names = {"string": "text", "integer": "integer", "number": "number", "boolean": "boolean", "object": "any"}
    return Shape(kind=names.get(str(kind), "text" if "enum" in node else "any"))


def _kinds(shape: Shape, path: FieldPath) -> Iterator[tuple[FieldPath, str]]:
    if path:
        yield path, shape.kind
    for name, child in (shape.fields or {}).items():
        yield from _kinds(child, (*path, name))
    if shape.item is not None:
        yield from _kinds(shape.item, (*path, "*"))
