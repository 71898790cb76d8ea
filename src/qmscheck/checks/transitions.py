"""``transitions`` and ``reopened``: how a record moved through its lifecycle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qmscheck.checks import Check, NotApplicable, Surroundings
from qmscheck.lives import Fields
from qmscheck.model import Problem, Record
from qmscheck.registry import dotted, values_at


def forbidden(record: Record, around: Surroundings) -> Iterator[Problem]:
    """A problem for each step that the lifecycle does not allow, not even by way of states that no commit shows."""
    lifecycle = around.facts.types[record.type].lifecycle
    if not lifecycle.transitions:
        raise NotApplicable("its type knows no transitions")
    known = {*lifecycle.states, *lifecycle.side}
    ways = {state: _reachable(state, lifecycle.transitions) for state in known}
    for state in around.states(record):
        now = state.fields.get("status")
        earlier = [fields.get("status") for fields in state.before if fields is not None]
        if now not in known or not earlier or any(one == now or one not in known for one in earlier):
            continue
        if not any(now in ways[str(one)] for one in earlier):
            yield Problem(
                message=f"went from {earlier[0]} to {now}, which its lifecycle does not allow "
                f"({state.commit.day}, {state.commit.author.name}, commit {state.commit.short})",
                path=("status",),
                key=f"status/{state.commit.id}",
            )


def _reachable(start: str, transitions: Mapping[str, tuple[str, ...]]) -> set[str]:
    """States that follow, also by way of others: a squashed commit shows only where it ended."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for state in transitions.get(waiting.pop(), ()):
            if state not in found:
                found.add(state)
                waiting.append(state)
    return found


def reopened(record: Record, around: Surroundings) -> Iterator[Problem]:
    """A problem for each time that a closed record was opened again while nothing was written to say why.

    Option ``reasons``: paths of fields of which one must have changed in that commit.
    """
    closed = around.facts.types[record.type].lifecycle.groups.get("closed", frozenset())
    paths = [dotted(str(path)) for path in around.options["reasons"]]  # type: ignore[attr-defined]
    times = 0
    for state in around.states(record):
        earlier = [fields for fields in state.before if fields is not None]
        if (
            not earlier
            or state.fields.get("status") in closed
            or any(one.get("status") not in closed for one in earlier)
        ):
            continue
        times += 1
        if not any(_values(state.fields, path) not in [_values(one, path) for one in earlier] for path in paths):
            yield Problem(
                message=f"was reopened on {state.commit.day} by {state.commit.author.name} (commit "
                f"{state.commit.short}), and nothing says why",
                path=("status",),
                key=f"status/{state.commit.id}",
            )
    if not times:
        raise NotApplicable("it was never reopened")


def _values(fields: Fields, path: tuple[str | int, ...]) -> list[object]:
    return [value for _, value in values_at(dict(fields), path)]


CHECKS = (
    Check(name="transitions", record=forbidden, history=True),
    Check(name="reopened", record=reopened, history=True),
)
