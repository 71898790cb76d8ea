"""By what records are found: keys of their values, links and references, dates, and whatever a lookup tells of them."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from operator import itemgetter

from qmscheck.calendars import Untold, time_of
from qmscheck.frozen import frozen
from qmscheck.knowledge import Evidence
from qmscheck.model import FieldPath, Record
from qmscheck.registry.places import dotted, values_at
from qmscheck.schema import RecordType


@frozen
class Lookup:
    """What records of any type are found by that no field of theirs holds as it is: ``values`` tells it of one."""

    name: str
    values: Callable[[Record], Iterable[object]]


@frozen(kw_only=False)
class Sought:
    """By what else records of a run will be looked for: ``lookups``, and ``dates`` in fields, by type."""

    lookups: tuple[Lookup, ...] = ()
    dates: Mapping[str, frozenset[FieldPath]] = field(default_factory=dict)


UNTOLD = "cannot be told"
"""What a lookup tells of a record of which it cannot be told whether it counts."""
NOTHING = Lookup(name="nothing", values=lambda _record: ())
"""For checks on whole sets that look at none of the records."""


def key_of(value: object) -> str:
    """What a value is found by."""
    return str(value).casefold()


def values_of(record: Record, path: FieldPath) -> Iterable[object]:
    """What a record is found by at a path: its id, or the values there."""
    return (record.id,) if path == ("id",) else (value for _, value in values_at(record.fields, path))


def searched(types: Mapping[str, RecordType]) -> dict[str, set[FieldPath]]:
    """The paths by which links and references find records, by type; the id first of all."""
    found: dict[str, set[FieldPath]] = {name: {("id",)} for name in types}

    def add(name: str, path: str | FieldPath) -> None:
        found.setdefault(name, set()).add(dotted(path) if isinstance(path, str) else path)

    for own in types.values():
        for path in own.references:
            add(own.name, path)
        for link in own.links.values():
            add(own.name, link.field if link.source is None else link.by)
            for name in link.targets:
                add(name, link.by if link.source is None else link.field)
    return found


def unreadable_dates(dates: Mapping[str, Iterable[FieldPath]]) -> Lookup:
    """Records with a date that cannot be read in one of these fields of their type."""

    def values(record: Record) -> Iterator[str]:
        if Events([record], dates.get(record.type, ())).untold:
            yield record.type

    return Lookup(name="unreadable-dates", values=values)


def shows(evidence: Evidence, record: Record) -> bool:
    """Whether a record is such evidence, by its fields; ``*`` stands for any value that is there."""
    return record.type == evidence.type and all(
        any(_is(value, wanted) for _, value in values_at(record.fields, dotted(path)) for wanted in allowed)
        for path, allowed in evidence.where.items()
    )


def _is(value: object, wanted: object) -> bool:
    if wanted == "*":
        return value not in (None, "", {})
    if isinstance(value, str) and isinstance(wanted, str):
        return value.casefold() == wanted.casefold()
    return type(value) is type(wanted) and value == wanted


class Events:
    """When something happened, by the dates of records, in order; ``untold`` says which dates cannot be read."""

    def __init__(self, records: Iterable[Record], fields: Iterable[FieldPath]) -> None:
        self.untold: list[str] = []
        self._events: list[tuple[dt.datetime, str, Record]] = []
        paths = list(fields)
        for record in records:
            for path in paths:
                for _, value in values_at(record.fields, path):
                    if value not in (None, ""):
                        self._add(str(value), record)
        self._events.sort(key=itemgetter(0))

    def _add(self, value: str, record: Record) -> None:
        try:
            self._events.append((time_of(value), value, record))
        except Untold as reason:
            self.untold.append(f"{record.id}: {reason}")

    @property
    def starts(self) -> dt.datetime | None:
        """When the first of them was; None where there is none."""
        return self._events[0][0] if self._events else None

    def all(self) -> Iterator[tuple[dt.datetime, Record]]:
        """Every one of them, with its instant."""
        return ((when, record) for when, _, record in self._events)

    def between(self, first: dt.datetime, last: dt.datetime) -> Iterator[tuple[str, Record]]:
        """Those from one instant to another, both inclusive, as written; a day alone stands at its midnight (UTC)."""
        start = bisect_left(self._events, first, key=itemgetter(0))
        end = bisect_right(self._events, last, key=itemgetter(0))
        return ((value, record) for _, value, record in self._events[start:end])
