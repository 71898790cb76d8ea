"""``baseline-end`` and ``baseline-gone``: the baseline of known findings has a near end, and only shrinks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from qmscheck.calendars import day_of
from qmscheck.checks import Check, NotApplicable, Standing, Surroundings, Verdict
from qmscheck.model import Location, Problem, Record

Ask = Callable[[Standing, Surroundings], Iterator[Problem]]


def _verdicts(ask: Ask, _members: list[Record], around: Surroundings) -> Iterator[Verdict]:
    """One verdict on the baseline; none where there is no baseline."""
    if around.account is None:
        raise NotApplicable("this run excuses nothing")
    standing = around.account().baseline
    if standing is not None:
        problems = tuple(ask(standing, around))
        yield Verdict(subject=standing.path, problems=problems, anchor=Location(standing.path, 1))


def ends(standing: Standing, around: Surroundings) -> Iterator[Problem]:
    """A problem when the target day has passed or is too far; with option ``notice``: when it is that many days away.

    ``notice`` and ``longest`` are names of settings.
    """
    left = (day_of(standing.until) - around.facts.today).days
    if "notice" in around.options:
        if 0 <= left <= _setting(around, "notice"):
            told = f"it ends on {standing.until}; from then on its {standing.size} problems are found again"
            yield Problem(message=told, key="until", time=True)
        return
    if left < 0:
        told = f"it ended on {standing.until} and excuses nothing any more; {standing.size} problems are in it"
        yield Problem(message=told, key="until", time=True)
    if standing.days > (longest := _setting(around, "longest")):
        told = f"it runs {standing.days} days, until {standing.until}; your longest is {longest}; it excuses nothing"
        yield Problem(message=told, key="days")


def _setting(around: Surroundings, option: str) -> int:
    return int(str(around.facts.settings[str(around.options[option])]))


def gone(standing: Standing, _around: Surroundings) -> Iterator[Problem]:
    """A problem for each known problem that is not found any more."""
    for name in standing.gone:
        yield Problem(message=f"not found any more, or on a changed record: {name}", key=name)


CHECKS = (
    Check(name="baseline-end", whole=partial(_verdicts, ends), late=True, clock=True),
    Check(name="baseline-gone", whole=partial(_verdicts, gone), late=True),
)
