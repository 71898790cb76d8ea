"""What is inside of a record, however deep: gone through once for all checks that look everywhere."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import filterfalse
from typing import Any, Final, NamedTuple

from qmscheck.model import Record

_SHORT: Final = 100
_REMEMBERED: Final = 1 << 16


class Contents(NamedTuple):
    """Every text inside of a record's fields, and every mapping, in any order."""

    texts: list[str]
    mappings: list[dict[str, object]]


@lru_cache(maxsize=1)
def contents(record: Record) -> Contents:
    """The contents of a record; only those of one are kept, for the checks on it come one after the other."""
    texts: list[str] = []
    mappings: list[dict[str, object]] = []
    waiting: list[Any] = [record.fields]
    while waiting:
        value = waiting.pop()
        if value.__class__ is dict:
            mappings.append(value)
            value = value.values()
        for child in value:
            kind = child.__class__
            if kind is str:
                texts.append(child)
            elif kind is dict or kind is list:
                waiting.append(child)
    return Contents(texts, mappings)


class Harmless:
    """Short texts in which a check found nothing: names, days, ids and words of a list come again and again."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    def others(self, texts: Iterable[str]) -> list[str]:
        """The texts of which nothing is known yet."""
        return list(filterfalse(self._known.__contains__, texts))

    def add(self, texts: Iterable[str]) -> None:
        """Know that nothing is in these."""
        if len(self._known) < _REMEMBERED:
            self._known.update([text for text in texts if len(text) <= _SHORT])
