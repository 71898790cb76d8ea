"""Facts from git: where the work tree stands, tags, commits, the life of every record. Knows when it cannot know."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import git

from qmscheck.calendars import Untold, time_of
from qmscheck.history.changes import Changes, changed_since, fork, staged
from qmscheck.history.chronicle import Chronicle, Version
from qmscheck.history.commits import listed as commits
from qmscheck.history.gateway import DEEPEN, is_shallow, open_repository, prefix_of, without_filters
from qmscheck.history.identity import identity
from qmscheck.history.snapshot import Days, Snapshot, moving, snapshot
from qmscheck.hookspec import Moment

__all__ = [
    "Changes",
    "Chronicle",
    "Days",
    "Head",
    "Snapshot",
    "Version",
    "changed_since",
    "commits",
    "fork",
    "head",
    "identity",
    "moving",
    "snapshot",
    "staged",
    "tags",
]

_SEPARATOR = "\x1f"
_TAG_FIELDS = (
    "%(refname:strip=2)",
    "%(objecttype)",
    "%(creatordate:iso-strict)",
    "%(*committerdate:iso-strict)",
    "%(committerdate:iso-strict)",
    "%(*objectname)",
    "%(objectname)",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where the work tree stands. ``prefix`` leads from its top to the root: empty, or ``quality/``."""

    commit: str | None
    dirty: bool | None
    shallow: bool
    prefix: str = ""


def head(root: Path, commit: str | None = None) -> Head | None:
    """The commit of the work tree, or ``commit`` where its tree is judged instead; None outside a repository."""
    try:
        with open_repository(root) as repository:
            shallow = is_shallow(repository)
            prefix = os.fsdecode(prefix_of(repository, root))
            if commit is not None:
                return Head(commit=commit, dirty=False, shallow=shallow, prefix=prefix)
            if not repository.head.is_valid():
                return Head(commit=None, dirty=None, shallow=shallow, prefix=prefix)
            without_filters(repository)
            dirty = bool(repository.git.status("--porcelain", "--untracked-files=no", "--ignore-submodules=all"))
            return Head(commit=repository.head.commit.hexsha, dirty=dirty, shallow=shallow, prefix=prefix)
    except (Untold, git.GitError, ValueError):
        return None


def tags(root: Path, moment: Moment | None = None) -> Iterator[dict[str, object]]:
    """Every tag as a raw record: name, kind, tagged_on (a lightweight tag's commit date), commit_date, commit.

    At a ``moment`` of the past those that were made by then, and those of its commit. Raises ``Untold`` where git
    cannot tell: no repository, git missing, or a shallow clone without any tag.
    """
    with open_repository(root) as repository:
        try:
            listing = repository.git.for_each_ref("refs/tags", format=_SEPARATOR.join(_TAG_FIELDS))
        except git.GitError as error:
            raise Untold(f"git cannot list tags: {error}") from None
        shallow = is_shallow(repository)
    if not listing and shallow:
        raise Untold(f"the clone is shallow and has no tags; {DEEPEN}")
    for line in listing.splitlines():
        name, kind, created, target_date, own_date, target, own = line.split(_SEPARATOR)
        if moment is not None and (target or own) != moment.commit and not _made_by(created, moment):
            continue
        yield {
            "name": name,
            "kind": "annotated" if kind == "tag" else "lightweight",
            "tagged_on": created,
            "commit_date": target_date or own_date,
            "commit": target or own,
        }


def _made_by(created: str, moment: Moment) -> bool:
    return not created or time_of(created) <= moment.as_of
