"""Days, instants and periods: the one place that reads ISO 8601 text and does calendar arithmetic.

Text in, standard-library values out; every function raises ``Untold`` with a sentence when the text does not say.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from functools import lru_cache

UTC = dt.UTC
_DAY_LENGTH = 10


class Untold(ValueError):  # noqa: N818 - an outcome, not an error
    """A value that cannot be told, and why. Becomes the outcome ``unknown``."""


@lru_cache(maxsize=4096)
def day_of(text: str) -> dt.date:
    """The day as written in an ISO 8601 day or date-time, whatever its zone."""
    try:
        if len(text) == _DAY_LENGTH and text[4] == "-":
            return dt.date.fromisoformat(text)
        return _instant(text).date()
    except ValueError:
        raise Untold(f"cannot read {_shown(text)} as a date") from None


@lru_cache(maxsize=4096)
def time_of(text: str) -> dt.datetime:
    """The instant in UTC; a day alone is its midnight, a time without a zone is taken as UTC."""
    try:
        value = _instant(text)
    except ValueError:
        raise Untold(f"cannot read {_shown(text)} as a date and time") from None
    zone = value.tzinfo
    return value if zone is UTC else value.replace(tzinfo=UTC) if zone is None else value.astimezone(UTC)


def has_time(text: str) -> bool:
    """Whether the text names a time of day, not only a day."""
    return len(text) > _DAY_LENGTH


@lru_cache(maxsize=1024)
def period_of(text: str) -> object:
    """An ISO 8601 period (``P12M``, ``P30D``, ``PT4H``) that can be added to a day or an instant."""
    import isodate  # noqa: PLC0415 - only runs with periods pay for it

    try:
        return isodate.parse_duration(text)
    except (ValueError, TypeError, ArithmeticError):
        raise Untold(f"cannot read {_shown(text)} as a period such as P12M") from None


def shift(start: dt.datetime, period: str, *, back: bool = False) -> dt.datetime:
    """``start`` plus (or minus) a period; calendar months end at the month's last day (31 January + P1M)."""
    step = period_of(period)
    try:
        return start - step if back else start + step  # type: ignore[operator]
    except (OverflowError, ValueError):
        raise Untold(f"{_shown(period)} leads out of the calendar") from None


def on_or_before(first: str, second: str) -> bool:
    """Whether ``first`` is not after ``second``, at the coarser grain of the two: instants or days."""
    if len(first) > _DAY_LENGTH and len(second) > _DAY_LENGTH:  # `has_time`, without its calls
        return time_of(first) <= time_of(second)
    return day_of(first) <= day_of(second)


def before(first: str, second: str) -> bool:
    """Whether ``first`` is surely before ``second``, at the coarser grain of the two."""
    if has_time(first) and has_time(second):
        return time_of(first) < time_of(second)
    return day_of(first) < day_of(second)


def working_days(start: dt.date, end: dt.date, week: Collection[int], holidays: Collection[dt.date]) -> int:
    """Working days after ``start`` up to and including ``end``; negative when ``end`` is earlier.

    ``week`` holds the working weekdays, Monday 0.
    """
    if end < start:
        return -working_days(end, start, week, holidays)
    weeks, rest = divmod((end - start).days, 7)
    tail = (start + dt.timedelta(days=offset + 1) for offset in range(rest))
    count = weeks * len(week) + sum(day.weekday() in week for day in tail)
    return count - sum(start < day <= end and day.weekday() in week for day in holidays)


def is_when(value: object) -> bool:
    """Whether a value is an ISO day or date-time (what the format ``when`` asks)."""
    if not isinstance(value, str):
        return True
    try:
        time_of(value)
    except Untold:
        return False
    return True


def is_day(value: object) -> bool:
    """Whether a value is an ISO day and no more (the format ``day``)."""
    return not isinstance(value, str) or (len(value) == _DAY_LENGTH and _holds(day_of, value))


def is_period(value: object) -> bool:
    """Whether a value is an ISO 8601 period (the format ``period``)."""
    return not isinstance(value, str) or _holds(period_of, value)


def _holds(read: object, text: str) -> bool:
    try:
        read(text)  # type: ignore[operator]
    except Untold:
        return False
    return True


def _instant(text: str) -> dt.datetime:
    if len(text) < _DAY_LENGTH or text[4] != "-" or not text[:4].isascii():
        raise ValueError
    return dt.datetime.fromisoformat(text)


def _shown(text: str) -> str:
    short = text if len(text) <= 40 else text[:39] + "…"  # noqa: PLR2004
    return repr(short)
