"""``id-in-name``: a file that holds one record is named after it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from qmscheck.checks import Check, NotApplicable, Surroundings
from qmscheck.model import Problem, Record


def problems(record: Record, around: Surroundings) -> Iterator[Problem]:
    """A problem when neither the file's name nor that of its folder holds the record's id (any case).

    A file of several records is named after all of them, and a record that states no id is called after its file.
    Option ``except``: types whose ids are given elsewhere.
    """
    if not record.single:
        raise NotApplicable("its file holds several records")
    if record.type in around.options.get("except", ()) or not record.fields.get("id"):  # type: ignore[operator]
        raise NotApplicable("it states no id of its own")
    if record.id.casefold() in record.path.rpartition("/")[2].casefold():  # as nearly always
        return
    path = PurePosixPath(record.path)
    if not any(record.id.casefold() in name.casefold() for name in (path.name, path.parent.name)):
        yield Problem(message=f"the file {path.name} does not carry the id {record.id}", path=("id",))


CHECK = Check(name="id-in-name", record=problems)
