"""Who held a role on a day: by the register, in person or for somebody else, up to a risk."""

from __future__ import annotations

import datetime as dt

import pytest

from qmscheck.people import People

DAY = dt.date(2026, 3, 1)
REGISTER = People.of(
    [
        {
            "key": "ada",
            "emails": ["ada@example.org"],
            "roles": [
                {"role": "change_authority", "from": "2025-01-01", "max_risk": "high"},
                {"role": "release_authority", "from": "2025-01-01", "to": "2026-02-28"},
            ],
            "delegates": [
                {"key": "bo", "from": "2026-02-20", "to": "2026-03-05"},
                {"key": "kim@example.org", "from": "2026-02-20", "roles": ["release_authority"]},
            ],
        },
        {"key": "bo"},
        {"key": "kim", "emails": ["kim@example.org"]},
    ]
)


@pytest.mark.parametrize(
    ("name", "role", "day", "limits"),
    [
        ("ada", "change_authority", DAY, ["high"]),
        ("ADA@example.org", "change_authority", DAY, ["high"]),
        ("ada", "release_authority", DAY, []),  # ended the day before
        ("bo", "change_authority", DAY, ["high"]),  # acts for ada
        ("bo", "change_authority", dt.date(2026, 3, 6), []),  # no more
        ("bo", "release_authority", DAY, []),  # nobody holds it whom bo could act for
        ("bo", "release_authority", dt.date(2026, 2, 25), [""]),
        ("kim", "change_authority", DAY, []),  # acts in another role only
        ("kim", "release_authority", dt.date(2026, 2, 25), [""]),
        ("eva", "change_authority", DAY, []),
    ],
)
def test_reach(name, role, day, limits):
    assert REGISTER.reach(name, role, day) == limits
    assert REGISTER.held(name, role, day) == bool(limits)


def test_everybody_once():
    assert [person.key for person in REGISTER.everybody()] == ["ada", "bo", "kim"]
