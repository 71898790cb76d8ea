"""What is staged: the index of git, and what it has otherwise than the last commit.

Asked of git itself, in processes that run side by side: a hook would wait longer for the import of GitPython.
Paths are relative to the root, POSIX, undecodable bytes as surrogates; what lies above the root begins with ``../``.
"""

from __future__ import annotations

import hashlib
import os
import posixpath
import re
import weakref
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple, cast

from qmscheck.calendars import Untold
from qmscheck.frozen import frozen
from qmscheck.hardening import FILL, NO_GIT, NO_REPOSITORY, environment

if TYPE_CHECKING:
    from subprocess import Popen

ABSENT = b"000000"
LINK = b"120000"
SUBMODULE = b"160000"
_LISTED = b"100"
"""What the mode of a plain file begins with."""
_SHA1 = 40
_HEADER = 3
WHERE = ("rev-parse", "--is-inside-work-tree", "--show-prefix", "--is-shallow-repository", "--revs-only", "HEAD")
"""Is there a work tree, where does the root lie in it, is the clone shallow, which is the last commit?"""
_LISTING = ("ls-files", "-z", "--stage")
_DIFFERENCE = (
    *("diff", "--cached", "--raw", "-z", "--no-abbrev"),
    *("--no-renames", "--no-ext-diff", "--no-textconv", "--ignore-submodules=dirty"),
)


class Change(NamedTuple):
    """One path: the blob that it was, empty for none; whether it is there now; whether it is a submodule."""

    path: str
    before: str
    there: bool
    submodule: bool


@frozen
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


class Entry(NamedTuple):
    """What the index has at a path: the mode, the id of the blob, and ``0``, or a side of a conflict."""

    mode: bytes
    blob: str
    stage: bytes

    @property
    def plain(self) -> bool:
        """Whether it is a file, no link and no submodule."""
        return self.mode.startswith(_LISTED)


@frozen
class Head:
    """Where the work tree stands. ``prefix`` leads from its top to the root: empty, or ``quality/``."""

    commit: str | None
    dirty: bool | None
    shallow: bool
    prefix: str = ""


def gathered(
    base: str,
    changes: Iterable[Change],
    wanted: Callable[[str], bool],
    contents: Callable[[Iterable[str]], Mapping[str, bytes]],
    lacking: Callable[[], str],
) -> Changes:
    """What changed as a whole. ``contents`` has the bytes of blobs that are here, ``lacking`` says why some are not."""
    changes = list(changes)
    files = [one for one in changes if not one.submodule]
    blobs = {one.path: one.before for one in files if one.before and wanted(one.path)}
    found = contents(blobs.values()) if blobs else {}
    gone = frozenset(one.path for one in files if not one.there)
    missing = next((path for path, blob in blobs.items() if path in gone and blob not in found), None)
    if missing is not None:
        raise Untold(f"{missing} was removed, and what it said is not here; {lacking()}")
    return Changes(
        base=base,
        present=frozenset(one.path for one in files if one.there),
        gone=gone,
        before={path: found[blob] for path, blob in blobs.items() if blob in found},
        folders=frozenset(one.path for one in changes if one.submodule),
    )


def of_raw(told: bytes, place: str) -> list[Change]:
    """The entries of ``git diff --raw -z``: ``:mode mode oid oid M``, then the path from the top."""
    tokens = iter(told.split(b"\0")[:-1])
    found: dict[str, Change] = {}
    for meta, raw in zip(tokens, tokens, strict=True):
        old, new, oid, _, status = meta.lstrip(b":").split()
        path = below(raw, place)
        if status == b"U":  # a conflict, which the work tree's own entry may follow
            found.setdefault(path, Change(path, "", True, False))
            continue
        before = "" if old in {ABSENT, SUBMODULE, LINK} else oid.decode("ascii")
        found[path] = Change(path, before, new != ABSENT, SUBMODULE in {old, new})
    return list(found.values())


def below(raw: bytes, place: str) -> str:
    """A path from the top of the repository as one from the root, which lies at ``place``."""
    path = os.fsdecode(raw)
    return path[len(place) :] if path.startswith(place) else posixpath.relpath(path, place)


class Index:
    """The index of the repository that a folder lies in. git is asked at once, and heard when something is needed.

    What is asked of it raises ``Untold`` where there is no repository, no work tree or no git.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._environment = environment({})
        self._where, self._listed, self._raw = map(self._ask, (WHERE, _LISTING, _DIFFERENCE))
        self._reader: Popen[bytes] | None = None

    @cached_property
    def listing(self) -> tuple[bytes, ...]:
        """An entry for each file below the root, and for each side of a conflict, as git tells it."""
        _ = self.head  # where there is no repository, that is the reason
        return tuple(_heard(self._listed).split(b"\0")[:-1])

    @cached_property
    def files(self) -> list[str]:
        """The paths of plain files: no links, no submodules."""
        return list(dict.fromkeys(_path(one) for one in self.listing if one.startswith(_LISTED)))

    @cached_property
    def passages(self) -> list[str]:
        """The paths of links and submodules: what lies behind them is not in the index."""
        return [_path(one) for one in self.listing if not one.startswith(_LISTED)]

    @cached_property
    def submodules(self) -> tuple[str, ...]:
        """The folders of submodules, with a slash behind."""
        return tuple(f"{_path(one)}/" for one in self.listing if one.startswith(SUBMODULE))

    def entry(self, path: str) -> Entry | None:
        """What the index has at a path; one side of it where that is in conflict."""
        told = self._told.get(os.fsencode(path))
        return entry_of(told)[1] if told is not None else None

    @cached_property
    def _told(self) -> dict[bytes, bytes]:
        """The entries by path, as they are told."""
        return {one.partition(b"\t")[2]: one for one in self.listing}

    @cached_property
    def head(self) -> Head:
        """Where the index stands: on which commit, and whether anything is staged."""
        inside, place, shallow, *commit = _heard(self._where).split(b"\n")[:-1]
        if inside != b"true":
            raise Untold("the repository is bare: it has no work tree")
        return Head(
            commit=commit[0].decode("ascii") if commit else None,
            dirty=bool(self._difference) if commit else None,
            shallow=shallow == b"true",
            prefix=os.fsdecode(place),
        )

    @cached_property
    def differences(self) -> list[Change]:
        """What the index has otherwise than the last commit."""
        return of_raw(self._difference, self.head.prefix)

    def changes(self, wanted: Callable[[str], bool]) -> Changes:
        """The same with the earlier bytes of what is ``wanted``. Where git fails, that is said here."""
        _ = self.listing
        return gathered(self.head.commit or "", self.differences, wanted, self._contents, self.lacking)

    def announced(self, paths: Iterable[str]) -> frozenset[str]:
        """Of paths of the index, those that are only announced, by ``git add --intent-to-add``: nothing is staged."""
        staged = {one.path for one in self.differences}
        empty = [path for path in paths if path not in staged and _is_empty(self.entry(path))]
        if not empty or self.head.commit is None:
            return frozenset(empty)
        committed = _heard(self._ask(("ls-tree", "-z", "--name-only", "HEAD", "--", *map(_literal, empty))))
        return frozenset(empty).difference(map(os.fsdecode, committed.split(b"\0")))

    def content(self, path: str, here: bytes | None = None) -> bytes | None:
        """The bytes that are staged at a path; None where the clone lacks them. ``here``: those of the work tree."""
        entry = self.entry(path)
        if entry is None:
            return None
        blob = entry.blob
        return here if here is not None and id_of(here, len(blob)) == blob else self._blob(blob)

    def differing(self, paths: Iterable[str]) -> list[str]:
        """Of these paths and what lies below them, the files that the work tree has otherwise than the index."""
        wanted = sorted(paths)
        if not wanted:
            return []
        told = _heard(self._ask((*_LISTING, "--", *map(_literal, wanted)))).split(b"\0")[:-1]
        return [path for path, entry in map(entry_of, told) if entry.plain and not self._is_here(path, entry)]

    def lacking(self) -> str:
        """Why the bytes of a blob are not here."""
        with suppress(Untold):
            _heard(self._ask(("config", "--get-regexp", r"^(extensions\.partialclone|remote\..*\.promisor)$")))
            return f"the clone is partial: {FILL}"
        return "an object is missing: run `git fsck`"

    @cached_property
    def _difference(self) -> bytes:
        return _heard(self._raw)

    def _is_here(self, path: str, entry: Entry) -> bool:
        """Whether the work tree has a file as it is staged, but for the ends of lines."""
        try:
            content = Path(self._root, path).read_bytes()
        except OSError:
            return False
        return entry.blob in {id_of(one, len(entry.blob)) for one in (content, content.replace(b"\r\n", b"\n"))}

    def _contents(self, blobs: Iterable[str]) -> dict[str, bytes]:
        found = {blob: self._blob(blob) for blob in blobs}
        return {blob: content for blob, content in found.items() if content is not None}

    def _blob(self, blob: str) -> bytes | None:
        """The bytes of a blob, from one process that stays there for the next; None when they are not here."""
        if self._reader is None or self._reader.poll() is not None:
            self._reader = self._ask(("cat-file", "--batch"), listens=True)
        asked, told = cast("IO[bytes]", self._reader.stdin), cast("IO[bytes]", self._reader.stdout)
        words: list[bytes] = []
        with suppress(BrokenPipeError):
            asked.write(f"{blob}\n".encode())
            asked.flush()
            words = told.readline().split()
        if not words:  # in a partial clone git ends over what it may not fetch
            self._reader.wait()
        if len(words) != _HEADER:
            return None
        content = told.read(int(words[2]) + 1)[:-1]
        return content if words[1] == b"blob" else None

    def _ask(self, words: tuple[str, ...], *, listens: bool = False) -> Popen[bytes]:
        from subprocess import DEVNULL, PIPE, Popen  # noqa: PLC0415 - only runs over what is staged pay for it

        given, command = PIPE if listens else DEVNULL, ["git", *words]
        try:
            process = Popen(  # noqa: S603 - words of our own
                command, cwd=self._root, env=self._environment, stdin=given, stdout=PIPE, stderr=PIPE
            )
        except FileNotFoundError:
            raise Untold(NO_GIT) from None
        weakref.finalize(self, _end, process)
        return process


def entry_of(told: bytes) -> tuple[str, Entry]:
    """The path, and what the index has there, from an entry of ``git ls-files --stage``."""
    meta, _, raw = told.partition(b"\t")
    mode, blob, stage = meta.split()
    return os.fsdecode(raw), Entry(mode, blob.decode("ascii"), stage)


def id_of(content: bytes, length: int) -> str:
    """The id of a blob, in as many hexadecimal digits as the ids of its repository have."""
    header = b"blob %d\0" % len(content)
    found = hashlib.sha1(header, usedforsecurity=False) if length == _SHA1 else hashlib.sha256(header)
    found.update(content)
    return found.hexdigest()


def _is_empty(entry: Entry | None) -> bool:
    return entry is not None and entry.blob == id_of(b"", len(entry.blob))


def _path(told: bytes) -> str:
    return os.fsdecode(told.partition(b"\t")[2])


def _literal(path: str) -> str:
    return f":(literal){path}"


def _heard(process: Popen[bytes]) -> bytes:
    """What a command said; raises ``Untold`` where it fails."""
    told, trouble = process.communicate()
    if process.returncode:
        reason = trouble.decode("utf-8", "replace")
        if "not a git repository" in reason:
            raise Untold(NO_REPOSITORY)
        fatal = [line for line in reason.splitlines() if re.match("fatal:|error:", line)]
        raise Untold(f"git cannot tell what is staged ({'; '.join(fatal)[:200] or 'it gives no reason'})")
    return told


def _end(process: Popen[bytes]) -> None:
    """Nobody listens any more."""
    process.kill()
    process.communicate()
