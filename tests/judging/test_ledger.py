"""The ledger gives back every result, in order, whatever way it is kept."""

from __future__ import annotations

from collections import Counter

import pytest

from qmscheck.judging.ledger import PASS, Ledger, Sheet
from qmscheck.model import Basis, Detects, Grade, Outcome, Problem, Record, Result, Rule


def rule(name: str) -> Rule:
    return Rule(
        id=name, name=name, title=name, record="any", grade=Grade.MAJOR, basis=Basis.PRACTICE,
        detects=Detects.MISSING, controls=(), why="", fix="",
    )  # fmt: skip


def record(path: str, kind: str = "change", index: int = 0) -> Record:
    return Record(type=kind, id=f"{path}-{index}", fields={}, path=path, collection="c", index=index)


A, B, C = rule("AAA001"), rule("AAA002"), rule("BBB001")


@pytest.fixture
def ledger() -> Ledger:
    """Changes under A and B, documents under B; paths of both types take turns."""
    changes = Sheet([B, A], [record("d"), record("a"), record("c")])
    failed = Result(
        rule=A, subject="c", outcome=Outcome.FAIL, record=changes.records[1], problems=(Problem(message="no"),)
    )
    skipped = changes.skipped("not its business")
    assert skipped is not None
    changes.append(bytearray([PASS, PASS]))
    changes.append(bytearray([skipped, changes.keep(1, 1, failed)]))
    changes.append(bytearray([PASS, skipped]))
    changes.put(2, 0, skipped)
    documents = Sheet([B], [record("b", "document"), record("e", "document")])
    documents.append(bytearray([PASS]))
    documents.append(bytearray([PASS]))
    whole = Result(rule=C, subject="any", outcome=Outcome.UNKNOWN, reason="who knows")
    return Ledger([changes, documents], [whole])


def told(results: object) -> list[tuple[str, str, str, str]]:
    return [(one.rule.id, one.subject, one.outcome.value, one.reason) for one in results]  # type: ignore[attr-defined]


EXPECTED = [
    ("AAA001", "a", "pass", ""),
    ("AAA001", "c", "fail", ""),
    ("AAA001", "d", "not_applicable", "not its business"),
    ("AAA002", "a", "pass", ""),
    ("AAA002", "b", "pass", ""),
    ("AAA002", "c", "not_applicable", "not its business"),
    ("AAA002", "d", "not_applicable", "not its business"),
    ("AAA002", "e", "pass", ""),
    ("BBB001", "any", "unknown", "who knows"),
]


def test_results_are_sorted_by_rule_and_place(ledger: Ledger) -> None:
    assert told(ledger) == EXPECTED
    assert len(ledger) == len(EXPECTED)
    assert told([ledger[1]]) == EXPECTED[1:2]
    assert told(ledger[-2:]) == EXPECTED[-2:]


def test_outcomes_are_counted_without_looking_at_results(ledger: Ledger) -> None:
    assert {one.id: dict(counts) for one, counts in ledger.counts_by_rule().items()} == {
        name: dict(Counter(Outcome(outcome) for rule_id, _, outcome, _ in EXPECTED if rule_id == name))
        for name in ("AAA001", "AAA002", "BBB001")
    }


@pytest.mark.parametrize("outcomes", [(Outcome.FAIL,), (Outcome.PASS, Outcome.UNKNOWN), (Outcome.NOT_APPLICABLE,), ()])
def test_some_outcomes_are_picked_in_order(ledger: Ledger, outcomes: tuple[Outcome, ...]) -> None:
    assert told(ledger.of(outcomes)) == [one for one in EXPECTED if one[2] in outcomes]


def test_others_stand_among_the_records_of_their_rule(ledger: Ledger) -> None:
    unreadable = Result(rule=B, subject="bb", outcome=Outcome.ERROR, reason="broken")
    longer = ledger.with_others([unreadable])
    assert told(longer) == [*EXPECTED[:5], ("AAA002", "bb", "error", "broken"), *EXPECTED[5:]]
    assert told(longer.of([Outcome.ERROR, Outcome.UNKNOWN])) == [("AAA002", "bb", "error", "broken"), EXPECTED[-1]]


def test_a_byte_tells_only_so_many_reasons() -> None:
    sheet = Sheet([A], [])
    codes = [sheet.skipped(str(number)) for number in range(300)]
    known = [code for code in codes if code is not None]
    assert len(set(known)) == len(known) == 253
    assert sheet.skipped("7") == codes[7]
