"""Whether a setting is of the kind that its default is of: a number that is a word would switch off what reads it."""

from __future__ import annotations

import re
from typing import Final

from qmscheck.calendars import Untold, day_of, period_of

_MOST: Final = 1_000_000
_DAYS: Final = frozenset({"mon", "tue", "wed", "thu", "fri", "sat", "sun"})
_OF_PATTERNS: Final = ("^", "(?")
"""How the defaults begin that are regular expressions."""


def unfit(name: str, value: object, default: object) -> str:
    """What a setting must be instead; empty where it is fine. ``default`` is the value that it replaces."""
    if isinstance(default, bool):
        return "" if isinstance(value, bool) else "true or false"
    if isinstance(default, (int, float)):
        fine = isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= _MOST
        return "" if fine else f"a number from 0 to {_MOST:,}, such as {default}"
    if isinstance(default, list):
        return _unfit_list(name, value)
    if isinstance(default, dict):
        return "" if isinstance(value, dict) else "an object (key: value)"
    return _unfit_text(value, default) if isinstance(default, str) else ""


def _unfit_list(name: str, value: object) -> str:
    if not isinstance(value, list):
        return "a list ([one, two])"
    if name == "working_days" and not all(isinstance(day, str) and day[:3].casefold() in _DAYS for day in value):
        return "a list of days such as [mon, tue]"
    if name == "holidays" and not all(isinstance(day, str) and _is(day_of, day) for day in value):
        return "a list of days such as [2026-12-25]"
    return ""


def _unfit_text(value: object, default: str) -> str:
    if not isinstance(value, str):
        return "text"
    if value and default[:1] == "P" and _is(period_of, default) and not _is(period_of, value):
        return f"a period such as {default}"
    if default.startswith(_OF_PATTERNS):
        try:
            re.compile(value)
        except re.error as error:
            return f"a regular expression ({error})"
    return ""


def _is(read: object, text: str) -> bool:
    try:
        read(text)  # type: ignore[operator]
    except Untold:
        return False
    return True
