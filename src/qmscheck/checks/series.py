"""``series``: numbered records run without gaps and without doubles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from qmscheck.checks import Check, Surroundings, Verdict
from qmscheck.model import Outcome, Problem, Record
from qmscheck.registry import dotted


def verdicts(records: list[Record], around: Surroundings) -> Iterator[Verdict]:
    """One verdict for each collection: a problem for each number left out, and for each used twice.

    Left out are numbers between the lowest and the highest. Option ``field``: the number's field.
    """
    field = str(around.options["field"])
    collections: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        collections[record.collection].append(record)
    for name, members in sorted(collections.items()):
        yield _verdict(name, members, field, around)


def _verdict(name: str, members: list[Record], field: str, around: Surroundings) -> Verdict:
    anchor = around.anchors.get(f"collections.{name}")
    by_number: dict[int, list[Record]] = defaultdict(list)
    for record in members:
        value: object = record.fields
        for part in dotted(field):
            value = value.get(str(part)) if isinstance(value, dict) else None
        if not isinstance(value, int) or isinstance(value, bool):
            return Verdict(
                subject=name, outcome=Outcome.UNKNOWN, reason=f"{record.subject} has no readable {field}", anchor=anchor
            )
        by_number[value].append(record)
    missing = [number for number in range(min(by_number), max(by_number)) if number not in by_number]
    doubles = {number: found for number, found in sorted(by_number.items()) if len(found) > 1}
    problems = [Problem(message=f"no record has the number {number}", key=str(number)) for number in missing]
    problems += [
        Problem(
            message=f"number {number} is used by {', '.join(record.subject for record in found)}",
            key=str(number),
            location=found[1].location,
        )
        for number, found in doubles.items()
    ]
    return Verdict(subject=name, problems=tuple(problems), anchor=anchor)


CHECK = Check(name="series", whole=verdicts, looks_around=True)
