"""What commits say of themselves: people after the mailmap, times, subject, trailers."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import git

from qmscheck.calendars import Untold, day_of
from qmscheck.errors import ConfigError
from qmscheck.history.gateway import open_repository, require_whole, stream
from qmscheck.history.merges import brought_in as brought_into
from qmscheck.hookspec import Moment
from qmscheck.lives import Commit, Who, says_carried

_FIELDS = (
    "%H", "%P", "%aN", "%aE", "%at", "%cN", "%cE", "%ct", "%s",
    "%(trailers:only,unfold,separator=%x1f)", "%b",
)  # fmt: skip
_DETAILS = (
    "-z",
    "--no-patch",
    "--no-color",
    "--no-show-signature",
    "--encoding=UTF-8",
    f"--format={'%x00'.join(_FIELDS)}",
)
_MERGE = 2
"""Parents from which on a commit is a merge."""
_REVIEWS = ("reviewed-by", "acked-by", "approved-by")


def details(repository: git.Repo, ids: Iterable[str]) -> dict[str, list[bytes]]:
    """What these commits say, as read, from one process whatever their number; `commit_of` understands it."""
    found = stream(repository, "log", "--no-walk=unsorted", "--stdin", *_DETAILS, lines=ids)
    return {words[0].decode("ascii"): words for words in _rows(found)}


def listed(
    root: Path,
    *,
    since: str = "",
    until: str = "",
    merges: bool = False,
    paths: Iterable[str] = (),
    rev: str = "HEAD",
    mainline: bool = False,
    brought_in: bool = True,
    change_trailers: Iterable[str] = ("change",),
    change_ids: str = "",
    review_trailers: Iterable[str] = _REVIEWS,
    moment: Moment | None = None,
    names_from: str = "",
) -> Iterator[dict[str, object]]:
    """Commits as raw records of the type ``commit``, newest first.

    Committed on the day ``since`` (UTC) or later and before the day ``until``; without ``merges`` only those that have
    one parent or none; with ``paths`` (globs) only those that touch one; at a ``moment`` of the past only those that
    led to its commit. ``mainline``: only what was committed to the branch itself or merged into it, each merge as one
    commit; with ``brought_in`` a merge tells which commits came in with it, and names the changes that those name,
    whatever they touch. Changes are named by ``change_trailers`` and, with the regular expression ``change_ids``,
    anywhere in the message. People are named by the ``.mailmap`` of the commit ``names_from``. Raises ``Untold`` where
    git cannot tell, ConfigError for options that cannot be.
    """
    naming = _Naming(tuple(change_trailers), _pattern(change_ids), tuple(review_trailers))
    globs = [f":(glob,top){path}" if not path.startswith(":") else path for path in paths]
    within = _period(since, until)
    with open_repository(root, names_from) as repository:
        require_whole(repository)
        if rev.startswith("-"):
            raise ConfigError(f"the option rev is {rev!r}, which is not the name of a revision")
        if moment is not None:
            if rev != "HEAD":
                raise Untold(f"git does not tell where {rev!r} stood at {moment.commit[:10]}; leave out `rev`")
            rev = moment.commit
        chosen = ["--full-history"] if globs else []
        if mainline:
            chosen.append("--first-parent")
        elif not merges:
            chosen.append("--max-parents=1")
        found = stream(repository, "log", *_DETAILS, *chosen, "--end-of-options", rev, "--", *globs)
        merges_of = _Merges(repository, rev, naming) if mainline and brought_in else None
        for words in _rows(found):
            commit = commit_of(words)
            if within(commit.day):
                parents, body = words[1].decode("ascii").split(), words[-1].decode("utf-8", "replace")
                record = _record(commit, parents, body, naming, mainline=mainline)
                yield record if merges_of is None or len(parents) < _MERGE else merges_of.told(record)


def _period(since: str, until: str) -> Callable[[dt.date], bool]:
    first = day_of(since) if since else dt.date.min
    end = day_of(until) if until else dt.date.max
    return lambda day: first <= day < end


def _rows(blocks: Iterable[bytes]) -> Iterator[list[bytes]]:
    rest, words, size = b"", [], len(_FIELDS)
    for block in blocks:
        parts = (rest + block).split(b"\0")
        rest = parts.pop()
        words += parts
        whole = len(words) - len(words) % size
        for first in range(0, whole, size):
            yield words[first : first + size]
        del words[:whole]
    if len(words) == size - 1:  # the last one has nothing behind it
        yield [*words, rest.rstrip(b"\n")]


def commit_of(row: list[bytes], *, formatting: bool = False, records: int = 0) -> Commit:
    """A commit from what git said of it."""
    words = [word.decode("utf-8", "replace") for word in row]
    commit, parents, author, author_mail, authored, committer, committer_mail, committed, subject, trailers, body = (
        words
    )
    return Commit(
        id=commit,
        parents=len(parents.split()),
        author=Who(author, author_mail),
        committer=Who(committer, committer_mail),
        authored=instant(authored),
        committed=instant(committed),
        subject=subject,
        trailers=tuple(_trailers(trailers)),
        formatting=formatting,
        records=records,
        carried=says_carried(body),
    )


def instant(seconds: str) -> dt.datetime:
    """The instant of a commit in UTC; one that no calendar has is taken as 1970, as git does."""
    try:
        return dt.datetime.fromtimestamp(int(seconds or 0), dt.UTC)
    except (OverflowError, ValueError, OSError):
        return dt.datetime.fromtimestamp(0, dt.UTC)


def _trailers(text: str) -> Iterator[tuple[str, str]]:
    for line in text.split("\x1f"):
        key, colon, value = line.partition(":")
        if colon and key.strip():
            yield key.strip().casefold(), value.strip()


class _Naming(NamedTuple):
    """How messages name changes and reviewers."""

    trailers: tuple[str, ...]
    ids: re.Pattern[str] | None
    reviews: tuple[str, ...]

    def changes(self, commit: Commit, body: str) -> list[str]:
        """The changes that a commit names, each once."""
        found = [part for value in commit.said(*self.trailers) for part in value.replace(",", " ").split()]
        if self.ids is not None:
            found += [match.group() for match in self.ids.finditer(f"{commit.subject}\n{body}")]
        return list(dict.fromkeys(found))


class _Merges:
    """What each merge into a branch brought in; read once, when the first is asked about."""

    def __init__(self, repository: git.Repo, rev: str, naming: _Naming) -> None:
        self._ask = repository, rev, naming

    def told(self, record: dict[str, object]) -> dict[str, object]:
        """The record of a merge with what it brought in; the changes that it names itself come first."""
        brought, changes = self._read
        ids = brought.get(str(record["id"]), [])
        named = [*record["change_refs"], *(one for commit in ids for one in changes.get(commit, ()))]  # type: ignore[misc]
        return {**record, "brought_in": ids, "change_refs": list(dict.fromkeys(named))}

    @cached_property
    def _read(self) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
        """The commits that came in with each merge, and the changes that each commit names."""
        repository, rev, naming = self._ask
        parents: dict[str, list[str]] = {}
        changes: dict[str, list[str]] = {}
        for words in _rows(stream(repository, "log", *_DETAILS, "--end-of-options", rev, "--")):
            commit = commit_of(words)
            parents[commit.id] = words[1].decode("ascii").split()
            named = naming.changes(commit, words[-1].decode("utf-8", "replace"))
            if named:
                changes[commit.id] = named
        tip = next(iter(parents), "")
        return brought_into(parents, tip), changes


def _pattern(text: str) -> re.Pattern[str] | None:
    try:
        return re.compile(text) if text else None
    except re.error as error:
        raise ConfigError(f"the option change_ids is no regular expression: {error}") from None


def _record(commit: Commit, parents: list[str], body: str, naming: _Naming, *, mainline: bool) -> dict[str, object]:
    trailers = [{"key": key, "value": value} for key, value in commit.trailers]
    people = [Who.of(value) for value in commit.said(*naming.reviews)]
    return {
        "id": commit.id,
        "title": commit.subject,
        "parents": parents,
        "author": _plain(commit.author),
        "committer": _plain(commit.committer),
        "authored_at": _iso(commit.authored),
        "committed_at": _iso(commit.committed),
        "trailers": trailers,
        "reviewers": list(map(_plain, people)),
        "co_authors": [_plain(Who.of(value)) for value in commit.said("co-authored-by")],
        "change_refs": naming.changes(commit, body),
        "bot": commit.author.bot,
        **({"mainline": True} if mainline else {}),
    }


def _plain(who: Who) -> dict[str, str]:
    return {"name": who.name, "email": who.email}


def _iso(moment: dt.datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
