"""Sentences on a period that every format says alike. Text from records is not made safe here."""

from __future__ import annotations

from collections import Counter

from qmscheck.glossary import many
from qmscheck.model import Outcome
from qmscheck.period import Interval, Period

_KINDS = ("major", "minor", "observation", "error", "unknown", "waived")


def kind(interval: Interval) -> str:
    """The grade of what was not met, else the outcome."""
    return interval.grade.value if interval.outcome is Outcome.FAIL else interval.outcome.value


def weight(interval: Interval) -> str:
    """Its kind; with the day before which its rule only reported, if it did."""
    return f"{kind(interval)}, only reported before {interval.until}" if interval.until else kind(interval)


def span(interval: Interval) -> str:
    """First and last day; three dots where it may have begun before, or goes on."""
    return f"{'… ' if interval.before else ''}{interval.first} to {interval.last}{' …' if interval.lasting else ''}"


def days(count: int) -> str:
    """``1 day``, ``12 days``."""
    return many(count, "day")


def subject(interval: Interval) -> str:
    """The record by its id, with the path where it was found."""
    name = interval.record[1]
    return f"{name} ({interval.location.path})" if name and name != interval.location.path else interval.subject


def looked_at(period: Period) -> str:
    """What was judged, in one line."""
    return (
        f"{period.first} to {period.last}: {period.judged:,} of {days(period.days)} judged, on "
        f"{many(period.commits, 'tree')} with up to {many(period.records, 'record')}, by "
        f"{many(len(period.rules), 'date-based rule')}"
    )


def sentence(period: Period) -> str:
    """The verdict. Speaks of the rules that ran, never of conformity."""
    failing = Counter(kind(one) for one in period.intervals if one.fails)
    noted = Counter(kind(one) for one in period.intervals if not one.fails)
    if period.gaps_fail:
        failing["unknown"] += len(period.gaps)
    tail = f"; noted: {_listed(noted)}" if noted else ""
    if period.empty:
        why = "no rule asked for depends on the day" if period.records else "no record was there"
        return f"Nothing was judged: {why}."
    if period.satisfied and not period.policy.enforced:
        return f"Satisfied: by profile {period.policy.profile} nothing fails the run{tail}."
    if period.satisfied:
        return f"Satisfied: every date-based expectation of weight was met on every day that was judged{tail}."
    return f"Not satisfied: {_listed(failing)}{tail}."


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{counts[name]:,} {name}" for name in _KINDS if counts[name])
