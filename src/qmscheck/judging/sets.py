"""Judging whole sets of records: by expressions over facts of the set, or by a check."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from qmscheck.checks import Account, NotApplicable, Verdict
from qmscheck.expression import Program
from qmscheck.judging.compiled import CompiledRule
from qmscheck.judging.rulebook import Rulebook
from qmscheck.judging.said import verdict_of
from qmscheck.judging.trial import Collected, Trial, because, conclude
from qmscheck.judging.window import is_mere_count
from qmscheck.model import FieldPath, Outcome, Record, Result
from qmscheck.registry import RecordSet, values_at
from qmscheck.schema import ANY


class SetJudge:
    """Judges one whole set of records: by expressions over its facts, or by a check."""

    def __init__(  # noqa: PLR0917 - one caller
        self,
        book: Rulebook,
        compiled: CompiledRule,
        name: str,
        members: Callable[[], list[Record]],
        records: RecordSet,
        account: Callable[[], Account] | None = None,
    ) -> None:
        self._book = book
        self._compiled = compiled
        self._name = name
        self._members = members
        self._records = records
        self._account = account
        self.anchor = book.bench.anchors.get(f"types.{name}") or book.bench.anchors.get("standards")

    def verdicts(self) -> Iterator[Result]:
        """What a set check says."""
        compiled = self._compiled
        around = self._book.surroundings(compiled, self._records, self._account)
        if compiled.check is None or compiled.check.whole is None:
            return
        for verdict in compiled.check.whole(self._members(), around):
            yield self._result(verdict_of(compiled.check, verdict))

    def _result(self, verdict: Verdict) -> Result:
        record = verdict.subject if isinstance(verdict.subject, Record) else None
        return Result(
            rule=self._compiled.rule,
            subject=record.subject if record is not None else str(verdict.subject),
            record=record,
            outcome=verdict.outcome or (Outcome.FAIL if verdict.problems else Outcome.PASS),
            problems=verdict.problems,
            time=bool(verdict.problems) and all(problem.time for problem in verdict.problems),
            reason=verdict.reason,
            anchor=verdict.anchor or (self.anchor if record is None else None),
        )

    def facts(self) -> Iterator[Result]:
        """What the rule's expressions say of the set's facts."""
        bench, compiled, language = self._book.bench, self._compiled, self._book.language
        variables: dict[str, object] = {"records": self._counted() or self._summary(), "record": {}}
        if self._passes_plainly(variables):
            yield self._concluded(Collected())
            return
        activation = language.activation(variables)
        if compiled.when is not None and not compiled.when.holds(activation):
            raise NotApplicable(because(compiled))
        trial = Trial(bench.facts, compiled)
        trial.run(variables, activation, ())
        yield self._concluded(trial.collected(activation))

    def _concluded(self, found: Collected) -> Result:
        rule, name, anchor = self._compiled.rule, self._name, self.anchor
        passed = Result(rule=rule, subject=name, outcome=Outcome.PASS, anchor=anchor)
        return conclude(rule, None, found, subject=name, anchor=anchor) or passed

    def _passes_plainly(self, variables: Mapping[str, object]) -> bool:
        """Whether the rule passes, as far as Python can tell; raises where it does not apply."""
        compiled, plain = self._compiled, self._book.plain
        try:
            applies = compiled.when is None or plain.holds(compiled.when.source, variables)
            passes = not compiled.requires and all(
                (one.when is not None and not plain.holds(one.when.source, variables))
                or plain.holds(one.holds.source, variables)
                for one in compiled.expectations
                if applies
            )
        except Exception:  # noqa: BLE001 - CEL has to say
            return False
        if not applies:
            raise NotApplicable(because(compiled))
        return passes

    def _picked(self, where: Program | None, members: list[Record]) -> Iterator[Record]:
        """The records on which a condition holds; all of them where there is none."""
        return filter(self._book.picker(where), members) if where is not None else iter(members)

    def _counted(self) -> dict[str, object] | None:
        """What the rule asks, where it only counts and a memory of the records tells how many it picks."""
        rule = self._compiled.rule
        picked = self._records.tally(self._book.counted(rule)) if is_mere_count(rule) else None
        if picked is None:
            return None
        total = len(self._records) if self._name == ANY else self._records.count(self._name)
        return {"count": picked, "total": total}

    def _summary(self) -> dict[str, object]:
        members = list(self._picked(self._compiled.among, self._members()))
        picked = list(self._picked(self._compiled.where, members))
        dates = sorted(
            date for date in _values(picked, self._compiled.newest_by) if isinstance(date, str) and date[:1].isdigit()
        )
        return {
            "count": len(picked),
            "total": len(members),
            "ids": [record.id for record in picked],
            "values": list(dict.fromkeys(_values(picked, self._compiled.gather))),
            "without": sum(1 for record in picked if not any(True for _ in _values([record], self._compiled.gather))),
            "newest": dates[-1] if dates else None,
            "oldest": dates[0] if dates else None,
        }


def _values(records: list[Record], field: FieldPath | None) -> Iterator[str | int | float | bool]:
    """The plain values that records have in a field."""
    found = (value for record in records for _, value in values_at(record.fields, field or ())) if field else ()
    return (value for value in found if isinstance(value, (str, int, float, bool)))
