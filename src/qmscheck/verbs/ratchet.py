"""The story of ``qmscheck baseline``: known findings are written down once, looked at, and taken out when mended.

A baseline may only shrink. To take in more of what is found, or what is found anew, somebody has to say why, and the
reason stands in the file at each line that was added.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from qmscheck import app, plugins
from qmscheck.calendars import Untold, day_of
from qmscheck.config import Config
from qmscheck.errors import UsageError
from qmscheck.excusing import governs
from qmscheck.excusing.baseline import Baseline, Known, known_problems
from qmscheck.frozen import frozen
from qmscheck.model import Outcome, Report


@frozen
class State:
    """A baseline against what is found today.

    ``still`` are found as they were, ``gone`` are not found any more or on a changed record, ``new`` are found and not
    in it, ``unjudged`` belong to rules that this run did not judge.
    """

    baseline: Baseline
    today: dt.date
    still: tuple[Known, ...] = ()
    gone: tuple[Known, ...] = ()
    new: tuple[Known, ...] = ()
    unjudged: tuple[Known, ...] = ()

    @property
    def age(self) -> int:
        """Days since the oldest finding was taken in."""
        return (self.today - day_of(self.baseline.oldest)).days if self.baseline.oldest else 0

    @property
    def left(self) -> int:
        """Days until the target day; negative when it has passed."""
        return (self.baseline.until - self.today).days

    def by_rule(self) -> dict[str, int]:
        """How many problems of each rule are in it."""
        return dict(sorted(Counter(known.rule for known in self.baseline.findings).items()))


def state(config: Config, as_of: str | None = None) -> State:
    """The baseline of a configuration, compared with a run without it. Raises UsageError where there is none."""
    baseline = app.baseline_of(config)
    if baseline is None:
        raise UsageError(f"there is no baseline {config.baseline}; qmscheck baseline write --until DATE makes one")
    report = _report(config, as_of)
    found = {known.identity: known for known in _known(report)}
    judged = {rule.id for rule in report.rules}
    there = baseline.findings
    identities = {known.identity for known in there}
    return State(
        baseline=baseline,
        today=app.clock(as_of).date(),
        still=tuple(known for known in there if known.identity in found),
        gone=tuple(known for known in there if known.identity not in found and known.rule in judged),
        new=tuple(known for identity, known in found.items() if identity not in identities),
        unjudged=tuple(known for known in there if known.rule not in judged),
    )


def begin(config: Config, until: str | None, as_of: str | None = None) -> State:
    """A first baseline of everything that is found. Raises UsageError without a target day that is near enough."""
    today = app.clock(as_of).date()
    if until is None:
        raise UsageError("say by when all of it is to be mended: --until DATE; after that day nothing is excused")
    last = _day(until)
    longest = int(str(_settings(config)["baseline_days"]))
    if not 0 <= (last - today).days <= longest:
        raise UsageError(f"--until {until} is not within the {longest} days from {today} that baseline_days allows")
    found = (replace(known, since=today.isoformat()) for known in _known(_report(config, as_of)))
    return State(baseline=Baseline(path=config.baseline, until=last, findings=tuple(found)), today=today)


def extended(now: State, because: str) -> State:
    """The baseline with what is new in it, and why. Raises UsageError without a reason."""
    if not because.strip():
        raise UsageError("--add needs a reason; it is written at each line that is added")
    new = (replace(known, since=now.today.isoformat(), because=because.strip()) for known in now.new)
    larger = replace(now.baseline, findings=(*now.baseline.findings, *new))
    return State(baseline=larger, today=now.today)


def pruned(now: State) -> State:
    """The baseline without what is not found any more. What was not judged in this run stays."""
    smaller = replace(now.baseline, findings=(*now.still, *now.unjudged))
    return State(baseline=smaller, today=now.today)


def _report(config: Config, as_of: str | None) -> Report:
    return app.run(config, app.Wishes(as_of=as_of, provenance=False, baseline=False))


def _known(report: Report) -> Iterator[Known]:
    """The problems of everything found or not told, but for what governs excuses and what has no plain name."""
    for result in report.of(Outcome.FAIL, Outcome.UNKNOWN):
        if not governs(result) and result.subject.isprintable():
            yield from known_problems(result)


def _settings(config: Config) -> Mapping[str, object]:
    return {**app.knowledge_of(config, plugins.load(config.disabled_plugins)).settings, **config.settings}


def _day(text: str) -> dt.date:
    try:
        return day_of(text)
    except Untold as reason:
        raise UsageError(f"--until: {reason}; write a day like 2026-09-01") from None
