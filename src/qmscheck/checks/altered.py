"""``altered-after-closing``: what a closed record says stays as it was, but for recorded corrections."""

from __future__ import annotations

from collections.abc import Iterator

from qmscheck.checks import Check, NotApplicable, Surroundings
from qmscheck.lives import Fields, State
from qmscheck.model import Problem, Record
from qmscheck.schema import Lifecycle


def problems(record: Record, around: Surroundings) -> Iterator[Problem]:
    """A problem for each field that differs from the record as it was closed.

    Options: ``corrections``, the list whose growth makes an alteration legitimate; ``except``, fields that may change.
    Commits of ``.git-blame-ignore-revs`` and alterations that were taken back do not count.
    """
    lifecycle = around.facts.types[record.type].lifecycle
    if not _closed(record.fields, lifecycle):
        raise NotApplicable("it is not closed")
    free = {str(name) for name in around.options.get("except", ())}  # type: ignore[attr-defined]
    corrections = str(around.options["corrections"])
    as_closed: Fields | None = None
    culprits: list[State] = []
    for state in around.states(record):
        if not _closed(state.fields, lifecycle):
            as_closed, culprits = None, []
        elif as_closed is None or _legitimate(state, lifecycle, corrections):
            as_closed, culprits = state.fields, []
        elif not state.commit.formatting:
            culprits.append(state)
        elif not culprits:
            as_closed = state.fields
    last = culprits[-1].fields if culprits else {}
    for name in sorted(_differing(as_closed or {}, last, {*free, corrections})) if culprits else ():
        told = ", ".join(_told(state) for state in culprits if name in state.changed())
        yield Problem(message=f"{name} was altered after the record was closed ({told})", path=(name,))


def _legitimate(state: State, lifecycle: Lifecycle, corrections: str) -> bool:
    """Whether the commit closed the record, or recorded a correction of the closed one."""
    before = [fields for fields in state.before if fields is not None and _closed(fields, lifecycle)]
    grown = any(_length(state.fields, corrections) > _length(fields, corrections) for fields in before)
    return grown or len(before) < len(state.before)


def _closed(fields: Fields, lifecycle: Lifecycle) -> bool:
    return fields.get("status") in lifecycle.groups.get("closed", frozenset())


def _length(fields: Fields, name: str) -> int:
    value = fields.get(name)
    return len(value) if isinstance(value, list) else 0


def _differing(one: Fields, two: Fields, free: set[str]) -> set[str]:
    return {name for name in {*one, *two} - free if one.get(name) != two.get(name)}


def _told(state: State) -> str:
    return f"{state.commit.day}, {state.commit.author.name}, commit {state.commit.short}"


CHECK = Check(name="altered-after-closing", record=problems, history=True)
