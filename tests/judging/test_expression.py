from __future__ import annotations

import datetime as dt

import pytest

from qmscheck.calendars import Untold
from qmscheck.expression import Language, as_text
from qmscheck.facts import Facts
from qmscheck.people import People

RECORD = {
    "type": "change",
    "status": "closed",
    "none": None,
    "when": "2026-03-02T09:00:00Z",
    "bad": "next week",
    "items": [{"at": "2026-03-01", "ok": True}, {"at": "next week", "ok": True}],
    "blank": " ",
    "todo": "TBD.",
    "text": "Restarted the broker",
}
PEOPLE = People.of(
    [{"key": "bo", "name": "Bo Berg", "emails": ["bo@example.org"], "employed_to": "2026-06-30",
      "roles": [{"role": "cab", "from": "2026-01-01", "to": "2026-03-31"}]}]
)  # fmt: skip


@pytest.fixture(scope="module")
def language() -> Language:
    facts = Facts(
        as_of=dt.datetime(2026, 9, 1, tzinfo=dt.UTC),
        settings={"grace": "P30D"},
        people=PEOPLE,
        placeholders=frozenset({"tbd"}),
    )
    return Language(facts)


def answer(language: Language, source: str) -> object:
    return language.compile(source).value(language.activation({"record": RECORD}))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("day(record.when) == day('2026-03-02')", True),
        ("on_or_before('2026-03-02', record.when)", True),
        ("text(plus(record.when, settings.grace))", "2026-04-01T09:00:00Z"),
        ("days_between(record.when, as_of)", 183),
        ("minutes_between('2026-03-02T09:00:00Z', '2026-03-02T10:30:00Z')", 90),
        ("working_days('2026-02-27', '2026-03-02')", 1),
        ("filled(record.blank) || filled(record.todo) || filled(record.none)", False),
        ("filled(record.text) && filled(record.items)", True),
        (r"filled('- TBD\n\n*  tbd.\n-')", False),
        (r"filled('<!-- what happened,\n in short -->\n') || filled('<!-- never closed')", False),
        (r"filled('<!-- in short -->\n- TBD\nDisk full')", True),
        ("same_person('Bo Berg <bo@example.org>', '@BO')", True),
        ("same_person(record.none, record.none)", False),
        ("is_person('eve')", False),
        ("held_role('bo', 'cab', '2026-03-31')", True),
        ("held_role('bo', 'cab', '2026-04-01')", False),
        ("active_person('bo', '2026-06-30')", True),
        ("record.items.exists(i, i.ok && day(i.at) == day('2026-03-01'))", True),
        ("false && day(record.bad) == day(as_of)", False),
        ("true || day(record.bad) == day(as_of)", True),
        ("is_date(record.when) && !is_date(record.bad) && !is_date(record.none)", True),
    ],
)
def test_expressions_answer(language: Language, source: str, expected: object) -> None:
    assert answer(language, source) == expected


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("day(record.bad) < as_of", "cannot read 'next week' as a date"),
        ("day(record.none) < as_of", "a date is missing"),
        ("true && day(record.bad) < as_of", "cannot read 'next week' as a date"),
        ("record.items.all(i, day(i.at) < as_of)", "cannot read 'next week' as a date"),
        ("record.nowhere == 1", "nothing is known of 'nowhere'"),
        ("record.text > 3", "another kind than the rule expects"),
        ("minutes_between('2026-03-02', record.when)", "names a day but no time of day"),
        ("plus(record.when, record.text) < as_of", "as a period such as P12M"),
    ],
)
def test_what_cannot_be_told_says_why(language: Language, source: str, reason: str) -> None:
    with pytest.raises(Untold, match=reason):
        answer(language, source)


def test_without_a_people_register_roles_cannot_be_told() -> None:
    language = Language(Facts(as_of=dt.datetime(2026, 9, 1, tzinfo=dt.UTC)))
    with pytest.raises(Untold, match="no people register"):
        language.compile("held_role('bo', 'cab', '2026-03-31')").holds(language.activation({}))


@pytest.mark.parametrize("source", ["record.a ==", "nope(1)", "1 + 'a'", "unknown_variable.x"])
def test_a_wrong_expression_says_where(language: Language, source: str) -> None:
    with pytest.raises(ValueError, match="at character"):
        language.compile(source)


def test_an_answer_that_is_no_truth_value_cannot_be_told(language: Language) -> None:
    with pytest.raises(Untold):
        language.compile("'yes'").holds(language.activation({}))


def test_values_in_sentences() -> None:
    assert as_text(["a", 1, None, True]) == "a, 1, , true"
    assert as_text({"text": "x", "owner": None}) == "text: x"
