"""The engine: every selected rule on every subject it concerns, one result each, in one stable order.

A rule that crashes becomes an ``error`` result that names it; the others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from qmscheck.calendars import Untold
from qmscheck.checks import Check, NotApplicable, Surroundings, Verdict
from qmscheck.compiled import CompiledRule, Compiler
from qmscheck.completion import Completion
from qmscheck.expression import Facts, Function, Language, as_variable
from qmscheck.knowledge import Knowledge
from qmscheck.model import Location, Outcome, Record, Result, Rule, Scope
from qmscheck.registry import RecordSet, nodes_at, values_at
from qmscheck.schema import RecordType
from qmscheck.trial import Collected, Trial, because, conclude, excused

ANY = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What judging needs besides rules and records: the facts, plugins' checks and functions, configuration places."""

    knowledge: Knowledge
    facts: Facts
    checks: Mapping[str, Check] = field(default_factory=dict)
    functions: tuple[Function, ...] = ()
    anchors: Mapping[str, Location] = field(default_factory=dict)


class Engine:
    """Compiles rules once and judges any number of record sets with them."""

    def __init__(self, bench: Bench, rules: Iterable[Rule]) -> None:
        self._bench = bench
        self._facts = bench.facts
        self._language = Language(bench.facts, bench.functions)
        self._compiler = Compiler(self._language, bench.facts, bench.checks)
        self._rules = sorted(rules, key=lambda rule: (rule.area, rule.id))
        self._compiled: dict[str, list[CompiledRule]] = {}
        self._completions: dict[str, Completion] = {}

    def left_out(self) -> list[Rule]:
        """The rules that a run over a few named files cannot judge."""
        return [rule for rule in self._rules if any(one.looks_around() for one in self._all_compiled(rule))]

    def judge(self, records: RecordSet, progress: Callable[[int], None] | None = None) -> Iterator[Result]:
        """Results of all rules, record by record, then over whole sets; unsorted. Locations are not resolved."""
        done = 0
        for name, record_type in self._bench.knowledge.types.items():
            members = records.of(name)
            if not members:
                continue
            judge = _TypeJudge(self, record_type, records)
            for record in members:
                yield from judge.results(record)
                done += 1
                if progress is not None and not done % 256:
                    progress(done)
            yield from judge.sequences(members)
        yield from self._over_sets(records)

    def compiled_for(self, record_type: RecordType) -> list[CompiledRule]:
        """The rules that concern records of a type, compiled."""
        name = record_type.name
        if name not in self._compiled:
            self._compiled[name] = [
                self._compiler.compile(rule, record_type)
                for rule in self._rules
                if rule.scope is not Scope.COLLECTION and not self._is_set_check(rule) and concerns(rule, name)
            ]
        return self._compiled[name]

    def completion(self, record_type: RecordType) -> Completion:
        """How records of a type are completed, with the ``x_`` fields that the rules name."""
        if record_type.name not in self._completions:
            extra = sorted({name for one in self.compiled_for(record_type) for name in one.extra})
            self._completions[record_type.name] = Completion(record_type.shape, extra)
        return self._completions[record_type.name]

    def _is_set_check(self, rule: Rule) -> bool:
        check = self._bench.checks.get(str(rule.definition.get("check", "")))
        return check is not None and check.whole is not None

    def _all_compiled(self, rule: Rule) -> Iterator[CompiledRule]:
        types = [self._bench.knowledge.types[name] for name in rule.record.split() if name != ANY]
        for record_type in types or (None,):
            yield self._compiler.compile(rule, record_type)

    def _over_sets(self, records: RecordSet) -> Iterator[Result]:
        for rule in self._rules:
            is_check = self._is_set_check(rule)
            if not records.complete or (rule.scope is not Scope.COLLECTION and not is_check):
                continue
            for name in rule.record.split():
                record_type = self._bench.knowledge.types.get(name)
                compiled = self._compiler.compile(rule, record_type)
                members = list(records) if name == ANY else records.of(name)
                judge = SetJudge(self, compiled, name, members, records)
                try:
                    yield from judge.verdicts() if is_check else judge.facts()
                except Exception as error:  # noqa: BLE001 - one broken rule must not hide what the others find
                    yield excused(rule, name, error, anchor=judge.anchor)

    @property
    def bench(self) -> Bench:
        """What the engine judges with."""
        return self._bench

    @property
    def language(self) -> Language:
        """The expression language of this run."""
        return self._language


def concerns(rule: Rule, type_name: str) -> bool:
    """Whether a rule is about records of a type."""
    return rule.record == ANY or type_name in rule.record.split()


class _TypeJudge:
    """Judges the records of one type."""

    def __init__(self, engine: Engine, record_type: RecordType, records: RecordSet) -> None:
        self._engine = engine
        self._facts = engine.bench.facts
        self._type = record_type
        self._records = records
        compiled = engine.compiled_for(record_type)
        if not records.complete:
            compiled = [one for one in compiled if not one.looks_around()]
        self._rules = [one for one in compiled if one.rule.scope is Scope.RECORD]
        self._sequences = [one for one in compiled if one.rule.scope is Scope.SEQUENCE]
        self._links = sorted({name for one in compiled for name in one.links})
        self._completion = engine.completion(record_type)

    def results(self, record: Record) -> Iterator[Result]:
        """One result for each rule on one record."""
        variables = self._variables(record)
        activation = self._engine.language.activation(variables)
        subject = record.subject
        for compiled in self._rules:
            try:
                yield self._judged(compiled, record, subject, variables, activation)
            except Exception as error:  # noqa: BLE001 - one broken rule must not hide what the others find
                yield excused(compiled.rule, subject, error, record)

    def sequences(self, members: list[Record]) -> Iterator[Result]:
        """Results of the rules that compare a record with the one before it in the same file."""
        for compiled in self._sequences:
            last: dict[tuple[str, str], dict[str, object]] = {}
            for record in members:
                try:
                    yield self._after(compiled, record, last)
                except Exception as error:  # noqa: BLE001 - as above
                    yield excused(compiled.rule, record.subject, error, record)

    def _after(self, compiled: CompiledRule, record: Record, last: dict[tuple[str, str], dict[str, object]]) -> Result:
        variables = self._variables(record)
        language = self._engine.language
        if compiled.among is not None and not compiled.among.holds(language.activation(variables)):
            raise NotApplicable(compiled.because or "it is not part of the sequence")
        place = (record.collection, record.path)
        previous, last[place] = last.get(place), variables["record"]  # type: ignore[assignment]
        if previous is None:
            raise NotApplicable("it is the first of its sequence")
        variables = {**variables, "previous": previous}
        return self._judged(compiled, record, record.subject, variables, language.activation(variables))

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

    def _judged(
        self, compiled: CompiledRule, record: Record, subject: str, variables: Mapping[str, object], activation: object
    ) -> Result:
        rule = compiled.rule
        if compiled.when is not None and not compiled.when.holds(activation):
            return Result(
                rule=rule, subject=subject, record=record, outcome=Outcome.NOT_APPLICABLE, reason=because(compiled)
            )
        if compiled.check is not None:
            return conclude(rule, subject, record, self._checked(compiled, record))
        trial = Trial(self._facts, compiled)
        if compiled.each is None:
            trial.run(variables, activation, ())
        else:
            self._each(compiled, variables, trial)
        return conclude(rule, subject, record, trial.collected())

    def _each(self, compiled: CompiledRule, variables: Mapping[str, object], trial: Trial) -> None:
        if compiled.each is None:
            return
        language, tried = self._engine.language, 0
        for path, items in nodes_at(variables["record"], compiled.each):
            for index, item in enumerate(items if isinstance(items, list) else []):
                inner = {**variables, "item": item}
                activation = language.activation(inner)
                if compiled.where is None or trial.asks(compiled.where, activation):
                    tried += 1
                    trial.run(inner, activation, (*path, index))
        if not tried and not trial.untold:
            raise NotApplicable(
                compiled.because or f"it has no {'.'.join(str(part) for part in compiled.each)} to judge"
            )

    def _checked(self, compiled: CompiledRule, record: Record) -> Collected:
        bench = self._engine.bench
        around = Surroundings(facts=self._facts, records=self._records, options=compiled.options, anchors=bench.anchors)
        collected = Collected()
        try:
            for problem in compiled.check.record(record, around):  # type: ignore[union-attr,misc]
                collected.problems.append(problem)
        except Untold as reason:
            if not collected.problems:
                raise
            collected.untold.append(str(reason))
        except NotApplicable:
            if not collected.problems:
                raise
        return collected


class SetJudge:
    """Judges one whole set of records: by expressions over its facts, or by a check."""

    def __init__(
        self, engine: Engine, compiled: CompiledRule, name: str, members: list[Record], records: RecordSet
    ) -> None:
        self._engine = engine
        self._compiled = compiled
        self._name = name
        self._members = members
        self._records = records
        self.anchor = engine.bench.anchors.get(f"types.{name}") or engine.bench.anchors.get("standards")

    def verdicts(self) -> Iterator[Result]:
        """What a set check says."""
        bench, compiled = self._engine.bench, self._compiled
        around = Surroundings(facts=bench.facts, records=self._records, options=compiled.options, anchors=bench.anchors)
        if compiled.check is None or compiled.check.whole is None:
            return
        for verdict in compiled.check.whole(self._members, around):
            yield self._result(verdict)

    def _result(self, verdict: Verdict) -> Result:
        record = verdict.subject if isinstance(verdict.subject, Record) else None
        return Result(
            rule=self._compiled.rule,
            subject=record.subject if record is not None else str(verdict.subject),
            record=record,
            outcome=verdict.outcome or (Outcome.FAIL if verdict.problems else Outcome.PASS),
            problems=verdict.problems,
            reason=verdict.reason,
            anchor=verdict.anchor or (self.anchor if record is None else None),
        )

    def facts(self) -> Iterator[Result]:
        """What the rule's expressions say of the set's facts."""
        bench, compiled, language = self._engine.bench, self._compiled, self._engine.language
        picked = [record for record in self._members if self._picks(record)]
        variables = {"records": self._summary(picked), "record": {}}
        activation = language.activation(variables)
        if compiled.when is not None and not compiled.when.holds(activation):
            raise NotApplicable(because(compiled))
        trial = Trial(bench.facts, compiled)
        trial.run(variables, activation, ())
        result = conclude(compiled.rule, self._name, None, trial.collected())
        yield Result(
            rule=result.rule,
            subject=self._name,
            outcome=result.outcome,
            reason=result.reason,
            problems=result.problems,
            time=result.time,
            anchor=self.anchor,
        )

    def _picks(self, record: Record) -> bool:
        if self._compiled.where is None:
            return True
        record_type = self._records.types[record.type]
        whole = as_variable(record, self._engine.completion(record_type).of(record.fields))
        return self._compiled.where.holds(self._engine.language.activation({"record": whole}))

    def _summary(self, picked: list[Record]) -> dict[str, object]:
        dates: list[str] = []
        if self._compiled.newest_by is not None:
            found = (value for record in picked for _, value in values_at(record.fields, self._compiled.newest_by))
            dates = sorted(value for value in found if isinstance(value, str) and value[:1].isdigit())
        return {
            "count": len(picked),
            "total": len(self._members),
            "ids": [record.id for record in picked],
            "newest": dates[-1] if dates else None,
            "oldest": dates[0] if dates else None,
        }
