"""Which records can matter to a rule on a whole set is told from its text, and only where that is sure."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from qmscheck.facts import Facts
from qmscheck.judging.window import is_mere_count, window_of
from qmscheck.model import Rule, Scope
from qmscheck.rulepack import builtin_pack, load_packs

RULES = load_packs([("rules", builtin_pack())]).rules
DATES = "[record.a, record.b].exists(d, d != null && plus(day(d), settings.length) >= day(as_of))"


def rule(**definition: object) -> Rule:
    return replace(RULES["DOC011"], scope=Scope.COLLECTION, definition=definition)


def test_of_the_shipped_rules():
    assert {one.id for one in RULES.values() if is_mere_count(one)} == {"CTX005", "DOC011"}
    assert {one.id for one in RULES.values() if window_of(one)} == {"CHG017"}


@pytest.mark.parametrize(
    "among",
    [
        DATES,
        f"  {DATES}\n",
        f"{DATES} && record.status == 'x'",
        DATES.replace("(d,", "(one,").replace("d !=", "one !=").replace("day(d)", "day(one)"),
    ],
)
def test_a_period_up_to_the_day(among):
    assert window_of(rule(among=among)) is not None


def test_its_first_day_is_no_later_than_any_that_counts():
    window = window_of(rule(among=DATES))
    assert window.fields == (("a",), ("b",))
    facts = Facts(as_of=dt.datetime(2026, 3, 31, 12, tzinfo=dt.UTC), settings={"length": "P1M"})
    assert window.since(facts) <= dt.date(2026, 2, 28)


@pytest.mark.parametrize(
    "among",
    [
        "",
        f"{DATES} || record.status == 'x'",
        f"{DATES} && (record.a == null || record.b == null)",
        f"!{DATES}",
        f"record.status == 'x' && {DATES}",
        DATES.replace(">=", "<"),
        DATES.replace("exists", "all"),
    ],
)
def test_what_is_not_surely_one(among):
    assert window_of(rule(among=among)) is None


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        ({"where": "record.a == null", "expect": "records.count == 0"}, True),
        ({"where": "record.a == null", "expect": "records.count < records.total", "message": "{records.count}"}, True),
        ({"where": "record.a == null", "expect": "size(records.ids) == 0"}, False),
        ({"where": "record.a == null", "expect": "records.count == 0", "message": "{records.ids}"}, False),
        ({"where": "day(record.a) < day(as_of)", "expect": "records.count == 0"}, False),
        ({"where": "record.a == settings.b", "expect": "records.count == 0"}, False),
        ({"where": "record.a == null", "among": "record.b == null", "expect": "records.count == 0"}, False),
        ({"expect": "records.count == 0"}, False),
    ],
)
def test_a_rule_that_only_counts(definition, expected):
    assert is_mere_count(rule(**definition)) is expected
