"""The rules of a run, compiled once for each type of record, and what they are judged with."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import field, replace
from functools import cache

from qmscheck.checks import Account, Check, Files, Surroundings
from qmscheck.expression import Function, Language, Program, as_variable
from qmscheck.facts import Facts
from qmscheck.frozen import frozen
from qmscheck.judging.compiled import CompiledRule, looks_around
from qmscheck.judging.compiler import Compiler
from qmscheck.judging.completion import Completion
from qmscheck.judging.declared import facts_for, records_for
from qmscheck.judging.plain import NotPlain, Plain
from qmscheck.judging.window import is_mere_count, window_of
from qmscheck.knowledge import Knowledge
from qmscheck.lives import Lives
from qmscheck.model import FieldPath, Location, Record, Rule, Scope
from qmscheck.registry import UNTOLD, Lookup, RecordSet, Sought
from qmscheck.schema import ANY, RecordType

_FIELD = re.compile(r"\brecord\.(\w+)")
_RECORD = re.compile(r"\brecord\b(?!\.)")
"""Where an expression names a field, and where it hands on a record as a whole."""


@frozen
class Bench:
    """What judging needs besides rules and records: the facts, plugins' checks and functions, configuration places.

    ``history`` is where lives of records come from, if the run reads any; ``files`` reads what lies beside the records.
    """

    knowledge: Knowledge
    facts: Facts
    checks: Mapping[str, Check] = field(default_factory=dict)
    functions: tuple[Function, ...] = ()
    anchors: Mapping[str, Location] = field(default_factory=dict)
    history: Lives | None = None
    files: Files | None = None


class Rulebook:
    """Rules in their order, each compiled when it is first asked for."""

    def __init__(self, bench: Bench, rules: Iterable[Rule]) -> None:
        self.bench = bench
        self.language = Language(bench.facts, bench.functions)
        self.plain = Plain(self.language.standard, self.language.fixed)
        self.rules = sorted(rules, key=lambda rule: (rule.area, rule.id))
        self._compiler = Compiler(self.language, bench.facts, bench.checks)
        self._compiled: dict[str, list[CompiledRule]] = {}
        self._completions: dict[str, Completion] = {}
        self._glimpses: dict[tuple[str, str], Completion] = {}

    def at(self, as_of: dt.datetime) -> None:
        """Judge for another instant from here on; what is compiled stays."""
        self.bench.facts.as_of = as_of
        self.language.at(as_of)
        self.plain.at(as_of)

    def left_out(self) -> list[Rule]:
        """The rules that a run over a few named files cannot judge."""
        return [rule for rule in self.rules if looks_around(rule, self._check(rule))]

    def over_sets(self) -> list[Rule]:
        """The rules that judge whole sets of records; those that ask what became of other findings come last."""
        found = [rule for rule in self.rules if rule.scope is Scope.COLLECTION or self.is_set_check(rule)]
        return sorted(found, key=self.is_late)

    def is_set_check(self, rule: Rule) -> bool:
        """Whether a rule leaves whole sets to a check."""
        check = self._check(rule)
        return check is not None and check.whole is not None

    def seen_by(self, rule: Rule) -> tuple[str, ...]:
        """The record types that a check on whole sets looks at beside that of its rule."""
        check = self._check(rule)
        return check.sees if check is not None else ()

    def looked_at(self, rule: Rule) -> Lookup | None:
        """What tells the records of a set that a check looks at; None where it looks at all."""
        check = self._check(rule)
        return check.only if check is not None else None

    def sought(self) -> Sought:
        """By what rules on whole sets look for records, so that they need not look at all: the rules of any run."""
        rules = [rule for rule in self.bench.knowledge.rules.values() if rule.scope is Scope.COLLECTION]
        counted = (self.counted(rule) for rule in rules if is_mere_count(rule))
        only = (check.only for check in self.bench.checks.values() if check.only is not None)
        dates: dict[str, frozenset[FieldPath]] = {}
        for rule in rules:
            window = window_of(rule)
            if window is not None:
                dates |= {name: dates.get(name, frozenset()).union(window.fields) for name in rule.record.split()}
        return Sought((*dict.fromkeys(only), *counted), dates)

    def counted(self, rule: Rule) -> Lookup:
        """What tells the records that a rule counts, and those of which it cannot be told."""
        where = str(rule.definition["where"])

        def values(record: Record) -> Iterator[str]:
            if rule.record in {ANY, record.type}:
                try:
                    if self.picker(self.language.program(where))(record):
                        yield record.type
                except Exception:  # noqa: BLE001 - whoever counts has to say why
                    yield UNTOLD

        return Lookup(name=f"{rule.record} with {' '.join(where.split())}", values=values)

    def picker(self, where: Program) -> Callable[[Record], bool]:
        """Tells of a record whether a condition holds on it."""
        plain: Callable[..., object] | None = None
        with suppress(NotPlain):
            plain = self.plain.condition(where.source, "record")

        def picks(record: Record) -> bool:
            record_type = self.bench.knowledge.types[record.type]
            whole = as_variable(record, self.glimpse(record_type, where.source).of(record.fields))
            if plain is not None:
                with suppress(Exception):  # CEL has to say
                    return bool(plain(whole))
            return where.holds(self.language.activation({"record": whole}))

        return picks

    def is_late(self, rule: Rule) -> bool:
        """Whether a rule asks what became of other findings."""
        check = self._check(rule)
        return check is not None and check.late

    def is_historic(self, rule: Rule) -> bool:
        """Whether a rule needs the history of records."""
        check = self._check(rule)
        return check is not None and check.history

    def compiled(self, rule: Rule, type_name: str) -> CompiledRule:
        """One rule, compiled for records of a type."""
        return self._compiler.compile(rule, self.bench.knowledge.types.get(type_name))

    def compiled_for(self, record_type: RecordType) -> list[CompiledRule]:
        """The rules that concern records of a type, compiled."""
        name = record_type.name
        if name not in self._compiled:
            self._compiled[name] = [
                self._compiler.compile(rule, record_type)
                for rule in self.rules
                if rule.scope is not Scope.COLLECTION and not self.is_set_check(rule) and concerns(rule, name)
            ]
        return self._compiled[name]

    def completion(self, record_type: RecordType) -> Completion:
        """How records of a type are completed, with the ``x_`` fields that the rules name."""
        if record_type.name not in self._completions:
            extra = sorted({name for one in self.compiled_for(record_type) for name in one.extra})
            self._completions[record_type.name] = Completion(record_type.shape, extra)
        return self._completions[record_type.name]

    def glimpse(self, record_type: RecordType, source: str) -> Completion:
        """How records of a type are completed for one expression: only by what it names of a record."""
        asked = record_type.name, source
        if asked not in self._glimpses:
            whole, shape = self.completion(record_type), record_type.shape
            names = set(_FIELD.findall(source))
            named = {name: child for name, child in (shape.fields or {}).items() if name in names}
            small = Completion(replace(shape, fields=named), names.difference(named))
            self._glimpses[asked] = whole if _RECORD.search(source) else small
        return self._glimpses[asked]

    def surroundings(
        self, compiled: CompiledRule, records: RecordSet, account: Callable[[], Account] | None = None
    ) -> Surroundings:
        """What a check may look at; where the rule is not proven, only what the check says of itself."""
        bench, check, facts = self.bench, compiled.check, self.bench.facts
        if check is not None and not compiled.rule.proven:
            facts, records = facts_for(check, facts), records_for(check, records, compiled.rule.record.split())
        return Surroundings(
            facts=facts,
            records=records,
            options=compiled.options,
            anchors=bench.anchors,
            history=bench.history,
            rules=bench.knowledge.rules,
            account=account,
            files=bench.files,
        )

    def _check(self, rule: Rule) -> Check | None:
        return self.bench.checks.get(str(rule.definition.get("check", "")))


def concerns(rule: Rule, type_name: str) -> bool:
    """Whether a rule is about records of a type."""
    return rule.record == ANY or type_name in rule.record.split()


@cache
def _texts(rule: Rule) -> str:
    """Everything of a rule that decides, in one text."""
    decides = ("when", "where", "among", "each", "requires", "expect")
    return " ".join(str(rule.definition[key]) for key in decides if key in rule.definition)


def mentions(rule: Rule, name: str) -> bool:
    """Whether a rule's conditions or expectations name a field."""
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", _texts(rule)) is not None
