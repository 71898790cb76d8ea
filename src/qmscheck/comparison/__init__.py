"""Two verdicts compared: what a change made worse, what better, and what time did without it.

Findings are told apart by rule, record and kind of problem, never by wording, lines, or where in a list they stand.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace
from re import sub
from typing import Final, NamedTuple

from qmscheck.frozen import frozen
from qmscheck.model import Outcome, Problem, Report, Result
from qmscheck.reporters.findings import FINDINGS, count
from qmscheck.reporters.verdict import Verdict, verdict

SCHEMA: Final = "qmscheck-comparison/v1"


@frozen
class Comparison:
    """What a work tree is against a base commit. Each part is a report of those findings only.

    ``new`` and ``fixed`` are judged as of one day. ``aged`` are findings that the base had not on its own day and has
    now, and the work tree with it; ``eased`` those that it had and has not any more. ``kept`` counts what both have.
    ``base`` is the id of the commit, ``base_on`` its day, ``asked`` the revision that was named.
    """

    asked: str
    base: str
    base_on: str
    new: Report
    fixed: Report
    aged: Report
    eased: Report
    kept: int
    notes: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Not satisfied only when something new fails the run; what was there before does not count."""
        return verdict(self.new)

    @property
    def sentence(self) -> str:
        """The verdict in words."""
        if self.verdict is Verdict.NOTHING_CHECKED:
            return "Nothing was checked: no record was found."
        new, fixed = count(self.new), count(self.fixed)
        tail = f"; fixed: {fixed:,}" if fixed else ""
        if not new:
            return f"Not worse: no new finding{tail}."
        failing = sum(sum(counts.values()) for counts in self.new.failing_by_rule().values())
        if not failing:
            return f"Not worse: no new finding that fails the run; noted: {new:,}{tail}."
        return f"Worse: {new:,} new finding{'' if new == 1 else 's'}, {failing:,} of which fail the run{tail}."


class _Finding(NamedTuple):
    """One problem of a result; None where the result has none, because it cannot be told or read."""

    result: Result
    problem: Problem | None

    @property
    def identity(self) -> str:
        return self.problem.identity if self.problem is not None else ""

    @property
    def who(self) -> Hashable:
        """The record by its id, wherever its file lies; else the subject."""
        record = self.result.record
        return (record.type, record.id) if record is not None else self.result.subject

    @property
    def kind(self) -> tuple[str, str]:
        return self.result.rule.id, self.result.outcome


_KEYS: Final[tuple[Callable[[_Finding], Hashable], ...]] = (
    lambda one: (one.kind, one.who, one.identity),
    lambda one: (one.kind, one.result.subject, one.identity),  # the id was corrected
    lambda one: (one.kind, one.who, sub(r"\d+", "*", one.identity)),  # something was inserted before it in a list
)
"""In which way findings are the same, the surest first."""

_Pair = tuple[_Finding, _Finding]


def compare(
    then: Report | None, before: Report | None, after: Report, *, asked: str, base: str, base_on: str
) -> Comparison:
    """Compare the base as it was judged then, the base judged now, and the work tree judged now.

    Without a base, because it could not be judged, everything is new.
    """
    past, known, now = (_findings(report) for report in (then, before, after))
    fixed, new, kept = _parted(known, now)
    eased, aged, _ = _parted(past, known)
    lasting = {id(old.problem or old.result) for old, _ in kept}
    return Comparison(
        asked=asked,
        base=base,
        base_on=base_on,
        new=_only(after, new),
        fixed=_only(before or after, fixed),
        aged=_only(before or after, [one for one in aged if id(one.problem or one.result) in lasting]),
        eased=_only(then or after, eased),
        kept=len(kept),
    )


def _findings(report: Report | None) -> list[_Finding]:
    results = report.of(*FINDINGS) if report is not None else ()
    return [_Finding(result, problem) for result in results for problem in _problems(result)]


def _problems(result: Result) -> Iterable[Problem | None]:
    return result.problems if result.outcome is Outcome.FAIL and result.problems else (None,)


def _parted(before: list[_Finding], after: list[_Finding]) -> tuple[list[_Finding], list[_Finding], list[_Pair]]:
    """What only the first has, what only the second has, and the pairs that are the same."""
    pairs: list[_Pair] = []
    for key in _KEYS:
        waiting: dict[Hashable, list[_Finding]] = {}
        for one in before:
            waiting.setdefault(key(one), []).append(one)
        rest = []
        for one in after:
            alike = waiting.get(key(one))
            if alike:
                pairs.append((alike.pop(0), one))
            else:
                rest.append(one)
        before, after = [one for found in waiting.values() for one in found], rest
    return before, after, pairs


def _only(report: Report, findings: Iterable[_Finding]) -> Report:
    """The report with these findings alone, each result with those of its problems."""
    problems: dict[Result, list[Problem]] = {}
    for one in findings:
        problems.setdefault(one.result, []).extend([one.problem] if one.problem is not None else [])
    results = (result for result in report.of(*FINDINGS) if result in problems)
    return replace(
        report,
        results=tuple(
            replace(result, problems=tuple(problem for problem in result.problems if problem in problems[result]))
            if problems[result]
            else result
            for result in results
        ),
    )
