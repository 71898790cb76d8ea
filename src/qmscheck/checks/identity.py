"""``unique-ids``: no two records of a type share an id; ids look as the organisation wants."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qmscheck.checks import Check, Surroundings
from qmscheck.model import Problem, Record


def problems(record: Record, around: Surroundings) -> Iterator[Problem]:
    """A problem for a second record with the id (any case), and for an id outside the pattern of a setting.

    Option ``pattern``: name of a setting that holds a regular expression; an empty setting allows any id.
    """
    twins = [other for other in around.records.find(record.type, "id", record.id) if other is not record]
    if twins:
        places = ", ".join(str(twin.location) for twin in twins[:3])
        more = f" and {len(twins) - 3} more" if len(twins) > 3 else ""  # noqa: PLR2004
        yield Problem(message=f"id {record.id!r} is also used in {places}{more}", path=("id",), key="twin")
    pattern = around.facts.settings.get(str(around.options.get("pattern", "")))
    if isinstance(pattern, str) and pattern and not re.search(pattern, record.id):
        yield Problem(
            message=f"id {record.id!r} does not match the configured pattern {pattern}", path=("id",), key="form"
        )


CHECK = Check(name="unique-ids", record=problems, looks_around=True)
