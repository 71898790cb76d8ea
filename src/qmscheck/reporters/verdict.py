"""The verdict of a report in words and as an exit code, the same in every format."""

from __future__ import annotations

from collections import Counter
from enum import IntEnum

from qmscheck.model import Grade, Outcome, Report, Result


class Verdict(IntEnum):
    """What a run says of the records; the values are the exit codes."""

    SATISFIED = 0
    NOT_SATISFIED = 1
    NOTHING_CHECKED = 3


def verdict(report: Report) -> Verdict:
    """Nothing checked comes before satisfied: an empty run proves nothing."""
    if not report.checked_anything:
        return Verdict.NOTHING_CHECKED
    return Verdict.SATISFIED if report.satisfied else Verdict.NOT_SATISFIED


def sentence(report: Report) -> str:
    """The verdict in one sentence. Speaks of the rules that were run, never of conformity to a standard."""
    failing = _weighed(result for result in report.results if report.fails_run(result))
    noted = _weighed(
        result
        for result in report.of(Outcome.FAIL, Outcome.UNKNOWN, Outcome.WAIVED)
        if not report.fails_run(result)
    )
    match verdict(report):
        case Verdict.NOTHING_CHECKED:
            return "Nothing was checked: no record was found."
        case Verdict.NOT_SATISFIED:
            return f"Not satisfied: {failing}{f'; noted: {noted}' if noted else ''}."
        case Verdict.SATISFIED:
            return f"Satisfied: {_bar(report.policy.fail_on)}{f'; noted: {noted}' if noted else ''}."


def rule_to_explain(report: Report) -> str | None:
    """Id of the rule to look at first: the heaviest that fails the run, the most frequent among equals."""
    counts = Counter(result.rule.id for result in report.results if report.fails_run(result))
    ranks = {result.rule.id: _weight(result) for result in report.results if result.rule.id in counts}
    return min(counts, key=lambda rule: (-ranks[rule], -counts[rule], rule), default=None)
