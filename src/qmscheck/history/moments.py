"""Which commit a word of the command line means: a revision, or a day or instant of the branch's first-parent line."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import git

from qmscheck.calendars import Untold, time_of
from qmscheck.errors import UsageError
from qmscheck.history.commits import instant
from qmscheck.history.gateway import DEEPEN, is_shallow, stream
from qmscheck.hookspec import Moment

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:?\d{2}.*)?")
_LAST_SECOND = dt.timedelta(days=1, seconds=-1)


def moment_of(repository: git.Repo, text: str) -> Moment:
    """The commit that a revision, a day (to its end in UTC) or an instant means.

    A day or instant means the last commit on the first-parent line of HEAD that was committed by then. Raises
    UsageError, with the remedy, for what is no revision, what lies before the history, and what could be both.
    """
    if _DATE.fullmatch(text):
        return _by_date(repository, text)
    return _by_revision(repository, text)


def moments_of(repository: git.Repo, first: dt.date, last: dt.date) -> tuple[dict[dt.date, Moment], str]:
    """The moment of each day of a period, to its end in UTC; days before the history have none, and why.

    Raises UsageError where git cannot tell.
    """
    found: dict[dt.date, Moment] = {}
    day, committed = last, None
    try:
        for commit, committed in line(repository):
            while first <= day and committed <= (end := end_of(day.isoformat())):
                found[day] = Moment(commit=commit, committed=committed, as_of=end)
                day -= dt.timedelta(days=1)
            if day < first:
                break
    except Untold as reason:
        raise UsageError(f"{first}..{last}: {reason}") from None
    return dict(reversed(found.items())), f"it lies before the history, {_beginning(repository, committed)}"


def line(repository: git.Repo) -> Iterator[tuple[str, dt.datetime]]:
    """The first-parent line of HEAD: commits and when they were committed, newest first."""
    rest = b""
    for block in stream(repository, "log", "--first-parent", "--no-show-signature", "--format=%H %ct", "HEAD", "--"):
        *lines, rest = (rest + block).split(b"\n")
        for told in lines:
            commit, _, seconds = told.partition(b" ")
            yield commit.decode("ascii"), instant(seconds.decode("ascii"))


def end_of(text: str) -> dt.datetime:
    """The instant that a date means: a day lasts to its last second in UTC. Raises UsageError for what is none."""
    try:
        return time_of(text) + (_LAST_SECOND if _DAY.fullmatch(text) else dt.timedelta())
    except (Untold, OverflowError):
        raise UsageError(f"{text!r} is not a day such as 2026-03-01 or an instant such as 2026-03-01T12:00Z") from None


def _by_date(repository: git.Repo, text: str) -> Moment:
    limit = end_of(text)
    for full in (f"refs/tags/{text}", f"refs/heads/{text}"):
        if _commit(repository, full):
            raise UsageError(
                f"{text!r} is a date and a name in git; write {full} for the commit, or {limit:%Y-%m-%dT%H:%M:%SZ}"
            )
    first = None
    try:
        for commit, committed in line(repository):
            if committed <= limit:
                return Moment(commit=commit, committed=committed, as_of=limit)
            first = committed
    except Untold as reason:
        raise UsageError(f"{text!r}: {reason}") from None
    raise UsageError(f"{text!r} lies before the history, {_beginning(repository, first)}")


def _beginning(repository: git.Repo, first: dt.datetime | None) -> str:
    since = f"which begins on {first:%Y-%m-%d}" if first else "which has no commit"
    return f"{since} here because the clone is shallow; {DEEPEN}" if is_shallow(repository) else since


def _by_revision(repository: git.Repo, text: str) -> Moment:
    commit = _commit(repository, text)
    if not commit:
        more = f"; the clone is shallow: {DEEPEN}" if is_shallow(repository) else "; name a commit, tag, branch or date"
        raise UsageError(f"git knows no revision {text!r} here{more}")
    try:
        told = b"".join(stream(repository, "log", "-1", "--no-show-signature", "--format=%ct", commit, "--"))
    except Untold as reason:
        raise UsageError(f"{text!r}: {reason}") from None
    committed = instant(told.decode("ascii").strip())
    return Moment(commit=commit, committed=committed, as_of=committed)


def _commit(repository: git.Repo, text: str) -> str:
    """The id of the commit that git understands, empty for what it does not; a dash in front makes no option."""
    if not text or "\0" in text:
        return ""
    try:
        return str(repository.git.rev_parse("--verify", "--quiet", "--end-of-options", f"{text}^{{commit}}"))
    except git.GitCommandError:
        return ""
