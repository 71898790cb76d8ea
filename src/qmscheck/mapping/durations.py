"""Durations as people write them (``6 months``, ``1d 5h 47m``) to ISO 8601 periods or minutes. Nothing is guessed."""

from __future__ import annotations

import re
from functools import lru_cache

from qmscheck.patterns import pattern

_UNITS = {
    "Y": ("year", "years", "yr", "yrs", "y"),
    "M": ("month", "months", "mth", "mths", "mon"),
    "W": ("week", "weeks", "wk", "wks", "w"),
    "D": ("day", "days", "d"),
    "h": ("hour", "hours", "hr", "hrs", "h"),
    "m": ("minute", "minutes", "min", "mins", "m"),
    "s": ("second", "seconds", "sec", "secs", "s"),
}
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words}
_ORDER = "YMWDhms"
_LONGEST = 200
_PART = pattern(r"(\d{1,9})(\.\d{1,6})?\s*([A-Za-z]+)\.?(?:\s*(?:,|and|&)\s*|\s*|$)", re.ASCII)
_ISO = pattern(
    r"P(?=.)(?:(\d{1,9})Y)?(?:(\d{1,9})M)?(?:(\d{1,9})W)?(?:(\d{1,9})D)?"
    r"(?:T(?=\d)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?",
    re.ASCII,
)
_MINUTES = {"W": 7 * 24 * 60.0, "D": 24 * 60.0, "h": 60.0, "m": 1.0, "s": 1 / 60}


def as_period(value: object) -> object:
    """ISO 8601 period text (``P6M``, ``PT4H12M``); what is no duration stays as it is.

    ``6m`` alone stays too: minutes or months? Behind hours it is minutes.
    """
    if not isinstance(value, str) or len(value) > _LONGEST:
        return value
    return _period(value.strip()) or value


@lru_cache(maxsize=1024)
def _period(text: str) -> str | None:
    if _ISO.fullmatch(text):
        return text
    parts = _parts(text)
    if parts is None or any(amount % 1 for amount in parts.values()):
        return None
    if "m" in parts and len(parts) == 1 and text.rstrip(". ").lower().endswith("m"):
        return None
    whole = {unit: int(amount) for unit, amount in parts.items()}
    if "W" in whole and len(whole) > 1:
        whole["D"] = whole.get("D", 0) + 7 * whole.pop("W")
    day = "".join(f"{whole[unit]}{unit}" for unit in "YMWD" if unit in whole)
    time = "".join(f"{whole[unit]}{unit.upper()}" for unit in "hms" if unit in whole)
    return f"P{day}" + (f"T{time}" if time else "")


def as_minutes(value: object) -> object:
    """Whole minutes; what is no duration, holds months or years, or is not a whole number of minutes stays as it is."""
    if not isinstance(value, str) or len(value) > _LONGEST:
        return value
    text = value.strip()
    iso = _ISO.fullmatch(text)
    if iso is not None:
        amounts = {unit: float(part) for unit, part in zip(_ORDER, iso.groups(), strict=True) if part}
    else:
        amounts = _parts(text) or {}
    if not amounts or not set(amounts) <= set(_MINUTES):
        return value
    minutes = sum(amount * _MINUTES[unit] for unit, amount in amounts.items())
    return round(minutes) if abs(minutes - round(minutes)) < 1e-6 else value  # noqa: PLR2004 - float noise


def _parts(text: str) -> dict[str, float] | None:
    """Amount of each unit, from the longest down; None when the whole text is not a duration."""
    found: dict[str, float] = {}
    position, last = 0, -1
    while position < len(text):
        part = _PART.match(text, position)
        unit = _UNIT_OF.get(part.group(3).lower()) if part else None
        if part is None or unit is None or _ORDER.index(unit) <= last:
            return None
        found[unit] = float(part.group(1) + (part.group(2) or ""))
        position, last = part.end(), _ORDER.index(unit)
    return found or None
