"""What is told of a period: the intervals in which date-based expectations were not met, and what could not be told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import groupby

from qmscheck.frozen import frozen
from qmscheck.model import Grade, Location, Outcome, Policy, Rule

_ONE_DAY = dt.timedelta(days=1)


@frozen
class Interval:
    """Days, first and last included, on whose ends one rule had one outcome other than pass on one subject.

    ``grade`` is its weight on those days, ``fails`` whether the policy of those days lets it fail the run; another
    weight, or a policy that begins to count it, begins another interval. ``until``: its rule only reported then, before
    this day (ISO).

    ``record`` is the type and id of the record, both empty where the subject is a whole set. ``message`` is what was
    said on the last day, ``location`` the place on the first. ``before``: nothing tells that it was met on the day
    before the first one. ``lasting``: it goes on to the last day that could be judged.
    """

    rule: Rule
    outcome: Outcome
    subject: str
    record: tuple[str, str]
    first: dt.date
    last: dt.date
    message: str
    location: Location
    before: bool = False
    lasting: bool = False
    grade: Grade = Grade.MINOR
    fails: bool = True
    until: str = ""

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


@frozen
class Gap:
    """Days, first and last included, of which nothing can be told, and why."""

    first: dt.date
    last: dt.date
    reason: str


@frozen
class Period:
    """What became of a period. ``intervals`` are sorted by rule, subject and day; ``records`` is the highest number.

    ``policy`` is that of the last day, by which days that cannot be told are weighed.
    """

    version: str
    first: dt.date
    last: dt.date
    policy: Policy
    rules: tuple[Rule, ...] = ()
    commits: int = 0
    records: int = 0
    intervals: tuple[Interval, ...] = ()
    gaps: tuple[Gap, ...] = ()

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def judged(self) -> int:
        """On how many of them could be judged."""
        return self.days - sum((gap.last - gap.first).days + 1 for gap in self.gaps)

    @property
    def empty(self) -> bool:
        """Whether there was nothing to judge, or no rule that depends on the day to judge it by."""
        return not (self.records and self.rules) and not self.gaps

    @property
    def satisfied(self) -> bool:
        """Whether something was judged, no interval fails, and every day could be judged (where unknown fails)."""
        return not (self.empty or self.gaps_fail or any(interval.fails for interval in self.intervals))

    @property
    def gaps_fail(self) -> bool:
        """Whether there are days that cannot be told, and they fail the run."""
        return bool(self.gaps) and self.policy.unknown_fails and self.policy.enforced


def by_rule(intervals: Iterable[Interval]) -> Iterator[tuple[Rule, list[Interval]]]:
    """Sorted intervals, rule by rule."""
    for _, found in groupby(intervals, lambda interval: interval.rule.id):
        one = list(found)
        yield one[0].rule, one


def gaps_of(days: Iterable[tuple[dt.date, str]]) -> Iterator[Gap]:
    """Gaps from days in order and reasons: days in a row with one reason are one."""
    found: list[Gap] = []
    for day, reason in days:
        if found and found[-1].reason == reason and found[-1].last + _ONE_DAY == day:
            found[-1] = Gap(first=found[-1].first, last=day, reason=reason)
        else:
            found.append(Gap(first=day, last=day, reason=reason))
    yield from found
