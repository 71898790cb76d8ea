"""``presence``: every kind of record that the chosen standards need evidence of has at least one record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from qmscheck.calendars import Untold, day_of, shift
from qmscheck.checks import Check, NotApplicable, Surroundings, Verdict
from qmscheck.model import Outcome, Problem, Record
from qmscheck.registry import NOTHING, values_at

_NIL = "nil-return"


def verdicts(records: list[Record], around: Surroundings) -> Iterator[Verdict]:  # noqa: ARG001 - looks at all types
    """One verdict for each required type of the chosen standards, anchored at the configuration line that asked.

    A nil return of that type which reaches into the window counts: it says that nothing occurred. Option ``window``:
    name of a setting with the period to look back.
    """
    facts = around.facts
    window = str(facts.settings.get(str(around.options.get("window", "")), "") or "")
    since = shift(facts.as_of, window, back=True).date() if window else None
    wanted: dict[str, list[str]] = {}
    for standard in facts.standards:
        for name in facts.required_types.get(standard, ()):
            wanted.setdefault(name, []).append(standard)
    for name, standards in wanted.items():
        yield _verdict(name, standards, since, around)


def _verdict(name: str, standards: list[str], since: dt.date | None, around: Surroundings) -> Verdict:
    anchor = around.anchors.get(f"types.{name}") or around.anchors.get("standards")
    if around.records.has(name):
        return Verdict(subject=name, anchor=anchor)
    unread = None
    for record in around.records.of(_NIL):
        if stands_for(record) == name:
            try:
                if since is None or day_of(str(record.fields.get("period_to"))) >= since:
                    return Verdict(subject=name, anchor=anchor)
            except Untold as reason:
                unread = f"{record.subject} may cover {name}, but its period_to {reason}"
    if unread is not None:
        return Verdict(subject=name, outcome=Outcome.UNKNOWN, reason=unread, anchor=anchor)
    message = f"no {name} record and no nil return was found, though {' and '.join(standards)} needs such evidence"
    return Verdict(subject=name, problems=(Problem(message=message, key=name),), anchor=anchor)


def stands_for(record: Record) -> object:
    """The type that a nil return says nothing of occurred, else the record's own."""
    return record.fields.get("record_type") if record.type == _NIL else record.type


def alive(records: list[Record], around: Surroundings) -> Iterator[Verdict]:
    """One verdict on all records of a type: something happened in the window, or a nil return says that nothing did.

    Option ``window`` as above; when a record happened is told by its type's timeline. Where there is neither record nor
    nil return, nothing is said here: `verdicts` says it of the types that a standard needs.
    """
    name, facts = records[0].type if records else "", around.facts
    since = shift(facts.as_of, str(facts.settings[str(around.options["window"])]), back=True).date()
    if not records:
        raise NotApplicable("there is no record of this kind")
    paths = facts.types[name].timeline
    dates = [value for one in records for path in paths for _, value in values_at(one.fields, path)]
    dates += [one.fields.get("period_to") for one in around.records.of(_NIL) if one.fields.get("record_type") == name]
    untold = None
    for date in dates:
        try:
            if date is not None and day_of(str(date)) >= since:
                yield Verdict(subject=name)
                return
        except Untold as reason:
            untold = str(reason)
    if untold is not None:
        yield Verdict(subject=name, outcome=Outcome.UNKNOWN, reason=untold)
        return
    message = (
        f"since {since} none of the {len(records)} records was added, and no nil return says that there was nothing"
    )
    yield Verdict(subject=name, problems=(Problem(message=message, key=name, time=True),))


CHECKS = (
    Check(name="presence", whole=verdicts, looks_around=True, clock=True, only=NOTHING),
    Check(name="alive", whole=alive, looks_around=True, clock=True, sees=(_NIL,)),
)
