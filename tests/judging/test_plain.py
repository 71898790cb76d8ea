"""What Python answers in CEL's place is what CEL answers, value by value; and it knows when it must not answer."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pytest

from qmscheck.calendars import Untold
from qmscheck.expression import Language
from qmscheck.facts import Facts
from qmscheck.judging.plain import NotPlain, Plain

LANGUAGE = Language(
    Facts(as_of=dt.datetime(2026, 9, 1, tzinfo=dt.UTC), settings={"days": 3, "words": ["a", "b"], "period": "P1M"})
)
PLAIN = Plain(LANGUAGE.standard, LANGUAGE.fixed)
VALUES = (
    None, True, False, 0, 1, -1, 2.0, 0.5, "", "a", "TBD", "1", "2026-01-31", "2026-13-01", "2026-01-31T10:00:00Z",
    "two\nlines", "é", [], [1], [True], ["a", None], [{"a": "x"}], {}, {"a": "x"},
)  # fmt: skip
CONDITIONS = (
    "record.x == record.y", "record.x != record.y", "record.x < record.y", "record.x >= record.y", "record.x == null",
    "record.x == true", "record.x == 'a'", "record.x == 1", "record.x == 2.0", "record.x in ['a', 'TBD']",
    "record.x in settings.words", "record.x in record.y", "'a' in record.x", "!record.x", "record.x && record.y",
    "record.x || record.y", "record.x == 'a' || record.y == 'a'", "record.x != null && record.x == record.y",
    "record.x ? record.y : true", "record.x + record.y == record.y", "record.x - 1 == 0", "record.x * 2 > 1",
    "record.x / 2.0 < 1.0", "math.abs(record.x) == 1", "int(record.x) == 1", "double(record.x) == 2.0",
    "record.x[0] == 1", "record.x['a'] == 'x'", "record.x[record.y] == record.x", "record.x.a == 'x'",
    "size(record.x) > 0", "record.x.size() == 1", "type(record.x) == list", "type(record.x) == type(record.y)",
    "record.x.exists(i, i == 'a')", "record.x.all(i, i.a == 'x')", "record.x.filter(i, i != null).size() == 1",
    "record.x.map(i, i).exists_one(i, i == 1)", "record.x.exists(i, record.y.exists(j, i == j))",
    "record.x.contains('a')", "record.x.startsWith('2026')", "record.x.endsWith(record.y)", "record.x.trim() == 'a'",
    "record.x.lowerAscii() == 'tbd'", "record.x.matches('^[0-9]+-')", "filled(record.x)", "is_date(record.x)",
    "on_or_before(record.x, record.y)", "day(record.x) <= as_of", "plus(day(record.x), settings.period) > as_of",
    "same_person(record.x, record.y)", "text(record.x) == 'a'", "days_between(record.x, record.y) <= settings.days",
)  # fmt: skip


@pytest.mark.parametrize("condition", CONDITIONS)
def test_every_answer_is_that_of_cel(condition: str) -> None:
    ask, program = PLAIN.condition(condition, "record"), LANGUAGE.compile(condition)
    answered = 0
    for x, y in product(VALUES, VALUES):
        record = {"x": x, "y": y}
        try:
            answer = ask(record)
        except Exception:  # noqa: BLE001 - what Python does not answer, CEL is asked
            continue
        answered += 1
        try:
            wanted: object = program.holds(LANGUAGE.activation({"record": record}))
        except Untold as reason:
            wanted = f"cannot be told: {reason}"
        assert answer is wanted, record
    assert answered


@pytest.mark.parametrize(
    "condition",
    [
        "record.x % 2 == 0", "record.x == -1", "has(record.x)", "record.x.matches('(a+)+')",
        "record.x.matches(record.y)",
        "record.x == b'a'", "record.x == r'a'", "record.x == 1u", "record.x == '''a'''", "record.x // all of it",
        "record.x == '\\u0041'", "unknown == 1", "record.x.upperAscii() == 'A'", "[1, 2].exists(i, i == record.x", "",
        "record.x.all(a, record.x.all(b, record.x.all(c, true)))", "null == 'a'", "record.x == string", "'a'.b == 1",
    ],
)  # fmt: skip
def test_the_rest_is_left_to_cel(condition: str) -> None:
    with pytest.raises(NotPlain):
        PLAIN.condition(condition, "record")


def test_words_of_a_rule_stay_words() -> None:
    source = "record.x == \"').__class__ or __import__('os') #\" || record.x == '{x} in many(y)'"
    ask = PLAIN.condition(source, "record")
    assert ask({"x": "{x} in many(y)"}) is True
    assert ask({"x": "a"}) is False


@pytest.mark.parametrize(
    ("condition", "most"),
    [("record.x.all(i, i == 1)", 1000), ("record.x.all(i, record.x.all(j, i == j))", 30)],
)
def test_long_lists_are_left_to_cel_which_counts_turns(condition: str, most: int) -> None:
    ask = PLAIN.condition(condition, "record")
    assert ask({"x": [1] * most}) is True
    assert LANGUAGE.compile(condition).holds(LANGUAGE.activation({"record": {"x": [1] * most}}))
    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever it is, CEL is asked
        ask({"x": [1] * (most + 1)})
