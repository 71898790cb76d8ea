"""The story of a comparison: the base as it was judged then, the base judged now, the work tree judged now."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from qmscheck import app
from qmscheck.calendars import Untold
from qmscheck.comparison import Comparison, compare
from qmscheck.config import Config
from qmscheck.errors import ConfigError, UsageError
from qmscheck.model import Report
from qmscheck.reporters.findings import FINDINGS


def against(
    config: Config,
    revision: str,
    wishes: app.Wishes,
    explicit: Path | None = None,
    progress: app.Progress | None = None,
) -> Comparison:
    """Compare the work tree with the commit from which it and a revision went different ways.

    Each tree is judged by its own configuration. A base that cannot be judged by any counts as empty, and a note says
    so. Raises UsageError where git cannot tell the base, and whatever `app.run` raises for the work tree.
    """
    from qmscheck.history import fork  # noqa: PLC0415 - GitPython costs 80 ms

    try:
        base = fork(config.root, revision)
    except Untold as reason:
        raise UsageError(f"diff: {reason}") from None
    now = replace(wishes, as_of=wishes.as_of or app.clock(None).isoformat())
    after = _findings_of(app.run(config, now, progress))
    notes: list[str] = []
    then, before = _base(config, base.commit, now, explicit, notes)
    if before is not None and before.provenance.config_digest != after.provenance.config_digest:
        notes.append("The configuration is another one than that of the base: findings may come and go with it.")
    found = compare(then, before, after, asked=revision, base=base.commit, base_on=base.committed.date().isoformat())
    return replace(found, notes=(*notes, *after.left_out))


def _base(
    config: Config, commit: str, now: app.Wishes, explicit: Path | None, notes: list[str]
) -> tuple[Report | None, Report | None]:
    """The reports of the base: on its own day, and today."""
    from qmscheck.past import config_at  # noqa: PLC0415 - GitPython costs 80 ms

    try:
        with config_at(config.root, commit, explicit) as past:
            return _findings_of(app.run(past, replace(now, as_of=None))), _findings_of(app.run(past, now))
    except (ConfigError, UsageError) as error:
        notes.append(f"The base cannot be judged, so that every finding counts as new: {error}")
        return None, None


def _findings_of(report: Report) -> Report:
    """The report without passes; it needs no file of the past any more."""
    return replace(report, results=tuple(report.of(*FINDINGS)))
