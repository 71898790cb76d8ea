"""What a new record is like: a record that is there already; and the text that comes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from qmscheck.frozen import frozen
from qmscheck.mapping import Origin
from qmscheck.model import FieldPath, Record
from qmscheck.readers import Document
from qmscheck.yaml_text import flow

OPEN = "TODO"
"""What stands where somebody still has to write: a placeholder, so that the record fails until they do."""


class CannotWrite(Exception):  # noqa: N818 - no error: such layouts are written by hand
    """A layout in which no record can be written; the text says why."""


@frozen
class Sample:
    """A record that shows how the collection's records look."""

    document: Document
    record: Record
    origins: Mapping[FieldPath, Origin]


@dataclass(slots=True)
class Draft:
    """The new text, of a file of its own or ``behind`` so many lines of the sample's file.

    ``homeless`` are fields without a place in this layout.
    """

    text: str
    behind: int | None = None
    homeless: list[str] = field(default_factory=list)


def leaves(value: object, path: FieldPath = ()) -> Iterator[tuple[FieldPath, object]]:
    """Every value below a mapping that is no mapping itself, with its path."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from leaves(item, (*path, str(key)))
    else:
        yield path, value


def put(data: dict[str, object], steps: list[str], value: object) -> None:
    """Set a value at a path; maps on the way are made."""
    for step in steps[:-1]:
        inner = data.setdefault(step, {})
        if not isinstance(inner, dict):
            return
        data = inner
    data[steps[-1]] = value


def spoken(value: object) -> str:
    """A value as one writes it into a cell or a line; of a mapping its first value, and the others that are known."""
    if isinstance(value, Mapping):
        first, *others = [*value.items(), ("", "")][: max(len(value), 1)]
        named = ", ".join(f"{key}: {spoken(item)}" for key, item in others if item != OPEN)
        return f"{spoken(first[1])} ({named})" if named else spoken(first[1])
    if isinstance(value, list):
        return "; ".join(map(spoken, value))
    return flow(value) if isinstance(value, bool) or value is None else str(value)
