"""Work grows with the number of records, not with its square: counted, not timed, so that no machine is too slow."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from qmscheck.app import Wishes, run
from qmscheck.config import load
from qmscheck.expression import Program
from qmscheck.judging.completion import Completion
from qmscheck.registry import RecordSet

GENERATE = Path(__file__).parents[2] / "benchmarks" / "generate.py"
FEW = 100
TIMES = 4


def counted(monkeypatch, owner, name, of=lambda _found: 1):
    """How often a method is called, or how much it hands out."""
    calls = []
    real = getattr(owner, name)

    def counting(*arguments, **named):
        found = real(*arguments, **named)
        calls.append(of(found))
        return found

    monkeypatch.setattr(owner, name, counting)
    return calls


@pytest.fixture
def work(tmp_path, monkeypatch):
    counts = {
        "linked records": counted(monkeypatch, RecordSet, "related", lambda found: len(found or ())),
        "records completed": counted(monkeypatch, Completion, "of"),
        "expressions left to CEL": counted(monkeypatch, Program, "holds"),
    }

    def work(count: int) -> dict[str, int]:
        folder = tmp_path / str(count)
        subprocess.run([sys.executable, str(GENERATE), "--count", str(count), "--out", str(folder)], check=True)
        for calls in counts.values():
            calls.clear()
        run(load(folder), Wishes(as_of="2026-09-01"))
        return {name: sum(calls) for name, calls in counts.items()}

    return work


def test_four_times_the_records_are_four_times_the_work(work):
    few, many = work(FEW), work(FEW * TIMES)
    assert few["records completed"] >= FEW
    grown = {name: many[name] / max(1, few[name]) for name in few}
    assert {name: round(by, 1) for name, by in grown.items() if by > TIMES * 1.25} == {}
