"""Paths inside a record's fields: what stands there, and copies with something else there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from qmscheck.model import FieldPath
from qmscheck.schema import RecordType

GONE: Final = object()
"""Put this at a path to take away what is there."""

Spec = tuple[str, ...]
"""A path in a type: list items as ``*``."""


def nodes(value: object, path: FieldPath = ()) -> Iterator[tuple[FieldPath, object]]:
    """Every field and list item, containers before what they hold."""
    if path:
        yield path, value
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in inner:
        yield from nodes(child, (*path, key))


def at(value: object, path: FieldPath) -> object:
    """What stands at a path; GONE where nothing does."""
    for part in path:
        if (isinstance(value, dict) and part in value) or (
            isinstance(value, list) and isinstance(part, int) and part < len(value)
        ):
            value = value[part]
        else:
            return GONE
    return value


def put(value: object, path: FieldPath, new: object) -> object:
    """A copy with another value at a path; what is not on the way is shared."""
    if not path:
        return new
    head, rest = path[0], path[1:]
    if isinstance(value, list) and isinstance(head, int):
        child = put(value[head], rest, new)
        return [*value[:head], *([] if child is GONE else [child]), *value[head + 1 :]]
    whole = dict(value) if isinstance(value, dict) else {}
    child = put(whole.get(str(head)), rest, new)
    if child is GONE:
        whole.pop(str(head), None)
    else:
        whole[str(head)] = child
    return whole


def expand(value: object, pattern: FieldPath) -> Iterator[FieldPath]:
    """The paths that a pattern with ``*`` for list items stands for; the last part need not be there."""
    if not pattern:
        yield ()
    elif pattern[0] == "*":
        for index, item in enumerate(value if isinstance(value, list) else []):
            yield from ((index, *rest) for rest in expand(item, pattern[1:]))
    elif len(pattern) == 1:
        yield pattern
    elif isinstance(value, dict) and pattern[0] in value:
        yield from ((pattern[0], *rest) for rest in expand(value[pattern[0]], pattern[1:]))


def spec_of(path: FieldPath) -> Spec:
    """The path in the type."""
    return tuple("*" if isinstance(part, int) else part for part in path)


def field_of(path: FieldPath) -> str:
    """The name that rule files use: without list items."""
    return ".".join(part for part in path if isinstance(part, str) and part != "*")


def enums(record_type: RecordType) -> Mapping[Spec, tuple[object, ...]]:
    """The words that fields may hold, by path."""
    return dict(_enums(record_type.schema, record_type.schema, ()))


def _enums(node: object, root: Mapping[str, object], path: Spec) -> Iterator[tuple[Spec, tuple[object, ...]]]:
    if not isinstance(node, Mapping):
        return
    reference = node.get("$ref")
    if isinstance(reference, str):
        target: object = root
        for part in reference[2:].split("/"):
            target = target.get(part, {}) if isinstance(target, Mapping) else {}
        yield from _enums(target, root, path)
    if isinstance(words := node.get("enum"), list):
        yield path, tuple(words)
    properties = node.get("properties")
    for name, child in properties.items() if isinstance(properties, Mapping) else ():
        yield from _enums(child, root, (*path, str(name)))
    if "items" in node:
        yield from _enums(node["items"], root, (*path, "*"))
