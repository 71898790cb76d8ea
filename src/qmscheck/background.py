"""From records and results to the background of a report; asked only by pages that show it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from qmscheck.calendars import Untold, day_of
from qmscheck.knowledge import Knowledge
from qmscheck.model import (
    Background,
    ClauseState,
    Event,
    FieldPath,
    OpenRecord,
    Outcome,
    Record,
    Report,
    StandardState,
)
from qmscheck.registry import values_at
from qmscheck.schema import RecordType

_OPEN = "open"


def background_of(
    report: Report, knowledge: Knowledge, records: Sequence[Record], standards: Sequence[str]
) -> Background:
    """Clauses as coverage sees them, events of types that declare a ``timeline``, and records in an open state."""
    today = day_of(report.provenance.as_of)
    events: list[Event] = []
    undated: Counter[str] = Counter()
    waiting: list[OpenRecord] = []
    for record in records:
        record_type = knowledge.types.get(record.type)
        if record_type is None:
            continue
        if record_type.timeline:
            day = next(iter(_days(record, record_type.timeline, today)), None)
            if day is not None:
                events.append(_event(record, record_type, day))
            elif not _ahead(record, record_type):
                undated[_kind(record_type)] += 1
        if record.fields.get("status") in record_type.lifecycle.groups.get(_OPEN, ()):
            waiting.append(_waiting(record, record_type, today))
    return Background(
        standards=tuple(_standards(report, knowledge, standards)) if standards else (),
        events=tuple(sorted(events, key=lambda event: (event.day, event.kind, event.id, event.subject))),
        open=tuple(sorted(waiting, key=lambda one: (one.since or "~", one.kind, one.id, one.location.path))),
        undated=dict(sorted(undated.items())),
    )


def _standards(report: Report, knowledge: Knowledge, standards: Sequence[str]) -> Iterator[StandardState]:
    from qmscheck.coverage import coverage_of  # noqa: PLC0415 - only pages pay for it

    for one in coverage_of(report, knowledge, standards).standards:
        clauses = tuple(
            ClauseState(
                number=found.clause.number,
                title=found.clause.title,
                status=found.status.value,
                reason=found.reason or found.status.meaning,
                counts={
                    Outcome.PASS: found.counts.passing,
                    Outcome.FAIL: found.counts.failing,
                    Outcome.UNKNOWN: found.counts.unknown,
                    Outcome.ERROR: found.counts.errors,
                    Outcome.WAIVED: found.counts.waived,
                },
                failing=tuple(found.failing_rules),
                records=found.records,
                newest=found.newest or "",
                human=found.clause.human,
                unseen=found.clause.unseen,
            )
            for found in one.clauses
        )
        yield StandardState(id=one.standard.id, title=one.standard.title, clauses=clauses)


def _event(record: Record, record_type: RecordType, day: dt.date) -> Event:
    return Event(
        day=day.isoformat(),
        kind=_kind(record_type),
        id=record.id,
        title=_title(record),
        subject=record.subject,
        location=record.location,
    )


def _waiting(record: Record, record_type: RecordType, today: dt.date) -> OpenRecord:
    since = min(_days(record, record_type.past, today), default=None)
    return OpenRecord(
        kind=_kind(record_type),
        id=record.id,
        title=_title(record),
        since=since.isoformat() if since else "",
        days=(today - since).days if since else None,
        location=record.location,
    )


def _days(record: Record, paths: Iterable[FieldPath], today: dt.date) -> Iterator[dt.date]:
    """The days that the fields name, in the order of the paths; what cannot be read or lies ahead is left out."""
    for path in paths:
        for _, value in values_at(record.fields, path):
            try:
                day = day_of(str(value))
            except Untold:
                continue
            if day <= today:
                yield day


def _ahead(record: Record, record_type: RecordType) -> bool:
    """Whether the record has not reached its day yet, or never will, so that none is missing."""
    status = record.fields.get("status")
    states = record_type.lifecycle.states
    return status in record_type.lifecycle.side or (status in states and status != states[-1])


def _title(record: Record) -> str:
    title = record.fields.get("title")
    return title if isinstance(title, str) else ""


def _kind(record_type: RecordType) -> str:
    return record_type.plural or record_type.title
