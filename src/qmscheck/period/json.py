"""A period as one JSON document, described by ``schemas/period.json``; ASCII, so that any file name survives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from qmscheck.period import Gap, Interval, Period
from qmscheck.period.words import kind

SCHEMA: Final = "qmscheck-period/v1"


def render(period: Period, **_options: object) -> Iterator[str]:
    """The whole document; options do not change it."""
    document = {
        "schema": SCHEMA,
        "tool": {"name": "qmscheck", "version": period.version},
        "period": {"from": str(period.first), "to": str(period.last), "days": period.days},
        "judged": {
            "days": period.judged,
            "trees": period.commits,
            "records": period.records,
            "rules": [rule.id for rule in period.rules],
        },
        "policy": {
            "fail_on": period.policy.fail_on.value,
            "unknown_fails": period.policy.unknown_fails,
            "profile": period.policy.profile,
            "enforced": period.policy.enforced,
        },
        "satisfied": period.satisfied,
        "intervals": [_interval(one) for one in period.intervals],
        "not_told": [_gap(one) for one in period.gaps],
    }
    yield json.dumps(document, indent=1, ensure_ascii=True) + "\n"


def _interval(one: Interval) -> dict[str, object]:
    return {
        "rule": one.rule.id,
        "title": one.rule.title,
        "kind": kind(one),
        "outcome": one.outcome.value,
        "grade": one.grade.value,
        "fails": one.fails,
        "only_reported_before": one.until or None,
        "subject": one.subject,
        "record": {"type": one.record[0], "id": one.record[1]} if any(one.record) else None,
        "location": {"path": one.location.path, "line": one.location.line},
        "from": str(one.first),
        "to": str(one.last),
        "days": one.days,
        "may_have_begun_before": one.before,
        "lasting": one.lasting,
        "message": one.message,
    }


def _gap(one: Gap) -> dict[str, object]:
    days = (one.last - one.first).days + 1
    return {"from": str(one.first), "to": str(one.last), "days": days, "reason": one.reason}
