"""Facts from git: where the work tree stands, tags, commits, the life of every record. Knows when it cannot know."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import git

from qmscheck.calendars import Untold, time_of
from qmscheck.history.changes import changed_since, fork
from qmscheck.history.chronicle import Chronicle, Version
from qmscheck.history.commits import listed as commits
from qmscheck.history.gateway import (
    DEEPEN,
    FETCH_TAGS,
    is_shallow,
    is_tagless,
    open_repository,
    prefix_of,
)
from qmscheck.history.identity import identity
from qmscheck.history.options import fitting
from qmscheck.history.signatures import Keys, believing, of_tag
from qmscheck.history.signatures import of_commits as signatures
from qmscheck.history.snapshot import Days, Snapshot, moving, snapshot
from qmscheck.hookspec import Moment
from qmscheck.staging import Head

__all__ = [
    "Chronicle",
    "Days",
    "Head",
    "Keys",
    "Snapshot",
    "Version",
    "changed_since",
    "commits",
    "fitting",
    "fork",
    "head",
    "identity",
    "moving",
    "signatures",
    "snapshot",
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
    "%(if)%(contents:signature)%(then)signed%(end)",
)


def head(root: Path, commit: str) -> Head | None:
    """Where a tree of the past is judged that lies in this repository; None outside one."""
    try:
        with open_repository(root) as repository:
            prefix = os.fsdecode(prefix_of(repository, root))
            return Head(commit=commit, dirty=False, shallow=is_shallow(repository), prefix=prefix)
    except (Untold, git.GitError, ValueError):
        return None


def tags(
    root: Path, moment: Moment | None = None, *, allowed_signers: str = "", keyring: str = ""
) -> Iterator[dict[str, object]]:
    """Every tag as a raw record: name, kind, tagged_on (a lightweight tag's commit date), commit_date, commit.

    With a file of ``allowed_signers`` or a ``keyring``, paths below the root, also ``signature``: what git makes of it.

    At a ``moment`` of the past those that were made by then, and those of its commit. Raises ``Untold`` where git
    cannot tell: no repository, git missing, a clone without tags; in the end, where a shallow clone may lack some.
    """
    with open_repository(root) as repository:
        try:
            listing = repository.git.for_each_ref("refs/tags", format=_SEPARATOR.join(_TAG_FIELDS))
        except git.GitError as error:
            raise Untold(f"git cannot list tags: {error}") from None
        lacking = _lacking(repository, some=bool(listing))
        if lacking and not listing:
            raise Untold(lacking)
        lines = [line.split(_SEPARATOR) for line in listing.splitlines()]
        judged = _judged(repository, root, [line[0] for line in lines if line[-1]], allowed_signers, keyring)
    for name, kind, created, target_date, own_date, target, own, signed in lines:
        if moment is not None and (target or own) != moment.commit and not _made_by(created, moment):
            continue
        yield {
            "name": name,
            "kind": signed or ("annotated" if kind == "tag" else "lightweight"),
            "tagged_on": created,
            "commit_date": target_date or own_date,
            "commit": target or own,
            **({"signature": judged.get(name, "none")} if allowed_signers or keyring else {}),
        }
    if lacking:
        raise Untold(lacking)


def _lacking(repository: git.Repo, *, some: bool) -> str:
    """Why a clone may lack tags that there are elsewhere; empty where nothing says so."""
    if is_shallow(repository):
        return f"the clone is shallow and {'may lack' if some else 'has no'} tags; {DEEPEN}"
    return "" if some or not is_tagless(repository) else f"the clone was made without tags; {FETCH_TAGS}"


def _judged(repository: git.Repo, root: Path, names: list[str], allowed_signers: str, keyring: str) -> dict[str, str]:
    if not (allowed_signers or keyring):
        return {}
    keys = Keys(root / allowed_signers if allowed_signers else None, root / keyring if keyring else None)
    with believing(repository, keys):
        return {name: of_tag(repository, name) for name in names}


def _made_by(created: str, moment: Moment) -> bool:
    return not created or time_of(created) <= moment.as_of
