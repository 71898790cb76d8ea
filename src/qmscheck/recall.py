"""The lives of a run's records: what git kept of their files, read and mapped the way the records are today."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from qmscheck.calendars import Untold
from qmscheck.collect.globs import compiled
from qmscheck.config import Collection
from qmscheck.lives import Fields, Gone, State
from qmscheck.model import Record, Source
from qmscheck.reading import Reading

if TYPE_CHECKING:
    from qmscheck.history import Chronicle, Version


class GitLives:
    """Lives from git. Nothing is read before the first question; of old versions, one file's are held at a time."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._globs = [
            (collection, compiled(collection.files), compiled(collection.exclude))
            for collection in reading.collections()
            if collection.collector is None
        ]
        self._known: Chronicle | Untold | None = None
        self._file: tuple[str, str] = ("", "")
        self._by_name = {collection.name: collection for collection, _, _ in self._globs}
        self._last: tuple[Record | None, list[State]] = (None, [])
        self._mapped: dict[str, list[Record] | None] = {}

    def states(self, record: Record) -> Sequence[State]:
        """How the record came to be what is committed now, oldest first; nothing for what no file holds."""
        if record.collection not in self._by_name:
            return []
        if self._last[0] is record:
            return self._last[1]
        chronicle = self._chronicle()
        if self._file != (record.collection, record.path):
            self._file, self._mapped = (record.collection, record.path), {}
        states = list(self._states(record, chronicle, chronicle.versions(record.path)))
        self._last = (record, states)
        return states

    def gone(self) -> Iterator[Gone]:
        """Records whose files were removed and not moved, as they last stood."""
        chronicle = self._chronicle()
        for path, version in chronicle.gone():
            for collection in self._collections(path):
                blob = next(filter(None, version.before))
                for record in self._reading.mapped(collection, Source(path, chronicle.content(blob))) or ():
                    yield Gone(record=record, commit=chronicle.commit(version))

    def _chronicle(self) -> Chronicle:
        if self._known is None:
            from qmscheck.history import Chronicle as Read  # noqa: PLC0415 - only runs that ask pay for git

            try:
                config = self._reading.config
                self._known = Read(config.repository, lambda path: bool(self._collections(path)), config.revision)
            except Untold as reason:
                self._known = reason
        if isinstance(self._known, Untold):
            raise Untold(str(self._known))
        return self._known

    def _collections(self, path: str) -> list[Collection]:
        return [found for found, files, exclude in self._globs if files.match(path) and not exclude.match(path)]

    def _states(self, record: Record, chronicle: Chronicle, versions: list[Version]) -> Iterator[State]:
        """The versions that changed this record. One that cannot be read counts as the one before it."""
        told: dict[str, Fields | None] = {}
        for version in versions:
            before = tuple(told.get(blob) if blob else None for blob in version.before) or (None,)
            records = self._records(record, version.after, chronicle)
            if records is None:
                told[version.after] = next((fields for fields in before if fields is not None), None)
                continue
            fields = told[version.after] = _same(record, records)
            if fields is not None and fields not in before:
                yield State(commit=chronicle.commit(version), fields=fields, before=before, path=record.path)

    def _records(self, record: Record, blob: str, chronicle: Chronicle) -> list[Record] | None:
        if blob not in self._mapped:
            source = Source(record.path, chronicle.content(blob, record.path))
            self._mapped[blob] = self._reading.mapped(self._by_name[record.collection], source)
        return self._mapped[blob]


def _same(record: Record, records: list[Record]) -> Fields | None:
    """The record as it then was: the only one of its file, else the one with its id."""
    if record.single and len(records) == 1:
        return records[0].fields
    return next((one.fields for one in records if one.id == record.id), None)
