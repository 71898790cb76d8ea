"""Counting a report once: its records in order of their newest dated fact, its results as sets of records by rule.

A set of records is an integer with a bit for each, the record with the newest fact the highest: union is ``|``, size is
``bit_count`` and the newest member is the highest bit, however many clauses ask.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from qmscheck.calendars import Untold, day_of
from qmscheck.frozen import frozen
from qmscheck.knowledge import Evidence, Knowledge
from qmscheck.model import Outcome, Record, Report, Result
from qmscheck.reach import types_of
from qmscheck.registry import shows, values_at
from qmscheck.schema import ANY, RecordType

STALE = "stale"
"""Beside the outcomes: the failures that only the calendar caused."""

_NIL = "nil-return"
_NIL_OF = "record_type"
_OPEN = "open"


@frozen
class Loose:
    """A result about no single record: about types as a whole, or (no types) about all records together."""

    rule: str
    types: frozenset[str]
    outcome: Outcome
    time: bool


@dataclass(slots=True, kw_only=True)
class Tally:
    """What a report says, by rule and by record. ``judged[rule][outcome]`` is a set of records."""

    records: list[Record]
    days: list[str]
    judged: dict[str, dict[str, int]]
    loose: list[Loose]
    open: list[tuple[str, int]]
    unreadable: Mapping[str, int]
    _of_type: dict[str, list[int]] = field(default_factory=dict)
    _masks: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def everything(self) -> int:
        """The set of all records."""
        return (1 << len(self.records)) - 1

    def showing(self, evidence: Iterable[Evidence]) -> int:
        """The records that are such evidence, nil returns of their types included."""
        found = 0
        for one in evidence:
            key = (one.type, repr(sorted(one.where.items())))
            if key not in self._masks:
                self._masks[key] = self.everything if one.type == ANY else self._matching(one)
            found |= self._masks[key]
        return found

    def judged_by(self, rule: str) -> int:
        """The records that a rule has something to say of."""
        found = 0
        for mask in self.judged.get(rule, {}).values():
            found |= mask
        return found

    def newest(self, mask: int) -> tuple[str, Record] | None:
        """The newest dated fact of a set of records, and whose it is."""
        place = mask.bit_length() - 1
        return (self.days[place], self.records[place]) if mask and self.days[place] else None

    def open_in(self, mask: int) -> list[tuple[str, Record]]:
        """The open records of a set, with the day since when, the oldest first; those without a day last."""
        return [(day, self.records[place]) for day, place in self.open if mask >> place & 1]

    def _matching(self, evidence: Evidence) -> int:
        if not self._of_type:
            for place, record in enumerate(self.records):
                self._of_type.setdefault(record.type, []).append(place)
        members = self._of_type.get(evidence.type, ())
        found = [place for place in members if shows(evidence, self.records[place])]
        nil = self._of_type.get(_NIL, ()) if evidence.type != _NIL else ()
        found += [place for place in nil if self.records[place].fields.get(_NIL_OF) == evidence.type]
        return _set(found, len(self.records))


def tally(report: Report, knowledge: Knowledge) -> Tally:
    """Go through the results once."""
    places: dict[tuple[str, str, int], int] = {}
    records: list[Record] = []
    judged: dict[str, dict[str, array[int]]] = {}
    loose: list[Loose] = []
    for result in report.results:
        if result.record is None:
            if not _unread(result):
                loose.append(_loose(result, knowledge))
            continue
        record = result.record
        place = places.setdefault((record.collection, record.path, record.index), len(records))
        if place == len(records):
            records.append(record)
        if result.outcome is not Outcome.NOT_APPLICABLE:
            found = judged.setdefault(result.rule.id, {})
            found.setdefault(result.outcome, array("L")).append(place)
            if result.time and result.outcome is Outcome.FAIL:
                found.setdefault(STALE, array("L")).append(place)
    facts = [_facts(record, knowledge.types.get(record.type), report.provenance.as_of) for record in records]
    order = sorted(range(len(records)), key=lambda place: (facts[place][-1] if facts[place] else "", place))
    rank = {place: new for new, place in enumerate(order)}
    unreadable: dict[str, int] = {}
    for read in report.read:
        unreadable[read.type] = unreadable.get(read.type, 0) + read.unreadable
    return Tally(
        records=[records[place] for place in order],
        days=[facts[place][-1] if facts[place] else "" for place in order],
        judged={
            rule: {outcome: _set((rank[place] for place in found), len(records)) for outcome, found in outcomes.items()}
            for rule, outcomes in judged.items()
        },
        loose=loose,
        open=sorted(_open(records, facts, rank, knowledge), key=lambda item: (item[0] or "~", item[1])),
        unreadable=unreadable,
    )


def _unread(result: Result) -> bool:
    """Whether a result only says what could not be read or told; the report counts those by type."""
    return (
        result.outcome in (Outcome.ERROR, Outcome.UNKNOWN)
        and result.anchor is not None
        and result.anchor.path == result.subject
    )


def _loose(result: Result, knowledge: Knowledge) -> Loose:
    rule = result.rule
    types = {result.subject} & knowledge.types.keys() or set(types_of(rule))
    return Loose(rule=rule.id, types=frozenset(types), outcome=result.outcome, time=result.time)


def _facts(record: Record, record_type: RecordType | None, as_of: str) -> list[str]:
    """The days of what the record says has happened, in order; what cannot be read or lies ahead is left out."""
    found = set()
    today = day_of(as_of)
    for path in record_type.past if record_type else ():
        for _, value in values_at(record.fields, path):
            try:
                day = day_of(str(value))
            except Untold:
                continue
            if day <= today:
                found.add(day.isoformat())
    return sorted(found)


def _open(
    records: list[Record], facts: list[list[str]], rank: Mapping[int, int], knowledge: Knowledge
) -> Iterable[tuple[str, int]]:
    for place, record in enumerate(records):
        record_type = knowledge.types.get(record.type)
        if record_type and record.fields.get("status") in record_type.lifecycle.groups.get(_OPEN, ()):
            yield (facts[place][0] if facts[place] else ""), rank[place]


def _set(places: Iterable[int], size: int) -> int:
    bits = bytearray(size // 8 + 1)
    for place in places:
        bits[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(bits, "little")
