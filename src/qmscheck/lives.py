"""The life of a record as judging sees it: commits and states. Knows nothing of git; `qmscheck.history` does."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Protocol

from qmscheck.frozen import frozen
from qmscheck.model import Record
from qmscheck.patterns import pattern

Fields = Mapping[str, object]

_BOT = pattern(
    r"\[bot\]|(?:^|[-_. ])bot(?:$|[-_. @])|^(?:renovate|dependabot|github-actions|greenkeeper)\b", re.IGNORECASE
)
_FORGE = pattern(r"(?:noreply|no-reply|donotreply)@", re.IGNORECASE)
_CARRIED = pattern(r"^\(cherry picked from commit [0-9a-f]{7,64}\)$", re.MULTILINE)
_PERSON = pattern(r"\s*(?P<name>[^<]*?)\s*<(?P<email>[^>]*)>")


@frozen(kw_only=False)
class Who:
    """A person as git names them, after the mailmap."""

    name: str
    email: str = ""

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>" if self.email else self.name

    @property
    def bot(self) -> bool:
        """Whether this is a machine, going by name and address: a bot, or the forge itself."""
        local = self.email.partition("@")[0]
        return bool(_BOT.search(self.name) or _BOT.search(local) or _FORGE.match(self.email))

    @classmethod
    def of(cls, text: str) -> Who:
        """From ``Name <e-mail>``, a bare name, or a bare address."""
        match = _PERSON.match(text)
        if match is not None:
            return cls(match["name"], match["email"])
        text = text.strip()
        return cls("", text) if "@" in text and " " not in text else cls(text)


@frozen(kw_only=False)
class Signature:
    """A signature as git judges it with the keys that were configured.

    ``state``: ``good``, ``bad``, ``unknown`` (the key is not among those), ``expired``, ``revoked``, or ``none``.
    """

    state: str
    signer: str = ""


@frozen
class Commit:
    """One commit. Times are instants in UTC; trailer keys are in lower case.

    ``formatting``: listed in ``.git-blame-ignore-revs``. ``records``: how many record files it touched.
    ``carried``: its message says that it was cherry-picked. ``signature``: what git says of its signature, where
    somebody had it looked at.
    """

    id: str
    author: Who
    committer: Who
    authored: dt.datetime
    committed: dt.datetime
    parents: int = 1
    subject: str = ""
    trailers: tuple[tuple[str, str], ...] = ()
    formatting: bool = False
    records: int = 1
    carried: bool = False
    signature: Signature | None = None

    @property
    def short(self) -> str:
        """The beginning of its id, for messages."""
        return self.id[:10]

    @property
    def day(self) -> dt.date:
        """The day of the commit in UTC."""
        return self.committed.date()

    def said(self, *keys: str) -> list[str]:
        """The values of these trailers."""
        wanted = {key.casefold() for key in keys}
        return [value for key, value in self.trailers if key in wanted]

    def writers(self, hands: Hands | None = None) -> list[Who]:
        """Author, committer and co-authors who are no machines; nobody for a merge, which only joins what others wrote.

        A committer who only carried over what somebody else wrote (``git cherry-pick -x`` says so) has not written.
        """
        hands = hands or Hands()
        if self.parents > 1:
            return []
        people = [self.author, *map(Who.of, self.said(*hands.co_authors))]
        if hands.committers and not self.carried:
            people.insert(1, self.committer)
        return [person for person in dict.fromkeys(people) if not hands.machine(person)]


@frozen
class Hands:
    """Who counts as having written a commit, by the policy of those who keep the records.

    ``committers``: whoever committed what somebody else wrote, too. ``co_authors``: keys of trailers. ``machines``:
    regular expression for names and addresses of machines that do not say so.
    """

    committers: bool = True
    co_authors: tuple[str, ...] = ("co-authored-by",)
    machines: re.Pattern[str] | None = None

    def machine(self, person: Who) -> bool:
        """Whether this is no human."""
        return person.bot or bool(self.machines and self.machines.search(str(person)))


def says_carried(message: str) -> bool:
    """Whether the message of a commit says that it was cherry-picked (``git cherry-pick -x``)."""
    return bool(_CARRIED.search(message))


@frozen
class State:
    """A record as one commit left it. ``before`` is what its parents held, None where it was not there."""

    commit: Commit
    fields: Fields
    before: tuple[Fields | None, ...] = ()
    path: str = ""

    @property
    def new(self) -> bool:
        """Whether no parent had the record."""
        return all(fields is None for fields in self.before)

    def changed(self) -> set[str]:
        """Top-level fields that differ from every parent that had the record; all of them for a new record."""
        earlier = [fields for fields in self.before if fields is not None]
        names = set(self.fields).union(*earlier)
        return {name for name in names if all(self.fields.get(name) != one.get(name) for one in earlier)}


@frozen
class Gone:
    """A record whose file was removed, as it last stood."""

    record: Record
    commit: Commit


class Lives(Protocol):
    """Where lives come from. Every method raises ``Untold`` with reason and remedy where it cannot be known."""

    def states(self, record: Record) -> Sequence[State]:
        """How the record came to be what is committed now, oldest first; overridden side branches left out."""

    def gone(self) -> Iterable[Gone]:
        """Records whose files were removed and not moved."""

    def signature(self, commit: Commit) -> Signature:
        """Whether a commit is signed, going by the keys that the settings name."""


@frozen
class ToldLives:
    """Lives told in advance, e.g. by the examples of a rule."""

    by_subject: Mapping[str, Sequence[State]] = field(default_factory=dict)
    removed: tuple[Gone, ...] = ()

    def states(self, record: Record) -> Sequence[State]:
        """The states told for the record's subject."""
        return self.by_subject.get(record.subject, ())

    def gone(self) -> Iterator[Gone]:
        """The removed records told."""
        yield from self.removed

    def signature(self, commit: Commit) -> Signature:
        """The signature told of the commit; as of a key that nobody named where none is told."""
        return commit.signature or Signature("unknown")
