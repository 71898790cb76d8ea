"""A check sees no more than it says that it looks at, so that no verdict changes unseen."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from qmscheck.checks import Check, Verdict
from qmscheck.facts import Facts
from qmscheck.judging import Bench, Engine
from qmscheck.model import Problem, Record
from qmscheck.registry import RecordSet
from qmscheck.rulepack import builtin_pack, load_packs

KNOWLEDGE = load_packs([("rules", builtin_pack())], frozenset({"any"}))
RECORD = Record(type="change", id="CHG-1", fields={"id": "CHG-1"}, path="c.yaml", collection="changes", index=0)


def reads_the_day(_record, around):
    yield Problem(message=f"it is {around.facts.as_of:%Y}", time=True)


def reads_the_date(_record, around):
    yield Problem(message=f"it is {around.facts.today}")


def finds_records(record, around):
    yield Problem(message=f"{len(around.records.of(record.type))} records")


def walks_records(_record, around):
    yield Problem(message=f"{len(list(around.records))} records")


def result_of(check, *, proven=False):
    like = KNOWLEDGE.rules["CORE012"]
    rule = replace(like, proven=proven, definition={**like.definition, "check": check.name})
    facts = Facts(as_of=dt.datetime(2026, 9, 1, tzinfo=dt.UTC), settings={"n": 1}, types=KNOWLEDGE.types)
    engine = Engine(Bench(knowledge=KNOWLEDGE, facts=facts, checks={check.name: check}), [rule])
    (result,) = engine.judge(RecordSet([RECORD], KNOWLEDGE.types))
    return result


@pytest.mark.parametrize("check", [reads_the_day, reads_the_date])
def test_the_day_must_be_declared(check):
    result = result_of(Check(name="mine", record=check))
    assert result.outcome == "error"
    assert "the check 'mine' reads the day and does not say clock=True" in result.reason
    assert result_of(Check(name="mine", record=check, clock=True)).message.startswith("it is 2026")


@pytest.mark.parametrize("check", [finds_records, walks_records])
def test_other_records_must_be_declared(check):
    result = result_of(Check(name="mine", record=check))
    assert result.outcome == "error"
    assert "the check 'mine' reads other records and does not say looks_around=True" in result.reason
    assert result.fix.startswith("The rule is at fault here, not the record")
    assert result_of(Check(name="mine", record=check, looks_around=True)).message == "1 records"


def test_all_else_is_there():
    def reads(record, around):
        assert around.facts.filled("x")
        yield Problem(message=f"{around.facts.settings['n']} {around.facts.types[record.type].name}")

    assert result_of(Check(name="mine", record=reads)).message == "1 change"


def test_a_check_says_what_only_the_calendar_brought_about():
    assert result_of(Check(name="mine", record=reads_the_day, clock=True)).time
    assert not result_of(Check(name="mine", record=reads_the_date, clock=True)).time


def finds(name):
    def whole(_records, around):
        yield Verdict(subject="set", problems=(Problem(message=f"{len(around.records.of(name))} of {name}"),))

    return whole


def walks(_records, around):
    yield Verdict(subject="set", problems=(Problem(message=f"{len(list(around.records))} records"),))


def on_the_set(check):
    like = KNOWLEDGE.rules["CORE012"]
    rule = replace(like, proven=False, record="change", definition={**like.definition, "check": check.name})
    facts = Facts(as_of=dt.datetime(2026, 9, 1, tzinfo=dt.UTC), settings={}, types=KNOWLEDGE.types)
    engine = Engine(Bench(knowledge=KNOWLEDGE, facts=facts, checks={check.name: check}), [rule])
    (result,) = engine.judge(RecordSet([RECORD], KNOWLEDGE.types))
    return result.message


@pytest.mark.parametrize(
    ("whole", "sees", "says"),
    [
        (finds("change"), (), "1 of change"),
        (finds("incident"), (), "reads incident records and does not say sees=('incident',)"),
        (finds("incident"), ("incident",), "0 of incident"),
        (walks, ("incident",), "does not say sees=('any',)"),
        (walks, ("any",), "1 records"),
    ],
)
def test_a_check_on_a_set_says_what_it_looks_at_beside(whole, sees, says):
    assert says in on_the_set(Check(name="mine", whole=whole, looks_around=True, sees=sees))
