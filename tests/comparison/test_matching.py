"""Findings of two runs are the same by rule, record and kind of problem, whatever moved or is worded otherwise."""

from __future__ import annotations

import pytest

from qmscheck.comparison import compare
from qmscheck.model import (
    Basis,
    Detects,
    Grade,
    Location,
    Outcome,
    Policy,
    Problem,
    Provenance,
    Read,
    Record,
    Report,
    Result,
    Rule,
)
from qmscheck.reporters.verdict import Verdict


def rule(name: str = "CHG001", grade: Grade = Grade.MAJOR) -> Rule:
    return Rule(
        id=name,
        name=name.lower(),
        title=f"Title of {name}",
        record="change",
        grade=grade,
        basis=Basis.REQUIREMENT,
        detects=Detects.MISSING,
        controls=(),
        why="Why.",
        fix="Fix.",
    )


RULE = rule()


def record(name: str = "CHG-1", path: str = "changes/1.yaml") -> Record:
    return Record(type="change", id=name, fields={}, path=path, collection="changes")


def fail(*keys: str, on: Record | None = None, by: Rule = RULE, line: int = 1, said: str = "is wrong") -> Result:
    on = on or record()
    problems = (Problem(message=f"{key} {said}", key=key, location=Location(on.path, line)) for key in keys)
    return Result(rule=by, subject=on.subject, outcome=Outcome.FAIL, record=on, problems=tuple(problems))


def report(*results: Result, policy: Policy | None = None, records: int = 1) -> Report:
    return Report(
        results=results,
        rules=(RULE,),
        provenance=Provenance(version="1", as_of="2026-09-01"),
        policy=policy or Policy(),
        read=(Read(collection="changes", type="change", files=1, records=records, unreadable=0),),
    )


def compared(before: Report | None, after: Report, then: Report | None = None):
    return compare(then or before, before, after, asked="main", base="a" * 40, base_on="2026-03-01")


def told(part: Report) -> set[tuple[str, tuple[str, ...]]]:
    return {(result.rule.id, tuple(problem.key for problem in result.problems)) for result in part.results}


def test_new_fixed_and_kept():
    found = compared(report(fail("a", "b")), report(fail("b", "c")))
    assert told(found.new) == {("CHG001", ("c",))}
    assert told(found.fixed) == {("CHG001", ("a",))}
    assert found.kept == 1
    assert found.verdict is Verdict.NOT_SATISFIED
    assert found.sentence == "Worse: 1 new finding, 1 of which fail the run; fixed: 1."


@pytest.mark.parametrize(
    "same",
    [
        fail("actions/0/due_on", line=40, said="ought to be otherwise"),
        fail("actions/0/due_on", on=record(path="archive/1.yaml")),
        fail("actions/0/due_on", on=record(name="CHG-0001")),
        fail("actions/2/due_on"),
    ],
    ids=["other lines and words", "moved file", "corrected id", "another place in the list"],
)
def test_the_same_finding(same: Result):
    found = compared(report(fail("actions/0/due_on")), report(same))
    assert (found.kept, told(found.new), told(found.fixed)) == (1, set(), set())
    assert found.sentence == "Not worse: no new finding."


def test_more_of_a_kind_in_a_list_is_new():
    found = compared(report(fail("actions/0/due_on")), report(fail("actions/0/due_on", "actions/1/due_on")))
    assert told(found.new) == {("CHG001", ("actions/1/due_on",))}


def test_what_only_time_brought():
    then, before = report(), report(fail("due"))
    found = compared(before, report(fail("due", "own")), then)
    assert told(found.aged) == {("CHG001", ("due",))}
    assert told(found.new) == {("CHG001", ("own",))}


def test_what_time_brought_and_the_change_mended_is_fixed():
    found = compared(report(fail("due")), report(), report())
    assert (told(found.aged), told(found.fixed)) == (set(), {("CHG001", ("due",))})


def test_what_time_took_away():
    found = compared(report(), report(), report(fail("early")))
    assert told(found.eased) == {("CHG001", ("early",))}


def test_an_outcome_that_changed_is_both():
    unknown = Result(rule=RULE, subject="changes/1.yaml", outcome=Outcome.UNKNOWN, record=record(), reason="no date")
    found = compared(report(fail("a")), report(unknown))
    assert (len(found.new.results), len(found.fixed.results)) == (1, 1)
    assert found.verdict is Verdict.NOT_SATISFIED
    assert compared(report(unknown), report(unknown)).verdict is Verdict.SATISFIED


def test_light_new_findings_are_noted():
    light = fail("a", by=rule("CHG002", Grade.OBSERVATION))
    found = compared(report(), report(light))
    assert found.verdict is Verdict.SATISFIED
    assert found.sentence == "Not worse: no new finding that fails the run; noted: 1."


def test_without_a_base_everything_is_new():
    found = compared(None, report(fail("a")))
    assert told(found.new) == {("CHG001", ("a",))}
    assert told(found.fixed) == set()


def test_nothing_was_checked():
    assert compared(report(), report(records=0)).verdict is Verdict.NOTHING_CHECKED
