"""An agenda for machines."""

from __future__ import annotations

import json
from collections.abc import Iterator

from qmscheck.agenda import Agenda, Due


def render(agenda: Agenda) -> Iterator[str]:
    """One JSON object: ``as_of``, ``until``, ``found_already`` and the list ``due``."""
    data = {
        "as_of": agenda.as_of.isoformat().replace("+00:00", "Z"),
        "until": agenda.until.isoformat(),
        "found_already": agenda.found,
        "due": [_due(due) for due in agenda.due],
    }
    yield json.dumps(data, indent=2)
    yield "\n"


def _due(due: Due) -> dict[str, object]:
    place = due.location
    return {
        "due_on": due.last.isoformat(),
        "found_from": due.since.isoformat(),
        "kind": "finding" if due.rule is not None else "promotion",
        "rule": due.rule.id if due.rule is not None else None,
        "title": due.title,
        "subject": due.subject,
        "record": due.record or None,
        "problem": due.problem,
        "owner": due.owner or None,
        "fails_run": due.fails,
        "excused_until_then": due.excused,
        "message": due.message,
        "location": None if place is None else {"path": place.path, "line": place.line, "column": place.column},
        "id": due.identity,
    }
