"""Specimens: values that a record type takes for a field, for the examples that a new rule begins with."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from qmscheck.model import FieldPath
from qmscheck.schema import RecordType, resolved

Schema = Mapping[str, object]
Fits = Callable[[object], bool]

_FORMATS = {"day": "2026-03-01", "when": "2026-03-01T09:00:00Z", "period": "P12M"}
_TEXTS = ("something", "EUR", "1.0", "REF-0001", "a" * 40, "a" * 64)
"""Tried in turn where a text must match a pattern."""


def specimen(record_type: RecordType, path: FieldPath, fits: Fits) -> dict[str, object]:
    """Fields of a record in which something stands at a path; a list on the way holds one item.

    ``fits`` tells of a word whether it may stand there: a placeholder says nothing.
    """
    return {str(path[0]): _at(_child(record_type.schema, path[0]), path[1:], record_type.schema, fits)}


def nearest(record_type: RecordType, path: FieldPath) -> FieldPath:
    """Where a record that lacks a field is told of it: there, or at the first list on the way, which is empty."""
    node: Schema = record_type.schema
    for depth, name in enumerate(path[:-1], start=1):
        node = resolved(_child(node, name), record_type.schema)
        if node.get("type") == "array":
            return path[:depth]
    return path


def _child(node: Schema, name: object) -> object:
    properties = node.get("properties")
    return properties.get(name) if isinstance(properties, Mapping) else None


def _at(node: object, path: FieldPath, root: Schema, fits: Fits) -> object:
    shape = resolved(node, root)
    if shape.get("type") == "array":
        return [_at(shape.get("items"), path, root, fits)]
    if path:
        return {str(path[0]): _at(_child(shape, path[0]), path[1:], root, fits)}
    return _value(shape, root, fits)


def _value(shape: Schema, root: Schema, fits: Fits) -> object:
    """The simplest value of a shape that fits."""
    match shape:
        case {"enum": list(words)}:
            return next(filter(fits, words), words[0])
        case {"anyOf": [first, *_]}:
            return _at(first, (), root, fits)
        case {"properties": Mapping() as properties} if properties:
            name = next(iter(properties))
            return {str(name): _at(properties[name], (), root, fits)}
    return _plain(shape)


def _plain(shape: Schema) -> object:
    kind = shape.get("type")
    match kind[0] if isinstance(kind, list) else kind:
        case "boolean":
            return True
        case "integer" | "number":
            return shape.get("minimum", 1)
        case "object":
            return {"x_note": _TEXTS[0]}
    return _FORMATS.get(str(shape.get("format"))) or _text(str(shape.get("pattern", "")))


def _text(pattern: str) -> str:
    return next((text for text in _TEXTS if re.search(pattern, text)), _TEXTS[0])
