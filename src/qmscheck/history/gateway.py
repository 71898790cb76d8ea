"""The one door to the history: GitPython, opened as `hardening` says, so that it starts and fetches nothing by itself.

What runs without history need of git, `standing` and `staging` ask without GitPython.
"""

from __future__ import annotations

import os
import tempfile
import threading
import weakref
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

import git

from qmscheck.calendars import Untold
from qmscheck.hardening import (
    ENVIRONMENT,
    FILL,
    FILTERS,
    NO_GIT,
    NO_REPOSITORY,
    SETTINGS,
    as_environment,
    filters_off,
)

DEEPEN = "fetch the whole history (fetch-depth: 0, or `git fetch --unshallow`)"
FETCH_TAGS = "run `git fetch --tags`"

MAILMAP = ".mailmap"
FORMATTING = ".git-blame-ignore-revs"

_BLOCK = 1 << 20
_MOMENT = 0.01
"""Seconds after which it is looked again whether a command has said more."""
_HEADER = 3


def open_repository(root: Path, names_from: str = "") -> git.Repo:
    """The repository that a folder lies in; raises ``Untold`` where there is none, or no git.

    ``names_from``: the commit whose ``.mailmap`` names people, instead of the one of the work tree.
    """
    try:
        repository = git.Repo(root, search_parent_directories=True)
    except (git.InvalidGitRepositoryError, git.NoSuchPathError):
        raise Untold(NO_REPOSITORY) from None
    except git.GitCommandNotFound:
        raise Untold(NO_GIT) from None
    repository.git.update_environment(**ENVIRONMENT, **as_environment(SETTINGS))
    if names_from:
        _name_people(repository, names_from)
    return repository


def _name_people(repository: git.Repo, commit: str) -> None:
    """Take the names of people from a commit: git adds to them what lies where it runs, so it runs elsewhere."""
    top_file(repository, MAILMAP, commit)
    folder = os.path.abspath(repository.git_dir)  # noqa: PTH100 - links stay as they are written
    repository.git = git.Git(folder)
    names = {"mailmap.blob": f"{commit}:{MAILMAP}", "mailmap.file": os.devnull}
    repository.git.update_environment(GIT_DIR=folder, **ENVIRONMENT, **as_environment({**SETTINGS, **names}))


def with_settings(repository: git.Repo, settings: dict[str, str]) -> None:
    """Settings of our own on top of the hardened ones."""
    repository.git.update_environment(**as_environment({**SETTINGS, **settings}))


def without_filters(repository: git.Repo) -> None:
    """Switch off the filter programs that the configuration names: comparing files must not start them."""
    try:
        names = repository.git.config("--null", "--name-only", "--get-regexp", FILTERS)
    except git.GitCommandError:  # none is configured
        return
    with_settings(repository, filters_off(names.split("\0")))


def is_shallow(repository: git.Repo) -> bool:
    """Whether the clone has only the newest part of the history."""
    return (Path(repository.common_dir) / "shallow").exists()


def is_tagless(repository: git.Repo) -> bool:
    """Whether the clone was made with ``--no-tags``."""
    try:
        return "--no-tags" in str(repository.git.config("--get-regexp", r"^remote\..*\.tagopt$"))
    except git.GitCommandError:
        return False


def require_whole(repository: git.Repo) -> None:
    """Raise ``Untold`` where the history is not there or cut off: then its last commit seems to have done it all."""
    if is_shallow(repository):
        raise Untold(f"the clone is shallow, so its history is cut off; {DEEPEN}")
    if not _has_commit(repository):
        raise Untold("the repository has no commit yet; commit the records")


def _has_commit(repository: git.Repo) -> bool:
    try:
        return bool(repository.git.rev_parse("--verify", "--quiet", "HEAD^{commit}"))
    except git.GitCommandNotFound:
        raise Untold(NO_GIT) from None
    except git.GitCommandError:
        return False


def prefix_of(repository: git.Repo, root: Path) -> bytes:
    """The path of the root inside the work tree, with a slash behind; empty when they are the same."""
    top = repository.working_tree_dir
    if top is None:
        return b""
    inside = os.path.relpath(os.path.realpath(root), os.path.realpath(top))
    return b"" if inside == "." else os.fsencode(inside.replace(os.sep, "/")) + b"/"


def stream(repository: git.Repo, verb: str, *arguments: str, lines: Iterable[str] | None = None) -> Iterator[bytes]:
    """The output of a git command (dashes as underscores) in blocks; ``lines`` are its standard input.

    Raises ``Untold`` when it fails.
    """
    with tempfile.TemporaryFile() as given:
        if lines is not None:
            given.writelines(f"{line}\n".encode() for line in lines)
            given.seek(0)
        process = getattr(repository.git, verb)(*arguments, as_process=True, istream=given)
        try:
            while block := process.stdout.read1(_BLOCK):
                yield block
            process.wait()
        except git.GitCommandError as error:
            raise Untold(_reason(repository, str(error.stderr))) from None
        finally:
            _stop(process)


class Ahead:
    """A git command that runs while something else is done; what it says waits in a file, not in memory."""

    def __init__(self, repository: git.Repo, verb: str, *arguments: str) -> None:
        self._repository = repository
        self._process = getattr(repository.git, verb)(*arguments, as_process=True)
        self._file = file = tempfile.TemporaryFile()  # noqa: SIM115 - closed when nobody needs this any more
        self._copier = threading.Thread(target=_copy, args=(self._process.stdout, file), daemon=True)
        self._copier.start()
        self._end = weakref.finalize(self, _end, self._process, self._copier, file)

    def blocks(self) -> Iterator[bytes]:
        """Its output so far and to come, once; raises ``Untold`` when it fails."""
        at, over = 0, False
        while not over:
            over = not self._copier.is_alive()
            while block := os.pread(self._file.fileno(), _BLOCK, at):
                at += len(block)
                yield block
            if not over:
                self._copier.join(_MOMENT)
        try:
            self._process.wait()
        except git.GitCommandError as error:
            raise Untold(_reason(self._repository, str(error.stderr))) from None
        finally:
            self._end()


def _stop(process: git.Git.AutoInterrupt) -> None:
    """Nobody listens any more: the command is ended where it still runs."""
    process.terminate()
    process.stdout.close()
    process.stderr.close()
    with suppress(git.GitCommandError):  # it was ended
        process.wait()


def _end(process: git.Git.AutoInterrupt, copier: threading.Thread, file: IO[bytes]) -> None:
    process.terminate()
    copier.join()
    file.close()
    _stop(process)


def _copy(source: IO[bytes], target: IO[bytes]) -> None:
    with source, suppress(ValueError):  # nobody needs it any more
        while block := os.read(source.fileno(), _BLOCK):
            target.write(block)
        target.flush()


def _reason(repository: git.Repo, told: str) -> str:
    fatal = [line.strip(" '") for line in told.splitlines() if "fatal:" in line or "error:" in line]
    sentence = "; ".join(fatal)[:200] or "it gives no reason"
    lacking = f"; the clone is partial: {FILL}" if is_partial(repository) else ""
    return f"git cannot read the history ({sentence}){lacking}"


def is_partial(repository: git.Repo) -> bool:
    """Whether the clone left out objects that a server has."""
    try:
        return bool(repository.git.config("--get-regexp", r"^(extensions\.partialclone|remote\..*\.promisor)$"))
    except git.GitCommandError:
        return False


def contents(repository: git.Repo, wanted: Iterable[str]) -> dict[str, bytes]:
    """The bytes of these blobs from one `git cat-file --batch`; those that are not here are left out."""
    return dict(blobs(repository, wanted))


def blobs(repository: git.Repo, wanted: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """The same one after the other, as git tells them: one content at a time is held."""
    told = bytearray()
    need, blob = 0, ""  # how many bytes of the content are waited for, and whose
    for block in stream(repository, "cat_file", "--batch", lines=wanted):
        told += block
        at = 0
        while True:
            if blob:
                if len(told) - at <= need:
                    break
                yield blob, bytes(told[at : at + need])
                at, blob = at + need + 1, ""
            end = told.find(b"\n", at)
            if end < 0:
                break
            words = told[at:end].split()
            at = end + 1
            if len(words) == _HEADER and words[1] == b"blob":
                blob, need = words[0].decode("ascii"), int(words[2])
        del told[:at]


def blob_at_once(repository: git.Repo, blob: str) -> bytes | None:
    """The bytes of one blob, from a process that stays there for the next; None when they are not here."""
    try:
        return repository.git.get_object_data(blob)[3]
    except (ValueError, OSError, git.GitError):
        return None


def absent(repository: git.Repo, blob: str) -> Untold:
    """Why the content of an earlier version cannot be told."""
    lacking = f"the clone is partial: {FILL}" if is_partial(repository) else "run `git fsck`"
    return Untold(f"the content of an earlier version ({blob[:10]}) is not here; {lacking}")


def top_file(repository: git.Repo, name: str, commit: str = "") -> bytes:
    """A file at the top of the work tree, or of a commit; empty where there is none.

    A bare repository has it from HEAD, as git does. Raises ``Untold`` where the clone lacks the bytes.
    """
    top = repository.working_tree_dir
    if not commit and top is not None:
        file = Path(top, name)
        return file.read_bytes() if file.is_file() else b""
    try:
        blob = str(repository.git.rev_parse("--verify", "--quiet", f"{commit or 'HEAD'}:{name}"))
    except git.GitCommandError:
        return b""
    found = contents(repository, [blob])
    if blob not in found:
        raise absent(repository, blob)
    return found[blob]


def ignored_revisions(repository: git.Repo, commit: str = "") -> frozenset[str]:
    """The commits that ``.git-blame-ignore-revs`` (of a commit) lists as mere formatting."""
    told = top_file(repository, FORMATTING, commit).decode("utf-8", "replace")
    lines = (line.partition("#")[0].strip() for line in told.splitlines())
    return frozenset(line.casefold() for line in lines if line)
