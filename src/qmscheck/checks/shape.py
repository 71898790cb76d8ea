"""``schema``: a record has the shape that its type describes."""

from __future__ import annotations

from collections.abc import Iterator

from qmscheck.checks import Check, Surroundings
from qmscheck.model import Problem, Record


def problems(record: Record, around: Surroundings) -> Iterator[Problem]:
    """One problem for each place where the record breaks its type's JSON Schema."""
    record_type = around.facts.types[record.type]
    if record_type.accepts(record.fields):
        return
    found = False
    for path, sentence in record_type.faults(record.fields):
        found = True
        yield Problem(message=sentence, path=path)
    if not found:
        yield Problem(message=f"does not have the shape of a {record_type.name} record")


CHECK = Check(name="schema", record=problems)
