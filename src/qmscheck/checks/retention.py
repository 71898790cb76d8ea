"""``retention``: a record whose time is not over has not been removed."""

from __future__ import annotations

from collections.abc import Iterator

from qmscheck.calendars import Untold, day_of, shift, time_of
from qmscheck.checks import Check, Surroundings, Verdict
from qmscheck.lives import Gone
from qmscheck.model import Location, Outcome, Problem, Record


def verdicts(records: list[Record], around: Surroundings) -> Iterator[Verdict]:
    """One verdict for each removed record: a problem when it was removed before its ``retain_until``.

    Option ``period``: the setting with how long records without such a day are kept after their last day (empty: they
    may go at any time). A record that lives on under its id, in another file or as a tombstone, was not removed.
    """
    alive = {record.id.casefold() for record in records}
    period = str(around.facts.settings.get(str(around.options.get("period", ""))) or "")
    removed = [gone for gone in around.lives().gone() if gone.record.id.casefold() not in alive]
    for gone in removed:
        yield _verdict(gone, period, around)
    if not removed:
        yield Verdict(subject="removed records", outcome=Outcome.PASS, anchor=around.anchors.get("standards"))


def _verdict(gone: Gone, period: str, around: Surroundings) -> Verdict:
    record, commit = gone.record, gone.commit
    anchor = around.anchors.get(f"collections.{record.collection}") or Location(record.path)
    told = f"removed on {commit.day} by {commit.author.name} (commit {commit.short})"
    try:
        until = _kept_until(gone, period)
        kept = until and day_of(until) >= commit.day
    except Untold as reason:
        return Verdict(
            subject=record.subject, outcome=Outcome.UNKNOWN, reason=f"{record.id} was {told}; {reason}", anchor=anchor
        )
    problem = Problem(message=f"{record.id} was {told}, but it had to be kept until {until}", key=record.id)
    return Verdict(subject=record.subject, problems=(problem,) if kept else (), anchor=anchor)


def _kept_until(gone: Gone, period: str) -> str:
    """The last day on which it must be there; empty when nothing says."""
    fields = gone.record.fields
    if fields.get("retain_until"):
        return str(fields["retain_until"])
    if not period:
        return ""
    last = str(fields.get("closed_at") or gone.commit.day)
    return shift(time_of(last), period).date().isoformat()


CHECK = Check(name="retention", whole=verdicts, looks_around=True, history=True)
