"""``stale``: a live record is touched from time to time."""

from __future__ import annotations

from collections.abc import Iterator

from qmscheck.calendars import shift
from qmscheck.checks import Check, NotApplicable, Surroundings
from qmscheck.model import Problem, Record


def problems(record: Record, around: Surroundings) -> Iterator[Problem]:
    """A problem when no commit has changed a live record for longer than the setting named by option ``period``."""
    lifecycle = around.facts.types[record.type].lifecycle
    status = record.fields.get("status")
    if status is None or status in lifecycle.groups.get("closed", frozenset()):
        raise NotApplicable("it is closed, or states no status")
    period = str(around.facts.settings[str(around.options["period"])])
    commits = [state.commit for state in around.states(record) if not state.commit.formatting]
    if not commits:
        raise NotApplicable("only formatting commits touched it")
    last = max(commits, key=lambda commit: commit.committed)
    if shift(last.committed, period) < around.facts.as_of:
        yield Problem(
            message=f"is {status}, but nothing was written in it since {last.day} (commit {last.short}); your limit is "
            f"{period}",
            path=("status",),
            time=True,
        )


CHECK = Check(name="stale", record=problems, history=True, clock=True)
