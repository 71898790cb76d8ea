"""``aftermath``: a record that closely follows another one says whether it came of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from qmscheck.calendars import Untold, on_or_before, time_of
from qmscheck.checks import Check, NotApplicable, Surroundings
from qmscheck.knowledge import Evidence
from qmscheck.model import Problem, Record
from qmscheck.registry import Events, dotted, key_of, shows, values_at
from qmscheck.schema import Link

_DAY = dt.timedelta(days=1)
_NAMED = 5
"""How many of the records before it a message names."""


def problems(record: Record, around: Surroundings) -> Iterator[Problem]:
    """A problem when the record follows others within some hours and says nothing about them.

    Options: ``link`` to the others (by fields of equal value), ``events``, their date fields, ``at``, the record's own,
    ``hours``, the name of a setting, and ``answers``, fields with the values that are an answer, ``*`` for any.
    """
    options, hours = around.options, int(str(around.facts.settings[str(around.options["hours"])]))
    field = str(options["at"])
    at = str(record.fields[field])
    before, untold = _before(record, around, at, dt.timedelta(hours=hours))
    if not before:
        if untold:
            raise Untold("; ".join(untold[:3]))
        raise NotApplicable(f"none of those happened within your {hours} hours before it")
    answers: Mapping[str, tuple[object, ...]] = options["answers"]  # type: ignore[assignment]
    if not any(shows(Evidence(type=record.type, where={path: allowed}), record) for path, allowed in answers.items()):
        more = f" and {len(before) - _NAMED} more" if len(before) > _NAMED else ""
        yield Problem(
            message=f"{field} is {at}, within your {hours} hours after {', '.join(before[:_NAMED])}{more}; it is not "
            "said whether that caused it",
            path=dotted(next(iter(answers))),
        )


def _before(record: Record, around: Surroundings, at: str, length: dt.timedelta) -> tuple[list[str], list[str]]:
    """Ids of the linked records with an event in the time before, and why others cannot be told."""
    link = around.facts.types[record.type].links[str(around.options["link"])]
    fields = tuple(dotted(str(name)) for name in around.options["events"])  # type: ignore[attr-defined]
    values = [value for _, value in values_at(record.fields, link.field) if value not in (None, "")]
    if values and not around.records.accounts_for(*link.to):
        raise Untold(f"no {' or '.join(link.to)} was read")
    now, found, untold = time_of(at), [], []
    for name in link.to:
        for value in values:
            first, last = now - length, now + _DAY
            events = around.records.events(name, dotted(link.by), value, fields, (first, last))
            # A day without a time is its midnight, and may yet be after the hour that is asked about.
            for when, other in events.between(first, last):
                if on_or_before(when, at) and other is not record:
                    found.append(other.id)
            untold += events.untold
    return list(dict.fromkeys(found)), untold


def reached(moved: Record, type_name: str, around: Surroundings) -> Iterator[Record]:
    """The records that may closely follow one that changed, or was removed."""
    options = around.options
    link = around.facts.types[type_name].links[str(options["link"])]
    if moved.type not in link.to:
        return
    linked = {key_of(value) for _, value in values_at(moved.fields, dotted(link.by))}
    for record in _perhaps_after(moved, type_name, link, around):
        if any(key_of(value) in linked for _, value in values_at(record.fields, link.field)):
            yield record


def _perhaps_after(moved: Record, type_name: str, link: Link, around: Surroundings) -> Iterator[Record]:
    """Records of days on which they may follow; all that are linked, where it cannot be told when the other was."""
    options, hours = around.options, int(str(around.facts.settings[str(around.options["hours"])]))
    events = Events([moved], [dotted(str(name)) for name in options["events"]])  # type: ignore[attr-defined]
    if events.untold:
        yield from around.records.led_by(link, type_name, moved)
    for when, _ in events.all():
        first, last = when - 2 * _DAY, when + dt.timedelta(hours=hours) + 2 * _DAY  # two days: whatever the zone
        yield from around.records.dated(type_name, dotted(str(options["at"])), first.date(), last.date())


CHECK = Check(name="aftermath", record=problems, looks_around=True, reach=reached)
