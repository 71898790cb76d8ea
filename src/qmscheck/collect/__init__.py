"""Files of the work tree: which ones a collection names, and their bytes.

Folders are read when a glob reaches them and at most once, whatever the number of collections. Links to folders are not
followed (what they lead to would be read twice, or for ever), unless a glob names the link itself.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from qmscheck.collect.globs import Glob, Globs, compiled
from qmscheck.collect.intake import leaves, refused, take
from qmscheck.config import Collection
from qmscheck.errors import UsageError
from qmscheck.model import Source, Unreadable
from qmscheck.readers import format_of

SKIPPED: Final = frozenset(
    {
        ".git", ".hg", ".svn", "node_modules", ".venv", "__pycache__", ".tox", ".nox",
        ".mypy_cache", ".pytest_cache", ".ruff_cache", ".eggs",
    }
)  # fmt: skip
"""Folders of tools, never looked into."""

_VENV_MARK: Final = "pyvenv.cfg"


class _Folder:
    """Names in one folder, sorted: what is no folder, folders, links to folders; or why it cannot be read."""

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
        for names in (self.files, self.folders, self.links):
            names.sort()

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


class Tree:
    """The work tree below one root. Holds names, never bytes."""

    def __init__(self, root: Path) -> None:
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
        """Paths that the globs match, and folders and links that hide such paths, in order."""
        wanted, unwanted = compiled(tuple(files)), compiled(tuple(exclude))
        if only is not None:
            yield from (path for path in sorted(only) if self._belongs(path, wanted, unwanted))
            return
        found: dict[str, str | Unreadable] = {}
        for glob in wanted.globs:
            if glob.start not in found or not any(glob.start == seen for seen in found):
                for item in self._search(glob, wanted, unwanted):
                    found.setdefault(item if isinstance(item, str) else item.location.path, item)
        yield from (found[path] for path in sorted(found))

    def source(self, path: str) -> Source | Unreadable:
        """The bytes of one file below the root."""
        if not self._stays_inside(path.rpartition("/")[0]):
            return refused(path, "lies behind a link that leads out of the root")
        return take(f"{self._root}/{path}", path, self._real)

    def named(self, paths: Iterable[str], start: Path | None = None) -> frozenset[str]:
        """Files meant by paths of the command line (relative to ``start``, default the current folder).

        A folder stands for what is below it. Raises UsageError for what is not there or not below the root.
        """
        here = str(start) if start is not None else os.getcwd()  # noqa: PTH109 - as text, for names of any bytes
        files: set[str] = set()
        for text in paths:
            path = self._relative(text, here)
            if os.path.isdir(self._absolute(path)):  # noqa: PTH112
                files.update(self._below(path, None))
                files.add(path)
            else:
                files.add(path)
        return frozenset(files)

    def unclaimed(
        self, paths: Iterable[str], collections: Iterable[Collection], start: Path | None = None
    ) -> tuple[str, ...]:
        """Of paths of the command line, the files (not folders) that no collection names."""
        here = str(start) if start is not None else os.getcwd()  # noqa: PTH109
        globs = [(compiled(one.files), compiled(one.exclude)) for one in collections]
        files = (path for path in (self._relative(text, here) for text in paths) if not self._is_folder(path))
        return tuple(
            path for path in files if not any(self._belongs(path, wanted, unwanted) for wanted, unwanted in globs)
        )
