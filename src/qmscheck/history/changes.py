"""What changed from a revision to the work tree, and what stood there before.

A handful of git processes, whatever the number of files. Paths are relative to the root, POSIX, undecodable bytes as
surrogates; what lies above the root begins with ``../``.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import git

from qmscheck.calendars import Untold
from qmscheck.hardening import FILL
from qmscheck.history.gateway import (
    DEEPEN,
    contents,
    is_partial,
    is_shallow,
    open_repository,
    prefix_of,
    stream,
    without_filters,
)
from qmscheck.history.moments import moment_of
from qmscheck.hookspec import Moment
from qmscheck.staging import Change, Changes, below, gathered, of_raw

_HOW = ("-z", "--no-renames", "--ignore-submodules=dirty")


def changed_since(root: Path, revision: str, wanted: Callable[[str], bool]) -> Changes:
    """From the merge base of a revision and HEAD to the work tree, with new files that git does not know yet.

    The revision may be a day or instant, see `moment_of`. Raises ``Untold`` or UsageError, with the remedy, where there
    is no repository, no such revision, or no common ancestor here.
    """
    with _opened(root) as repository:
        base = _merge_base(repository, revision)
        place = os.fsdecode(prefix_of(repository, root))
        told = _told(repository, "diff", "--raw", "--no-abbrev", "--no-ext-diff", "--no-textconv", *_HOW, base, "--")
        changes = [*of_raw(told, place)]
        unknown = _told(repository, "ls_files", "--others", "--exclude-standard", "-z")
        changes += [Change(below(path, place), "", True, False) for path in unknown.split(b"\0")[:-1]]
        return gathered(base, changes, wanted, partial(contents, repository), partial(_lacking, repository))


def _opened(root: Path) -> git.Repo:
    repository = open_repository(root)
    if repository.working_tree_dir is None:
        raise Untold("the repository is bare: it has no work tree")
    without_filters(repository)
    return repository


def _told(repository: git.Repo, verb: str, *arguments: str) -> bytes:
    return b"".join(stream(repository, verb, *arguments))


def fork(root: Path, revision: str) -> Moment:
    """The commit from which a revision and HEAD went different ways. Raises as `changed_since` does."""
    with open_repository(root) as repository:
        return moment_of(repository, _merge_base(repository, revision))


def _merge_base(repository: git.Repo, revision: str) -> str:
    commit = moment_of(repository, revision).commit
    try:
        return str(repository.git.merge_base(commit, "HEAD"))
    except git.GitCommandError:
        remedy = f"the clone is shallow: {DEEPEN}" if is_shallow(repository) else "name a commit that HEAD comes from"
        raise Untold(f"{revision!r} and HEAD have no commit in common here; {remedy}") from None


def _lacking(repository: git.Repo) -> str:
    return f"the clone is partial: {FILL}" if is_partial(repository) else "an object is missing: run `git fsck`"
