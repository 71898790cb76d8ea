"""Values as the record type wants them: dates, periods, numbers, texts, lists. What does not convert stays as it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from qmscheck.mapping.dates import DateReader, day_converter, when_converter
from qmscheck.mapping.durations import as_minutes, as_period
from qmscheck.model import FieldPath
from qmscheck.patterns import pattern

Convert = Callable[[object], object]


class _Absent:
    """The field is not there (None cannot say so in the middle of a chain)."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = _Absent()
AS: Final = ("text", "date", "datetime", "duration", "minutes", "number", "int", "bool", "list")
"""What ``as:`` may say."""

_INTEGER = pattern(r"[+-]?\d{1,18}", re.ASCII)
_NUMBER = pattern(r"[+-]?\d{1,18}(?:\.\d{1,18})?", re.ASCII)
_BOOLEANS = {"true": True, "yes": True, "y": True, "false": False, "no": False, "n": False}
_CONTAINERS = frozenset({dict, list})
_WORDS = ("text", "event", "description")
_WORDY = frozenset({"text", "any", "object"})


@dataclass(slots=True)
class Kind:
    """What the record type says of a field: its kind, and its fields or items."""

    name: str = "any"
    fields: dict[str, Kind] = field(default_factory=dict)
    item: Kind | None = None


def kind_tree(kinds: Mapping[FieldPath, str]) -> Kind:
    """The kinds of a record type (``("approvals", "*", "at") -> "when"``) as a tree."""
    root = Kind("object")
    for path in sorted(kinds, key=len):
        node = root
        for step in path:
            if step == "*":
                node.item = node = node.item or Kind()
            else:
                node = node.fields.setdefault(str(step), Kind())
        node.name = kinds[path]
    return root


def text_of(value: object) -> str | None:
    """A scalar as text, the way YAML and JSON write it; None for lists, mappings and nothing."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else None


def without_nulls(value: object) -> object:
    """The value without mapping entries that hold null (absent and null are the same); list items stay in place."""
    return _cleaned(value) if _holds_null(value) else value


def _holds_null(value: object) -> bool:
    """Whether any mapping in it holds null; quick, as nearly none does."""
    if isinstance(value, dict):
        for item in value.values():
            if item is None or (type(item) in _CONTAINERS and _holds_null(item)):
                return True
    elif isinstance(value, list):
        return any(type(item) in _CONTAINERS and _holds_null(item) for item in value)
    return False


def _cleaned(value: object) -> object:
    if isinstance(value, dict):
        return {key: _cleaned(item) for key, item in value.items() if item is not None}
    return [_cleaned(item) for item in value] if isinstance(value, list) else value


def converter(
    kind: Kind, wanted: str | None, formats: tuple[DateReader, ...], *, cells: bool = False
) -> Convert | None:
    """What turns a raw value into the wanted form (``as:``), or into the record type's; None: nothing to do.

    ``cells``: the value comes from a table, where an empty cell says nothing unless text is wanted.
    """
    if wanted in (None, "list"):
        return _of_kind(kind if wanted is None else Kind("list", item=kind.item), formats, cells=cells)
    return {
        "text": _text,
        "date": day_converter(formats),
        "datetime": when_converter(formats),
        "duration": as_period,
        "minutes": as_minutes,
        "number": _number,
        "int": _integer,
        "bool": _boolean,
    }[str(wanted)]


def _of_kind(kind: Kind, formats: tuple[DateReader, ...], *, cells: bool) -> Convert | None:
    if kind.name == "list":
        return _list_of(kind.item or Kind(), formats, cells=cells)
    if kind.name == "object":
        return _object_of(kind, formats, cells=cells)
    return {
        "text": _text,
        "when": when_converter(formats),
        "day": day_converter(formats),
        "period": as_period,
        "integer": _integer,
        "number": _number,
        "boolean": _boolean,
    }.get(kind.name, without_nulls)


def _list_of(item: Kind, formats: tuple[DateReader, ...], *, cells: bool) -> Convert:
    """A single value becomes a list of one; empty text an empty list of texts."""
    convert = _of_kind(item, formats, cells=cells)
    plain = item.name not in ("object", "any")

    def to_list(value: object) -> object:
        if isinstance(value, str) and plain and not value.strip():
            return []
        items = value if isinstance(value, list) else [value]
        if plain:
            items = [part["text"] if isinstance(part, dict) and "text" in part else part for part in items]
        return [convert(part) for part in items] if convert is not None else items

    return to_list


def _object_of(kind: Kind, formats: tuple[DateReader, ...], *, cells: bool) -> Convert:
    """Each field by its own kind. Text alone, or the text of a list item, goes to the field that holds the words."""
    converts = {name: (_of_kind(child, formats, cells=cells), child.name) for name, child in kind.fields.items()}
    words = next((name for name in _WORDS if name in converts), None)
    ticks = "status" if "done" not in converts and "status" in converts else None

    def to_object(value: object) -> object:
        if isinstance(value, str) and words is not None:
            return {words: value}
        if not isinstance(value, dict):
            return value
        if words not in (None, "text") and "text" in value:
            value = {words: value["text"], **{name: part for name, part in value.items() if name != "text"}}
        if ticks is not None and isinstance(value.get("done"), bool):
            value = {
                ticks: "done" if value["done"] else "open",
                **{name: part for name, part in value.items() if name != "done"},
            }
        found: dict[str, object] = {}
        for name, part in value.items():
            convert, child = converts.get(name, (without_nulls, "any"))
            if part is None or (cells and child not in _WORDY and is_blank(part)):
                continue
            found[name] = part if convert is None else convert(part)
        return found

    return to_object


def is_blank(value: object) -> bool:
    """Whether a value is empty text."""
    return isinstance(value, str) and not value.strip()


def speaks_when_empty(kind: Kind, wanted: str | None) -> bool:
    """Whether an empty cell says something here: only where text is wanted."""
    return (wanted or kind.name) in _WORDY


def _text(value: object) -> object:
    if isinstance(value, str):
        return value
    text = text_of(value)
    return without_nulls(value) if text is None else text


def _integer(value: object) -> object:
    return int(value) if isinstance(value, str) and _INTEGER.fullmatch(value.strip()) else value


def _number(value: object) -> object:
    if not isinstance(value, str) or not _NUMBER.fullmatch(value.strip()):
        return value
    return float(value) if "." in value else int(value)


def _boolean(value: object) -> object:
    return _BOOLEANS.get(value.strip().lower(), value) if isinstance(value, str) else value
