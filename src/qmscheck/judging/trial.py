"""One trial: the conditions of one rule, tried on one subject, and the result that follows."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from qmscheck.calendars import Untold
from qmscheck.checks import NotApplicable
from qmscheck.errors import PluginError
from qmscheck.expression import Program
from qmscheck.facts import Facts
from qmscheck.judging.compiled import CompiledRule, Expectation, filled_in, missing, problem_of_missing, shown_values
from qmscheck.model import FieldPath, Grade, Location, Outcome, Problem, Record, Result, Rule


@dataclass(slots=True)
class Collected:
    """What was found on one subject: problems, and reasons why something could not be told."""

    problems: list[Problem] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)
    clock_only: bool = False
    regraded: Grade | None = None


class Trial:
    """Runs a rule's conditions on a record or its items and gathers what they say."""

    def __init__(self, facts: Facts, compiled: CompiledRule) -> None:
        self._facts = facts
        self._compiled = compiled
        self.problems: list[Problem] = []
        self.untold: list[str] = []
        self._clock_only = True

    def asks(self, program: Program, activation: object) -> bool:
        """Whether a condition holds; one that cannot be told is noted and counts as not."""
        try:
            return program.holds(activation)
        except Untold as reason:
            self.untold.append(str(reason))
            return False

    def run(self, variables: Mapping[str, object], activation: object, base: FieldPath) -> None:
        """Try every condition once, on paths below ``base``."""
        subject = variables["item"] if base else variables["record"]
        for required in self._compiled.requires:
            if required.when is None or self.asks(required.when, activation):
                for where in missing(subject, required.path, self._facts):
                    self._clock_only = False
                    self.problems.append(problem_of_missing(required, base, where, variables, self._facts))
        for expectation in self._compiled.expectations:
            if expectation.when is None or self.asks(expectation.when, activation):
                self._expect(expectation, variables, activation, base)

    def _expect(
        self, expectation: Expectation, variables: Mapping[str, object], activation: object, base: FieldPath
    ) -> None:
        try:
            if expectation.holds.holds(activation):
                return
        except Untold as reason:
            self.untold.append(str(reason))
            return
        self._clock_only = self._clock_only and expectation.clock
        template = expectation.message or f"does not hold: {self._compiled.rule.title}"
        shown = shown_values(self._compiled, activation) if "{show." in template else {}
        number = len(self._compiled.expectations) > 1 and self._compiled.expectations.index(expectation)
        path = (*base, *expectation.at)
        key = f"{'/'.join(map(str, path))}#{number}" if number is not False else ""
        self.problems.append(Problem(message=filled_in(template, variables, shown, self._facts), path=path, key=key))

    def collected(self, activation: object) -> Collected:
        """What was found so far, and its weight where the rule gives such a case another."""
        return Collected(self.problems, self.untold, clock_only=self._clock_only, regraded=self._regraded(activation))

    def _regraded(self, activation: object) -> Grade | None:
        other = self._compiled.regrade
        if other is None or not self.problems:
            return None
        with suppress(Untold):
            return other.grade if other.when.holds(activation) else None
        return None


def excused(
    rule: Rule, subject: str, error: Exception, record: Record | None = None, anchor: Location | None = None
) -> Result:
    """The result for a judgement that ended in an exception: cannot tell, does not apply, or the rule crashed."""
    if isinstance(error, Untold):
        outcome, reason = Outcome.UNKNOWN, str(error)
    elif isinstance(error, NotApplicable):
        outcome, reason = Outcome.NOT_APPLICABLE, str(error)
    elif isinstance(error, PluginError):
        outcome, reason = Outcome.ERROR, f"rule {rule.id} ({rule.pack}): {error}"
    else:
        outcome, reason = Outcome.ERROR, f"rule {rule.id} ({rule.pack}) crashed: {type(error).__name__}: {error}"
    broken = outcome is Outcome.ERROR
    return Result(
        rule=rule, subject=subject, record=record, outcome=outcome, reason=reason, anchor=anchor, broken=broken
    )


def conclude(
    rule: Rule, record: Record | None, found: Collected, *, subject: str = "", anchor: Location | None = None
) -> Result | None:
    """Any problem: fail. Else anything that cannot be told: unknown. Else pass: None.

    ``subject`` and ``anchor`` name what is no record.
    """
    if not found.problems and not found.untold:
        return None
    failed = bool(found.problems)
    return Result(
        rule=rule,
        subject=record.subject if record is not None else subject,
        record=record,
        outcome=Outcome.FAIL if failed else Outcome.UNKNOWN,
        problems=tuple(found.problems),
        reason="" if failed else "; ".join(dict.fromkeys(found.untold)),
        time=failed and (found.clock_only or all(problem.time for problem in found.problems)),
        anchor=anchor,
        regraded=found.regraded if failed else None,
    )


def because(compiled: CompiledRule) -> str:
    """Why a rule whose condition is false does not apply."""
    return compiled.because or f"it does not apply: {' '.join(compiled.when.source.split())}"  # type: ignore[union-attr]


def nothing_to_judge(compiled: CompiledRule) -> str:
    """Why a rule on the items of a list does not apply where there are none."""
    return compiled.because or f"it has no {'.'.join(str(part) for part in compiled.each or ())} to judge"
