"""What is told of one record's life: who changed what in it, when, and with whose word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qmscheck.frozen import frozen
from qmscheck.lives import Commit, Fields
from qmscheck.model import FieldPath

_AROUND = 24
_SHORT = 72


@frozen
class Difference:
    """One field before and after, as text; None where it was not there."""

    path: FieldPath
    before: str | None
    after: str | None

    @property
    def name(self) -> str:
        """The path with dots."""
        return ".".join(map(str, self.path))

    @property
    def short(self) -> tuple[str | None, str | None]:
        """Both values; of long ones the part around where they begin to differ."""
        before, after = self.before, self.after
        if max(len(before or ""), len(after or "")) <= _SHORT:
            return before, after
        start = max(_first_difference(before or "", after or "") - _AROUND, 0)
        return _part(before, start), _part(after, start)


@frozen
class Event:
    """What one commit did to the record. ``moved`` is the name of its file before, if it got another one.

    ``new``: it was not there before; ``gone``: it is not there any more.
    """

    commit: Commit
    differences: tuple[Difference, ...] = ()
    moved: str = ""
    new: bool = False
    gone: bool = False


@frozen
class Life:
    """One record's life, oldest first. ``uncommitted`` is what the work tree has and no commit yet."""

    version: str
    type: str
    id: str
    title: str
    path: str
    revision: str
    events: tuple[Event, ...] = ()
    uncommitted: tuple[Difference, ...] = ()

    @property
    def signatures(self) -> bool:
        """Whether signatures were looked at."""
        return any(event.commit.signature is not None for event in self.events)


def differences(before: Fields | None, after: Fields) -> tuple[Difference, ...]:
    """The fields that differ, in the order of the record."""
    old, new = dict(_flat(before or {}, ())), dict(_flat(after, ()))
    paths = [*new, *(path for path in old if path not in new)]
    return tuple(
        Difference(path=path, before=old.get(path), after=new.get(path))
        for path in paths
        if old.get(path) != new.get(path) and path != ("id",)
    )


def _flat(value: object, path: FieldPath) -> Iterator[tuple[FieldPath, str]]:
    if isinstance(value, Mapping):
        for key, child in value.items():
            yield from _flat(child, (*path, str(key)))
    elif isinstance(value, (list, tuple)):
        for index, child in enumerate(value):
            yield from _flat(child, (*path, index))
    else:
        yield path, _said(value)


def _said(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else "null" if value is None else str(value)


def _first_difference(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((number for number, (left, right) in pairs if left != right), min(len(one), len(other)))


def _part(text: str | None, start: int) -> str | None:
    if text is None:
        return None
    part = text[start : start + _SHORT]
    return f"{'…' if start else ''}{part}{'…' if start + _SHORT < len(text) else ''}"
