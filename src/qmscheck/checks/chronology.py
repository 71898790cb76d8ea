"""``chronology`` and ``no-future-facts``: the dates of a record stand in the order that its type declares."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import cache

from qmscheck.calendars import Untold, day_of, has_time, on_or_before, time_of
from qmscheck.checks import Check, NotApplicable, Surroundings
from qmscheck.model import FieldPath, Problem, Record
from qmscheck.registry import values_at

_Values = list[tuple[FieldPath, object]]


def order_problems(record: Record, around: Surroundings) -> Iterator[Problem]:
    """A problem for each pair of dates in the wrong order, compared at the coarser grain of the two."""
    compared, untold = 0, []
    order = around.facts.types[record.type].order
    found = {field: _present(record, field) for field in _fields(order)}
    for first, second in order:
        if not (found[first] and found[second]):
            continue
        for early, path, late in _pairs(found, first, second):
            compared += 1
            try:
                fine = on_or_before(early, late)
            except Untold as reason:
                untold.append(f"{_name(first)} or {_name(second)}: {reason}")
                continue
            if not fine:
                yield Problem(
                    message=f"{_name(second)} ({late}) lies before {_name(first)} ({early})",
                    path=path,
                    key=f"{_name(first)}<{_name(path)}",
                )
    _conclude(compared, untold, "it holds no two dates to compare")


def future_problems(record: Record, around: Surroundings) -> Iterator[Problem]:
    """A problem for each fact dated more than a day after the as-of day."""
    compared, untold = 0, []
    limit = around.facts.as_of + dt.timedelta(days=1)
    day = limit.date()
    for field in around.facts.types[record.type].past:
        for path, value in values_at(record.fields, field) if field[0] in record.fields else ():
            if value in (None, ""):
                continue
            compared, text = compared + 1, str(value)
            try:
                late = time_of(text) > limit if has_time(text) else day_of(text) > day
            except Untold as reason:
                untold.append(f"{_name(path)}: {reason}")
                continue
            if late:
                yield Problem(message=f"{_name(path)} is {value}, which has not happened yet", path=path)
    _conclude(compared, untold, "it holds no dated fact")


@cache
def _fields(order: tuple[tuple[FieldPath, FieldPath], ...]) -> tuple[FieldPath, ...]:
    """All fields of an order, each once."""
    return tuple(dict.fromkeys(field for pair in order for field in pair))


def _pairs(
    found: Mapping[FieldPath, _Values], first: FieldPath, second: FieldPath
) -> Iterator[tuple[str, FieldPath, str]]:
    """Values of both fields, the second with its path; inside one list, only values of the same item."""
    same_list = first[:-1] == second[:-1] and len(first) > 1
    for one, value in found[first]:
        for two, other in found[second]:
            if not same_list or one[:-1] == two[:-1]:
                yield str(value), two, str(other)


def _present(record: Record, field: FieldPath) -> _Values:
    if field[0] not in record.fields:  # as most are
        return []
    return [found for found in values_at(record.fields, field) if found[1] not in (None, "")]


def _name(path: FieldPath) -> str:
    return ".".join(str(part) for part in path)


def _conclude(compared: int, untold: list[str], nothing: str) -> None:
    if untold:
        raise Untold("; ".join(untold[:3]))
    if not compared:
        raise NotApplicable(nothing)


CHECKS = (
    Check(name="chronology", record=order_problems),
    Check(name="no-future-facts", record=future_problems, clock=True),
)
