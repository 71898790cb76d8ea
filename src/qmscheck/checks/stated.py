"""``stated``: fields that may be empty, but must be there, so that nothing found is told from not looked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qmscheck.checks import Check, Surroundings
from qmscheck.model import Problem, Record


def problems(record: Record, around: Surroundings) -> Iterator[Problem]:
    """A problem for each field that is absent; an empty list is an answer.

    Option ``fields``: for each field the sentence to say when it is absent.
    """
    fields = around.options["fields"]
    for name, message in fields.items() if isinstance(fields, Mapping) else ():
        if record.fields.get(name) is None:
            yield Problem(message=str(message), path=(name,))


CHECK = Check(name="stated", record=problems)
