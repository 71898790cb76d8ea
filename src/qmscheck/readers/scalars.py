"""What a plain (unquoted) YAML value means: JSON types only; dates and times stay text."""

from __future__ import annotations

import re
from datetime import datetime
from math import isfinite
from typing import TYPE_CHECKING, Final

from qmscheck.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_DIGITS: Final = 300
"""Longer numbers stay text: nobody counts that far, and Python refuses to print them."""

NULLS: Final = dict.fromkeys(("", "~", "null", "Null", "NULL"))
_TRUE_FALSE: Final = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_YES_NO: Final = {
    **dict.fromkeys(("yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("no", "No", "NO", "off", "Off", "OFF"), False),
}
_WORDS: Final[Mapping[str, bool | None]] = {**NULLS, **_TRUE_FALSE}
_WORDS_1_1: Final[Mapping[str, bool | None]] = {**_WORDS, **_YES_NO}

_NUMBERS_BEGIN: Final = frozenset("-+.0123456789")
_NUMBER: Final = re.compile(
    r"[-+]?[0-9]++(?P<float>\.[0-9]*+(?:[eE][-+]?[0-9]++)?|[eE][-+]?[0-9]++)?"
    r"|(?P<point>[-+]?\.[0-9]++(?:[eE][-+]?[0-9]++)?)"
    r"|(?P<based>0(?:o[0-7]++|x[0-9a-fA-F]++))"
).fullmatch
_INTEGER_1_1: Final = pattern(
    r"[-+]?(?:(?P<two>0b[01_]+)|(?P<eight>0[0-7_]+)|(?P<sixteen>0x[0-9a-fA-F_]+)|(?:0|[1-9][0-9_]*))"
)
_FLOAT_1_1: Final = pattern(r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+][0-9]+)?")
_DATE_1_1: Final = pattern(
    r"(\d{4})-(\d\d?)-(\d\d?)(?:(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?)?",
    re.ASCII,
)
_FULL_DATE: Final = len("2024-01-02")

Scalar = str | int | float | bool | None

NOT_TEXT_FIRST: Final = frozenset("-+.0123456789~nNtTfF")
"""A plain value that begins with another character, and is not empty, is text in YAML 1.2."""
NOT_TEXT_FIRST_1_1: Final = NOT_TEXT_FIRST | frozenset("yYoO")


def resolve(text: str) -> Scalar:
    """The value of plain text in the YAML 1.2 core schema."""
    if text[:1] not in _NUMBERS_BEGIN:
        return _WORDS.get(text, text)
    number = _NUMBER(text)
    if number is None or len(text) > MAX_DIGITS:
        return text
    kind = number.lastgroup
    if kind is None:
        return int(text)
    return int(text, 0) if kind == "based" else _finite(text, text)


def resolve_1_1(text: str) -> Scalar:
    """The value of plain text in YAML 1.1, except that dates and times stay text."""
    if text[:1] not in _NUMBERS_BEGIN:
        return _WORDS_1_1.get(text, text)
    if len(text) > MAX_DIGITS:
        return text
    integer = _INTEGER_1_1.fullmatch(text)
    if integer:
        return _integer_1_1(text, integer)
    if _FLOAT_1_1.fullmatch(text):
        digits = text.replace("_", "")
        return _finite(digits, text) if any(map(str.isdigit, digits)) else text
    return text


def impossible_date(text: str) -> str | None:
    """Why plain text that YAML 1.1 takes for a date or time is none; None when it is one, or other text."""
    found = _DATE_1_1.fullmatch(text)
    if not found or (found[4] is None and len(text) != _FULL_DATE):
        return None
    try:
        datetime(*(int(part) for part in found.groups() if part is not None))  # type: ignore[arg-type]  # noqa: DTZ001
    except ValueError as error:
        return f"{text} is not a possible date ({error}); correct it, or put it in quotes"
    return None


def _finite(digits: str, text: str) -> float | str:
    value = float(digits)
    return value if isfinite(value) else text


def _integer_1_1(text: str, found: re.Match[str]) -> int | str:
    base = {"two": 2, "eight": 8, "sixteen": 16}.get(found.lastgroup or "", 10)
    digits = text.replace("_", "")
    try:
        return int(digits, base)
    except ValueError:  # underscores alone
        return text
