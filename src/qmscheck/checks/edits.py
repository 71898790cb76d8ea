"""``edit-carries-change``: what is under control changes only together with a change that is named."""

from __future__ import annotations

from collections.abc import Iterator

from qmscheck.calendars import day_of
from qmscheck.checks import Check, NotApplicable, Surroundings
from qmscheck.lives import State
from qmscheck.model import Problem, Record
from qmscheck.registry import dotted, values_at


def problems(record: Record, around: Surroundings) -> Iterator[Problem]:
    """A problem for each commit that edited a controlled field while neither a trailer nor the record names a change.

    Options: ``fields``, the controlled ones, or ``except``, all but these; ``trailers``, keys that name a change;
    ``references``, fields of which one must have been written in the same commit. The first commit and commits before
    the adoption date are not asked.
    """
    adopted = str(around.facts.settings.get("adoption_date") or "")
    compared = 0
    for state in around.states(record):
        edited = sorted(_edited(state, around))
        if state.new or not edited or state.commit.formatting or state.commit.parents > 1:
            continue
        if adopted and state.commit.day < day_of(adopted):
            continue
        compared += 1
        if not _names_a_change(state, around):
            yield Problem(
                message=f"{', '.join(edited)} edited on {state.commit.day} by {state.commit.author.name} (commit "
                f"{state.commit.short}) without naming a change",
                path=(edited[0],),
                key=f"{edited[0]}/{state.commit.id}",
            )
    if not compared:
        raise NotApplicable("no controlled field was edited since it was first written")


def _edited(state: State, around: Surroundings) -> set[str]:
    fields, free = around.options.get("fields"), around.options.get("except", ())
    changed = state.changed()
    return changed & set(fields) if isinstance(fields, list) else changed - set(free)  # type: ignore[call-overload]


def _names_a_change(state: State, around: Surroundings) -> bool:
    if state.commit.said(*map(str, around.options["trailers"])):  # type: ignore[call-overload]
        return True
    for name in around.options.get("references", ()):  # type: ignore[attr-defined]
        path = dotted(str(name))
        now = values_at(dict(state.fields), path)
        earlier = [values_at(dict(fields), path) for fields in state.before if fields is not None]
        if any(value for _, value in now) and now not in earlier:
            return True
    return False


CHECK = Check(name="edit-carries-change", record=problems, history=True)
