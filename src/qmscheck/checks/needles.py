"""Needles: short texts that tell without a regular expression that it finds nothing.

An expression needs certain letters in a row wherever it is found. To look for these in many texts at once takes a
fraction of the time of the expression, and most texts hold none of them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final
from warnings import catch_warnings, simplefilter

_NOTHING: Final[frozenset[str]] = frozenset()
_END: Final = ""
_EMPTY: Final = frozenset({""})
_MOST: Final = 16
"""Needles of one place and those before it."""
_REPEATS: Final = frozenset({"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"})


def may_be_found(pattern: str, text: str) -> bool:
    """Whether a regular expression may be found in a text, or in one of several that are joined, in small letters."""
    wanted = needles(pattern)
    if not wanted or not text.isascii():
        return True
    for one in wanted:  # noqa: SIM110 - a generator costs more than the search
        if one in text:
            return True
    return False


@lru_cache(maxsize=64)
def needles(pattern: str) -> frozenset[str]:
    """Texts in small letters, at least one of which is in every ASCII text that the pattern is found in.

    None at all where that cannot be told from the pattern.
    """
    try:
        from re import _parser as syntax  # type: ignore[attr-defined]  # noqa: PLC0415 - see below
    except ImportError:  # it is Python's own affair: where there is none, every text is searched
        return _NOTHING
    try:
        with catch_warnings():
            simplefilter("ignore")  # whoever compiles it is warned
            return _needed(syntax.parse(pattern))
    except re.error:
        return _NOTHING


def _needed(parts: Any) -> frozenset[str]:
    """The needles of a sequence: of all that is needed, what tells most."""
    runs, best = _EMPTY, _NOTHING
    for sign, value in (*((str(sign), value) for sign, value in parts), (_END, None)):
        letters = _letters(sign, value)
        if letters and len(runs) * len(letters) <= _MOST:
            runs = frozenset(f"{run}{letter}" for run in runs for letter in letters)
            continue
        best = max(best, runs - _EMPTY, _of(sign, value), key=_telling)
        runs = _EMPTY
    return best


def _letters(sign: str, value: Any) -> frozenset[str]:
    """The letters that one place may hold, if they are ASCII and told one by one."""
    if sign == "LITERAL" and value < 128:  # noqa: PLR2004 - others may stand for an ASCII letter
        return frozenset({chr(value).lower()})
    if sign == "IN" and all(str(one) == "LITERAL" for one, _ in value):
        return _any_of([[one] for one in value])
    return _NOTHING


def _of(sign: str, value: Any) -> frozenset[str]:
    """The needles of one part."""
    if sign == "SUBPATTERN":
        return _needed(value[3])
    if sign in _REPEATS:
        return _needed(value[2]) if value[0] else _NOTHING
    return _any_of(value[1]) if sign == "BRANCH" else _NOTHING


def _any_of(branches: Any) -> frozenset[str]:
    """The needles of a choice, if each branch has some."""
    found = [_needed(branch) for branch in branches]
    return frozenset().union(*found) if all(found) else _NOTHING


def _telling(found: frozenset[str]) -> int:
    """How much it tells that none of them is there: the shortest is met most often."""
    return min(map(len, found), default=0)
