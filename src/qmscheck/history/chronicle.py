"""The versions of every record file, from one pass over the whole history; memory grows with records, not commits."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple

from qmscheck.calendars import Untold
from qmscheck.history import commits
from qmscheck.history.contents import Contents
from qmscheck.history.gateway import Ahead, ignored_revisions, open_repository, prefix_of, require_whole, stream
from qmscheck.history.likeness import Likeness, Removed
from qmscheck.history.stream import GITLINK, RAW, RAW_OF_TREES, Step, Touched, steps, touched
from qmscheck.lives import Commit

_REMEMBERED = 1 << 16
_FEW = 5
"""More folders than so many cost git more than looking at everything."""
_LITTLE = 0.25
"""Share of all files below folders from which on it is the same."""


class Version(NamedTuple):
    """What one commit made of a file: blob ids, empty where the file was not there."""

    commit: str
    before: tuple[str, ...]
    after: str


class Chronicle:
    """Versions of the files below a root that ``wanted`` chooses, moves followed, up to a ``revision``.

    Git begins to read when this is made and is listened to on the first question. ``folders``: folders and files below
    the root that all files wanted lie in; empty: nobody knows. ``names_from``: the commit whose ``.mailmap`` and
    ``.git-blame-ignore-revs`` count, instead of those of the work tree.
    """

    def __init__(
        self,
        root: Path,
        wanted: Callable[[str], bool],
        *,
        folders: Iterable[str] = (),
        revision: str = "HEAD",
        names_from: str = "",
    ) -> None:
        self._repository = open_repository(root, names_from)
        require_whole(self._repository)
        self._prefix = prefix_of(self._repository, root)
        self._revision = revision
        self._is_wanted = lru_cache(_REMEMBERED)(partial(_matches, self._prefix, wanted))
        self._now: dict[bytes, str] = {}
        self._submodules: list[bytes] = []
        self._forget()
        self._contents: Contents | None = None
        self._details: dict[str, list[bytes]] = {}
        self._commits: dict[str, Commit] = {}
        self._likeness = Likeness(self._repository)
        self._formatting = ignored_revisions(self._repository, names_from)
        self._places = self._read_tree([self._prefix + os.fsencode(folder) for folder in folders])
        self._ahead: Ahead | None = self._begin()
        self._untold = ""

    def versions(self, path: str) -> list[Version]:
        """How a file came to be what is committed now, oldest first; side branches that were overridden left out."""
        self._read()
        name = self._prefix + os.fsencode(path)
        if name not in self._now:
            raise Untold(self._why_not(name))
        return self._line(self._versions.get(name, []), self._now[name])

    def gone(self) -> Iterator[tuple[str, Version]]:
        """Files that were removed and not moved, with their removal."""
        self._read()
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
                self._details.pop(name), formatting=name in self._formatting, records=self._counts[name]
            )
        return self._commits[name]

    def content(self, blob: str, path: str = "") -> bytes:
        """The bytes of a version of a file; raises ``Untold`` when they are not here."""
        if self._contents is None:
            self._contents = Contents(self._repository, _Blobs(self._versions, self._now))
        return self._contents.of(blob, self._prefix + os.fsencode(path))

    def _forget(self) -> None:
        self._versions: dict[bytes, list[Version]] = {}
        self._names: dict[bytes, bytes] = {}
        self._moved: set[bytes] = set()
        self._counts: Counter[str] = Counter()
        self._newcomers: dict[bytes, list[Touched]] = {}

    def _begin(self) -> Ahead:
        paths = [b":(top,literal)" + place for place in self._places]
        whole = ["--full-history"] if paths else []
        return Ahead(self._repository, "log", *RAW, *whole, self._revision, "--", *map(os.fsdecode, paths))

    def _read(self) -> None:
        """Listen to git, once; what it could not tell then, it cannot tell whoever asks later."""
        if self._untold:
            raise Untold(self._untold)
        try:
            self._listen()
        except Untold as reason:
            self._untold = str(reason)
            raise

    def _listen(self) -> None:
        """Looked at folders alone where that is enough, all of the history where it is not."""
        if self._ahead is None:
            return
        for step in steps(self._ahead.blocks()):
            self._take(step)
        self._ahead = None
        if self._places and self._came_from_elsewhere():
            self._places = []
            self._forget()
            self._ahead = self._begin()
            self._listen()
        self._repository.git.clear_cache()  # ends the process that compared contents

    def _came_from_elsewhere(self) -> bool:
        """Whether a file that is new in these folders was somewhere else before."""
        lines = map(bytes.decode, self._newcomers)
        for step in steps(stream(self._repository, "diff_tree", "--stdin", "-r", *RAW_OF_TREES, lines=lines)):
            removed = Removed(step)
            if any(self._likeness.origin(added, removed) for added in self._newcomers[step.id]):
                return True
        return False

    def _read_tree(self, folders: list[bytes]) -> list[bytes]:
        """Note what there is now. The folders that git is to look at alone: where they are few and hold little."""
        rest, inside, every = b"", 0, 0
        roots = tuple(folder + b"/" for folder in folders)
        for block in stream(self._repository, "ls_tree", "-r", "-z", "--full-tree", self._revision):
            *entries, rest = (rest + block).split(b"\0")
            every += len(entries)
            for entry in entries:
                meta, _, path = entry.partition(b"\t")
                mode, _, blob = meta.split()
                inside += path.startswith(roots) or path in folders
                if mode == GITLINK:
                    self._submodules.append(path)
                elif self._is_wanted(path):
                    self._now[path] = blob.decode("ascii")
        return folders if len(folders) <= _FEW and inside <= every * _LITTLE else []

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
                removed = Removed(step) if removed is None else removed
                before = self._before(one, owner, removed, step)
                if one.after in before:
                    continue
            commit = commit or step.id.decode("ascii")
            self._counts[commit] += 1
            self._versions.setdefault(owner, []).append(Version(commit, before, one.after))

    def _before(self, added: Touched, owner: bytes, removed: Removed, step: Step) -> tuple[str, ...]:
        """What an added file was before, under another name."""
        origin = self._likeness.origin(added, removed)
        if origin is None:
            if self._places:
                self._newcomers.setdefault(step.id, []).append(added)
            return added.before
        removed.take(origin)
        self._follow(origin.path, owner)
        return tuple(filter(None, origin.before))

    def _follow(self, earlier: bytes, owner: bytes) -> None:
        """From here back, the file bore another name."""
        self._names[earlier] = owner
        if earlier not in self._now:
            self._moved.add(earlier)
            side = self._versions.pop(earlier, [])  # what a branch did to it under the earlier name
            self._versions.setdefault(owner, []).extend(version for version in side if version.after)

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


def _matches(prefix: bytes, wanted: Callable[[str], bool], name: bytes) -> bool:
    return name.startswith(prefix) and wanted(os.fsdecode(name[len(prefix) :]))


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
