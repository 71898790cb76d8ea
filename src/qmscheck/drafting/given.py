"""What is said of a new record: which field a name such as ``approvals.0.by`` means, and which value a text is."""

from __future__ import annotations

from collections.abc import Mapping

from qmscheck.calendars import is_day, is_period, is_when
from qmscheck.drafting.sample import OPEN
from qmscheck.errors import UsageError
from qmscheck.model import FieldPath
from qmscheck.readers.refusal import Refusal
from qmscheck.readers.yaml import load
from qmscheck.schema import ANYTHING, RecordType, Shape

WANTED: Mapping[str, str] = {
    "list": "a list, such as [A, B]",
    "items": "a list of mappings, such as [{%s: ...}]",
    "object": "a mapping, such as {%s: ...}",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "when": "a day or a moment, such as 2026-03-01 or 2026-03-01T09:30:00Z",
    "day": "a day, such as 2026-03-01",
    "period": "a period, such as P12M",
}
"""What a field of a kind takes, for people. ``items`` is a list whose items have fields of their own."""
_WRITTEN = {"when": is_when, "day": is_day, "period": is_period}
_LOOSE = frozenset({"integer", "number", "boolean", "list", *_WRITTEN})
"""Kinds that a mapping may read from words of its own."""


def path_of(name: str, record_type: RecordType) -> FieldPath:
    """``approvals.0.by`` as a path: numbers count the items of lists from 0. Raises UsageError for no field's name."""
    path: list[str | int] = []
    shape = record_type.shape
    for step in name.split("."):
        if shape.kind == "list":
            if not step.isdecimal():
                before = ".".join(map(str, path))
                raise UsageError(f"--field {name}: {before} is a list; say which of its items: {before}.0.{step}")
            path.append(int(step))
            shape = shape.item or ANYTHING
        else:
            if shape.fields is not None and step not in shape.fields and not step.startswith("x_"):
                raise UsageError(f"--field {name}: {_unknown(step, tuple(path), shape, record_type)}")
            path.append(step)
            shape = (shape.fields or {}).get(step, ANYTHING)
    return tuple(path)


def shape_at(path: FieldPath, record_type: RecordType) -> Shape:
    """What the record type says of the field at a path."""
    shape = record_type.shape
    for step in path:
        shape = (shape.item if shape.kind == "list" else (shape.fields or {}).get(str(step))) or ANYTHING
    return shape


def wanted(shape: Shape) -> str:
    """What a field takes, in words; nothing for text."""
    if shape.kind == "list" and shape.item is not None and shape.item.fields:
        return WANTED["items"] % leading(shape.item)
    return WANTED.get(shape.kind, "").replace("%s", leading(shape))


def leading(shape: Shape) -> str:
    """The field that one says first of a mapping: its first one that is no identifier."""
    return next((name for name in shape.fields or {} if name != "id"), "")


def value_of(
    path: FieldPath, text: str, record_type: RecordType, *, mapped: bool = False, asked: bool = False
) -> object:
    """The value that a text stands for: YAML where the record type wants another kind than text.

    ``mapped``: the collection reads its files through a mapping, which may know words of its own; they stay text.
    ``asked``: an answer to a question, which may list texts as ``A, B``. Raises UsageError with the field and its kind.
    """
    shape = shape_at(path, record_type)
    if text == OPEN or shape.kind == "text":
        return text
    name = ".".join(map(str, path))
    value: object = text
    if shape.kind not in _WRITTEN:
        value = (
            _items(text) if asked and shape.kind == "list" and not text.lstrip().startswith("[") else _data(text, name)
        )
    if shape.kind == "any":
        return value if not isinstance(value, str) and _taken(path, value, record_type) else text
    if not _is(shape.kind, value):
        if mapped and shape.kind in _LOOSE and not isinstance(value, (list, dict)):
            return text
        raise UsageError(f"--field {name}: {text!r} is {_kind(value)}; wanted is {wanted(shape)}")
    return value


def misfit(path: FieldPath, value: object, record_type: RecordType) -> str | None:
    """Why the record type does not take what was given at a path, if it does not."""
    for step in reversed(path):
        value = [value] if isinstance(step, int) else {step: value}
    return next((sentence for _, sentence in record_type.faults({"id": "given", **dict(_mapping(value))})), None)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _taken(path: FieldPath, value: object, record_type: RecordType) -> bool:
    known = not any(str(step).startswith("x_") for step in path)
    return known and misfit(path, value, record_type) is None


def _data(text: str, name: str) -> object:
    try:
        return load(text)
    except Refusal as refusal:
        raise UsageError(f"--field {name}: {text!r} cannot be read as YAML: {refusal.reason}") from None


def _items(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _is(kind: str, value: object) -> bool:
    if kind in _WRITTEN:
        return _WRITTEN[kind](value)
    if kind in ("integer", "number"):
        return isinstance(value, int if kind == "integer" else (int, float)) and not isinstance(value, bool)
    return isinstance(value, {"list": list, "object": dict, "boolean": bool}.get(kind, object))


def _kind(value: object) -> str:
    names = ((bool, "a truth value"), (str, "text"), ((int, float), "a number"), (list, "a list"), (dict, "a mapping"))
    return next((name for kind, name in names if isinstance(value, kind)), "nothing")


def _unknown(step: str, path: FieldPath, shape: Shape, record_type: RecordType) -> str:
    """The sentence of the schema itself, where it forbids the key."""
    return misfit((*path, step), "", record_type) or f"no field {step!r}; there are {', '.join(shape.fields or ())}"
