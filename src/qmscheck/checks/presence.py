"""``presence``: every kind of record that the chosen standards need evidence of has at least one record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from qmscheck.calendars import Untold, day_of, shift
from qmscheck.checks import Check, Surroundings, Verdict
from qmscheck.model import Outcome, Problem, Record

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


CHECK = Check(name="presence", whole=verdicts, looks_around=True, clock=True)
