"""``people-known``: whoever a record names is in the people register and was employed at the time."""

from __future__ import annotations

from collections.abc import Iterator

from qmscheck.calendars import Untold, day_of
from qmscheck.checks import Check, NotApplicable, Surroundings
from qmscheck.model import FieldPath, Problem, Record
from qmscheck.registry import nodes_at, values_at

_DATED = ("at", "on", "checked_on", "reviewed_on")


def problems(record: Record, around: Surroundings) -> Iterator[Problem]:
    """A problem for each unknown name, and for each person who was not employed on the day beside the name.

    A name with a date in the same item (``approvals.by`` beside ``approvals.at``) is judged on that day, so that
    somebody who left later was valid then. Names without a date are only looked up.
    """
    people = around.facts.people
    if not people.known:
        raise NotApplicable("no people register is configured (`people:` in qmscheck.yaml)")
    seen = 0
    for field in around.facts.types[record.type].people:
        for path, name in values_at(record.fields, field):
            if name in (None, ""):
                continue
            seen += 1
            if people.find(name) is None:
                yield Problem(message=f"{name!r} is not in the people register", path=path)
            elif (day := _day_beside(record, path)) is not None and not people.active(name, day_of(day)):
                yield Problem(message=f"{name!r} was not employed on {day[:10]}", path=path)
    if not seen:
        raise NotApplicable("it names nobody")


def _day_beside(record: Record, path: FieldPath) -> str | None:
    if len(path) < 2:  # noqa: PLR2004 - a top-level name has no date of its own
        return None
    ((_, beside),) = nodes_at(record.fields, path[:-1])
    for name in _DATED:
        for _, value in values_at(beside, (name,)):
            try:
                day_of(str(value))
            except Untold:
                continue
            return str(value)
    return None


CHECK = Check(name="people-known", record=problems)
