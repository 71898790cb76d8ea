from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qmscheck.errors import ConfigError
from qmscheck.mapping.dates import day_converter, format_reader, readers, when_converter
from qmscheck.mapping.place import Place

PLACE = Place(None, ("dates",))
MONTHS = [dt.date(2000, month, 1).strftime("%B") for month in range(1, 13)]


@pytest.mark.parametrize(
    ("form", "text", "iso"),
    [
        ("DD/MM/YYYY", "03/04/2026", "2026-04-03"),
        ("MM/DD/YYYY", "03/04/2026", "2026-03-04"),
        ("D/M/YYYY", "3/4/2026", "2026-04-03"),
        ("D/M/YYYY", "13/12/2026", "2026-12-13"),
        ("YYYY-M-D", "2024-2-1", "2024-02-01"),
        ("DD.MM.YYYY", "01.02.2026", "2026-02-01"),
        ("YYYYMMDD", "20260213", "2026-02-13"),
        ("D Month YYYY", "13 August 2026", "2026-08-13"),
        ("D Month YYYY", "13 AUG 2026", "2026-08-13"),
        ("D Month YYYY", "1st september 2026", "2026-09-01"),
        ("D Mon YYYY", "2 Sept. 2026", "2026-09-02"),
        ("Month D, YYYY", "August 13, 2026", "2026-08-13"),
        ("Mon D YYYY", "Jun 1 2018", "2018-06-01"),
        ("YYYY-MM-DD HH:MM", "2026-08-13 09:30", "2026-08-13T09:30:00"),
        ("YYYY-MM-DD HH[:.]MM", "2026-08-13 09:30", "2026-08-13T09:30:00"),
        ("YYYY-MM-DD HH[:.]MM", "2026-08-13 09.30", "2026-08-13T09:30:00"),
        ("YYYY-MM-DD HH[:.]MM", "2026-08-13 0930", "2026-08-13T09:30:00"),
        ("D/M/YYYY H:MM", "3/4/2026 9:05", "2026-04-03T09:05:00"),
        ("YYYY-MM-DD HH:MM:SS Z", "2026-08-13 09:30:15 +0200", "2026-08-13T09:30:15+02:00"),
        ("YYYY-MM-DDTHH:MMZ", "2026-08-13T09:30UTC", "2026-08-13T09:30:00Z"),
    ],
)
def test_formats_in_words(form, text, iso):
    assert format_reader(form, PLACE)(text) == iso


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("DD/MM/YYYY", "3/4/2026"),
        ("DD/MM/YYYY", "10/04/18"),
        ("DD/MM/YYYY", "31/02/2026"),
        ("DD/MM/YYYY", "12/13/2026"),
        ("DD/MM/YYYY", "01/02/2026 or so"),
        ("D Month YYYY", "13 Agust 2026"),
        ("YYYY-MM-DD HH:MM", "2026-08-13 25:00"),
        ("YYYY-MM-DD HH[:.]MM", "20263-08-13 09:30"),
        ("D/M/YYYY", "٣/٤/٢٠٢٦"),
    ],
)
def test_what_is_not_in_the_format_or_impossible_is_not_read(form, text):
    assert format_reader(form, PLACE)(text) is None


@pytest.mark.parametrize("form", ["DD/MM", "whenever", "DD/MM/YYYY MM", "YYYY-YY-DD", ""])
def test_wrong_formats_are_configuration_errors(form):
    with pytest.raises(ConfigError, match="date format"):
        format_reader(form, PLACE)


def test_values_that_are_no_dates_stay():
    convert = when_converter(readers(["DD/MM/YYYY"], PLACE))
    assert [convert(value) for value in ("soon", "31/02/2026", 2026, None, True, "")] == [
        "soon",
        "31/02/2026",
        2026,
        None,
        True,
        "",
    ]


def test_iso_comes_before_every_format():
    convert = when_converter(readers(["YYYY-DD-MM"], PLACE))
    assert convert("2026-02-01") == "2026-02-01"


def test_the_day_is_the_day_as_written():
    convert = day_converter(())
    assert convert("2014-12-12T20:29:26-05:00") == "2014-12-12"
    assert convert("12 Dec 2014") == "12 Dec 2014"


@given(st.dates(min_value=dt.date(1000, 1, 1)), st.booleans())
def test_dates_come_back(day, short):
    month = MONTHS[day.month - 1][: 3 if short else None]
    for form, text in {
        "DD/MM/YYYY": f"{day.day:02}/{day.month:02}/{day.year}",
        "MM-DD-YYYY": f"{day.month:02}-{day.day:02}-{day.year}",
        "YYYY-M-D": f"{day.year}-{day.month}-{day.day}",
        "D Month YYYY": f"{day.day} {month.lower()} {day.year}",
        "Month D, YYYY": f"{month.upper()} {day.day}, {day.year}",
    }.items():
        assert format_reader(form, PLACE)(text) == day.isoformat()


@given(st.datetimes(min_value=dt.datetime(1000, 1, 1)))  # noqa: DTZ001 - times without a zone stay so
def test_times_come_back(moment):
    text = f"{moment.day}.{moment.month}.{moment.year} {moment.hour:02}:{moment.minute:02}:{moment.second:02}"
    assert format_reader("D.M.YYYY HH:MM:SS", PLACE)(text) == moment.replace(microsecond=0).isoformat()


@given(st.text(max_size=40))
def test_no_text_raises(text):
    convert = day_converter(readers(["DD/MM/YYYY", "D Month YYYY", "YYYY-MM-DD HH[:.]MM"], PLACE))
    assert isinstance(convert(text), str)
