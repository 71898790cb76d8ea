"""What each merge brought into a branch: the commits that lead to it, and not to the state of the branch before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Parents = Mapping[str, Sequence[str]]
"""From each commit to those that it builds on; a commit that is not there is not looked at."""


def brought_in(parents: Parents, tip: str) -> dict[str, list[str]]:
    """For each merge on the line of first parents that ends in ``tip``, what came in with it, the newest first.

    What two merges could have brought in, the earlier one did.
    """
    line = _line(parents, tip)
    seen = set(line)  # what is on the line and leads to a merge was there before it
    return {one: _reached(parents, parents[one][1:], seen) for one in reversed(line) if len(parents[one]) > 1}


def _line(parents: Parents, tip: str) -> list[str]:
    line = []
    while tip in parents:
        line.append(tip)
        tip = next(iter(parents[tip]), "")
    return line


def _reached(parents: Parents, starts: Sequence[str], seen: set[str]) -> list[str]:
    """The commits that these build on, themselves included, but for those that were ``seen``; they are now."""
    found, waiting = [], list(reversed(starts))
    while waiting:
        one = waiting.pop()
        if one not in seen and one in parents:
            seen.add(one)
            found.append(one)
            waiting += reversed(parents[one])
    return found
