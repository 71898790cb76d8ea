"""Proving rules: every example of a rule is judged as a run would judge it, and must come out as stated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from qmscheck.app import clock, make_facts
from qmscheck.frozen import frozen
from qmscheck.judging import Bench, Engine
from qmscheck.knowledge import Knowledge
from qmscheck.model import Example, Location, Outcome, Record, Result, Rule, Source, Unreadable
from qmscheck.people import People
from qmscheck.plugins import Plugins
from qmscheck.registry import RecordSet
from qmscheck.retold import account_of, lives_of

EXAMPLE_DAY = "2026-09-01"
"""The as-of day of examples that name none."""

_WORST_FIRST = (Outcome.ERROR, Outcome.FAIL, Outcome.UNKNOWN, Outcome.PASS, Outcome.NOT_APPLICABLE)


@frozen
class Proof:
    """What became of one example. ``told`` is the sentence of the result, ``wrong`` why the example does not hold."""

    rule: Rule
    number: int
    example: Example
    outcome: Outcome
    told: str
    wrong: str = ""

    @property
    def location(self) -> Location | None:
        """Where the example stands; the rule's own place where that is not known."""
        return self.example.locate() if self.example.locate is not None else self.rule.location

    @property
    def holds(self) -> bool:
        """Whether the example came out as stated."""
        return not self.wrong


def prove(knowledge: Knowledge, plugins: Plugins, rules: Iterable[Rule] | None = None) -> Iterator[Proof]:
    """Judge every example of every rule."""
    for rule in rules if rules is not None else knowledge.rules.values():
        stand = _Stand(knowledge, plugins, rule)
        for number, example in enumerate(rule.examples, start=1):
            yield _proof(stand, rule, number, example)


def _proof(stand: _Stand, rule: Rule, number: int, example: Example) -> Proof:
    results = stand.judge(example)
    found = {result.outcome for result in results}
    outcome = next((outcome for outcome in _WORST_FIRST if outcome in found), Outcome.NOT_APPLICABLE)
    telling = [result for result in results if result.outcome is outcome]
    told = "; ".join(problem.message for result in telling for problem in result.problems) or (
        telling[0].reason if telling else ""
    )
    wrong = ""
    if outcome is not example.expected:
        wrong = f"expected {example.expected}, but it is {outcome}" + (f": {told}" if told else "")
    elif example.grade and {result.grade for result in telling} != {example.grade}:
        wrong = f"expected the grade {example.grade}, but it is {telling[0].grade}"
    elif example.at:
        reached = {problem.path for result in telling for problem in result.problems}
        lacking = [".".join(map(str, path)) for path in example.at if path not in reached]
        if lacking:
            shown = ", ".join(".".join(map(str, path)) or "(the record)" for path in sorted(reached, key=str))
            wrong = f"expected a problem at {', '.join(lacking)}, but found {shown}"
    return Proof(rule=rule, number=number, example=example, outcome=outcome, told=told, wrong=wrong)


def judge_example(knowledge: Knowledge, plugins: Plugins, rule: Rule, example: Example) -> list[Result]:
    """The results of one rule on one example: of the judged record, or of the whole set."""
    return _Stand(knowledge, plugins, rule).judge(example)


class _Stand:
    """Judges examples of one rule. Examples in equal circumstances share the compiled rule."""

    def __init__(self, knowledge: Knowledge, plugins: Plugins, rule: Rule) -> None:
        self._knowledge = knowledge
        self._plugins = plugins
        self._rule = rule
        self._engines: dict[str, Engine] = {}

    def judge(self, example: Example) -> list[Result]:
        """The results on an example's own records; those beside them are only looked at."""
        types = self._knowledge.types
        first = next((name for name in self._rule.record.split() if name in types), "")
        judged = [example.record] if example.records is None else list(example.records)
        single = len(judged) == 1
        records = [_record(fields, first, index, "example.yaml", single=single) for index, fields in enumerate(judged)]
        beside = [
            _record(fields, "", index, f"related-{index}.yaml", single=True)
            for index, fields in enumerate(example.related)
        ]
        account = account_of(example, records)
        told = None if account is None else lambda: account
        results = self._engine(example, records).judge(RecordSet([*records, *beside], types), account=told)
        own = {record.subject for record in records}
        return [result for result in results if result.record is None or result.subject in own]

    def _engine(self, example: Example, records: list[Record]) -> Engine:
        told = example.history is not None or example.gone is not None or example.files is not None
        key = repr((example.as_of, example.settings, example.people, example.standards))
        if told or key not in self._engines:
            facts = make_facts(
                self._knowledge,
                {**self._knowledge.settings, **example.settings},
                clock(example.as_of or EXAMPLE_DAY),
                example.standards,
                people=People.of(example.people) if example.people else None,
            )
            bench = Bench(
                knowledge=self._knowledge,
                facts=facts,
                checks=self._plugins.checks,
                functions=self._plugins.functions,
                history=lives_of(example, records),
                files=None if example.files is None else partial(_file, example.files),
            )
            engine = Engine(bench, [replace(self._rule, proven=False)])
            if told:
                return engine
            self._engines[key] = engine
        return self._engines[key]


def _file(files: Mapping[str, str], path: str) -> Source | Unreadable:
    """A file as an example tells it."""
    if path in files:
        return Source(path, files[path].encode())
    return Unreadable(location=Location(path, 1), reason="is not there")


def _record(fields: Mapping[str, object], default_type: str, index: int, path: str, *, single: bool) -> Record:
    return Record(
        type=str(fields.get("type", default_type)),
        id=str(fields.get("id", f"EXAMPLE-{index + 1}")),
        fields=dict(fields),
        path=str(fields.get("path", path)),
        collection="example",
        index=index,
        single=single,
    )
