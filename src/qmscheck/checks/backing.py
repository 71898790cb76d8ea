"""``date-backed-by-commit``: the day that a record states is borne out by the commit that wrote it there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from qmscheck.calendars import Untold, day_of
from qmscheck.checks import Check, NotApplicable, Surroundings
from qmscheck.lives import Commit, Fields, State
from qmscheck.model import FieldPath, Problem, Record
from qmscheck.registry import dotted, values_at


def problems(record: Record, around: Surroundings) -> Iterator[Problem]:
    """A problem for each stated day that lies too far from the commit that last wrote it.

    Options: ``fields`` (default: the facts that the record type lists), ``late_days`` and ``early_days``, names of
    settings or numbers; without ``early_days`` a day after the commit is fine. ``import_records``, the setting with the
    number of records from which a commit counts as an import, whose days are not looked at.
    """
    if record.fields.get("imported_from"):
        raise NotApplicable("it was imported from another tool")
    fields = [dotted(str(name)) for name in around.options.get("fields", ())]  # type: ignore[attr-defined]
    late, early, bulk = (_number(around, name) for name in ("late_days", "early_days", "import_records"))
    adopted = str(around.facts.settings.get("adoption_date") or "")
    stated = [found for field in fields or around.facts.types[record.type].past for found in _stated(record, field)]
    if not stated:
        raise NotApplicable("it states no such day")
    written, untold, compared = _Written(around.states(record)), [], 0
    for path, value in stated:
        commit = written.by(path, value)
        if commit is None or commit.formatting or (bulk is not None and commit.records >= bulk):
            continue
        if adopted and commit.day < day_of(adopted):
            continue
        compared += 1
        try:
            problem = _judged(path, value, commit, late, early)
        except Untold as reason:
            untold.append(str(reason))
            continue
        if problem is not None:
            yield problem
    if untold:
        raise Untold("; ".join(untold[:3]))
    if not compared:
        raise NotApplicable("its days were imported, or are not committed yet")


def _stated(record: Record, field: FieldPath) -> list[tuple[FieldPath, str]]:
    return [(path, str(value)) for path, value in values_at(record.fields, field) if value not in (None, "")]


def _judged(path: FieldPath, value: str, commit: Commit, late: int | None, early: int | None) -> Problem | None:
    name = ".".join(map(str, path))
    told = f"{commit.day} (commit {commit.short})"
    days = (commit.day - day_of(value)) // dt.timedelta(days=1)
    if early is not None and days < -early:
        return Problem(message=f"{name} is {value}, after the commit that wrote it, {told}", path=path)
    if late is not None and days > late:
        return Problem(message=f"{name} is {value}, but it was written {days} days later, on {told}", path=path)
    return None


class _Written:
    """Who put values into a record."""

    def __init__(self, states: Sequence[State]) -> None:
        self._states = states
        self._values: dict[tuple[int, FieldPath], set[str]] = {}

    def by(self, path: FieldPath, value: str) -> Commit | None:
        """The newest commit that put the value there; items of a list are the same wherever in it they stand."""
        names = tuple(part for part in path if isinstance(part, str))
        for state in reversed(self._states):
            if value in self._held(state.fields, names) and not any(
                one is not None and value in self._held(one, names) for one in state.before
            ):
                return state.commit
        return None

    def _held(self, fields: Fields, names: FieldPath) -> set[str]:
        place = id(fields), names  # the states keep them, so that no other takes the place
        if place not in self._values:
            self._values[place] = {str(found) for _, found in values_at(dict(fields), names)}
        return self._values[place]


def _number(around: Surroundings, name: str) -> int | None:
    told = around.options.get(name)
    if isinstance(told, str):
        told = around.facts.settings.get(told)
    return told if isinstance(told, int) else None


CHECK = Check(name="date-backed-by-commit", record=problems, history=True)
