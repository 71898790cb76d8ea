"""What a report says in the end, in words and as an exit code; the same in every format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import Final, NamedTuple

from qmscheck.model import Grade, Outcome, Report, Result, Rule


class Verdict(IntEnum):
    """What a run says of the records; the values are the exit codes."""

    SATISFIED = 0
    NOT_SATISFIED = 1
    NOTHING_CHECKED = 3


_KINDS: Final = {"major": 2, "minor": 1, "observation": 0, "error": -1, "unknown": -2, "waived": -3}
"""What a result counts as, and its weight."""
_NOUNS: Final = ("observation", "error")
_SAID: Final = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.ERROR, Outcome.WAIVED)


def verdict(report: Report) -> Verdict:
    """Nothing checked goes before satisfied: an empty run proves nothing."""
    if not report.checked_anything:
        return Verdict.NOTHING_CHECKED
    return Verdict.SATISFIED if report.satisfied else Verdict.NOT_SATISFIED


def sentence(report: Report) -> str:
    """The verdict in one sentence. Speaks of the rules that ran, never of conformity to a standard."""
    found = list(_counted(report))
    failing, noted = (_listed(one for one in found if one.fails is fails) for fails in (True, False))
    tail = f"; noted: {noted}" if noted else ""
    match verdict(report):
        case Verdict.NOTHING_CHECKED:
            return "Nothing was checked: no record was found."
        case Verdict.NOT_SATISFIED:
            return f"Not satisfied: {failing}{tail}."
        case Verdict.SATISFIED if report.nothing_changed:
            return f"Nothing to judge: no record {report.extent.which if report.extent else 'changed'}{tail}."
        case Verdict.SATISFIED:
            return f"Satisfied: {_satisfying(report)}{tail}."


def _satisfying(report: Report) -> str:
    """Why nothing fails the run."""
    policy = report.policy
    if not policy.enforced:
        return f"by profile {policy.profile} nothing fails the run"
    grades = [grade for grade in Grade if grade.rank >= policy.fail_on.rank]
    among = " of the rules in force" if policy.pending else ""
    but = "" if policy.time_fails else " but for what only the calendar caused"
    return f"no {', '.join(grades[:-1])}{' or ' if grades[1:] else ''}{grades[-1]} finding{among}{but}"


def headline(result: Result) -> str:
    """One line on a result: for a fail the first problem, for every other outcome the reason before any problem."""
    return result.message if result.outcome is Outcome.FAIL else result.reason or result.message


def rule_to_explain(report: Report) -> str | None:
    """Id of the rule to look at first: the heaviest that fails the run, the most frequent among equals."""
    failing = [one for one in _counted(report) if one.fails]
    first = min(failing, key=lambda one: (-_KINDS[one.kind], -one.number, one.rule), default=None)
    return first.rule if first else None


class _Counted(NamedTuple):
    """How many results of one kind a rule has, and whether they fail the run."""

    rule: str
    kind: str
    number: int
    fails: bool


def _counted(report: Report) -> Iterator[_Counted]:
    """Everything of which something is to be said, without looking at results one by one."""
    failing = report.failing_by_rule()
    for rule, counts in report.counts_by_rule().items():
        if "regrade" in rule.definition:
            yield from _weighed(report, rule)
        for outcome in _SAID[1:] if "regrade" in rule.definition else _SAID:
            kind = rule.grade.value if outcome is Outcome.FAIL else outcome.value
            heavy = failing[rule].get(outcome, 0)
            for number, fails in ((heavy, True), (counts.get(outcome, 0) - heavy, False)):
                if number:
                    yield _Counted(rule.id, kind, number, fails)


def _weighed(report: Report, rule: Rule) -> Iterator[_Counted]:
    """The failures of a rule that weighs some of them otherwise."""
    found = (result for result in report.of(Outcome.FAIL) if result.rule is rule)
    counts = Counter((result.grade, report.fails_run(result)) for result in found)
    yield from (_Counted(rule.id, grade.value, number, fails) for (grade, fails), number in counts.items())


def _listed(found: Iterable[_Counted]) -> str:
    counts: Counter[str] = Counter()
    for one in found:
        counts[one.kind] += one.number
    return ", ".join(f"{counts[kind]:,} {_word(kind, counts[kind])}" for kind in _KINDS if counts[kind])


def _word(kind: str, count: int) -> str:
    return f"{kind}s" if count != 1 and kind in _NOUNS else kind
