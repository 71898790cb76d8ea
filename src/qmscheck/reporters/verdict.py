"""What a report says in the end, in words and as an exit code; the same in every format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import IntEnum
from typing import Final

from qmscheck.model import Grade, Outcome, Report, Result


class Verdict(IntEnum):
    """What a run says of the records; the values are the exit codes."""

    SATISFIED = 0
    NOT_SATISFIED = 1
    NOTHING_CHECKED = 3


_KINDS: Final = {"major": 2, "minor": 1, "observation": 0, "error": -1, "unknown": -2, "waived": -3}
"""What a result counts as, and its weight."""


def verdict(report: Report) -> Verdict:
    """Nothing checked goes before satisfied: an empty run proves nothing."""
    if not report.checked_anything:
        return Verdict.NOTHING_CHECKED
    return Verdict.SATISFIED if report.satisfied else Verdict.NOT_SATISFIED


def sentence(report: Report) -> str:
    """The verdict in one sentence. Speaks of the rules that ran, never of conformity to a standard."""
    failing, noted = _sorted_out(report)
    tail = f"; noted: {_listed(noted)}" if noted else ""
    match verdict(report):
        case Verdict.NOTHING_CHECKED:
            return "Nothing was checked: no record was found."
        case Verdict.NOT_SATISFIED:
            return f"Not satisfied: {_listed(failing)}{tail}."
        case Verdict.SATISFIED:
            grades = [grade for grade in Grade if grade.rank >= report.policy.fail_on.rank]
            return f"Satisfied: no {', '.join(grades[:-1])}{' or ' if grades[1:] else ''}{grades[-1]} finding{tail}."


def headline(result: Result) -> str:
    """One line on a result: for a fail the first problem, for every other outcome the reason before any problem."""
    return result.message if result.outcome is Outcome.FAIL else result.reason or result.message


def rule_to_explain(report: Report) -> str | None:
    """Id of the rule to look at first: the heaviest that fails the run, the most frequent among equals."""
    failing, _ = _sorted_out(report)
    counts = Counter((result.rule.id, _KINDS[_kind(result)]) for result in failing)
    first = min(counts, key=lambda one: (-one[1], -counts[one], one[0]), default=None)
    return first[0] if first else None


def _sorted_out(report: Report) -> tuple[list[Result], list[Result]]:
    """The results that fail the run, and those that do not although something is to be said of them."""
    failing: list[Result] = []
    noted: list[Result] = []
    for result in report.of(Outcome.FAIL, Outcome.UNKNOWN, Outcome.ERROR, Outcome.WAIVED):
        (failing if report.fails_run(result) else noted).append(result)
    return failing, noted


def _kind(result: Result) -> str:
    return result.rule.grade.value if result.outcome is Outcome.FAIL else result.outcome.value


def _listed(results: Iterable[Result]) -> str:
    counts = Counter(map(_kind, results))
    return ", ".join(f"{counts[kind]:,} {kind}" for kind in _KINDS if counts[kind])
