"""``reviews-in-bulk`` and ``eve-of-audit``: much that was written at one time. Worth a question, not an accusation."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator

from qmscheck.calendars import Untold, day_of
from qmscheck.checks import Check, NotApplicable, Surroundings, Verdict
from qmscheck.lives import State
from qmscheck.model import Outcome, Problem, Record
from qmscheck.schema import ANY

_SHOWN = 5


def reviews_in_bulk(records: list[Record], around: Surroundings) -> Iterator[Verdict]:
    """A verdict for each person and stretch of time in which many records got a new review and nothing else.

    Options: ``fields``, those that a review writes; ``count`` and ``minutes``, names of settings: from how many records
    within how much time. Formatting commits, machines and the first version of a record do not count.
    """
    fields = set(_texts(around, "fields"))
    count, minutes = _setting(around, "count"), _setting(around, "minutes")
    found: dict[str, list[tuple[dt.datetime, Record, State]]] = defaultdict(list)
    for record, state in _states(records, around):
        changed = state.changed()
        if state.new or state.commit.formatting or state.commit.parents > 1 or not changed & fields:
            continue
        if changed <= fields and not state.commit.author.bot:
            found[state.commit.author.name].append((state.commit.authored, record, state))
    for person, marks in sorted(found.items()):
        for burst in _bursts(sorted(marks, key=lambda mark: mark[0]), dt.timedelta(minutes=minutes)):
            if len(burst) >= count:
                yield _bulk(person, burst)
    yield Verdict(subject="reviews")


def _bursts(
    marks: list[tuple[dt.datetime, Record, State]], within: dt.timedelta
) -> Iterator[list[tuple[dt.datetime, Record, State]]]:
    """Runs of marks that begin and end within a time, each as long as can be."""
    burst: list[tuple[dt.datetime, Record, State]] = []
    for mark in marks:
        if burst and mark[0] - burst[0][0] > within:
            yield burst
            burst = []
        burst.append(mark)
    if burst:
        yield burst


def _bulk(person: str, burst: list[tuple[dt.datetime, Record, State]]) -> Verdict:
    first, last = burst[0], burst[-1]
    minutes = max(1, round((last[0] - first[0]) / dt.timedelta(minutes=1)))
    told = ", ".join(record.id for _, record, _ in burst[:_SHOWN]) + (" …" if len(burst) > _SHOWN else "")
    message = (
        f"{person} wrote reviews of {len(burst)} records within {minutes} minute{'s' if minutes > 1 else ''} on "
        f"{first[0].date()} and nothing else in them ({told}; commit {first[2].commit.short})"
    )
    return Verdict(
        subject=f"reviews by {person} on {first[0].date()}",
        problems=(Problem(message=message, location=first[1].location, key=first[2].commit.id),),
    )


def eve_of_audit(records: list[Record], around: Surroundings) -> Iterator[Verdict]:
    """A verdict for each audit that has begun: a problem when many records that had long rested were edited before it.

    Options are names of settings: ``days`` before the audit, ``rest``, days for which nothing had been written, and
    ``count``, the number of records; ``start``, the field of an audit, and ``except``, types that are prepared for it.
    """
    days, rest, count = (_setting(around, name) for name in ("days", "rest", "count"))
    start, spared = str(around.options["start"]), set(_texts(around, "except"))
    audits = [audit for audit in records if audit.fields.get(start)]
    if not audits:
        raise NotApplicable("no audit says when it began")
    around.lives()
    touched = _woken((one for one in around.records if one.type not in spared), around, rest)
    for audit in audits:
        try:
            begins = day_of(str(audit.fields[start]))
        except Untold as reason:
            yield Verdict(subject=audit, outcome=Outcome.UNKNOWN, reason=str(reason))
            continue
        eve = [
            (record, state)
            for record, state in touched
            if dt.timedelta() < begins - state.commit.day <= dt.timedelta(days=days)
        ]
        names = list(dict.fromkeys(record.id for record, _ in eve))
        if len(names) < count:
            yield Verdict(subject=audit)
            continue
        told = ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")
        message = (
            f"{len(names)} records in which nothing had been written for {rest} days or more were edited in the {days} "
            f"days before the audit of {begins} ({told}; first in commit {eve[0][1].commit.short})"
        )
        yield Verdict(subject=audit, problems=(Problem(message=message, path=(start,)),))


def _woken(records: Iterable[Record], around: Surroundings, rest: int) -> list[tuple[Record, State]]:
    """Edits of records that had rested."""
    found: list[tuple[Record, State]] = []
    last: tuple[Record | None, dt.date] = (None, dt.date.min)
    for record, state in _states(records, around):
        if state.commit.formatting or state.commit.author.bot:
            continue
        if last[0] is record and (state.commit.day - last[1]).days >= rest:
            found.append((record, state))
        last = (record, state.commit.day)
    return sorted(found, key=lambda pair: pair[1].commit.committed)


def _states(records: Iterable[Record], around: Surroundings) -> Iterator[tuple[Record, State]]:
    """Every state of every record that has a history; raises ``Untold`` where none has and somebody could not tell."""
    reason, known = "", False
    for record in records:
        try:
            states = around.lives().states(record)
        except Untold as told:
            reason = reason or str(told)
            continue
        known = known or bool(states)
        for state in states:
            yield record, state
    if reason and not known:
        raise Untold(reason)


def _setting(around: Surroundings, option: str) -> int:
    value = around.facts.settings[str(around.options[option])]
    if not isinstance(value, int):
        raise Untold(f"the setting {around.options[option]} is no whole number")
    return value


def _texts(around: Surroundings, option: str) -> list[str]:
    told = around.options.get(option)
    return [str(one) for one in told] if isinstance(told, list) else []


CHECKS = (
    Check(name="reviews-in-bulk", whole=reviews_in_bulk, looks_around=True, history=True),
    Check(name="eve-of-audit", whole=eve_of_audit, looks_around=True, history=True, sees=(ANY,)),
)
