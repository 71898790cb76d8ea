"""The story of ``qmscheck status``: the same rules, asked as of the days to come.

What is not found today and will be found at the end of the window is asked for day by day, by halves, until the first
day on which it is found. Nothing here knows of reviews or actions: what becomes due is what the rules find.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from qmscheck import app, selection
from qmscheck.agenda import Agenda, Due
from qmscheck.calendars import Untold, day_of, shift
from qmscheck.collect import tree_of
from qmscheck.config import Config
from qmscheck.errors import UsageError
from qmscheck.excusing import TYPE as WAIVER
from qmscheck.excusing.baseline import UNTOLD
from qmscheck.judging import Bench, Engine
from qmscheck.memory.recall import GitLives
from qmscheck.model import FieldPath, Outcome, Problem, Record, Result, Rule
from qmscheck.reading import Reading
from qmscheck.registry import RecordSet

_ONE_DAY = dt.timedelta(days=1)
_TOLD = frozenset({Outcome.FAIL, Outcome.UNKNOWN, Outcome.ERROR})

_Key = tuple[str, str, str]
"""Rule, subject and problem."""
_Found = Mapping[_Key, tuple[Result, Problem | None]]


def agenda(config: Config, wishes: app.Wishes, within: str = "P30D") -> Agenda:
    """What becomes due within a period (ISO 8601) after the as-of day. Raises UsageError for no such period."""
    terms = app.terms_of(config, wishes)
    now = terms.facts.as_of
    try:
        until = shift(now, within).date()
    except Untold as reason:
        raise UsageError(f"--within: {reason}") from None
    if until <= now.date():
        raise UsageError(f"--within {within} leads to no later day")
    outlook = _Outlook(terms, wishes, until)
    found = outlook.at(now.date())
    failing = sum(1 for result, _ in found.values() if outlook.fails(result, now.date()))
    due = sorted((*outlook.due(until), *outlook.promotions(until)), key=_order)
    return Agenda(as_of=now, until=until, due=tuple(due), found=failing)


def _order(due: Due) -> tuple[object, ...]:
    rule = due.rule.id if due.rule is not None else ""
    return due.last, due.owner.casefold(), not due.fails, rule, due.subject, due.problem


class _Outlook:
    """Records and rules, and what they tell on the days that somebody asked for."""

    def __init__(self, terms: app.Terms, wishes: app.Wishes, until: dt.date) -> None:
        self._terms = terms
        self._wishes = wishes
        self._now = terms.facts.as_of
        self._reading = Reading(
            config=terms.config, knowledge=terms.knowledge, plugins=terms.plugins, tree=tree_of(terms.config)
        )
        items = self._reading.records()
        self._records = RecordSet(
            (item for item in items if isinstance(item, Record)), terms.knowledge.types, untold=self._reading.untold
        )
        self._baseline = app.baseline_of(terms.config) if wishes.baseline and terms.profile.baseline else None
        today = self._now.date()
        self._promoted = {rule for rule, entry in terms.enforcement.items() if today < day_of(entry.day) <= until}
        self._rules = list(self._concerned())
        bench = Bench(
            knowledge=terms.knowledge,
            facts=terms.facts,
            checks=terms.plugins.checks,
            functions=terms.plugins.functions,
            anchors=app.anchors_of(terms.config),
            history=GitLives(self._reading) if terms.config.history else None,
            files=self._reading.tree.beside,
        )
        self._engine = Engine(bench, self._rules)
        self._days: dict[dt.date, _Found] = {}
        self._excused: set[tuple[str, str]] = set()

    def _concerned(self) -> Iterator[Rule]:
        """Rules that the passing of time alone can turn: by the clock, by the end of an excuse, by their own day."""
        checks = self._terms.plugins.checks
        clock = {rule.id for rule in selection.by_clock(self._terms.rules, checks)}
        waived = {str(waiver.fields.get("rule")) for waiver in self._records.of(WAIVER)}
        known = {one.rule for one in self._baseline.findings} if self._baseline is not None else set()
        wanted = clock | waived | known | self._promoted
        return (rule for rule in self._terms.rules if rule.id in wanted)

    def at(self, day: dt.date) -> _Found:
        """What is found on a day, by its key; today at the instant asked for."""
        if day not in self._days:
            today = day == self._now.date()
            self._days[day] = self._judged(self._now if today else dt.datetime.combine(day, dt.time(), dt.UTC))
        return self._days[day]

    def _judged(self, as_of: dt.datetime) -> _Found:
        self._engine.rulebook.at(as_of)
        excuses = None
        if self._wishes.waivers:
            excuses = app.excuses_of(
                self._reading, self._records, self._terms.facts, self._rules, baseline=self._baseline is not None
            )
        ledger = self._engine.judge(
            self._records,
            finish=excuses.excused if excuses else lambda result: result,
            account=excuses.account if excuses else None,
        )
        if as_of == self._now:
            self._excused = {(one.rule.id, one.subject) for one in ledger.of({Outcome.WAIVED})}
        return dict(_keyed(ledger.of(_TOLD)))

    def fails(self, result: Result, day: dt.date) -> bool:
        """Whether a result fails the run on a day."""
        return app.policy_of(self._terms, self._wishes, day).fails(result.rule, result.outcome, result.grade)

    def due(self, until: dt.date) -> Iterator[Due]:
        """What is found on the last day of the window and not today, each with the day before it is found."""
        today, last = self._now.date(), self.at(until)
        new = [key for key in last if key not in self.at(today)]
        locator = self._reading.locator()
        for key, day in self._first_days(new, today, until):
            if self._ends_with_the_baseline(key, day):
                continue
            result, problem = self.at(day)[key]
            if problem is not None:
                result = app.placed(replace(result, problems=(problem,)), locator)
            yield Due(
                last=day - _ONE_DAY,
                rule=result.rule,
                subject=result.subject,
                record=result.record.id if result.record is not None else "",
                problem=key[2],
                message=problem.message if problem is not None else result.reason,
                owner=_owner(result.record, problem.path if problem is not None else ()),
                fails=self.fails(result, day),
                excused=(result.rule.id, result.subject) in self._excused,
                location=result.location,
            )

    def _first_days(self, keys: list[_Key], low: dt.date, high: dt.date) -> Iterator[tuple[_Key, dt.date]]:
        """The first day on which each is found, of those that are not found on ``low`` and are on ``high``."""
        if not keys:
            return
        if high - low == _ONE_DAY:
            yield from ((key, high) for key in keys)
            return
        middle = low + (high - low) // 2
        there = self.at(middle)
        yield from self._first_days([key for key in keys if key in there], low, middle)
        yield from self._first_days([key for key in keys if key not in there], middle, high)

    def _ends_with_the_baseline(self, key: _Key, day: dt.date) -> bool:
        """Whether it is one of many that come back when the baseline ends: the baseline itself is due then."""
        baseline = self._baseline
        if baseline is None or day != baseline.until + _ONE_DAY:
            return False
        return any((known.rule, known.subject) == key[:2] for known in baseline.findings)

    def promotions(self, until: dt.date) -> Iterator[Due]:
        """Rules that only report now and begin to fail the run, and what they find today."""
        for selector, entry in self._terms.config.enforce_from.items():
            rules = [rule for rule, one in self._terms.enforcement.items() if one is entry]
            day = day_of(entry.day)
            if not rules or not self._now.date() < day <= until:
                continue
            there = [result for result, _ in self.at(self._now.date()).values() if result.rule.id in rules]
            failing = sum(1 for result in there if self.fails(result, day))
            yield Due(
                last=day - _ONE_DAY,
                subject=selector,
                message=f"rules that fail the run then: {len(rules)}; problems that they find today: {failing}",
                owner=entry.owner,
                location=entry.location,
            )


def _keyed(results: Iterable[Result]) -> Iterator[tuple[_Key, tuple[Result, Problem | None]]]:
    for result in results:
        if result.outcome is not Outcome.FAIL:
            yield (result.rule.id, result.subject, UNTOLD), (result, None)
        for problem in result.problems if result.outcome is Outcome.FAIL else ():
            yield (result.rule.id, result.subject, problem.identity), (result, problem)


def _owner(record: Record | None, path: FieldPath) -> str:
    """Who sees to a problem: the owner of the item that it is about, else of the record."""
    if record is None:
        return ""
    value: object = record.fields
    owner = record.fields.get("owner")
    for part in path:
        value = value.get(part) if isinstance(value, Mapping) else _item(value, part)
        if isinstance(value, Mapping) and value.get("owner"):
            owner = value["owner"]
    return str(owner or "")


def _item(value: object, part: str | int) -> object:
    return value[part] if isinstance(value, list) and isinstance(part, int) and part < len(value) else None
