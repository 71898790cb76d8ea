"""Judging the records of one type by every rule that concerns them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace

from qmscheck.calendars import Untold
from qmscheck.checks import Check, NotApplicable
from qmscheck.expression import Language, as_variable, unread
from qmscheck.judging.compiled import CompiledRule
from qmscheck.judging.ledger import OPEN, PASS, WHOLE, Sheet
from qmscheck.judging.panel import Panel
from qmscheck.judging.rulebook import Rulebook, mentions
from qmscheck.judging.said import problem_of
from qmscheck.judging.trial import Collected, Trial, because, conclude, excused, nothing_to_judge
from qmscheck.model import FieldPath, Outcome, Problem, Record, Result, Scope
from qmscheck.registry import RecordSet, nodes_at
from qmscheck.schema import RecordType

Finish = Callable[[Result], Result]
Variables = Mapping[str, object]


class Case:
    """One record before the rules: as rules see it, with the records that it is linked to, looked up when asked for."""

    __slots__ = ("_activation", "_language", "record", "related", "whole")

    def __init__(self, language: Language, record: Record, whole: dict[str, object], related: Related) -> None:
        self._language = language
        self._activation: object = None
        self.record = record
        self.whole = whole
        self.related = related

    def variables(self, **others: object) -> Variables:
        """The variables of expressions."""
        return {"record": self.whole, "related": self.related.all(), **others}

    @property
    def activation(self) -> object:
        """The variables, bound once for all expressions on this record."""
        if self._activation is None:
            self._activation = self._language.activation(self.variables())
        return self._activation


class Related(dict[str, object]):
    """Linked records by name of the link. What cannot be told is missing, so that asking for it is an error."""

    __slots__ = ("_judge", "_record")

    def __init__(self, judge: TypeJudge, record: Record) -> None:
        super().__init__()
        self._judge = judge
        self._record = record

    def __missing__(self, name: str) -> object:
        value = self[name] = self._judge.linked(self._record, name)
        return value

    def all(self) -> dict[str, object]:
        """Those of all links that the rules name, as far as they can be told."""
        for name in self._judge.links:
            with suppress(KeyError):
                self[name]
        return dict(self)


class TypeJudge:
    """Judges the records of one type. ``finish`` completes each result that is kept in full.

    ``around``: only by rules that look at other records. Rules that need records of ``blind`` types are left out.
    """

    def __init__(
        self,
        book: Rulebook,
        record_type: RecordType,
        records: RecordSet,
        finish: Finish,
        *,
        around: bool = False,
        blind: frozenset[str] = frozenset(),
    ) -> None:
        self._book = book
        self._language = book.language
        self._facts = book.bench.facts
        self._type = record_type
        self._records = records
        self._finish = finish
        compiled = book.compiled_for(record_type)
        if not records.complete or around:
            compiled = [one for one in compiled if one.looks_around() is around]
        if blind:
            unseen = {name for name, link in record_type.links.items() if blind.issuperset(link.targets)}
            compiled = [one for one in compiled if unseen.isdisjoint(one.links)]
        single = [one for one in compiled if one.rule.scope is Scope.RECORD]
        self._rules = single + [one for one in compiled if one.rule.scope is Scope.SEQUENCE]
        self._single = len(single)
        self.links = sorted({name for one in compiled for name in one.links})
        self._untold = [
            (unread(name), unread(name, records.untold[target]))
            for name in self.links
            for target in record_type.links[name].targets
            if target in records.untold
        ]
        self._completion = book.completion(record_type)
        self._checks = [column for column, one in enumerate(single) if one.check is not None]
        self._around = [book.surroundings(one, records) for one in self._rules]
        self._sheet = Sheet((), ())

    def sheet(self, members: list[Record], judged: Callable[[], None]) -> Sheet:
        """The results of all rules on these records; ``judged`` is called after each record."""
        self._sheet = sheet = Sheet([one.rule for one in self._rules], members)
        panel = Panel(self._book.plain, self._facts, self._rules[: self._single], sheet)
        for number, record in enumerate(sheet.records):
            case = self._case(record)
            row = panel.row(case.whole, case.related)
            for column in self._checks:
                if row[column] == PASS:
                    row[column] = self._code(number, column, record, self._checked)
            column = row.find(OPEN)
            while column >= 0:
                row[column] = self._code(number, column, record, self._judged, case)
                column = row.find(OPEN, column + 1)
            for name, wanted in self._completion.misfits(record.fields):
                self._doubt(number, row, record, name, wanted)
            sheet.append(row + bytes(len(self._rules) - self._single))  # what sequences say comes later
            judged()
        self._sequences()
        return sheet

    def input_of(self, record: Record) -> Variables:
        """The variables of expressions on a record; those of items by the places of these."""
        variables = self._case(record).variables()
        seen = dict(variables)
        for compiled in self._rules:
            if compiled.each is not None:
                found = self._items(compiled, variables, Trial(self._facts, compiled))
                seen["item"] = {".".join(map(str, path)): inner["item"] for path, inner, _ in found}
        for column in range(self._single, len(self._rules)):
            seen["previous"] = self._previous(column, record)
        return seen

    def _previous(self, column: int, record: Record) -> object:
        """What comes before a record in the sequence of a rule; None where nothing does."""
        last: dict[tuple[str, str], object] = {}
        for one in self._records.of(self._type.name):
            with suppress(Exception):  # where it cannot be told, the outcome says why
                previous, _ = self._before(column, one, last)
                if one is record:
                    return previous
        return None

    def _doubt(self, number: int, row: bytearray, record: Record, name: str, wanted: str) -> None:
        """Rules that name a field of the wrong kind cannot tell, unless they found fault with something else."""
        reason = f"{name} is no {wanted}, so that what it holds cannot be judged"
        for column in range(self._single):
            compiled = self._rules[column]
            if compiled.check is not None or not mentions(compiled.rule, name):
                continue
            found = self._sheet.kept(number, column) if row[column] == WHOLE else None
            if found is None or (found.problems and all(problem.path[:1] == (name,) for problem in found.problems)):
                unknown = excused(compiled.rule, record.subject, Untold(reason), record)
                row[column] = self._sheet.keep(number, column, self._finish(unknown))

    def _sequences(self) -> None:
        """Results of the rules that compare a record with the one before it in the same file, judged or not."""
        columns = range(self._single, len(self._rules))
        rows = {record: number for number, record in enumerate(self._sheet.records)} if columns else {}
        files = {record.path for record in rows}
        for column in columns:
            last: dict[tuple[str, str], object] = {}
            for record in self._records.of(self._type.name):
                if record in rows:
                    number = rows[record]
                    self._sheet.put(number, column, self._code(number, column, record, self._after, last))
                elif record.path in files:
                    with suppress(Exception):  # where it cannot be told, that is said of the records that are judged
                        self._before(column, record, last)

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
        return PASS if result is None else self._sheet.keep(number, column, self._finish(self._told(result)))

    def _told(self, result: Result) -> Result:
        """A result that cannot tell says why nothing is known of linked records, where that is known."""
        if result.outcome is not Outcome.UNKNOWN:
            return result
        for short, whole in self._untold:
            result = replace(result, reason=result.reason.replace(short, whole))
        return result

    def _after(self, column: int, record: Record, last: dict[tuple[str, str], object]) -> Result | None:
        previous, case = self._before(column, record, last)
        if previous is None:
            raise NotApplicable("it is the first of its sequence")
        return self._judged(column, record, case, previous=previous)

    def _before(self, column: int, record: Record, last: dict[tuple[str, str], object]) -> tuple[object, Case]:
        """What came before a record in its sequence, and the record itself, which then is the ``last``."""
        compiled, case = self._rules[column], self._case(record)
        if compiled.among is not None and not compiled.among.holds(case.activation):
            raise NotApplicable(compiled.because or "it is not part of the sequence")
        place = (record.collection, record.path)
        previous, last[place] = last.get(place), case.whole
        return previous, case

    def _case(self, record: Record) -> Case:
        whole = as_variable(record, self._completion.of(record.fields))
        return Case(self._language, record, whole, Related(self, record))

    def linked(self, record: Record, name: str) -> object:
        """Linked records as rules see them; KeyError when it cannot be told."""
        link = self._type.links[name]
        found = self._records.related(record, link)
        if found is None:
            raise KeyError(name)
        types, completion = self._records.types, self._book.completion
        seen = [as_variable(one, completion(types[one.type]).of(one.fields)) for one in found]
        return seen if link.many else (seen[0] if seen else None)

    def _judged(self, column: int, record: Record, case: Case, **others: object) -> Result | None:
        """What one rule finds; None when it finds nothing. ``others`` are variables beside those of the case."""
        compiled = self._rules[column]
        activation = self._language.activation(case.variables(**others)) if others else case.activation
        if compiled.when is not None and not compiled.when.holds(activation):
            raise NotApplicable(because(compiled))
        if compiled.check is not None:
            return self._checked(column, record)
        trial, variables = Trial(self._facts, compiled), case.variables(**others)
        if compiled.each is None:
            trial.run(variables, activation, ())
        else:
            self._each(compiled, variables, trial)
        return conclude(compiled.rule, record, trial.collected(activation))

    def _each(self, compiled: CompiledRule, variables: Variables, trial: Trial) -> None:
        tried = 0
        for path, inner, activation in self._items(compiled, variables, trial):
            tried += 1
            trial.run(inner, activation, path)
        if not tried and not trial.untold:
            raise NotApplicable(nothing_to_judge(compiled))

    def _items(
        self, compiled: CompiledRule, variables: Variables, trial: Trial
    ) -> Iterator[tuple[FieldPath, Variables, object]]:
        """The items that a rule asks one by one: where each stands, the variables with it, and these bound."""
        for path, items in nodes_at(variables["record"], compiled.each or ()):
            if not isinstance(items, list):
                trial.untold += [f"{'.'.join(map(str, path))} is no list"] if items is not None else []
                continue
            for index, item in enumerate(items):
                inner = {**variables, "item": item}
                activation = self._language.activation(inner)
                if compiled.where is None or trial.asks(compiled.where, activation):
                    yield (*path, index), inner, activation

    def _checked(self, column: int, record: Record) -> Result | None:
        """What a check finds; None when it finds nothing."""
        compiled, problems = self._rules[column], list[Problem]()
        check: Check = compiled.check  # type: ignore[assignment]
        try:
            for problem in check.record(record, self._around[column]):  # type: ignore[misc]
                problems.append(problem_of(check, problem))
        except (Untold, NotApplicable):
            if not problems:
                raise
        return conclude(compiled.rule, record, Collected(problems)) if problems else None
