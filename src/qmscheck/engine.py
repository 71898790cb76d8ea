"""The engine: every selected rule on every subject it concerns, one result each, in one stable order.

A rule that crashes becomes an ``error`` result that names it; the others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count

from qmscheck.checks import Check
from qmscheck.compiled import CompiledRule, Compiler, looks_around
from qmscheck.completion import Completion
from qmscheck.expression import Function, Language
from qmscheck.facts import Facts
from qmscheck.judging import Finish, TypeJudge
from qmscheck.knowledge import Knowledge
from qmscheck.ledger import Ledger
from qmscheck.lives import Lives
from qmscheck.model import Location, Result, Rule, Scope
from qmscheck.plain import Plain
from qmscheck.registry import RecordSet
from qmscheck.schema import RecordType
from qmscheck.sets import SetJudge
from qmscheck.trial import excused

ANY = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What judging needs besides rules and records: the facts, plugins' checks and functions, configuration places.

    ``history`` is where lives of records come from, if the run reads any.
    """

    knowledge: Knowledge
    facts: Facts
    checks: Mapping[str, Check] = field(default_factory=dict)
    functions: tuple[Function, ...] = ()
    anchors: Mapping[str, Location] = field(default_factory=dict)
    history: Lives | None = None


class Engine:
    """Compiles rules once and judges any number of record sets with them."""

    def __init__(self, bench: Bench, rules: Iterable[Rule]) -> None:
        self._bench = bench
        self._facts = bench.facts
        self._language = Language(bench.facts, bench.functions)
        self.plain = Plain(self._language.standard, self._language.fixed)
        self._compiler = Compiler(self._language, bench.facts, bench.checks)
        self._rules = sorted(rules, key=lambda rule: (rule.area, rule.id))
        self._compiled: dict[str, list[CompiledRule]] = {}
        self._completions: dict[str, Completion] = {}

    def left_out(self) -> list[Rule]:
        """The rules that a run over a few named files cannot judge."""
        checks = self._bench.checks
        return [rule for rule in self._rules if looks_around(rule, checks.get(str(rule.definition.get("check", ""))))]

    def judge(
        self, records: RecordSet, progress: Callable[[int], None] | None = None, finish: Finish = lambda result: result
    ) -> Ledger:
        """The results of all rules on all records, and over whole sets. ``finish`` completes what is no mere pass."""
        done = count(1)

        def judged() -> None:
            number = next(done)
            if progress is not None and not number % 256:
                progress(number)

        sheets = [
            TypeJudge(self, record_type, records, finish).sheet(records.of(name), judged)
            for name, record_type in self._bench.knowledge.types.items()
            if records.has(name)
        ]
        return Ledger(sheets, map(finish, self._over_sets(records)))

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
