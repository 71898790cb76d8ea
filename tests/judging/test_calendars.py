from __future__ import annotations

import contextlib
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qmscheck import calendars
from qmscheck.calendars import Untold

days = st.dates(min_value=dt.date(1990, 1, 1), max_value=dt.date(2100, 1, 1))
WEEK = frozenset(range(5))


@given(days)
def test_a_day_reads_back(day: dt.date) -> None:
    assert calendars.day_of(day.isoformat()) == day


@given(st.datetimes(timezones=st.timezones(no_cache=False) | st.just(dt.UTC), allow_imaginary=False))
@settings(max_examples=50)
def test_the_day_is_the_one_written_whatever_the_zone(moment: dt.datetime) -> None:
    assert calendars.day_of(moment.isoformat()) == moment.date()


@given(st.text(max_size=40))
def test_reading_any_text_tells_or_says_that_it_cannot(text: str) -> None:
    for read in (calendars.day_of, calendars.time_of, calendars.period_of):
        with contextlib.suppress(Untold):
            assert read(text) is not None


@pytest.mark.parametrize(
    ("start", "period", "end"),
    [
        ("2026-01-31", "P1M", "2026-02-28"),
        ("2024-01-31", "P1M", "2024-02-29"),
        ("2024-02-29", "P12M", "2025-02-28"),
        ("2026-02-17", "P6M", "2026-08-17"),
        ("2026-08-31", "P6M", "2027-02-28"),
        ("2026-03-01", "P30D", "2026-03-31"),
        ("2026-03-01", "P2W", "2026-03-15"),
    ],
)
def test_months_are_calendar_months(start: str, period: str, end: str) -> None:
    assert calendars.shift(calendars.time_of(start), period).date().isoformat() == end


@given(days, days, st.frozensets(days, max_size=3))
@settings(max_examples=60)
def test_working_days_agree_with_counting(first: dt.date, second: dt.date, holidays: frozenset[dt.date]) -> None:
    second = first + (second - first) % dt.timedelta(days=60)
    span = [first + dt.timedelta(days=offset) for offset in range(1, (second - first).days + 1)]
    counted = sum(day.weekday() in WEEK and day not in holidays for day in span)
    assert calendars.working_days(first, second, WEEK, holidays) == counted
    assert calendars.working_days(second, first, WEEK, holidays) == -counted


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("2026-03-01", "2026-03-01T00:00:00Z", True),
        ("2026-03-01T23:00:00Z", "2026-03-01", True),
        ("2026-03-01T10:00:00+02:00", "2026-03-01T08:30:00Z", True),
        ("2026-03-01T10:00:00Z", "2026-03-01T10:00:00+02:00", False),
        ("2026-03-02", "2026-03-01T23:59:00Z", False),
    ],
)
def test_dates_compare_at_the_coarser_grain(first: str, second: str, *, expected: bool) -> None:
    assert calendars.on_or_before(first, second) is expected


@pytest.mark.parametrize("text", ["2026-02-30", "2026-13-01", "01/02/2026", "2026-1-2", "", "20260102", "next week"])
def test_what_is_no_iso_date_is_not_guessed(text: str) -> None:
    with pytest.raises(Untold):
        calendars.day_of(text)
    assert not calendars.is_day(text)


def test_a_period_out_of_the_calendar_cannot_be_told() -> None:
    with pytest.raises(Untold, match="out of the calendar"):
        calendars.shift(calendars.time_of("2026-01-01"), "P99999Y")
