from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qmscheck.calendars import is_period
from qmscheck.mapping.durations import as_minutes, as_period

WORDS = {"Y": "years", "M": "months", "W": "weeks", "D": "days", "h": "hours", "m": "minutes", "s": "seconds"}


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("6 months", "P6M"),
        ("6 month", "P6M"),
        ("P6M", "P6M"),
        ("12 months", "P12M"),
        ("1 year", "P1Y"),
        ("2 weeks", "P2W"),
        ("90 days", "P90D"),
        ("1 week, 2 days", "P9D"),
        ("1 year and 6 months", "P1Y6M"),
        ("4h 12m", "PT4H12M"),
        ("1d 5h 47m", "P1DT5H47M"),
        ("35h 36m", "PT35H36M"),
        ("54 minutes", "PT54M"),
        ("4h", "PT4H"),
        ("6 MONTHS", "P6M"),
    ],
)
def test_periods(text, period):
    assert as_period(text) == period


@pytest.mark.parametrize(
    "text",
    ["6m", "6 m", "every 6 months", "six months", "annually", "", "P", "PT", "6", "47m 5h", "1h 1h", "1.5 months"],
)
def test_what_is_no_duration_or_ambiguous_stays(text):
    assert as_period(text) == text


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("4h 12m", 252),
        ("1d 5h 47m", 1787),
        ("35h 36m", 2136),
        ("54 minutes", 54),
        ("1 hour 30 minutes", 90),
        ("1.5 hours", 90),
        ("120s", 2),
        ("PT4H12M", 252),
        ("2 weeks", 20160),
    ],
)
def test_minutes(text, minutes):
    assert as_minutes(text) == minutes


@pytest.mark.parametrize("text", ["6 months", "P1Y", "7h (during support hours 10:00-17:00)", "soon", "", "30s"])
def test_what_is_not_whole_minutes_stays(text):
    assert as_minutes(text) == text


def test_other_values_stay():
    assert (as_period(6), as_minutes(None), as_minutes(["4h"])) == (6, None, ["4h"])


@given(st.dictionaries(st.sampled_from("YMDhms"), st.integers(0, 10_000), min_size=1))
def test_periods_come_back(amounts):
    text = " ".join(f"{amounts[unit]} {WORDS[unit]}" for unit in WORDS if unit in amounts)
    period = as_period(text)
    assert is_period(period)
    assert as_period(period) == period


@given(st.dictionaries(st.sampled_from("WDhm"), st.integers(0, 10_000), min_size=1), st.booleans())
def test_minutes_are_the_sum(amounts, short):
    text = " ".join(
        f"{amounts[unit]}{unit.lower() if short else ' ' + WORDS[unit]}" for unit in WORDS if unit in amounts
    )
    minutes = sum(amount * {"W": 10080, "D": 1440, "h": 60, "m": 1}[unit] for unit, amount in amounts.items())
    assert as_minutes(text) == minutes


@given(st.text(max_size=60))
def test_no_text_raises(text):
    assert isinstance(as_period(text), str)
    assert isinstance(as_minutes(text), str | int)
