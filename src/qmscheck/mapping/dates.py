"""Dates as people spell them: formats in words (``D Month YYYY``) compiled to patterns. Nothing is guessed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from qmscheck.mapping.place import Place
from qmscheck.patterns import pattern

DateReader = Callable[[str], str | None]
"""Text in a known spelling to ISO 8601 text; None when it is not in that spelling or no such day exists."""

_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTH = r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"  # noqa: E501
_TOKEN = pattern(r"YYYY|Month|Mon|MM?|DD?|HH?|SS|Z|T|\[[^\]]+\]|\s+|[^A-Za-z\[\]]")
_PATTERNS = {
    "YYYY": r"(?P<year>\d{4})",
    "Month": _MONTH,
    "Mon": _MONTH,
    "MM": r"(?P<month>\d{2})",
    "M": r"(?P<month>\d{1,2})",
    "DD": r"(?P<day>\d{2})",
    "D": r"(?P<day>\d{1,2})",
    "HH": r"(?P<hour>\d{2})",
    "H": r"(?P<hour>\d{1,2})",
    "minutes": r"(?P<minute>\d{2})",
    "SS": r"(?P<second>\d{2})",
    "Z": r"(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})",
    "T": "[Tt ]",
}
_LONGEST = 100
_ISO_DAY = pattern(r"\d{4}-\d{2}-\d{2}")
_ISO_TIME = pattern(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:[Zz]|[+-]\d{2}:?\d{2})?")


def format_reader(text: str, place: Place) -> DateReader:
    """The reader of one format such as ``DD/MM/YYYY`` or ``YYYY-MM-DD HH[:.]MM``.

    ``D``, ``M``, ``H`` take one or two digits, ``DD``, ``MM``, ``HH`` two; ``MM`` behind an hour are minutes; ``Month``
    and ``Mon`` take full and short English names in any case; ``[:.]`` is one of these signs or none; ``Z`` a zone.
    """
    pattern = re.compile(_pattern(text, place), re.IGNORECASE | re.ASCII)

    def read(value: str) -> str | None:
        match = pattern.fullmatch(value)
        return None if match is None else _iso(match.groupdict())

    return read


def _pattern(text: str, place: Place) -> str:
    parts: list[str] = []
    seen: set[str] = set()
    position = 0
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None:
            raise place.error(f"date format {text!r}: do not know {text[position:]!r}; {_KNOWN}")
        word = token.group()
        if word in ("MM", "M") and seen & {"HH", "H"}:
            word = "minutes"
        kind = word[0] if word[0] in "YDHSZ" else "month" if word in ("MM", "M", "Month", "Mon") else word
        if word in _PATTERNS and kind in seen and word != "T":
            raise place.error(f"date format {text!r} says {token.group()!r} twice")
        seen |= {kind, word}
        parts.append(_piece(word))
        position = token.end()
    if not {"Y", "month", "D"} <= seen:
        raise place.error(f"date format {text!r} must hold year, month and day; {_KNOWN}")
    pattern = "".join(parts)
    return (
        pattern.replace(r"(?P<day>\d{1,2})", r"(?P<day>\d{1,2})(?:st|nd|rd|th)?") if "?P<name>" in pattern else pattern
    )


_KNOWN = "use YYYY, MM, M, DD, D, Month, HH, H, MM, SS, Z"


def _piece(word: str) -> str:
    if word in _PATTERNS:
        return _PATTERNS[word]
    if word.isspace():
        return r"\s+"
    if word.startswith("["):
        return f"[{re.escape(word[1:-1])}]?"
    return re.escape(word)


def _iso(parts: dict[str, str | None]) -> str | None:
    name = parts.get("name")
    month = int(parts.get("month") or 0)
    if name:
        month = next(index for index, full in enumerate(_MONTHS, 1) if full.startswith(name[:3].lower()))
    try:
        day = dt.date(int(parts["year"] or 0), month, int(parts["day"] or 0))
        if not parts.get("hour"):
            return day.isoformat()
        hour, minute, second = (int(parts.get(unit) or 0) for unit in ("hour", "minute", "second"))
        clock = dt.time(hour, minute, second)
    except ValueError:
        return None
    zone = (parts.get("zone") or "").upper().replace("UTC", "Z").replace("GMT", "Z")
    if zone and zone != "Z" and ":" not in zone:
        zone = f"{zone[:3]}:{zone[3:]}"
    return f"{day.isoformat()}T{clock.isoformat()}{zone}"


def readers(formats: Iterable[str], place: Place) -> tuple[DateReader, ...]:
    """A reader for each format, in order."""
    return tuple(_cached(text, place) for text in formats)


def _cached(text: str, place: Place) -> DateReader:
    reader = format_reader(text, place)
    return lru_cache(maxsize=4096)(reader)


def when_converter(formats: tuple[DateReader, ...]) -> Callable[[object], object]:
    """Text in one of the formats to ISO text; everything else, ISO included, unchanged."""
    if not formats:
        return _stripped

    def convert(value: object) -> object:
        if not isinstance(value, str):
            return value
        text = value.strip()
        if len(text) > _LONGEST:
            return value
        if _ISO_DAY.fullmatch(text):
            return text
        for read in formats:
            found = read(text)
            if found is not None:
                return found
        return text if is_iso(text) else value

    return convert


def day_converter(formats: tuple[DateReader, ...]) -> Callable[[object], object]:
    """As `when_converter`, but only the day, as written, of a date with a time."""
    when = when_converter(formats)

    def convert(value: object) -> object:
        found = when(value)
        return found[:10] if isinstance(found, str) and _ISO_TIME.fullmatch(found) else found

    return convert


def is_iso(text: str) -> bool:
    """Whether the text looks like an ISO 8601 day or date-time."""
    return _ISO_DAY.fullmatch(text) is not None or _ISO_TIME.fullmatch(text) is not None


def _stripped(value: object) -> object:
    return value.strip() or value if isinstance(value, str) else value
