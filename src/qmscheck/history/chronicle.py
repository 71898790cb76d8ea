"""The versions of every record file, from one pass over the whole history; memory grows with records, not commits."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from qmscheck.calendars import Untold
from qmscheck.history import commits
from qmscheck.history.contents import Contents
from qmscheck.history.gateway import contents, ignored_revisions, open_repository, prefix_of, require_whole, stream
from qmscheck.history.stream import GITLINK, RAW, Step, Touched, steps, touched
from qmscheck.lives import Commit

_REMEMBERED = 1 << 16
_ALIKE = 0.5
"""Share of equal lines from which a removed and an added file count as one that moved."""


class Version(NamedTuple):
    """What one commit made of a file: blob ids, empty where the file was not there."""

    commit: str
    before: tuple[str, ...]
    after: str


class Chronicle:
    """Versions of the files below a root that ``wanted`` chooses, moves followed, up to a ``revision``."""

    def __init__(self, root: Path, wanted: Callable[[str], bool], revision: str = "HEAD") -> None:
        self._repository = open_repository(root)
        require_whole(self._repository)
        self._prefix = prefix_of(self._repository, root)
        self._wanted = wanted
        self._revision = revision
        self._is_wanted = lru_cache(_REMEMBERED)(self._matches)
        self._now: dict[bytes, str] = {}
        self._submodules: list[bytes] = []
        self._versions: dict[bytes, list[Version]] = {}
        self._names: dict[bytes, bytes] = {}
        self._moved: set[bytes] = set()
        self._counts: Counter[str] = Counter()
        self._contents: Contents | None = None
        self._details: dict[str, list[bytes]] = {}
        self._commits: dict[str, Commit] = {}
        self._formatting = ignored_revisions(self._repository)
        self._read_tree()
        for step in steps(stream(self._repository, "log", *RAW, revision, "--")):
            self._take(step)

    def versions(self, path: str) -> list[Version]:
        """How a file came to be what is committed now, oldest first; side branches that were overridden left out."""
        name = self._prefix + os.fsencode(path)
        if name not in self._now:
            raise Untold(self._why_not(name))
        return self._line(self._versions.get(name, []), self._now[name])

    def gone(self) -> Iterator[tuple[str, Version]]:
        """Files that were removed and not moved, with their removal."""
        for name, versions in sorted(self._versions.items()):
            if name in self._now or name in self._moved or not name.startswith(self._prefix):
                continue
            removal = next((version for version in versions if not version.after and any(version.before)), None)
            if removal is not None:
                yield os.fsdecode(name[len(self._prefix) :]), removal

    def commit(self, version: Version) -> Commit:
        """The commit of a version."""
        name = version.commit
        if not self._details:
            self._details = commits.details(self._repository, self._counts)
        if name not in self._commits:
            self._commits[name] = commits.commit_of(
                self._details[name], formatting=name in self._formatting, records=self._counts[name]
            )
        return self._commits[name]

    def content(self, blob: str, path: str = "") -> bytes:
        """The bytes of a version of a file; raises ``Untold`` when they are not here."""
        if self._contents is None:
            self._contents = Contents(self._repository, _Blobs(self._versions, self._now))
        return self._contents.of(blob, self._prefix + os.fsencode(path))

    def _read_tree(self) -> None:
        rest = b""
        for block in stream(self._repository, "ls_tree", "-r", "-z", "--full-tree", self._revision):
            *entries, rest = (rest + block).split(b"\0")
            for entry in entries:
                meta, _, path = entry.partition(b"\t")
                mode, _, blob = meta.split()
                if mode == GITLINK:
                    self._submodules.append(path)
                elif self._is_wanted(path):
                    self._now[path] = blob.decode("ascii")

    def _matches(self, name: bytes) -> bool:
        return name.startswith(self._prefix) and self._wanted(os.fsdecode(name[len(self._prefix) :]))

    def _take(self, step: Step) -> None:
        """Note what a commit did. Commits come newest first, so a file's later name is known before its earlier one."""
        commit, removed = "", None
        for entry in step.entries:
            owner = self._names.get(entry[1]) or (entry[1] if self._is_wanted(entry[1]) else None)
            if owner is None:
                continue
            one = touched(entry)
            before = one.before
            if one.submodule or one.after in before:
                continue
            if one.after and not any(before):
                if removed is None:
                    removed = _removed(step)
                origin = self._origin(one, removed)
                if origin is not None:
                    removed.remove(origin)
                    self._follow(origin.path, owner)
                    before = tuple(filter(None, origin.before))
                    if one.after in before:
                        continue
            commit = commit or step.id.decode("ascii")
            self._counts[commit] += 1
            self._versions.setdefault(owner, []).append(Version(commit, before, one.after))

    def _follow(self, earlier: bytes, owner: bytes) -> None:
        """From here back, the file bore another name."""
        self._names[earlier] = owner
        if earlier not in self._now:
            self._moved.add(earlier)
            side = self._versions.pop(earlier, [])  # what a branch did to it under the earlier name
            self._versions.setdefault(owner, []).extend(version for version in side if version.after)

    def _origin(self, added: Touched, removed: list[Touched]) -> Touched | None:
        """The file that this one was before: the same bytes, else the same name, else mostly the same lines."""
        name = added.path.rpartition(b"/")[2]
        for one in removed:
            if added.after in one.before:
                return one
        for one in removed:
            if one.path.rpartition(b"/")[2] == name and self._alike(one, added) >= _ALIKE / 2:
                return one
        likeness = [(self._alike(one, added), one) for one in removed if _extension(one.path) == _extension(added.path)]
        share, best = max(likeness, key=lambda pair: pair[0], default=(0.0, None))
        return best if share >= _ALIKE else None

    def _alike(self, removed: Touched, added: Touched) -> float:
        try:
            found = contents(self._repository, (removed.before[0], added.after))
            one, two = (found[blob].splitlines() for blob in (removed.before[0], added.after))
        except (Untold, KeyError):
            return 0.0
        common = sum((Counter(one) & Counter(two)).values())
        return common / max(len(one), len(two), 1)

    @staticmethod
    def _line(versions: list[Version], now: str) -> list[Version]:
        needed, line = {now}, []
        for version in versions:
            if version.after in needed:
                line.append(version)
                needed.discard(version.after)
                needed.update(filter(None, version.before))
        return line[::-1]

    def _why_not(self, name: bytes) -> str:
        for path in self._submodules:
            if name.startswith(path + b"/"):
                return f"it lies in the submodule {os.fsdecode(path)}, which has a history of its own; check it there"
        return "it is not in the last commit; commit it"


class _Blobs(Mapping[bytes, Sequence[str]]):
    """The contents that the files of the last commit ever had."""

    def __init__(self, versions: Mapping[bytes, list[Version]], now: Mapping[bytes, str]) -> None:
        self._versions = versions
        self._now = now

    def __getitem__(self, name: bytes) -> list[str]:
        return [version.after for version in reversed(self._versions.get(name, [])) if version.after]

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._now)

    def __len__(self) -> int:
        return len(self._now)


def _removed(step: Step) -> list[Touched]:
    found = [touched(entry) for entry in step.entries]
    return [one for one in found if not one.after and not one.submodule]


def _extension(path: bytes) -> bytes:
    return path.rpartition(b".")[2]
