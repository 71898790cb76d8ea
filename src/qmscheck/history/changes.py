"""What changed: from a revision to the work tree, or from the last commit to the index; and what stood there before.

A handful of git processes, whatever the number of files. Paths are relative to the root, POSIX, undecodable bytes as
surrogates; what lies above the root begins with ``../``.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import git

from qmscheck.calendars import Untold
from qmscheck.history.gateway import (
    DEEPEN,
    FILL,
    contents,
    is_partial,
    is_shallow,
    open_repository,
    prefix_of,
    stream,
    without_filters,
)
from qmscheck.history.moments import moment_of
from qmscheck.history.stream import GITLINK
from qmscheck.hookspec import Moment

_LINK = b"120000"
_ABSENT = b"000000"
_FIELDS = {b"1": 8, b"u": 10}
"""Blanks before the path in an entry of ``git status --porcelain=v2``: an ordinary change, one in conflict."""
_HOW = ("-z", "--no-renames", "--ignore-submodules=dirty")


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """The files of the index: ``tracked`` paths, and the bytes of those that the work tree has otherwise or not at all.

    ``refused`` are paths that have no content that could be judged, with the reason. ``folders`` are submodules.
    """

    tracked: frozenset[str]
    contents: Mapping[str, bytes]
    refused: Mapping[str, str] = field(default_factory=dict)
    folders: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Paths that changed. ``base`` is the full id of the commit that was compared with, empty where there is none.

    ``present`` are added or changed, ``gone`` removed. ``before`` has the earlier bytes of what was changed or removed,
    as far as it was wanted and is here. ``folders`` are submodules that moved to another commit.
    """

    base: str
    present: frozenset[str]
    gone: frozenset[str]
    before: Mapping[str, bytes]
    folders: frozenset[str] = frozenset()
    index: Index | None = None


class _Change(NamedTuple):
    """One path: the blob that it was, empty for none; whether it is there now; whether it is a submodule."""

    path: str
    before: str
    there: bool
    submodule: bool


def changed_since(root: Path, revision: str, wanted: Callable[[str], bool]) -> Changes:
    """From the merge base of a revision and HEAD to the work tree, with new files that git does not know yet.

    The revision may be a day or instant, see `moment_of`. Raises ``Untold`` or UsageError, with the remedy, where there
    is no repository, no such revision, or no common ancestor here.
    """
    with _opened(root) as repository:
        base = _merge_base(repository, revision)
        place = os.fsdecode(prefix_of(repository, root))
        told = _told(repository, "diff", "--raw", "--no-abbrev", "--no-ext-diff", "--no-textconv", *_HOW, base, "--")
        changes = [*_raw(told, place)]
        unknown = _told(repository, "ls_files", "--others", "--exclude-standard", "-z")
        changes += [_Change(_below(path, place), "", True, False) for path in unknown.split(b"\0")[:-1]]
        return _gathered(repository, base, changes, wanted)


def staged(root: Path, wanted: Callable[[str], bool]) -> Changes:
    """From the last commit, if there is one, to the index. Raises ``Untold`` where there is no repository."""
    with _opened(root) as repository:
        place = os.fsdecode(prefix_of(repository, root))
        told = _told(repository, "status", "--porcelain=v2", "--branch", "--untracked-files=no", *_HOW)
        base, entries = _status(told)
        changes = [one for one in (_staged(entry, place) for entry in entries) if one is not None]
        index = _index(repository, entries, place, wanted)
        return _gathered(repository, base, changes, wanted, index)


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


def _raw(told: bytes, place: str) -> Iterator[_Change]:
    """The entries of ``git diff --raw -z``: ``:mode mode oid oid M``, then the path."""
    tokens = iter(told.split(b"\0")[:-1])
    for meta, path in zip(tokens, tokens, strict=True):
        old, new, oid, _, _ = meta.lstrip(b":").split()
        before = "" if old in {_ABSENT, GITLINK, _LINK} else oid.decode("ascii")
        yield _Change(_below(path, place), before, new != _ABSENT, GITLINK in {old, new})


def _status(told: bytes) -> tuple[str, list[tuple[list[bytes], bytes]]]:
    """The commit, and the entries (words, path), of ``git status --porcelain=v2 --branch -z``."""
    base, entries = "", []
    for line in told.split(b"\0"):
        if line.startswith(b"# branch.oid "):
            base = line.rpartition(b" ")[2].decode("ascii")
        elif line[:1] in _FIELDS:
            *words, path = line.split(b" ", _FIELDS[line[:1]])
            entries.append((words, path))
    return ("" if base == "(initial)" else base), entries


def _staged(entry: tuple[list[bytes], bytes], place: str) -> _Change | None:
    """What the index has otherwise than the last commit; None when nothing."""
    words, path = entry
    if words[0] == b"u":
        return _Change(_below(path, place), "", True, False)
    _, state, _, head, index, _, oid, _ = words
    if state[:1] == b".":
        return None
    before = "" if head in {_ABSENT, GITLINK, _LINK} else oid.decode("ascii")
    return _Change(_below(path, place), before, index != _ABSENT, GITLINK in {head, index})


def _index(
    repository: git.Repo, entries: list[tuple[list[bytes], bytes]], place: str, wanted: Callable[[str], bool]
) -> Index:
    blobs: dict[str, str] = {}
    refused: dict[str, str] = {}
    unborn: set[str] = set()
    for words, raw in entries:
        path = _below(raw, place)
        if words[0] == b"u":
            refused[path] = "is in conflict; resolve it and stage the result"
        elif words[1][1:] == b"A":  # only announced, by git add --intent-to-add
            unborn.add(path)
        elif words[1][1:] in {b"M", b"D", b"T"} and wanted(path):
            if words[4] == _LINK:
                refused[path] = "is a link in the index and something else in the work tree; stage what is meant"
            elif words[4] != GITLINK:
                blobs[path] = words[7].decode("ascii")
    tracked, folders, hidden = _listed(repository, place)
    blobs |= {path: blob for path, blob in hidden.items() if wanted(path)}
    found = contents(repository, blobs.values()) if blobs else {}
    refused |= {path: _lacking(repository) for path, blob in blobs.items() if blob not in found}
    return Index(
        tracked=tracked - unborn,
        contents={path: found[blob] for path, blob in blobs.items() if blob in found},
        refused=refused,
        folders=folders,
    )


def _listed(repository: git.Repo, place: str) -> tuple[frozenset[str], frozenset[str], dict[str, str]]:
    """Paths and submodules of the index, and the blobs of files that a sparse checkout keeps out of the work tree."""
    tracked, folders, hidden = set(), set(), {}
    for entry in _told(repository, "ls_files", "-z", "-t", "--stage").split(b"\0")[:-1]:
        meta, _, raw = entry.partition(b"\t")
        tag, mode, blob, _ = meta.split()
        path = _below(raw, place)
        tracked.add(path)
        if mode == GITLINK:
            folders.add(path)
        elif tag == b"S":
            hidden[path] = blob.decode("ascii")
    return frozenset(tracked), frozenset(folders), hidden


def _gathered(
    repository: git.Repo, base: str, changes: list[_Change], wanted: Callable[[str], bool], index: Index | None = None
) -> Changes:
    files = [one for one in changes if not one.submodule]
    blobs = {one.path: one.before for one in files if one.before and wanted(one.path)}
    found = contents(repository, blobs.values()) if blobs else {}
    gone = frozenset(one.path for one in files if not one.there)
    lacking = next((path for path, blob in blobs.items() if path in gone and blob not in found), None)
    if lacking is not None:
        raise Untold(f"{lacking} was removed, and what it said is not here; {_lacking(repository)}")
    return Changes(
        base=base,
        present=frozenset(one.path for one in files if one.there),
        gone=gone,
        before={path: found[blob] for path, blob in blobs.items() if blob in found},
        folders=frozenset(one.path for one in changes if one.submodule),
        index=index,
    )


def _lacking(repository: git.Repo) -> str:
    return f"the clone is partial: {FILL}" if is_partial(repository) else "an object is missing: run `git fsck`"


def _below(raw: bytes, place: str) -> str:
    """A path from the top of the repository as one from the root, which lies at ``place``."""
    path = os.fsdecode(raw)
    return path[len(place) :] if path.startswith(place) else posixpath.relpath(path, place)
