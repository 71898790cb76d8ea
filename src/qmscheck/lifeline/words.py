"""Sentences on a life that every format says alike. Text from records and commits is not made safe here."""

from __future__ import annotations

from qmscheck.lifeline import Difference, Event, Life
from qmscheck.lives import Commit

_TOLD = "Names and times are those that git was told"
NONE = "–"  # noqa: RUF001 - an en dash, on purpose


def note(life: Life) -> str:
    """What the reader should know of all this."""
    if life.signatures:
        return f"{_TOLD}; signatures are judged by the keys that the settings name."
    return f"{_TOLD}; signatures were not looked at."


def when(commit: Commit) -> str:
    """The committer's time in UTC, to the minute."""
    return f"{commit.committed:%Y-%m-%d %H:%M}Z"


def who(commit: Commit) -> str:
    """The author; and the committer, with the author's time, where these differ."""
    parts = [f"{commit.author}"]
    if commit.committer != commit.author:
        parts.append(f"committed by {commit.committer}")
    if abs((commit.committed - commit.authored).total_seconds()) >= 60:  # noqa: PLR2004 - a minute is the grain
        parts.append(f"written {commit.authored:%Y-%m-%d %H:%M}Z")
    return ", ".join(parts)


def marks(event: Event) -> list[str]:
    """What happened beside changes of fields."""
    found = ["created"] if event.new else []
    found += ["removed"] if event.gone else []
    found += [f"moved from {event.moved}"] if event.moved else []
    found += ["merge"] if event.commit.parents > 1 else []
    found += ["formatting only, says .git-blame-ignore-revs"] if event.commit.formatting else []
    signature = event.commit.signature
    if signature is not None:
        found.append(f"signature: {signature.state}{f', {signature.signer}' if signature.signer else ''}")
    return found


def trailers(event: Event) -> list[str]:
    """Lines at the end of the message."""
    return [f"{key.capitalize()}: {value}" for key, value in event.commit.trailers]


def both(difference: Difference) -> tuple[str, str]:
    """Before and after, short."""
    before, after = difference.short
    return before if before is not None else NONE, after if after is not None else NONE


def heading(life: Life) -> str:
    """The record's name."""
    return " ".join(filter(None, (life.id, life.title)))


def summary(life: Life) -> str:
    """How much there is to tell."""
    people = {writer for event in life.events for writer in (event.commit.author, *event.commit.writers())}
    count = len(life.events)
    first, last = life.events[0].commit.committed, life.events[-1].commit.committed
    return (
        f"{life.type}, {life.path}: {count:,} commit{'' if count == 1 else 's'} by {len(people):,} "
        f"{'person' if len(people) == 1 else 'people'}, {first:%Y-%m-%d} to {last:%Y-%m-%d}"
    )
