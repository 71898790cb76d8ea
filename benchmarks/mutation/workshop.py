"""The example as read, and the judgement of it with a few records exchanged."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from unittest.mock import patch

from qmscheck import app, config, plugins, selection
from qmscheck.checks import NotApplicable
from qmscheck.collect import Tree
from qmscheck.errors import UsageError
from qmscheck.expression import Program
from qmscheck.facts import Facts
from qmscheck.judging import Bench, Engine
from qmscheck.judging import records as judging_records
from qmscheck.judging.compiled import CompiledRule
from qmscheck.judging.ledger import Sheet
from qmscheck.judging.panel import Panel
from qmscheck.judging.plain import Plain
from qmscheck.judging.records import TypeJudge
from qmscheck.judging.rulebook import concerns
from qmscheck.judging.sets import SetJudge
from qmscheck.judging.trial import excused
from qmscheck.knowledge import Knowledge
from qmscheck.model import Outcome, Record, Result, Rule, Scope
from qmscheck.people import People
from qmscheck.reading import Reading
from qmscheck.registry import RecordSet, values_at
from qmscheck.schema import ANY, Link

BAD = frozenset({Outcome.FAIL, Outcome.UNKNOWN, Outcome.ERROR})
STRANGER = "nobody.known"
LEAVER = "long.gone"
"""A person added to the register who left before anything in the example happened."""

_NEAR = frozenset({"references", "unique-ids"})
"""Checks that look around, but only for records with a given id."""

Finding = tuple[str, str, str, str]
"""Rule id, record type it was found on, subject, and what was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """One fact made wrong: the records before, and what takes their place (fewer where records are deleted).

    ``field`` is the path without list items, ``what`` says in words what was done. ``people`` replaces the register.
    ``optional`` tells that a sound record may look like this as well.
    """

    kind: str
    type: str
    field: str
    subject: str
    what: str
    before: tuple[Record, ...] = ()
    after: tuple[Record, ...] = ()
    people: People | None = None
    optional: bool = False

    @property
    def group(self) -> tuple[str, str, str]:
        """Damages of one group are told in one line."""
        return self.type, self.field, self.kind


class _Remembering(SetJudge):
    """Remembers which records a rule picks: most of them are the same from damage to damage."""

    known: dict[tuple[CompiledRule, str, Record], bool]
    sound: frozenset[Record]

    def _picked(self, where: Program | None, members: list[Record]) -> Iterator[Record]:
        if where is None:
            return iter(members)
        picks = self._book.picker(where)
        return (record for record in members if self._remembered(where, picks, record))

    def _remembered(self, where: Program, picks: Callable[[Record], bool], record: Record) -> bool:
        key = (self._compiled, where.source, record)
        if key in self.known:
            return self.known[key]
        picked = picks(record)
        if record in self.sound:
            self.known[key] = picked
        return picked


@dataclass(slots=True)
class _Ways:
    """From which records one record can be seen: through links that rules use, and references."""

    seen_by: dict[Record, list[Record]] = field(default_factory=lambda: defaultdict(list))
    named_by: dict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))
    onto: dict[str, list[tuple[str, Link]]] = field(default_factory=lambda: defaultdict(list))


class Workshop:
    """Judges damaged copies of one example. ``records`` and ``rules`` are what a run would use."""

    def __init__(self, root: Path, as_of: str) -> None:
        self.config = config.load(root)
        loaded = plugins.load(self.config.disabled_plugins)
        self.knowledge: Knowledge = app.knowledge_of(self.config, loaded)
        chosen = selection.standards(self.knowledge, self.config.standards)
        self.facts = app.facts_of(self.config, self.knowledge, chosen, as_of)
        self.facts.people = with_leaver(self.facts.people)
        rules = selection.rules(self.knowledge, self.config.select, self.config.ignore, chosen)
        self.rules, _ = selection.by_history(rules, loaded.checks, on=False)
        reading = Reading(config=self.config, knowledge=self.knowledge, plugins=loaded, tree=Tree(self.config.root))
        items = list(reading.records())
        if broken := [item for item in items if not isinstance(item, Record)]:
            raise UsageError(f"the example has files that cannot be read: {broken[0].location}: {broken[0].reason}")
        self.records = [item for item in items if isinstance(item, Record)]
        self._plugins = loaded
        self.bench = self._bench(self.facts)
        self.engine = Engine(self.bench, self.rules)
        self._sound = frozenset(self.records)
        self._picked: dict[tuple[CompiledRule, str, Record], bool] = {}
        self._looking = Engine(self.bench, dict.fromkeys(self._look_around()))
        self._panels: dict[tuple[int, ...], Panel] = {}
        self._sets = list(self._set_rules())
        self._wandering = frozenset(self._wander())
        self._ways = self._found_ways(RecordSet(self.records, self.knowledge.types))
        self.baseline = frozenset(self.whole(self.records))
        self.unexcused = frozenset(self._unexcused(reading))

    def _bench(self, facts: Facts) -> Bench:
        return Bench(
            knowledge=self.knowledge,
            facts=facts,
            checks=self._plugins.checks,
            functions=self._plugins.functions,
            files=Tree(self.config.root).beside,
        )

    def whole(self, records: Iterable[Record], people: People | None = None) -> set[Finding]:
        """What a run on these records finds, judged by the engine as a run does."""
        engine = self.engine
        if people is not None:
            engine = Engine(self._bench(replace(self.facts, people=people)), self.rules)
        ledger = engine.judge(RecordSet(records, self.knowledge.types))
        return {finding for result in ledger.of(BAD) for finding in _findings(result)}

    def _unexcused(self, reading: Reading) -> Iterator[Finding]:
        """What a run on the sound example tells as found: neither waived, nor ignored, nor in its baseline."""
        records = RecordSet(self.records, self.knowledge.types)
        excuses = app.excuses_of(reading, records, self.facts, self.rules)
        ledger = self.engine.judge(records, finish=excuses.excused, account=excuses.account)
        return (finding for result in ledger.of(BAD) for finding in _findings(result))

    def new_findings(self, damage: Damage, *, everything: bool = False) -> set[Finding]:
        """What is found of the damaged example and not of the sound one; ``everything``: judge all records anew."""
        records = list(self.exchanged(damage))
        if everything or damage.people is not None or len(damage.after) < len(damage.before):
            return self.whole(records, damage.people) - self.baseline
        around = RecordSet(records, self.knowledge.types)
        found = set(self._over_sets(around, damage.type))
        with patch.object(judging_records, "Panel", self._panel):
            for group in self._groups(self._affected(damage, around), around):
                engine = self.engine if any(record in damage.after for record in group) else self._looking
                kept: list[Result] = []
                judge = TypeJudge(engine.rulebook, self.knowledge.types[group[0].type], around, _keeping(kept))
                judge.sheet(group, lambda: None)
                found.update(finding for result in kept if result.outcome in BAD for finding in _findings(result))
        return found - self.baseline

    def _look_around(self) -> Iterator[Rule]:
        """The rules whose verdict on a record may change with another record."""
        for record_type in self.knowledge.types.values():
            yield from (one.rule for one in self.engine.rulebook.compiled_for(record_type) if one.looks_around())

    def _panel(self, plain: Plain, facts: Facts, rules: Sequence[CompiledRule], sheet: Sheet) -> Panel:
        """The panel of these rules, made once: making it costs more than a record's judgement.

        A later sheet may give other codes to the reasons why rules do not apply; nobody asks for them here.
        """
        key = tuple(map(id, rules))
        if key not in self._panels:
            self._panels[key] = Panel(plain, facts, rules, sheet)
        return self._panels[key]

    def exchanged(self, damage: Damage) -> Iterator[Record]:
        swapped = dict(zip(damage.before, damage.after, strict=False))
        taken = frozenset(damage.before)
        for record in self.records:
            if record in swapped:
                yield swapped[record]
            elif record not in taken:
                yield record
        yield from damage.after[len(damage.before) :]

    def _affected(self, damage: Damage, around: RecordSet) -> set[Record]:
        """The damaged record and every record whose judgement looks at it, before or after."""
        affected = set(damage.after)
        for record in (*damage.before, *damage.after):
            twins = around.find(record.type, "id", record.id)
            affected.update(twins)
            for one in (record, *twins):
                affected.update(self._ways.seen_by.get(one, ()))
            affected.update(self._ways.named_by.get(record.id.casefold(), ()))
        for type_name, link in self._ways.onto[damage.type]:
            for other in around.of(type_name):
                if any(record in (around.related(other, link) or ()) for record in damage.after):
                    affected.add(other)
        for type_name in self._wandering:
            affected.update(around.of(type_name))
        return affected - set(damage.before)

    def _groups(self, affected: set[Record], around: RecordSet) -> Iterator[list[Record]]:
        """Records to judge together: alone, or with their file where rules compare a record with the one before."""
        done: set[tuple[str, str]] = set()
        for record in sorted(affected, key=lambda one: (one.type, one.subject, one.id)):
            compiled = self.engine.rulebook.compiled_for(self.knowledge.types[record.type])
            if not any(one.rule.scope is Scope.SEQUENCE for one in compiled):
                yield [record]
            elif (record.type, record.path) not in done:
                done.add((record.type, record.path))
                yield [one for one in around.of(record.type) if one.path == record.path]

    def _set_rules(self) -> Iterator[tuple[str, CompiledRule, bool]]:
        book = self.engine.rulebook
        for rule in book.over_sets():
            for name in rule.record.split():
                yield name, book.compiled(rule, name), book.is_set_check(rule)

    def _over_sets(self, around: RecordSet, type_name: str) -> Iterator[Finding]:
        for name, compiled, is_check in self._sets:
            if not concerns(compiled.rule, type_name):
                continue
            members = partial(_members, name, around)
            judge = _Remembering(self.engine.rulebook, compiled, name, members, around)
            judge.known, judge.sound = self._picked, self._sound
            try:
                results = list(judge.verdicts() if is_check else judge.facts())
            except NotApplicable:
                continue
            except Exception as error:  # noqa: BLE001 - as the engine does
                results = [excused(compiled.rule, name, error, anchor=judge.anchor)]
            yield from (finding for result in results if result.outcome in BAD for finding in _findings(result))

    def _found_ways(self, records: RecordSet) -> _Ways:
        ways = _Ways()
        for type_name, record_type in self.knowledge.types.items():
            compiled = self.engine.rulebook.compiled_for(record_type)
            for link in (record_type.links[name] for name in sorted({name for one in compiled for name in one.links})):
                for target in link.targets:
                    if link.source is not None or link.by != "id":
                        ways.onto[target].append((type_name, link))
                for record in records.of(type_name):
                    for other in records.related(record, link) or ():
                        ways.seen_by[other].append(record)
        for record in records:
            for path in self.knowledge.types[record.type].references:
                for _, value in values_at(record.fields, path):
                    ways.named_by[str(value).casefold()].append(record)
        return ways

    def _wander(self) -> Iterator[str]:
        """Types with a check that may look at any record."""
        for name, record_type in self.knowledge.types.items():
            checks = (one.check for one in self.engine.rulebook.compiled_for(record_type) if one.check is not None)
            if any(check.looks_around and check.name not in _NEAR for check in checks):
                yield name


def _members(name: str, around: RecordSet) -> list[Record]:
    return list(around) if name == ANY else around.of(name)


def with_leaver(people: People) -> People:
    """The register with one more person, who left long ago."""
    gone = People.of([{"key": LEAVER, "employed_from": "2001-01-01", "employed_to": "2003-12-31"}])
    return People(known=people.known, by_identity={**people.by_identity, **gone.by_identity})


def day(facts: Facts, days: int) -> str:
    """The as-of day, moved."""
    return (facts.today + dt.timedelta(days=days)).isoformat()


def areas(knowledge: Knowledge) -> dict[str, frozenset[str]]:
    """For each type the types whose rules may well report its damages: itself and those tied to it by a link."""
    tied: dict[str, set[str]] = {name: {name} for name in knowledge.types}
    for name, one in knowledge.types.items():
        for link in one.links.values():
            for target in link.targets:
                tied[name].add(target)
                tied[target].add(name)
    return {name: frozenset(found) for name, found in tied.items()}


def _keeping(kept: list[Result]) -> Callable[[Result], Result]:
    def keep(result: Result) -> Result:
        kept.append(result)
        return result

    return keep


def _findings(result: Result) -> Iterator[Finding]:
    subject, rule = result.subject, result.rule
    type_name = result.record.type if result.record is not None else rule.record
    if result.outcome is Outcome.FAIL:
        yield from ((rule.id, type_name, subject, problem.identity) for problem in result.problems)
    else:
        yield rule.id, type_name, subject, str(result.outcome)
