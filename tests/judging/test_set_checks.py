"""Checks on whole sets, and what rules on sets see."""

from __future__ import annotations

import datetime as dt

import pytest

from qmscheck.calendars import Untold
from qmscheck.checks import Surroundings, coverage, presence, series
from qmscheck.facts import Facts
from qmscheck.model import Outcome, Record
from qmscheck.registry import RecordSet

CLAUSES = {"std:2020": ("1", "4", "4.1", "4.2", "5", "8", "8.1", "8.1.1", "8.1.2")}


def record(kind: str, nth: int, **fields: object) -> Record:
    return Record(
        type=kind, id=f"R-{nth}", fields=fields, path="register.csv", collection="all", index=nth, single=False
    )


def around(records: list[Record], **options: object) -> Surroundings:
    facts = Facts(
        as_of=dt.datetime(2026, 9, 1, tzinfo=dt.UTC),
        settings={"cycle": "P12M", "window": "P12M"},
        standards=("std:2020",),
        required_types={"std:2020": ("audit", "incident")},
        clauses=CLAUSES,
    )
    return Surroundings(facts=facts, records=RecordSet(records, {}), options=options)


def test_a_series_names_gaps_and_doubles() -> None:
    records = [record("decision", index, number=number) for index, number in enumerate((3, 1, 5, 3))]
    (verdict,) = series.verdicts(records, around(records, field="number"))
    assert [problem.key for problem in verdict.problems] == ["2", "4", "3"]


def test_a_series_with_an_unreadable_number_cannot_be_told() -> None:
    records = [record("decision", 0, number="two")]
    (verdict,) = series.verdicts(records, around(records, field="number"))
    assert verdict.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("audited", "missing"),
    [
        ([["std:2020/4", "std:2020/5", "std:2020/8"]], ""),
        ([["4", "5"], ["8.1"]], ""),
        ([["4.1", "5"], ["8.1.1"]], "4.2, 8.1.2"),
        ([["other:2020/4", "5", "8"]], "4.1, 4.2"),
    ],
)
def test_a_clause_covers_those_below_it(audited: list[list[str]], missing: str) -> None:
    records = [record("audit", index, on="2026-02-01", clauses=clauses) for index, clauses in enumerate(audited)]
    (verdict,) = coverage.verdicts(records, around(records, field="clauses", on="on", within="cycle"))
    assert missing == "".join(problem.message.rpartition(": ")[2] for problem in verdict.problems)


def test_old_audits_cover_nothing_and_unreadable_ones_cannot_be_told() -> None:
    whole = ["4", "5", "8"]
    old = [record("audit", 0, on="2024-02-01", clauses=whole)]
    (verdict,) = coverage.verdicts(old, around(old, field="clauses", on="on", within="cycle"))
    assert verdict.problems
    unreadable = [record("audit", 0, on="in spring", clauses=whole)]
    with pytest.raises(Untold, match="in spring"):
        list(coverage.verdicts(unreadable, around(unreadable, field="clauses", on="on", within="cycle")))


def test_nil_returns_count_in_their_window_only() -> None:
    records = [
        record("nil-return", 0, record_type="audit", period_to="2026-06-30"),
        record("nil-return", 1, record_type="incident", period_to="2024-06-30"),
    ]
    verdicts = {verdict.subject: verdict for verdict in presence.verdicts([], around(records, window="window"))}
    assert not verdicts["audit"].problems
    assert "std:2020 needs such evidence" in verdicts["incident"].problems[0].message
