"""``backlog``: nobody has more overdue actions than can be done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from qmscheck.calendars import Untold, day_of
from qmscheck.checks import Check, NotApplicable, Surroundings, Verdict
from qmscheck.model import Problem, Record
from qmscheck.registry import Lookup

_SHOWN = 5
_CONTAINERS = frozenset((dict, list))


def verdicts(records: list[Record], around: Surroundings) -> Iterator[Verdict]:
    """One verdict for each person with an open action: a problem where more are overdue than a setting allows.

    Actions are items, in any record that is not closed, with an owner and a due day. Options: ``most``, the name of the
    setting; ``finished``, states of actions that wait no longer. A day that cannot be read counts as not overdue; the
    rules on the record say so.
    """
    most = int(str(around.facts.settings[str(around.options["most"])]))
    finished = around.options["finished"]
    waiting: dict[str, list[str]] = defaultdict(list)
    for record in records:
        for item in _items(record.fields):
            if item.get("status") in finished or item.get("completed_on"):  # type: ignore[operator]
                continue
            person = around.facts.people.find(item["owner"])
            late = waiting[person.key if person else str(item["owner"])]
            if _is_overdue(item, around):
                late.append(record.subject)
    if not waiting:
        raise NotApplicable("no action is open")
    for owner, late in sorted(waiting.items()):
        named = ", ".join(dict.fromkeys(late[:_SHOWN]))
        message = f"{len(late)} actions of {owner} are overdue, more than your {most}: in {named}"
        yield Verdict(subject=owner, problems=(Problem(message=message, key=owner),) if len(late) > most else ())


def _is_overdue(item: dict[str, object], around: Surroundings) -> bool:
    moved = item.get("rescheduled_to") if item.get("reschedule_reason") else None
    try:
        return day_of(str(moved or item["due_on"])) < around.facts.today
    except Untold:
        return False


def _items(fields: object) -> Iterator[dict[str, object]]:
    """The list items with an owner and a due day, however deep; most of what is in records is no list or mapping."""
    waiting = [fields]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            yield from (item for item in value if isinstance(item, dict) and item.get("owner") and item.get("due_on"))
        inside = value.values() if isinstance(value, dict) else value
        waiting += [child for child in inside if child.__class__ in _CONTAINERS]  # type: ignore[attr-defined]


def _waiting(record: Record) -> Iterator[object]:
    """The owners of its actions, but for those that are completed."""
    return (item["owner"] for item in _items(record.fields) if not item.get("completed_on"))


CHECK = Check(
    name="backlog",
    whole=verdicts,
    looks_around=True,
    clock=True,
    only=Lookup(name="owners-of-actions", values=_waiting),
)
