"""``references``: every reference of a record leads to a record of an allowed type."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qmscheck.calendars import Untold
from qmscheck.checks import Check, NotApplicable, Surroundings
from qmscheck.model import Problem, Record
from qmscheck.registry import values_at
from qmscheck.schema import ANY


def problems(record: Record, around: Surroundings) -> Iterator[Problem]:
    """A problem for each reference that leads nowhere.

    URLs, and ids that match the setting named by option ``external``, live elsewhere and are not followed. A
    reference into types of which no record was read at all cannot be told.
    """
    external = around.facts.settings.get(str(around.options.get("external", "")))
    elsewhere = re.compile(external) if isinstance(external, str) and external else None
    untold: list[str] = []
    followed = 0
    for field, targets in around.facts.types[record.type].references.items():
        for path, value in values_at(record.fields, field) if field[0] in record.fields else ():
            name = str(value)
            if value in (None, "") or "://" in name or (elsewhere and elsewhere.search(name)):
                continue
            followed += 1
            allowed = tuple(around.facts.types) if ANY in targets else targets
            if any(around.records.find(target, "id", name) for target in allowed):
                continue
            if not around.records.has(*allowed):
                untold.append(f"{name!r} ({' or '.join(targets)})")
                continue
            yield Problem(message=f"{name!r} leads to no {' or '.join(targets)} record", path=path)
    if untold:
        raise Untold(f"no record was read that could answer to {', '.join(untold[:3])}")
    if not followed:
        raise NotApplicable("it refers to no other record")


CHECK = Check(name="references", record=problems, looks_around=True)
