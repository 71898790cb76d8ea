"""``acyclic``: following one link from record to record never leads back."""

from __future__ import annotations

from collections.abc import Iterator

from qmscheck.checks import Check, Surroundings
from qmscheck.model import Problem, Record


def problems(record: Record, around: Surroundings) -> Iterator[Problem]:
    """A problem when the record can be reached from itself. Option ``link``: name of a declared link."""
    link = around.facts.types[record.type].links[str(around.options["link"])]
    seen: set[Record] = set()
    waiting: list[tuple[Record, tuple[str, ...]]] = [(record, (record.id,))]
    while waiting:
        current, trail = waiting.pop()
        for following in around.records.related(current, link) or ():
            if following is record:
                yield Problem(message=f"depends on itself: {' → '.join((*trail, record.id))}", path=link.field)
                return
            if following not in seen:
                seen.add(following)
                waiting.append((following, (*trail, following.id)))


CHECK = Check(name="acyclic", record=problems, looks_around=True)
