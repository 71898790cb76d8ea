"""The names that one file had before: from one `git log --follow`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from qmscheck.history.commits import commit_of, details
from qmscheck.history.gateway import open_repository, prefix_of, require_whole, stream
from qmscheck.lives import Commit

_FOLLOW = (
    "--follow",
    "--find-renames=50%",
    "--diff-filter=R",
    "--name-status",
    "-z",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--no-show-signature",
    "--format=%H",
)


class Move(NamedTuple):
    """A commit that gave a file another name. Paths are relative to the root, or to the top where they lie outside."""

    commit: Commit
    before: str
    after: str


def moves(root: Path, path: str, revision: str = "HEAD") -> list[Move]:
    """How a file came to its name, oldest first. Raises ``Untold`` where git cannot tell."""
    with open_repository(root) as repository:
        require_whole(repository)
        prefix = prefix_of(repository, root)
        name = os.fsdecode(prefix) + path
        found = list(_pairs(b"".join(stream(repository, "log", *_FOLLOW, revision, "--", f":(top,literal){name}"))))
        told = details(repository, (commit for commit, _, _ in found)) if found else {}
    return [
        Move(commit_of(told[commit]), _inside(before, prefix), _inside(after, prefix))
        for commit, before, after in reversed(found)
        if commit in told
    ]


def _pairs(told: bytes) -> Iterator[tuple[str, bytes, bytes]]:
    """Commit, name before and after. A commit's id ends with NUL, and a line end before what it renamed."""
    words = told.split(b"\0")
    commit = ""
    position = 0
    while position < len(words):
        word = words[position].strip(b"\n")
        if word[:1] == b"R" and word[1:].isdigit() and position + 2 < len(words):
            yield commit, words[position + 1], words[position + 2]
            position += 3
            continue
        commit = word.decode("ascii", "replace") or commit
        position += 1


def _inside(name: bytes, prefix: bytes) -> str:
    return os.fsdecode(name.removeprefix(prefix))
