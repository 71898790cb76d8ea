"""The story of a period: each day's tree judged by date-based rules as of that day's end, one day after the other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from qmscheck import __version__, app, selection
from qmscheck.calendars import Untold
from qmscheck.collect import tree_of
from qmscheck.config import Config
from qmscheck.errors import QmscheckError, UsageError
from qmscheck.frozen import frozen
from qmscheck.history import Days, Snapshot, moving
from qmscheck.hookspec import Moment
from qmscheck.judging import Bench, Engine
from qmscheck.lives import Commit, Gone, Signature, State
from qmscheck.memory.recall import GitLives
from qmscheck.memory.rereading import Rereading
from qmscheck.model import Grade, Outcome, Policy, Record, Result, Rule
from qmscheck.past import governing, loaded, policy_from
from qmscheck.period import Interval, Period, gaps_of
from qmscheck.reading import Reading
from qmscheck.registry import RecordSet

_ONE_DAY = dt.timedelta(days=1)
_PENDING = frozenset({Outcome.FAIL, Outcome.UNKNOWN})
"""What does not fail the run before the day from which its rule does."""
_TOLD = frozenset({Outcome.FAIL, Outcome.UNKNOWN, Outcome.ERROR, Outcome.WAIVED})

Progress = Callable[[str, int], None]
_Key = tuple[str, Outcome, Grade, bool, str, str]
"""Rule, outcome, weight, whether it fails the run, and the record."""


@frozen
class Where:
    """Where a period is looked at: the folder, the configuration if named, the revision of the policy if one is."""

    start: Path
    explicit: Path | None = None
    policy: str | None = None


def of(where: Where, first: dt.date, last: dt.date, wishes: app.Wishes, progress: Progress | None = None) -> Period:
    """On which days of a period, first and last included, date-based expectations were not met.

    Each day is judged on the tree of its last commit, with the configuration of that tree or that of the policy, as of
    the day's end; what was found is weighed by the policy of that day. Raises only for usage, and for plugins.
    """
    if last < first:
        raise UsageError(f"the period {first}..{last} ends before it begins")
    with ExitStack() as files:
        fixed = files.enter_context(policy_from(where.start, where.policy, where.explicit)) if where.policy else None
        days, snapshot = files.enter_context(moving(where.start, first, last))
        court = _Court(snapshot, where, fixed, wishes) if snapshot is not None else None
        logbook, untold = _Logbook(), list[tuple[dt.date, str]]()
        problem: QmscheckError | None = None
        for number, day in enumerate(_days(first, last), start=1):
            try:
                session = _sitting(day, days, court)
            except (QmscheckError, Untold) as reason:
                untold.append((day, str(reason)))
                problem = reason if isinstance(reason, QmscheckError) else problem
                continue
            policy = session.policy(day)
            logbook.note(day, session.findings(days.moments[day].as_of, policy), session.placed, policy)
            if progress is not None:
                progress("days", number)
        if problem is not None and court is not None and not court.rules:
            raise problem  # no day could be judged, and not because git cannot tell
        return Period(
            version=__version__,
            first=first,
            last=last,
            policy=_policy(court, wishes, last),
            rules=tuple(sorted(court.rules.values(), key=lambda rule: (rule.area, rule.id))) if court else (),
            commits=len({moment.commit for moment in days.moments.values()}),
            records=court.records if court else 0,
            intervals=logbook.intervals(),
            gaps=tuple(gaps_of(untold)),
        )


def _sitting(day: dt.date, days: Days, court: _Court | None) -> _Session:
    """The session for a day; raises, with the reason, where there is none."""
    if day > app.clock(None).date():
        raise Untold("it lies ahead")
    if court is None or day not in days.moments:
        raise Untold(days.before)
    return court.at(days.moments[day])


def _days(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    day = first
    while day <= last:
        yield day
        day += _ONE_DAY


def _policy(court: _Court | None, wishes: app.Wishes, last: dt.date) -> Policy:
    """What fails the run as the last configuration has it; without one, as asked for."""
    if court is not None and court.session is not None:
        return court.session.policy(last)
    return Policy(fail_on=wishes.fail_on or Grade.MINOR, unknown_fails=(wishes.on_unknown or "fail") == "fail")


class _Logbook:
    """Notes what was found on each day, and joins days in a row to intervals."""

    def __init__(self) -> None:
        self._judged: dt.date | None = None
        self._open: dict[_Key, Interval] = {}
        self._closed: list[Interval] = []

    def note(self, day: dt.date, found: dict[_Key, Result], placed: Callable[[Result], Result], policy: Policy) -> None:
        """What was found on a day, and on none since the last note, and by which policy it is weighed."""
        if self._judged != day - _ONE_DAY:
            self._close(self._open)
        self._close([key for key in self._open if key not in found])
        for key, result in found.items():
            if key in self._open:
                self._open[key] = replace(self._open[key], last=day, message=result.message)
            else:
                self._open[key] = _interval(day, placed(result), policy, before=self._judged != day - _ONE_DAY)
        self._judged = day

    def intervals(self) -> tuple[Interval, ...]:
        """All intervals, by rule, subject and day. Those that are open last."""
        lasting = [replace(interval, lasting=True) for interval in self._open.values()]
        return tuple(sorted((*self._closed, *lasting), key=_order))

    def _close(self, keys: Iterable[_Key]) -> None:
        self._closed += [self._open.pop(key) for key in list(keys)]


def _interval(day: dt.date, result: Result, policy: Policy, *, before: bool) -> Interval:
    record = result.record
    return Interval(
        rule=result.rule,
        outcome=result.outcome,
        subject=result.subject,
        record=(record.type, record.id) if record is not None else ("", ""),
        first=day,
        last=day,
        message=result.message,
        location=result.location,
        before=before,
        grade=result.grade,
        fails=policy.fails(result.rule, result.outcome, result.grade),
        until=policy.pending.get(result.rule.id, "") if result.outcome in _PENDING else "",
    )


def _order(interval: Interval) -> tuple[str, str, str, dt.date]:
    return interval.rule.area, interval.rule.id, interval.subject, interval.first


class _Lives:
    """Lives from the history up to the tree that is judged; read when a rule asks."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._lives: GitLives | None = None

    def move(self) -> None:
        """The tree is another one."""
        self._lives = None

    def states(self, record: Record) -> Sequence[State]:
        """The states of a record up to then."""
        return self._then().states(record)

    def gone(self) -> Iterable[Gone]:
        """The records removed up to then."""
        return self._then().gone()

    def signature(self, commit: Commit) -> Signature:
        """Whether a commit is signed."""
        return self._then().signature(commit)

    def _then(self) -> GitLives:
        if self._lives is None:
            self._lives = GitLives(self._reading)
        return self._lives


class _Session:
    """Rules and records under one configuration. `read` takes the records of the tree that the snapshot is now."""

    def __init__(self, config: Config, snapshot: Snapshot, wishes: app.Wishes) -> None:
        terms = app.terms_of(config, wishes)
        config = terms.config
        self.rules = selection.by_clock(terms.rules, terms.plugins.checks)
        self.config = config
        self._wishes = wishes
        self._terms = terms
        self._reading = Reading(
            config=config,
            knowledge=terms.knowledge,
            plugins=terms.plugins,
            tree=tree_of(config),
            always=app.ALWAYS_READ,
        )
        self._rereading = Rereading(self._reading, snapshot)
        self._lives = _Lives(self._reading)
        bench = Bench(
            knowledge=terms.knowledge,
            facts=terms.facts,
            checks=terms.plugins.checks,
            functions=terms.plugins.functions,
            anchors=app.anchors_of(config),
            history=self._lives if config.history else None,
        )
        self._engine = Engine(bench, self.rules)
        self.records = RecordSet((), terms.knowledge.types)
        self._unreadable: list[Result] = []
        self._locator = self._reading.locator()

    def read(self) -> None:
        """Take the records of the tree."""
        items = self._rereading.items()
        records = (item for item in items if isinstance(item, Record))
        self.records = RecordSet(records, self._terms.knowledge.types, untold=self._reading.untold)
        self._unreadable = app.unreadable_results(items, self._terms.knowledge)
        self._locator = self._reading.locator()
        self._lives.move()

    def policy(self, day: dt.date) -> Policy:
        """What fails the run on a day: grade, profile, and the rules that only report yet."""
        return app.policy_of(self._terms, self._wishes, day)

    def findings(self, as_of: dt.datetime, policy: Policy) -> dict[_Key, Result]:
        """What is not met at an instant, told apart by rule, outcome, weight and record."""
        self._engine.rulebook.at(as_of)
        excuses = None
        if self._wishes.waivers:
            known = self._wishes.baseline and self._terms.profile.baseline
            excuses = app.excuses_of(self._reading, self.records, self._terms.facts, self.rules, baseline=known)
        ledger = self._engine.judge(
            self.records,
            finish=excuses.excused if excuses else lambda result: result,
            account=excuses.account if excuses else None,
        )
        return {self._key(result, policy): result for result in (*ledger.of(_TOLD), *self._unreadable)}

    def placed(self, result: Result) -> Result:
        """A result with its places in the files of the tree."""
        return app.placed(result, self._locator)

    def _key(self, result: Result, policy: Policy) -> _Key:
        """A record that moves stays the same, as long as no other one has its id."""
        record = result.record
        alone = record is not None and len(self.records.find(record.type, "id", record.id)) == 1
        name = (record.type, record.id) if record is not None and alone else ("", result.subject)
        fails = policy.fails(result.rule, result.outcome, result.grade)
        return result.rule.id, result.outcome, result.grade, fails, *name


class _Court:
    """Judges one moment after the other; what did not change since the last one is kept."""

    def __init__(self, snapshot: Snapshot, where: Where, fixed: Config | None, wishes: app.Wishes) -> None:
        self._snapshot = snapshot
        self._start = snapshot.root
        self._where = where
        self._fixed = fixed
        self._wishes = wishes
        self._governed: object = None
        self._commit = ""
        self.session: _Session | None = None
        self.rules: dict[str, Rule] = {}
        self.records = 0

    def at(self, moment: Moment) -> _Session:
        """The session for a moment, its records read. Raises for a configuration, rules or a tree that are no good."""
        moved = moment.commit != self._commit
        if moved:
            self._commit = ""  # until all is read
            self._snapshot.move(moment)
        self._snapshot.as_of = moment.as_of
        session = self.session
        if session is None or (moved and self._fixed is None and self._governs(session.config) != self._governed):
            self.session = None
            session, moved = self._convened(), True
        if moved:
            session.read()
            self.records = max(self.records, sum(1 for _ in session.records))
        self.session, self._commit = session, moment.commit
        return session

    def _convened(self) -> _Session:
        if self._fixed is None:
            self._snapshot.rooted(self._start)
            config = loaded(self._snapshot, self._where.explicit)
            self._governed = self._governs(config)
        else:
            config = self._moved(self._fixed)
        session = _Session(config, self._snapshot, self._wishes)
        self.rules |= {rule.id: rule for rule in session.rules}
        return session

    def _governs(self, config: Config) -> object:
        return governing(self._snapshot, self._start, config)

    def _moved(self, config: Config) -> Config:
        """A configuration of another tree, for records of this one."""
        policy = config.policy
        if policy is not None:
            self._snapshot.rooted(self._snapshot.top / policy.root.relative_to(policy.top))
        return replace(config, root=self._snapshot.root, past=self._snapshot)
