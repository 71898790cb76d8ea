"""``excluded-yet-done``: what is declared not applicable is not done all the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qmscheck.checks import Check, NotApplicable, Surroundings
from qmscheck.model import Problem, Record


def problems(record: Record, around: Surroundings) -> Iterator[Problem]:
    """A problem for each declaration against which there are records.

    Option ``clauses``: for each clause number (those below it as well) the record type whose records speak against it.
    """
    declared, known = record.fields.get("not_applicable"), around.options["clauses"]
    if not isinstance(declared, list) or not declared:
        raise NotApplicable("nothing is declared not applicable")
    for index, item in enumerate(declared):
        number = str(item.get("clause", "")).rsplit("/", 1)[-1] if isinstance(item, dict) else ""
        for clause, name in known.items() if isinstance(known, Mapping) else ():
            against = around.records.of(str(name)) if number == clause or number.startswith(f"{clause}.") else []
            if against:
                done = f"there are {name} records such as {against[0].subject}"
                yield Problem(
                    message=f"clause {number} is declared not applicable, but {done}",
                    path=("not_applicable", index),
                    key=f"{index} {name}",
                )


CHECK = Check(name="excluded-yet-done", record=problems, looks_around=True)
