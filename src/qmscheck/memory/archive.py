"""The records that an earlier run read, in a database (SQLite) of which only what is asked for is decoded.

It is never changed: what is new is written into another one, whole or not at all. A file beside it tells its digest and
the key that it counts for (`keeping`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain
from operator import attrgetter
from pathlib import Path
from sqlite3 import Connection, Error, connect
from threading import Thread
from typing import NamedTuple

from qmscheck.memory import keeping
from qmscheck.model import FieldPath, Record
from qmscheck.registry import Lookup, key_of, values_of

Place = tuple[int, str]
"""The number of a collection, and the path of a file in it."""
Row = tuple[int, int, str, str, str, int, int | None, int, str]
"""Number, collection, path, type, id, index, line, single and fields of a record, as they stand in the table."""

_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE listing (entries BLOB);
CREATE TABLE files (collection INTEGER, path TEXT, whole INTEGER, PRIMARY KEY (collection, path)) WITHOUT ROWID;
CREATE TABLE records (number INTEGER PRIMARY KEY, collection INTEGER, path TEXT, type TEXT, id TEXT, place INTEGER,
    line INTEGER, single INTEGER, fields TEXT);
CREATE TABLE finders (finder INTEGER PRIMARY KEY, type TEXT, name TEXT);
CREATE TABLE keys (finder INTEGER, key TEXT, number INTEGER, PRIMARY KEY (finder, key, number)) WITHOUT ROWID;
"""
_INDEXES = """
CREATE INDEX by_path ON records (path, collection);
CREATE INDEX by_type ON records (collection, type);
CREATE INDEX by_id ON records (id);
"""
_COLUMNS = "records.number, collection, path, type, id, place, line, single, fields"
_Keys = list[tuple[tuple[str, str], str]]
_TOLD = attrgetter("type", "id", "index", "line", "single", "fields")


class Finders(NamedTuple):
    """By what records are found: the paths of each type, and lookups that hold for any."""

    paths: dict[str, set[FieldPath]]
    lookups: tuple[Lookup, ...]

    def names(self) -> list[tuple[str, str]]:
        """Type and name of each, in an order that stays."""
        paths = [(name, name_of(path)) for name, found in sorted(self.paths.items()) for path in sorted(found)]
        return [*paths, *(("", one.name) for one in self.lookups)]


class Kept(NamedTuple):
    """A file of a collection, and what was read of it; ``whole`` where that is all that there is to know of it."""

    place: Place
    records: Sequence[Record]
    whole: bool


class Archive:
    """What was kept at a place for a key, see `Ahead.opened`."""

    def __init__(self, base: Connection) -> None:
        self._base = base

    @cached_property
    def listing(self) -> frozenset[bytes]:
        """The entries of git's index that the archive is in line with."""
        ((entries,),) = self._base.execute("SELECT entries FROM listing")
        return frozenset(entries.split(b"\0"))

    @cached_property
    def finders(self) -> dict[tuple[str, str], int]:
        """The number of each finder, by type and name."""
        rows = self._base.execute("SELECT type, name, finder FROM finders")
        return {(type_name, name): number for type_name, name, number in rows}

    def places(self) -> list[Place]:
        """Every file."""
        return self._base.execute("SELECT collection, path FROM files").fetchall()

    def paths_of(self, collection: int) -> list[str]:
        """The files of a collection."""
        rows = self._base.execute("SELECT path FROM files WHERE collection = ?", (collection,))
        return [path for (path,) in rows]

    @cached_property
    def files(self) -> dict[int, int]:
        """How many files of each collection there are."""
        return dict(self._base.execute("SELECT collection, count(*) FROM files GROUP BY collection"))

    @cached_property
    def unsettled(self) -> frozenset[Place]:
        """The files that have to be read each time."""
        return frozenset(self._base.execute("SELECT collection, path FROM files WHERE NOT whole"))

    def knows(self, place: Place) -> bool:
        """Whether a file is among those that were read."""
        return bool(self._base.execute("SELECT 1 FROM files WHERE collection = ? AND path = ?", place).fetchone())

    @cached_property
    def counts(self) -> dict[tuple[int, str], int]:
        """How many records of each collection and type there are."""
        rows = self._base.execute("SELECT collection, type, count(*) FROM records GROUP BY collection, type")
        return {(collection, name): number for collection, name, number in rows}

    def counts_of(self, collection: int) -> dict[str, int]:
        """The same of one collection, by type."""
        return {name: number for (one, name), number in self.counts.items() if one == collection}

    def counts_in(self, place: Place) -> dict[tuple[int, str], int]:
        """The same of one file."""
        told = "SELECT type, count(*) FROM records INDEXED BY by_path WHERE collection = ? AND path = ? GROUP BY type"
        rows = self._base.execute(told, place)
        return {(place[0], type_name): number for type_name, number in rows}

    def of(self, type_name: str) -> Iterator[Row]:
        """The records of a type."""
        places = [collection for collection, name in self.counts if name == type_name]
        return chain.from_iterable(
            self._rows("WHERE collection = ? AND type = ?", collection, type_name) for collection in places
        )

    def within(self, collection: int) -> Iterator[Row]:
        """The records of a collection."""
        return self._rows("WHERE collection = ?", collection)

    def on(self, path: str) -> Iterator[Row]:
        """The records of a file, in any collection."""
        return self._rows("WHERE path = ?", path)

    def named(self, name: str) -> Iterator[Row]:
        """The records of this id, path, or path and id."""
        places = [at for at, sign in enumerate(name) if sign == "#"]
        both = (self._rows("WHERE NOT single AND path = ? AND id = ?", name[:at], name[at + 1 :]) for at in places)
        return chain(self._rows("WHERE id = ? OR path = ?", name, name), *both)

    def paths(self) -> list[str]:
        """The paths of all files that hold records."""
        return [path for (path,) in self._base.execute("SELECT DISTINCT path FROM records")]

    def found(self, finder: int, key: str) -> Iterator[Row]:
        """The records that a finder finds by a key."""
        return self._rows("JOIN keys ON keys.number = records.number WHERE finder = ? AND key = ?", finder, key)

    def between(self, finder: int, first: str, last: str) -> Iterator[Row]:
        """The records that a finder finds by a key from the first to before the last."""
        where = "WHERE number IN (SELECT number FROM keys WHERE finder = ? AND key >= ? AND key < ?)"
        return self._rows(where, finder, first, last)

    def since(self, finder: int, first: str) -> Iterator[Row]:
        """The same with no last."""
        return self._rows("WHERE number IN (SELECT number FROM keys WHERE finder = ? AND key >= ?)", finder, first)

    def number(self, finder: int) -> int:
        """How many records a finder finds."""
        return self._number("SELECT count(DISTINCT number) FROM keys WHERE finder = ?", finder)

    def number_in(self, finder: int, place: Place) -> int:
        """The same of one file."""
        here = "SELECT number FROM records INDEXED BY by_path WHERE collection = ? AND path = ?"
        told = f"SELECT count(DISTINCT number) FROM keys WHERE number IN ({here}) AND finder = ?"  # noqa: S608 - words of this module
        return self._number(told, *place, finder)

    def meeting(self, conditions: Iterable[tuple[int, Sequence[str] | None]]) -> Iterator[Row]:
        """The records that every one of these finders finds, by one of some keys, or by any."""
        wanted: list[str] = []
        values: list[str | int] = []
        for finder, keys in conditions:
            among = f" AND key IN ({', '.join('?' * len(keys))})" if keys is not None else ""
            wanted.append(f"number IN (SELECT number FROM keys WHERE finder = ?{among})")  # noqa: S608 - question marks
            values += [finder, *(keys or ())]
        return self._rows(f"WHERE {' AND '.join(wanted)}", *values)

    def having(self, finder: int) -> Iterator[Row]:
        """The records that a finder finds by any key."""
        return self._rows("WHERE number IN (SELECT number FROM keys WHERE finder = ?)", finder)

    def keys(self, finder: int) -> list[str]:
        """What a finder finds records by."""
        return [key for (key,) in self._base.execute("SELECT DISTINCT key FROM keys WHERE finder = ?", (finder,))]

    def _number(self, question: str, *values: str | int) -> int:
        return int(self._base.execute(question, values).fetchone()[0])

    def _rows(self, rest: str, *values: str | int) -> Iterator[Row]:
        try:
            return self._base.execute(f"SELECT {_COLUMNS} FROM records {rest}", values)  # noqa: S608 - words of this module
        except UnicodeEncodeError:  # a half of a surrogate pair, which is in no table
            return iter(())


class Ahead:
    """Digests the database of a place beside what else a run does, until there is a key that it may count for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._digests: dict[Path, str] = {}
        self._thread = Thread(target=self._look, daemon=True)
        self._thread.start()

    def opened(self, key: str) -> Archive | None:
        """The archive of the place; None where there is none for this key."""
        told = keeping.read(self.path, key)
        self._thread.join()
        if told is None:
            return None
        digest = told.decode("ascii", "replace")
        database = _database(self.path, digest)
        return _opened(database) if self._digests.get(database) == digest else None

    def _look(self) -> None:
        for database in self.path.parent.glob(f"{self.path.name}.*"):
            self._digests[database] = keeping.digest_of(database)


def _opened(database: Path) -> Archive | None:
    try:
        found = Archive(connect(f"{database.as_uri()}?mode=ro&immutable=1", uri=True))
        _ = found.listing
    except (Error, ValueError):
        return None
    return found


def write(path: Path, key: str, listing: Iterable[bytes], files: Iterable[Kept], finders: Finders) -> None:
    """Keep what was read of all files, whole or not at all."""
    try:
        with keeping.unfinished(path.with_suffix(".new")) as database:
            _build(database, listing, files, finders)
            digest = keeping.digest_of(database)
        path.with_suffix(".new").replace(_database(path, digest))
        keeping.write(path, key, [digest.encode()])
        for other in path.parent.glob(f"{path.name}.*"):
            if other != _database(path, digest):
                other.unlink(missing_ok=True)
    except (Error, OSError, ValueError, OverflowError):
        return  # no room, or a name is no text


def _database(path: Path, digest: str) -> Path:
    """Where the database lies: what it holds tells its name, so that none is changed while somebody reads it."""
    return path.with_suffix(f".{digest[:16]}")


def _build(path: Path, listing: Iterable[bytes], files: Iterable[Kept], finders: Finders) -> None:
    base = connect(path, isolation_level=None)
    try:
        base.executescript(_TABLES)
        base.execute("BEGIN")
        base.execute("INSERT INTO listing VALUES (?)", (b"\0".join(listing),))
        base.executemany("INSERT INTO finders VALUES (?, ?, ?)", ((n, *one) for n, one in enumerate(finders.names())))
        _fill(base, files, finders)
        base.execute("COMMIT")
        base.executescript(_INDEXES)
    finally:
        base.close()


def _fill(base: Connection, files: Iterable[Kept], finders: Finders) -> None:
    numbers = {one: number for number, one in enumerate(finders.names())}
    number = 0
    for place, records, whole in files:
        rows = _rows(place, records, finders) if whole else None
        base.execute("INSERT INTO files VALUES (?, ?, ?)", (*place, rows is not None))
        for row, keys in rows or ():
            number += 1
            base.execute("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (number, *row))
            found = {(numbers[one], key, number) for one, key in keys}
            base.executemany("INSERT INTO keys VALUES (?, ?, ?)", found)


def _rows(place: Place, records: Sequence[Record], finders: Finders) -> list[tuple[Sequence[object], _Keys]] | None:
    """What stands in the tables of the records of a file; None where it is no plain data that a table can hold."""
    found: list[tuple[Sequence[object], _Keys]] = []
    try:
        for record in records:
            *told, fields = _TOLD(record)
            keys = list(_keys(record, finders))
            "".join((record.id, *(key for _, key in keys))).encode()
            found.append(((*place, *told, json.dumps(fields)), keys))
    except (ValueError, TypeError):
        return None
    return found


def _keys(record: Record, finders: Finders) -> Iterator[tuple[tuple[str, str], str]]:
    """By which finders a record is found, and by what."""
    for path in finders.paths.get(record.type, ()):
        for value in values_of(record, path):
            yield (record.type, name_of(path)), key_of(value)
    for lookup in finders.lookups:
        for value in lookup.values(record):
            yield ("", lookup.name), key_of(value)


def name_of(path: FieldPath) -> str:
    """A path as text."""
    return ".".join(map(str, path))
