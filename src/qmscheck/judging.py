"""Judging the records of one type by every rule that concerns them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from qmscheck.calendars import Untold
from qmscheck.checks import Check, NotApplicable, Surroundings
from qmscheck.compiled import CompiledRule
from qmscheck.expression import as_variable
from qmscheck.ledger import OPEN, PASS, Sheet
from qmscheck.model import Record, Result, Scope
from qmscheck.panel import Panel
from qmscheck.registry import RecordSet, nodes_at
from qmscheck.schema import RecordType
from qmscheck.trial import Collected, Trial, because, conclude, excused, nothing_to_judge

if TYPE_CHECKING:
    from qmscheck.engine import Engine

Finish = Callable[[Result], Result]
Variables = Mapping[str, object]

WORTH_A_PANEL: Final = 16
"""So many records repay compiling the rules once more, as a panel."""


class TypeJudge:
    """Judges the records of one type. ``finish`` completes each result that is kept in full."""

    def __init__(self, engine: Engine, record_type: RecordType, records: RecordSet, finish: Finish) -> None:
        self._engine = engine
        self._language = engine.language
        self._facts = engine.bench.facts
        self._type = record_type
        self._records = records
        self._finish = finish
        compiled = engine.compiled_for(record_type)
        if not records.complete:
            compiled = [one for one in compiled if not one.looks_around()]
        single = [one for one in compiled if one.rule.scope is Scope.RECORD]
        self._rules = single + [one for one in compiled if one.rule.scope is Scope.SEQUENCE]
        self._single = len(single)
        self._links = sorted({name for one in compiled for name in one.links})
        self._completion = engine.completion(record_type)
        self._around = [self._surroundings(one) for one in self._rules]
        self._panel: Panel | None = None
        self._sheet = Sheet((), ())

    def sheet(self, members: list[Record], judged: Callable[[], None]) -> Sheet:
        """The results of all rules on these records; ``judged`` is called after each record."""
        self._sheet = sheet = Sheet([one.rule for one in self._rules], members)
        if len(members) >= WORTH_A_PANEL:
            self._panel = Panel(self._language, self._facts, self._rules[: self._single], self._type.shape)
            self._panel.open(sheet)
        for number, record in enumerate(sheet.records):
            sheet.append(self._row(number, record))
            judged()
        self._sequences(members)
        return sheet

    def _row(self, number: int, record: Record) -> bytearray:
        """The codes of the rules on one record; those of sequences stand in for later ones."""
        variables, panel = self._variables(record), self._panel
        if panel is not None:
            panel.prepare(variables["record"])  # type: ignore[arg-type]
        activation = self._language.activation(variables)
        row = bytearray([OPEN]) * self._single if panel is None else panel.row(activation)
        column = row.find(OPEN)
        while column >= 0:
            row[column] = self._code(number, column, record, self._judged, variables, activation)
            column = row.find(OPEN, column + 1)
        return row + bytes(len(self._rules) - self._single)

    def _sequences(self, members: list[Record]) -> None:
        """Results of the rules that compare a record with the one before it in the same file."""
        rows = {record: number for number, record in enumerate(self._sheet.records)}
        for column in range(self._single, len(self._rules)):
            last: dict[tuple[str, str], object] = {}
            for record in members:
                number = rows[record]
                self._sheet.put(number, column, self._code(number, column, record, self._after, last))

    def _code(self, number: int, column: int, record: Record, judge: Callable[..., Result | None], *on: object) -> int:
        """The code of what a judgement says; what is no pass is kept in the sheet."""
        compiled = self._rules[column]
        try:
            result = judge(column, record, *on)
        except NotApplicable as reason:
            code = self._sheet.skipped(str(reason))
            if code is not None:
                return code
            result = excused(compiled.rule, record.subject, reason, record)
        except Exception as error:  # noqa: BLE001 - one broken rule must not hide what the others find
            result = excused(compiled.rule, record.subject, error, record)
        return PASS if result is None else self._sheet.keep(number, column, self._finish(result))

    def _after(self, column: int, record: Record, last: dict[tuple[str, str], object]) -> Result | None:
        compiled, variables = self._rules[column], self._variables(record)
        if compiled.among is not None and not compiled.among.holds(self._language.activation(variables)):
            raise NotApplicable(compiled.because or "it is not part of the sequence")
        place = (record.collection, record.path)
        previous, last[place] = last.get(place), variables["record"]
        if previous is None:
            raise NotApplicable("it is the first of its sequence")
        variables = {**variables, "previous": previous}
        return self._judged(column, record, variables, self._language.activation(variables))

    def _variables(self, record: Record) -> dict[str, object]:
        variables: dict[str, object] = {"record": as_variable(record, self._completion.of(record.fields))}
        if self._links:
            variables["related"] = dict(self._related(record))
        return variables

    def _related(self, record: Record) -> Iterator[tuple[str, object]]:
        """Linked records as rules see them; a link that cannot be told is left out, so that reading it is unknown."""
        for name in self._links:
            link = self._type.links[name]
            found = self._records.related(record, link)
            if found is None:
                continue
            seen = [
                as_variable(one, self._engine.completion(self._records.types[one.type]).of(one.fields)) for one in found
            ]
            yield name, seen if link.many else (seen[0] if seen else None)

    def _judged(self, column: int, record: Record, variables: Variables, activation: object) -> Result | None:
        """What one rule finds; None when it finds nothing."""
        compiled = self._rules[column]
        if compiled.when is not None and not compiled.when.holds(activation):
            raise NotApplicable(because(compiled))
        if compiled.check is not None:
            return conclude(compiled.rule, record, self._checked(compiled.check, record, self._around[column]))
        trial = Trial(self._facts, compiled)
        if compiled.each is None:
            trial.run(variables, activation, ())
        else:
            self._each(compiled, variables, trial)
        return conclude(compiled.rule, record, trial.collected())

    def _each(self, compiled: CompiledRule, variables: Variables, trial: Trial) -> None:
        if compiled.each is None:
            return
        tried = 0
        for path, items in nodes_at(variables["record"], compiled.each):
            for index, item in enumerate(items if isinstance(items, list) else []):
                inner = {**variables, "item": item}
                activation = self._language.activation(inner)
                if compiled.where is None or trial.asks(compiled.where, activation):
                    tried += 1
                    trial.run(inner, activation, (*path, index))
        if not tried and not trial.untold:
            raise NotApplicable(nothing_to_judge(compiled))

    def _surroundings(self, compiled: CompiledRule) -> Surroundings:
        bench = self._engine.bench
        return Surroundings(
            facts=self._facts,
            records=self._records,
            options=compiled.options,
            anchors=bench.anchors,
            history=bench.history,
        )

    @staticmethod
    def _checked(check: Check, record: Record, around: Surroundings) -> Collected:
        collected = Collected()
        try:
            for problem in check.record(record, around):  # type: ignore[misc]
                collected.problems.append(problem)
        except Untold as reason:
            if not collected.problems:
                raise
            collected.untold.append(str(reason))
        except NotApplicable:
            if not collected.problems:
                raise
        return collected
