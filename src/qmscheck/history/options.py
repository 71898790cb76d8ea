"""What the configuration tells the collectors of git: each option of its kind, or an error that says what to write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from qmscheck.calendars import Untold, day_of
from qmscheck.errors import ConfigError

_FLAGS: Final = frozenset({"merges", "mainline", "brought_in"})
_LISTS: Final = frozenset({"paths", "change_trailers", "review_trailers"})
_DAYS: Final = frozenset({"since", "until"})
_TEXTS: Final = frozenset({*_DAYS, "rev", "change_ids", "allowed_signers", "keyring"})


def fitting(options: Mapping[str, object]) -> Mapping[str, object]:
    """The options as they are; raises ConfigError for one that cannot be. Others than those of git are left alone."""
    for name, value in options.items():
        wanted = _wanted(name, value)
        if wanted:
            raise ConfigError(f"the option {name} is {value!r}; it must be {wanted}")
    return options


def _wanted(name: str, value: object) -> str:
    """What an option must be instead; empty where it is fine."""
    if name in _FLAGS:
        return "" if isinstance(value, bool) else "true or false"
    if name in _LISTS:
        fine = isinstance(value, (list, tuple)) and all(isinstance(one, str) and "\0" not in one for one in value)
        return "" if fine else "a list of texts ([one, two])"
    if name not in _TEXTS:
        return ""
    if not isinstance(value, str) or "\0" in value:
        return "text"
    return "" if name not in _DAYS or not value or _is_day(value) else "a day such as 2026-01-01"


def _is_day(value: str) -> bool:
    try:
        day_of(value)
    except Untold:
        return False
    return True
