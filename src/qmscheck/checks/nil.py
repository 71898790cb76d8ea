"""``nil-holds``: in the period of a nil return nothing of its kind happened."""

from __future__ import annotations

from collections.abc import Iterator

from qmscheck.calendars import Untold, day_of
from qmscheck.checks import Check, NotApplicable, Surroundings
from qmscheck.model import Problem, Record
from qmscheck.registry import values_at
from qmscheck.schema import RecordType

_SHOWN = 3


def problems(record: Record, around: Surroundings) -> Iterator[Problem]:
    """A problem when a record of the kind happened in the period, by the first day that its type's timeline names."""
    fields, types = record.fields, around.facts.types
    record_type = types.get(str(fields.get("record_type")))
    if record_type is None or not record_type.timeline:
        raise NotApplicable("no record kind is named whose records happen on a day")
    first, last = (day_of(str(fields.get(name))) for name in ("period_from", "period_to"))
    untold: list[str] = []
    found: list[str] = []
    for one in around.records.of(record_type.name):
        try:
            day = _day(one, record_type)
        except Untold as reason:
            untold.append(f"{one.subject}: {reason}")
            continue
        if day is not None and first <= day <= last:
            found.append(one.subject)
    if found:
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        named = ", ".join(found[:_SHOWN])
        yield Problem(
            message=f"says that there was no {record_type.name}, but there is {named}{more}", path=("record_type",)
        )
    elif untold:
        raise Untold("; ".join(untold[:_SHOWN]))


def _day(record: Record, record_type: RecordType):  # type: ignore[no-untyped-def]  # noqa: ANN202
    """The day on which it happened: the first date of the timeline that is there."""
    for path in record_type.timeline:
        for _, value in values_at(record.fields, path):
            if value not in (None, ""):
                return day_of(str(value))
    return None


CHECK = Check(name="nil-holds", record=problems, looks_around=True)
