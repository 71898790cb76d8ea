"""Long reports are written piece by piece: memory does not grow with them (benchmarks/reports.py measures it)."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace

import pytest

from qmscheck.judging.ledger import Ledger
from qmscheck.model import Record

STREAMED = ["csv", "gitlab", "json", "jsonl", "junit", "junit:strict", "sarif", "tap"]
RULES = 20


@pytest.fixture(scope="module")
def long(report):
    """A report with so many results a rule, one of four of them a failure, all made beforehand."""
    passed, failed = report.results[0], report.results[1]
    rules = tuple(replace(failed.rule, id=f"CHG{number:03}") for number in range(RULES))

    def build(size: int):
        records = [
            Record(type="change", id=f"C-{n}", fields={}, path=f"changes/{n:05}.yaml", collection="changes")
            for n in range(size)
        ]
        results = tuple(
            replace(passed if number % 4 else failed, rule=rule, subject=record.subject, record=record)
            for rule in rules
            for number, record in enumerate(records)
        )
        return replace(report, rules=rules, results=Ledger(others=results))

    return build


def written(text_of, name, report):
    """Characters, and the highest memory in bytes while they were made."""
    tracemalloc.start()
    try:
        length = sum(map(len, text_of(name, report)))
        return length, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", STREAMED)
def test_memory_does_not_grow_with_the_report(name, long, chunks):
    written(chunks, name, long(10))  # what is imported and cached on first use
    short_length, short_peak = written(chunks, name, long(50))
    length, peak = written(chunks, name, long(400))
    assert length > 5 * short_length
    assert peak - short_peak < (length - short_length) / 8
