"""Files of the work tree, or of a tree of the past: which ones a collection names, and their bytes.

Folders are read when a glob reaches them and at most once, whatever the number of collections. Links to folders are not
followed (what they lead to would be read twice, or for ever), unless a glob names the link itself.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from qmscheck.collect.globs import Globs, compiled
from qmscheck.collect.intake import given, leaves, refused, take
from qmscheck.config import Collection, Config, Past
from qmscheck.errors import UsageError
from qmscheck.model import Source, Unreadable
from qmscheck.readers import format_of
from qmscheck.staging import LINK, SUBMODULE, Index

SKIPPED: Final = frozenset(
    {
        ".git", ".hg", ".svn", "node_modules", ".venv", "__pycache__", ".tox", ".nox",
        ".mypy_cache", ".pytest_cache", ".ruff_cache", ".eggs",
    }
)  # fmt: skip
"""Folders of tools, never looked into."""

_VENV_MARK: Final = "pyvenv.cfg"
_OUTSIDE: Final = "is a link that leads out of the root"


class _Folder:
    """Names in one folder: what is no folder, folders, links to folders; or why it cannot be read."""

    __slots__ = ("files", "folders", "links", "problem")

    def __init__(self, path: str) -> None:
        self.files: list[str] = []
        self.folders: list[str] = []
        self.links: list[str] = []
        self.problem: str | None = None
        try:
            with os.scandir(path) as entries:
                for entry in entries:
                    self._add(entry)
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as error:
            self.problem = f"folder cannot be read: {(error.strerror or str(error)).lower()}"
        if _VENV_MARK in self.files:
            self.files, self.folders, self.links = [], [], []

    def _add(self, entry: os.DirEntry[str]) -> None:
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in SKIPPED:
                self.folders.append(entry.name)
        elif entry.is_symlink() and _leads_to_folder(entry):
            self.links.append(entry.name)
        else:
            self.files.append(entry.name)


def _leads_to_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself
        return False


def tree_of(config: Config) -> Tree:
    """The tree that the records of a configuration are in."""
    return Tree(config.root, config.past)


class Tree:
    """The work tree below one root, or a tree of the past whose files are there when they are asked for.

    Holds names, never bytes.
    """

    def __init__(self, root: Path, past: Past | None = None) -> None:
        self._past = past
        self._root = os.path.abspath(root)  # noqa: PTH100 - paths are shown as the user wrote them, links not resolved
        self._real = os.path.realpath(root)
        self._folders: dict[str, _Folder] = {}
        self._inside: dict[str, bool] = {"": True}

    def sources(self, collection: Collection, only: frozenset[str] | None = None) -> Iterator[Source | Unreadable]:
        """The files of a collection in order of their paths, limited to ``only`` if given."""
        for item in self.files(collection.files, collection.exclude, only):
            found = self.source(item) if isinstance(item, str) else item
            if isinstance(found, Unreadable):
                found = Unreadable(
                    location=found.location, reason=found.reason, collection=collection.name, type=collection.type
                )
            yield found

    def files(
        self, files: Sequence[str], exclude: Sequence[str] = (), only: frozenset[str] | None = None
    ) -> Iterator[str | Unreadable]:
        """Paths that the globs match, in order, and what stands in the way of finding more."""
        wanted, unwanted = compiled(tuple(files)), compiled(tuple(exclude))
        if only is not None:
            yield from (path for path in sorted(only) if _belongs(path, wanted, unwanted))
            return
        found: dict[str, str | Unreadable] = self._fetched(wanted, unwanted)
        for start, depth in _starts(wanted).items():
            for item in self._search(start, depth, wanted, unwanted):
                found[item if isinstance(item, str) else item.location.path] = item
        yield from (found[path] for path in sorted(found))

    def source(self, path: str) -> Source | Unreadable:
        """The bytes of one file below the root."""
        if not self._stays_inside(path.rpartition("/")[0]):
            return refused(path, "lies behind a link that leads out of the root")
        return take(self._absolute(path), path, self._real)

    def beside(self, path: str) -> Source | Unreadable:
        """The bytes of a file that a record names: one that lies below the root, whatever collections there are."""
        if path.startswith(("/", "~")) or ".." in path.split("/") or "\0" in path:
            return refused(path, "does not lie below the root")
        if self._past is not None:
            self._past.fetch(Path(self._absolute(path)))
        found = self.source(path)
        gone = isinstance(found, Unreadable) and not os.path.lexists(self._absolute(path))
        return refused(path, "is not there") if gone else found

    def named(self, paths: Iterable[str], start: Path | None = None) -> frozenset[str]:
        """Files meant by paths of the command line, relative to ``start`` (default: the current folder).

        A folder stands for what is below it. Raises UsageError for what is not there or not below the root.
        """
        files: set[str] = set()
        for path in self._relative(paths, start):
            if self._is_folder(path):
                files.update(path for kind, path in self._walk(path, None) if kind == "file" or _like_a_record(path))
            if not self._is_folder(path) or _like_a_record(path):
                files.add(path)
        return frozenset(files)

    def unclaimed(
        self, paths: Iterable[str], collections: Iterable[Collection], start: Path | None = None
    ) -> tuple[str, ...]:
        """Of paths of the command line, the files (folders never) that no collection names."""
        globs = [(compiled(one.files), compiled(one.exclude)) for one in collections]
        return tuple(
            path
            for path in self._relative(paths, start)
            if not self._is_folder(path) and not any(_belongs(path, wanted, unwanted) for wanted, unwanted in globs)
        )

    def _fetched(self, wanted: Globs, unwanted: Globs) -> dict[str, str | Unreadable]:
        """Have the files of the past that the globs match; what cannot be had is told by its path."""
        if self._past is None:
            return {}

        def chosen(path: str) -> bool:
            return wanted.match(path) and not unwanted.match(path)

        if self._past.write(lambda path: chosen(path) or path.endswith(_VENV_MARK), _starts(wanted)):
            self._folders.clear()
        return {path: refused(path, reason) for path, reason in self._past.refused.items() if chosen(path)}

    def _search(self, start: str, depth: int | None, wanted: Globs, unwanted: Globs) -> Iterator[str | Unreadable]:
        if not self._stays_inside(start):
            yield refused(start, _OUTSIDE)
            return
        for kind, path in self._walk(start, depth):
            if wanted.match(path) and (kind == "file" or _like_a_record(path) or wanted.names(path)):
                if not unwanted.match(path):
                    yield path
            elif kind in {"link", "problem"} and wanted.reach(path) and not unwanted.match(f"{path}/_"):
                reason = self._folder(path).problem if kind == "problem" else _OUTSIDE
                if reason is not None and (kind == "problem" or leaves(self._absolute(path), self._real)):
                    yield refused(path or ".", reason)

    def _walk(self, folder: str, depth: int | None) -> Iterator[tuple[str, str]]:
        """What is below a folder as (``file``, ``folder``, ``link`` to a folder or ``problem``, path), in any order."""
        waiting = [(folder, depth)]
        while waiting:
            folder, depth = waiting.pop()
            names = self._folder(folder)
            prefix = f"{folder}/" if folder else ""
            if names.problem is not None:
                yield "problem", folder
            yield from (("file", prefix + name) for name in names.files)
            yield from (("link", prefix + name) for name in names.links)
            yield from (("folder", prefix + name) for name in names.folders)
            if depth is None or depth > 0:
                waiting += [(prefix + name, None if depth is None else depth - 1) for name in names.folders]

    def _folder(self, path: str) -> _Folder:
        if path not in self._folders:
            self._folders[path] = _Folder(self._absolute(path))
        return self._folders[path]

    def _stays_inside(self, folder: str) -> bool:
        if folder not in self._inside:
            self._inside[folder] = not leaves(self._absolute(folder), self._real)
        return self._inside[folder]

    def _absolute(self, path: str) -> str:
        return f"{self._root}/{path}" if path else self._root

    def _is_folder(self, path: str) -> bool:
        return os.path.isdir(self._absolute(path))  # noqa: PTH112 - names may hold any bytes

    def _relative(self, paths: Iterable[str], start: Path | None) -> Iterator[str]:
        here = os.path.abspath(start or "")  # noqa: PTH100
        for text in paths:
            file = self._in_the_past(os.path.abspath(os.path.join(here, text)))  # noqa: PTH100, PTH118
            if not os.path.lexists(file):
                then = f" at {self._past.commit[:10]}" if self._past is not None else ""
                raise UsageError(f"path {text!r} does not exist{then}")
            folder, name = os.path.split(file)
            real = os.path.join(os.path.realpath(folder), name)  # noqa: PTH118
            if (path := _below(file, self._root)) is None and (path := _below(real, self._real)) is None:
                raise UsageError(f"path {text!r} lies outside of the root {self._root!r}")
            yield path

    def _in_the_past(self, file: str) -> str:
        """A path of the work tree as one of the past, fetched with all that is below it."""
        if self._past is None:
            return file
        for origin in (os.path.abspath(self._past.origin), os.path.realpath(self._past.origin)):  # noqa: PTH100
            path = _below(file, origin)
            if path is not None:
                self._past.fetch(Path(self._absolute(path)))
                return self._absolute(path)
        return file


class StagedTree(Tree):
    """The files as the index of git has them. What lies behind its links, and in its submodules, is as on disk."""

    def __init__(self, root: Path, index: Index) -> None:
        super().__init__(root)
        self._index = index

    def files(
        self, files: Sequence[str], exclude: Sequence[str] = (), only: frozenset[str] | None = None
    ) -> Iterator[str | Unreadable]:
        """Paths that the globs match in the index, in order."""
        wanted, unwanted = compiled(tuple(files)), compiled(tuple(exclude))
        plain = [path for path in self._index.files if _belongs(path, wanted, unwanted)]
        found: dict[str, str | Unreadable] = {path: path for path in plain}
        if any(wanted.match(path) or wanted.reach(path) for path in self._index.passages):
            there = super().files(files, exclude)
            found |= {
                path: item
                for path, item in ((item if isinstance(item, str) else item.location.path, item) for item in there)
                if isinstance(item, Unreadable) or self._is_behind(path)
            }
        for path in self._index.announced(plain):
            del found[path]
        yield from (found[path] for path in sorted(found) if only is None or path in only)

    def holds(self, path: str) -> bool:
        """Whether the index has a file at a path: no link, no submodule."""
        entry = self._index.entry(path)
        return entry is not None and entry.plain

    def source(self, path: str) -> Source | Unreadable:
        """The bytes that are staged."""
        entry = self._index.entry(path)
        if entry is None or entry.mode == SUBMODULE:
            return super().source(path)
        if entry.stage != b"0":
            return refused(path, "is in conflict; resolve it and stage the result")
        if entry.mode == LINK:
            return self._behind(path)
        here = super().source(path)
        content = self._index.content(path, here.content if isinstance(here, Source) else None)
        return refused(path, self._index.lacking()) if content is None else given(path, content)

    def beside(self, path: str) -> Source | Unreadable:
        """The bytes of a file that a record names, as it is staged."""
        found = super().beside(path)
        staged = isinstance(found, Unreadable) or self._index.entry(path) is not None or self._is_behind(path)
        return found if staged else refused(path, "is not staged")

    def _behind(self, path: str) -> Source | Unreadable:
        """What a link leads to: the staged bytes, where it is a file of the index."""
        with suppress(OSError):
            target = os.fsencode(os.readlink(self._absolute(path)))  # noqa: PTH115 - names may hold any bytes
            if self._index.content(path) == target:
                real = self._real_path(path)
                found = self.source(real) if real is not None and self.holds(real) else super().source(path)
                return replace(found, path=path) if isinstance(found, Source) else found
        return refused(path, "is a link in the index and something else in the work tree; stage what is meant")

    def _is_behind(self, path: str) -> bool:
        """Whether a path leads through a submodule, or by a link to what the index has."""
        if path.startswith(self._index.submodules):
            return True
        entry, real = self._index.entry(path), self._real_path(path)
        return (entry is not None and entry.mode == LINK) or (real is not None and self._index.entry(real) is not None)

    def _real_path(self, path: str) -> str | None:
        return _below(os.path.realpath(self._absolute(path)), self._real)


def belongs(path: str, files: Sequence[str], exclude: Sequence[str] = ()) -> bool:
    """Whether a path is what a search for these globs would find."""
    return _belongs(path, compiled(tuple(files)), compiled(tuple(exclude)))


def seconds_of(collection: Collection) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Globs and exceptions of the second files that complete the records of a collection."""
    for spec in collection.join.values():
        yield _texts(spec.get("files")), _texts(spec.get("exclude"))


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, (list, tuple)) else [str(value)] if value else []


def _starts(globs: Globs) -> dict[str, int | None]:
    """The folders to search, and how deep."""
    starts: dict[str, int | None] = {}
    for glob in globs.globs:
        known = starts.get(glob.start, 0)
        starts[glob.start] = None if known is None or glob.depth is None else max(known, glob.depth)
    return starts


def _belongs(path: str, wanted: Globs, unwanted: Globs) -> bool:
    """Whether a path is what a search for these globs would find."""
    if not wanted.match(path) or unwanted.match(path):
        return False
    skipped = SKIPPED.intersection(path.split("/")[:-1])
    return not skipped or any(skipped.issubset(glob.text.split("/")) for glob in wanted.globs)


def _like_a_record(path: str) -> bool:
    """Whether a name has the extension of a file that qmscheck reads."""
    _, dot, extension = path.rpartition("/")[2][1:].rpartition(".")
    return bool(dot) and extension[:1].isalpha() and format_of(path) is not None


def _below(file: str, root: str) -> str | None:
    if file == root:
        return ""
    prefix = root.rstrip(os.sep) + os.sep
    return file.removeprefix(prefix).replace(os.sep, "/") if file.startswith(prefix) else None
