"""``people-known``: whoever a record names is in the people register and was employed at the time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from qmscheck.calendars import Untold, day_of
from qmscheck.checks import Check, NotApplicable, Surroundings
from qmscheck.model import FieldPath, Problem, Record
from qmscheck.people import Person
from qmscheck.registry import values_at

_DATED = ("at", "on", "checked_on", "reviewed_on", "evaluated_on")


def problems(record: Record, around: Surroundings) -> Iterator[Problem]:
    """A problem for each unknown name, and for each person who was not employed when it mattered.

    A name with a date of its own (``approvals.by`` beside ``approvals.at``, ``approved_by`` beside ``approved_on``) is
    judged on that day, so that somebody who left later was valid then. Any other person must have been employed at some
    time between the record's first dated fact and its last one, or the as-of day while the record is open. Option
    ``earlier``: fields whose people may have left before, for they did their part before anything that is dated.
    """
    people = around.facts.people
    if not people.known:
        raise NotApplicable("no people register is configured (`people:` in qmscheck.yaml)")
    seen = 0
    for field in around.facts.types[record.type].people:
        for path, name in values_at(record.fields, field) if field[0] in record.fields else ():
            if name in (None, ""):
                continue
            seen += 1
            person = people.find(name)
            if person is None:
                yield Problem(message=f"{name!r} is not in the people register", path=path)
            elif person.employed_from is not None or person.employed_to is not None:
                sentence = _absence(person, record, path, around)
                if sentence:
                    yield Problem(message=f"{name!r} {sentence}", path=path)
    if not seen:
        raise NotApplicable("it names nobody")


def _absence(person: Person, record: Record, path: FieldPath, around: Surroundings) -> str:
    """What is wrong with a person's time of employment; nothing: empty."""
    day = _day_beside(record, path)
    if day is not None:
        return "" if _employed(person, day, day) else f"was not employed on {day}"
    earlier = around.options.get("earlier")
    if isinstance(earlier, list) and _name(path) in earlier:
        return ""
    dated = [value for field in around.facts.types[record.type].past for _, value in values_at(record.fields, field)]
    facts = sorted(_days(dated))
    if not facts and dated:
        raise Untold(f"no date of the record can be read, such as {dated[0]!r}")
    if not facts:
        return ""
    last = facts[-1] if _is_closed(record, around) else max(facts[-1], around.facts.today)
    return "" if _employed(person, facts[0], last) else f"was not employed between {facts[0]} and {last}"


def _employed(person: Person, first: dt.date, last: dt.date) -> bool:
    left, came = person.employed_to, person.employed_from
    return (left is None or left >= first) and (came is None or came <= last)


def _is_closed(record: Record, around: Surroundings) -> bool:
    closed = around.facts.types[record.type].lifecycle.groups.get("closed", frozenset())
    return record.fields.get("status") in closed


def _day_beside(record: Record, path: FieldPath) -> dt.date | None:
    """The day that belongs to a name: ``x_on`` beside ``x_by``, or the only date of an item."""
    beside: object = record.fields
    for part in path[:-1]:
        beside = beside[part]  # type: ignore[index]
    stem = str(path[-1]).removesuffix("_by")
    own = (f"{stem}_on", f"{stem}_at") if stem != path[-1] else ()
    names = own if len(path) == 1 else (*own, *_DATED)
    for name in names:
        if isinstance(beside, dict) and beside.get(name) not in (None, ""):
            return day_of(str(beside[name]))  # what cannot be read leaves it open whether the person was there
    return None


def _days(values: Iterable[object]) -> Iterator[dt.date]:
    for value in values:
        try:
            yield day_of(str(value))
        except Untold:
            continue


def _name(path: FieldPath) -> str:
    return ".".join(part for part in path if isinstance(part, str))


CHECK = Check(name="people-known", record=problems, clock=True)
