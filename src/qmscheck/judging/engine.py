"""The engine: every selected rule on every subject it concerns, one result each, in one stable order.

A rule that crashes becomes an ``error`` result that names it; the others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import count

from qmscheck.checks import Account
from qmscheck.judging.focus import Focus
from qmscheck.judging.ledger import Ledger
from qmscheck.judging.records import Finish, TypeJudge
from qmscheck.judging.rulebook import Bench, Rulebook
from qmscheck.judging.sets import SetJudge
from qmscheck.judging.trial import excused
from qmscheck.judging.window import window_of
from qmscheck.model import Record, Result, Rule
from qmscheck.registry import RecordSet
from qmscheck.schema import ANY


class Engine:
    """Compiles rules once and judges any number of record sets with them."""

    def __init__(self, bench: Bench, rules: Iterable[Rule]) -> None:
        self.rulebook = Rulebook(bench, rules)

    def judge(
        self,
        records: RecordSet,
        progress: Callable[[int], None] | None = None,
        finish: Finish = lambda result: result,
        account: Callable[[], Account] | None = None,
        focus: Focus | None = None,
    ) -> Ledger:
        """The results of all rules on all records, or on those in ``focus``, and over whole sets.

        ``finish`` completes what is no mere pass; ``account`` tells what it has excused so far.
        """
        done = count(1)

        def judged() -> None:
            number = next(done)
            if progress is not None and not number % 256:
                progress(number)

        blind = focus.blind if focus else frozenset[str]()
        parts = focus.parts(records) if focus else None
        sheets = [
            TypeJudge(self.rulebook, record_type, records, finish, around=around, blind=blind).sheet(members, judged)
            for name, record_type in self.rulebook.bench.knowledge.types.items()
            for members, around in (_whole(records.of(name)) if parts is None else parts.get(name, ()))
        ]
        return Ledger(sheets, map(finish, self._over_sets(records, account, focus)))

    def left_out(self, focus: Focus) -> list[Rule]:
        """The rules on whole sets that are not judged: nothing changed in theirs, or they need the whole run."""
        return [rule for rule in self.rulebook.over_sets() if not any(self._asked(rule, focus))]

    def input_of(self, record: Record, records: RecordSet) -> Mapping[str, object]:
        """What rules see of a record: the variables ``record``, ``related`` and so on of their expressions."""
        record_type = self.rulebook.bench.knowledge.types[record.type]
        return TypeJudge(self.rulebook, record_type, records, lambda result: result).input_of(record)

    def _over_sets(
        self, records: RecordSet, account: Callable[[], Account] | None, focus: Focus | None
    ) -> Iterator[Result]:
        if not records.complete:
            return
        book = self.rulebook
        for rule in book.over_sets():
            for name in self._asked(rule, focus):
                members = partial(self._members, rule, name, records)
                judge = SetJudge(book, book.compiled(rule, name), name, members, records, account)
                try:
                    results = judge.verdicts() if book.is_set_check(rule) else judge.facts()
                    whole = focus is None or self._sees_change(rule, focus)
                    yield from results if whole or focus is None else self._concerned(focus, rule, results)
                except Exception as error:  # noqa: BLE001 - one broken rule must not hide what the others find
                    yield excused(rule, name, error, anchor=judge.anchor)

    def _members(self, rule: Rule, name: str, records: RecordSet) -> list[Record]:
        """The records of a set, or those of them that can matter to the rule."""
        looked_at, window = self.rulebook.looked_at(rule), window_of(rule)
        if looked_at is not None:
            return [one for one in records.having(looked_at) if name in {ANY, one.type}]
        if window is not None and name != ANY:
            return records.since(name, window.fields, window.since(self.rulebook.bench.facts))
        return list(records) if name == ANY else records.of(name)

    def _asked(self, rule: Rule, focus: Focus | None) -> list[str]:
        """Of the sets that a rule is about, those that are judged."""
        names = rule.record.split()
        if focus is None:
            return names
        if self.rulebook.is_late(rule):
            return []
        if self._sees_change(rule, focus):
            return names
        return [name for name in names if name in focus.types or (name == ANY and focus.types)]

    def _sees_change(self, rule: Rule, focus: Focus) -> bool:
        """Whether something changed that a rule on whole sets looks at beside its own set."""
        seen = focus.types.intersection(self.rulebook.seen_by(rule))
        return bool(seen) or (ANY in self.rulebook.seen_by(rule) and bool(focus.types))

    def _concerned(self, focus: Focus, rule: Rule, results: Iterable[Result]) -> Iterator[Result]:
        types, removed = self.rulebook.bench.knowledge.types, self.rulebook.is_historic(rule)
        return (result for result in results if focus.concerns(result, types, removed=removed))


def _whole(members: list[Record]) -> list[tuple[list[Record], bool]]:
    return [(members, False)] if members else []
