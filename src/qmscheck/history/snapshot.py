"""The tree of a revision as files in a private folder: only those that are asked for, and nothing else is touched.

Raw bytes of the blobs, from one `git ls-tree` and one `git cat-file` a request: no filter, no end-of-line conversion,
no fetch, and neither work tree, index nor ``.git`` of the repository is written to.
"""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cached_property, partial
from pathlib import Path
from typing import NamedTuple

import git

from qmscheck.calendars import Untold
from qmscheck.errors import UsageError
from qmscheck.hardening import FILL
from qmscheck.history.gateway import blobs, is_partial, open_repository, prefix_of, stream
from qmscheck.history.moments import moment_of, moments_of
from qmscheck.history.stream import GITLINK
from qmscheck.hookspec import Moment

_LINK = b"120000"
_HOPS = 40
"""As many links in a row as Linux follows."""
_MASKED = ".git"


class Snapshot:
    """A tree of the past. Use `snapshot` to make one; its files are gone at the end of the ``with``.

    ``top`` stands for the top of the repository, ``root`` for the folder in it that was asked about, which `rooted`
    moves. Paths are POSIX text as in a `Tree`, relative to ``root``; bytes that are no UTF-8 are surrogates. ``commit``
    is the full id, ``committed`` its committer time, ``as_of`` the instant to judge for (both UTC).
    """

    def __init__(self, repository: git.Repo, prefix: bytes, moment: Moment, top: Path) -> None:
        self.commit, self.committed, self.as_of = moment.commit, moment.committed, moment.as_of
        self.top = top
        self._repository = repository
        self._prefix = os.fsdecode(prefix)
        self._modes: dict[str, tuple[bytes, str]] = {}
        self._submodules: list[str] = []
        self._refused: dict[str, str] = {}
        self._written: set[str] = set()
        self._read_tree()
        self.root.mkdir(parents=True, exist_ok=True)
        self._folders = {"", *_parents(self._prefix)}

    @property
    def root(self) -> Path:
        """The folder that stands for the one that was asked about. It is there, even where the tree has none."""
        return self.top / self._prefix

    @property
    def submodules(self) -> list[str]:
        """Paths below the root whose content only another repository knows."""
        return list(self._below(self._submodules))

    @property
    def refused(self) -> dict[str, str]:
        """Paths below the root that must not, or could not, become files here, with the reason."""
        return {path: self._refused[self._prefix + path] for path in self._below(self._refused)}

    @property
    def origin(self) -> Path:
        """The folder of the repository that the root stands for."""
        return Path(self._repository.working_tree_dir or self._repository.git_dir) / self._prefix

    def rooted(self, root: Path) -> None:
        """Take another folder below ``top`` as root."""
        inside = root.relative_to(self.top).as_posix()
        self._prefix = "" if inside == "." else f"{inside}/"

    def write(self, wanted: Callable[[str], bool], folders: Iterable[str] = ("",)) -> bool:
        """Write the files that ``wanted`` chooses by their path below the root, with what links among them lead to.

        Only what is below ``folders`` is looked at. May be called again for more, and tells whether there was any. A
        folder that is wanted by its own path is made. Raises UsageError when the clone does not have the bytes.
        """
        had = len(self._written), len(self._folders)
        inside = [f"{self._prefix}{folder}/" if folder else self._prefix for folder in folders]
        start = len(self._prefix)
        files = [name for place in inside for name in _within(self._sorted, place) if name not in self._written]
        self._write([name for name in files if wanted(name[start:])])
        for folder in (name[start:] for place in inside for name in _within(self._all_folders, place)):
            if wanted(folder):
                self._place(self._prefix + folder, lambda _path: None, folder=True)
        return (len(self._written), len(self._folders)) != had

    def write_above(self, names: Iterable[str]) -> None:
        """Write files of these names (relative paths) in the root and in every folder above it, up to ``top``."""
        self._write(self._above(names))

    def _above(self, names: Iterable[str]) -> list[str]:
        folders = ["", *(f"{folder}/" for folder in _parents(self._prefix))]
        return [folder + name for name in names for folder in folders if folder + name in self._modes]

    def fetch(self, file: Path) -> None:
        """Write one file, or all that is below a folder, named by its path here; nothing where it lies elsewhere."""
        if file.is_relative_to(self.top):
            inside = file.relative_to(self.top).as_posix()
            self._write([name for name in self._modes if name == inside or name.startswith(f"{inside}/")])

    def paths(self) -> Iterator[str]:
        """Every file of the tree below the root."""
        return self._below(self._modes)

    def blob(self, path: str) -> str:
        """The id of a plain file's content; empty for a link, and where the tree has no such file."""
        mode, blob = self._modes.get(self._prefix + path, (_LINK, ""))
        return "" if mode == _LINK else blob

    def move(self, moment: Moment) -> None:
        """Become the tree of another moment: what was written and is no more, or is other there, goes away."""
        then = self._modes
        self.commit, self.committed, self.as_of = moment.commit, moment.committed, moment.as_of
        self._modes, self._submodules, self._refused = {}, [], {}
        for derived in ("_links", "_all_folders", "_sorted"):
            vars(self).pop(derived, None)
        self._read_tree()
        for name in [name for name in self._written if self._modes.get(name) != then[name]]:
            self._written.discard(name)
            self._remove(name)

    def _remove(self, name: str) -> None:
        """Remove a file, and the folders that are empty without it."""
        with suppress(FileNotFoundError):
            os.unlink(self._file(name))  # noqa: PTH108 - names may hold any bytes
        for folder in _parents(name):
            if folder not in self._folders or f"{folder}/" == self._prefix or self._prefix.startswith(f"{folder}/"):
                return
            try:
                os.rmdir(self._file(folder))  # noqa: PTH106
            except OSError:  # something else is in it
                return
            self._folders.discard(folder)

    def ids(self, file: Path) -> tuple[tuple[str, str], ...]:
        """Names, and ids of the content, of one file or of all below one folder, named by its path here."""
        if not file.is_relative_to(self.top):
            return ()
        inside = file.relative_to(self.top).as_posix()
        return tuple(
            (name, self._modes[name][1])
            for name in sorted(self._modes)
            if name == inside or name.startswith(f"{inside}/")
        )

    def ids_above(self, names: Iterable[str]) -> tuple[tuple[str, str], ...]:
        """The same of the files that `write_above` would write."""
        return tuple((name, self._modes[name][1]) for name in self._above(names))

    def parted_from(self, revision: str) -> str:
        """The last commit that this one and another have in common; empty where git cannot tell."""
        try:
            return str(self._repository.git.merge_base("--end-of-options", self.commit, revision))
        except git.GitCommandError:
            return ""

    def _below(self, names: Iterable[str]) -> Iterator[str]:
        start = len(self._prefix)
        return (name[start:] for name in names if name.startswith(self._prefix))

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self._modes)

    @cached_property
    def _all_folders(self) -> list[str]:
        return sorted({folder for name in self._modes for folder in _parents(name)})

    def _read_tree(self) -> None:
        for mode, blob, raw in entries(self._repository, self.commit):
            name = os.fsdecode(raw)
            reason = _unfit(name)
            if reason:
                self._refused[name] = reason
            elif mode == GITLINK:
                self._submodules.append(name)
            else:
                self._modes[name] = mode, blob

    def _write(self, names: list[str]) -> None:
        """Plain files first and links last, so that nothing is written through a link."""
        new = [name for name in self._with_targets(names) if name not in self._written]
        self._written.update(new)
        contents = self._contents(name for name in new if self._modes[name][0] != _LINK)
        for name, content in contents:
            self._place(name, lambda path, content=content: _fill(path, content))  # type: ignore[misc]
        for name in new:
            if self._modes[name][0] == _LINK:
                self._place(name, partial(os.symlink, self._links[name]))

    def _contents(self, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Names with their bytes, in any order; a content that several names have is read once."""
        named: dict[str, list[str]] = {}
        for name in names:
            named.setdefault(self._modes[name][1], []).append(name)
        try:
            for blob, content in blobs(self._repository, named) if named else ():
                yield from ((name, content) for name in named.pop(blob, ()))
        except Untold as reason:
            raise UsageError(f"the tree of {self.commit[:10]} cannot be read: {reason}") from None
        if named:
            raise UsageError(self._absent(named))

    def _absent(self, named: Mapping[str, list[str]]) -> str:
        name = next(iter(named.values()))[0]
        more = f" and {len(named) - 1} more" if len(named) > 1 else ""
        remedy = f"the clone is partial: {FILL}" if is_partial(self._repository) else "run `git fsck`"
        return f"the content of {name}{more} at {self.commit[:10]} is not here; {remedy}"

    def _place(self, name: str, make: Callable[[str], None], *, folder: bool = False) -> None:
        """Make a file or link where nothing is yet; what the file system does not take is noted as refused."""
        try:
            self._make(name if folder else name.rpartition("/")[0])
            make(self._file(name))
        except FileExistsError:
            self._refused[name] = "stands in the tree beside another file of that name"
        except (OSError, ValueError) as error:
            self._refused[name] = f"cannot be written here: {getattr(error, 'strerror', None) or error}"

    def _make(self, folder: str) -> None:
        """A folder and those above it. One that is a link or a file, because the tree lies, is not taken."""
        if folder in self._folders:
            return
        self._make(folder.rpartition("/")[0])
        path = self._file(folder)
        if not os.path.isdir(path) or os.path.islink(path):  # noqa: PTH112, PTH114 - names may hold any bytes
            os.mkdir(path)  # noqa: PTH102
        self._folders.add(folder)

    def _file(self, name: str) -> str:
        return f"{self.top}/{name}"

    @cached_property
    def _links(self) -> dict[str, str]:
        """Every link of the tree with what it says."""
        links = (name for name, (mode, _) in self._modes.items() if mode == _LINK)
        return {name: os.fsdecode(content) for name, content in self._contents(links)}

    def _with_targets(self, names: Iterable[str]) -> Iterable[str]:
        """Names with everything that links among them lead to inside the tree."""
        found = dict.fromkeys(names)
        waiting = list(found)
        while waiting:
            name = waiting.pop()
            if self._modes[name][0] == _LINK:
                new = [one for one in self._led_to(name) if one not in found]
                found.update(dict.fromkeys(new))
                waiting += new
        return found

    def _led_to(self, link: str) -> Iterator[str]:
        """The links on the way from a link, and the file or all files of the folder at its end."""
        rest = link.split("/")
        at: list[str] = []
        hops = 0
        while rest:
            part = rest.pop(0)
            if part == "..":
                if not at:
                    return
                at.pop()
            elif part not in {"", "."}:
                at.append(part)
            name = "/".join(at)
            if name in self._modes and self._modes[name][0] == _LINK:
                hops += 1
                if hops > _HOPS or self._links[name].startswith("/"):
                    return
                yield name
                at.pop()
                rest = [*self._links[name].split("/"), *rest]
        end = "/".join(at)
        if end in self._modes:
            yield end
        else:
            yield from (name for name in self._modes if end and name.startswith(f"{end}/"))


class Days(NamedTuple):
    """The moment of each day of a period, in order; and why its first days have none, if so."""

    moments: dict[dt.date, Moment]
    before: str


@contextmanager
def moving(root: Path, first: dt.date, last: dt.date) -> Iterator[tuple[Days, Snapshot | None]]:
    """The days of a period with their moments, and one snapshot to `Snapshot.move` to them.

    A day's moment is the last commit on the first-parent line of HEAD that was made by its end in UTC. No snapshot
    where no day has one. Raises UsageError as `snapshot` does.
    """
    repository, prefix = _opened(root, f"{first}..{last}")
    with repository, tempfile.TemporaryDirectory(prefix="qmscheck-") as folder:
        moments, before = moments_of(repository, first, last)
        moment = next(iter(moments.values()), None)
        yield Days(moments, before), Snapshot(repository, prefix, moment, Path(folder)) if moment else None


@contextmanager
def snapshot(root: Path, asked: str) -> Iterator[Snapshot]:
    """The tree that a repository had, in a private folder that is removed at the end.

    ``root`` lies in the repository (or is a bare one). ``asked`` is a revision, a day (2026-03-01, to its end in UTC)
    or an instant, see `moment_of`; text that looks like an option is only ever a name. Nothing is written until asked::

        with snapshot(Path.cwd(), "origin/main") as past:
            past.write(lambda path: path.startswith("changes/"))
            sorted(past.root.rglob("*.yaml")), past.commit, past.committed

    Raises UsageError, with the remedy, where there is no repository, no such revision, or the clone lacks the objects.
    """
    repository, prefix = _opened(root, asked)
    with repository, tempfile.TemporaryDirectory(prefix="qmscheck-") as folder:
        yield Snapshot(repository, prefix, moment_of(repository, asked), Path(folder))


def _opened(root: Path, asked: str) -> tuple[git.Repo, bytes]:
    try:
        repository = open_repository(root)
        return repository, prefix_of(repository, root)
    except Untold as reason:
        raise UsageError(f"{asked!r} cannot be looked up: {reason}") from None


def entries(repository: git.Repo, commit: str) -> Iterator[tuple[bytes, str, bytes]]:
    """Mode, blob id and raw path of every file of a commit's tree. Raises UsageError when it is not all here."""
    rest = b""
    try:
        for block in stream(repository, "ls_tree", "-r", "-z", "--full-tree", commit):
            *told, rest = (rest + block).split(b"\0")
            for one in told:
                meta, _, path = one.partition(b"\t")
                mode, _, blob = meta.split()
                yield mode, blob.decode("ascii"), path
    except Untold as reason:
        raise UsageError(f"the tree of {commit[:10]} cannot be read: {reason}") from None


def _within(names: list[str], start: str) -> list[str]:
    """Of sorted names, those that begin with ``start``, which is empty or ends with a slash."""
    if not start:
        return names
    return names[bisect_left(names, start) : bisect_left(names, start[:-1] + "0")]  # the sign behind the slash


def _parents(name: str) -> Iterator[str]:
    while name := name.rpartition("/")[0]:
        yield name


def _unfit(name: str) -> str:
    """Why a path of a tree must not become a file; empty when it may. No tree that git made itself has such paths."""
    for part in name.split("/"):
        if part in {"", ".", ".."}:
            return "has a path that leaves its folder"
        if part.casefold().rstrip(". ") == _MASKED:
            return "has a path inside .git"
    return ""


def _fill(path: str, content: bytes) -> None:
    with open(path, "xb") as file:  # noqa: PTH123 - names may hold any bytes
        file.write(content)
