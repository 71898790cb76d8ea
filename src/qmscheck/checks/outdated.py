"""``approved-as-it-stands``: what was approved is what is there; nothing of it was altered after the approval."""

from __future__ import annotations

from collections.abc import Iterator

from qmscheck.checks import Check, NotApplicable, Surroundings
from qmscheck.checks.approval import approvers, written_at
from qmscheck.lives import State
from qmscheck.model import Problem, Record


def problems(record: Record, around: Surroundings) -> Iterator[Problem]:
    """A problem for each field of option ``content`` that a commit altered after the last approval was written.

    Options ``approver``, ``decision`` and ``consent`` as for ``approver-independent``. Alterations that were taken
    back, and commits of ``.git-blame-ignore-revs``, do not count; a field that was empty is not altered by filling it
    where it is among option ``later``.
    """
    content, later = _names(around, "content"), _names(around, "later")
    states = around.states(record)
    numbers = [written_at(states, path, name) for path, name in approvers(record, around)]
    if max(numbers) >= len(states):
        raise NotApplicable("the approval is not committed yet")
    approved = states[max(numbers)]
    last = states[-1].fields
    for name in sorted(content):
        if approved.fields.get(name) == last.get(name) or (name in later and not approved.fields.get(name)):
            continue
        culprits = [state for state in states[max(numbers) + 1 :] if _altered(state, name)]
        if culprits:
            told = ", ".join(
                f"{one.commit.day}, {one.commit.author.name}, commit {one.commit.short}" for one in culprits
            )
            yield Problem(
                message=f"{name} was altered ({told}) after the approval was written on {approved.commit.day} (commit "
                f"{approved.commit.short})",
                path=(name,),
            )


def _altered(state: State, name: str) -> bool:
    return name in state.changed() and not state.commit.formatting


def _names(around: Surroundings, option: str) -> set[str]:
    told = around.options.get(option)
    return set(map(str, told)) if isinstance(told, list) else set()


CHECK = Check(name="approved-as-it-stands", record=problems, history=True)
