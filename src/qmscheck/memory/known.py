"""Records that were read now and records of an archive as one set; of the archive only what is asked for is decoded."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from functools import cached_property, partial

from qmscheck.knowledge import Evidence
from qmscheck.memory.archive import Archive, Place, Row, name_of
from qmscheck.model import FieldPath, Record
from qmscheck.registry import UNTOLD, Events, Lookup, RecordSet, key_of, shows, values_of

_ZONES = dt.timedelta(days=1)
"""How far the day of an instant is at most from the one that is written, by its zone."""


class KnownRecords(RecordSet):
    """``new`` records with those of an archive, but for the files that are hidden.

    ``collections`` are the names of its collections; ``unreadable`` is the lookup of dates that it was written with.
    """

    def __init__(
        self, new: RecordSet, archive: Archive, hidden: set[Place], collections: Sequence[str], unreadable: Lookup
    ) -> None:
        super().__init__((), new.types, untold=new.untold)
        self._new = new
        self._archive = archive
        self._hidden = hidden
        self._names = list(collections)
        self._ranks = {name: rank for rank, name in enumerate(collections)}
        self._unreadable = unreadable
        self._decoded: dict[int, Record] = {}
        self._asked: dict[tuple[object, ...], list[Record]] = {}

    def of(self, *types: str) -> list[Record]:
        """All records of these types, in the order read."""
        return [one for name in types for one in self._once(("of", name), partial(self._of, name))]

    def __iter__(self) -> Iterator[Record]:
        types = dict.fromkeys((*(name for (_, name), number in self._counts.items() if number), *self._new_types))
        return iter(self.of(*types))

    def __len__(self) -> int:
        return len(self._new) + self._counts.total()

    def has(self, *types: str) -> bool:
        """Whether there is any record of one of these types."""
        return self._new.has(*types) or any(number and name in types for (_, name), number in self._counts.items())

    def count(self, *types: str) -> int:
        """How many records of these types there are."""
        kept = (number for (_, name), number in self._counts.items() if name in types)
        return self._new.count(*types) + sum(kept)

    def shows(self, evidence: Evidence) -> bool:
        """Whether any record is such evidence: the first that is will do."""
        if self._new.shows(evidence) or not evidence.where:
            return self.has(evidence.type)
        finders = {path: self._archive.finders.get((evidence.type, path)) for path in evidence.where}
        if None in finders.values():
            return super().shows(evidence)
        conditions = [
            (number, None if "*" in evidence.where[path] else [key_of(value) for value in evidence.where[path]])
            for path, number in finders.items()
            if number is not None
        ]
        rows = (row for row in self._archive.meeting(conditions) if (row[1], row[2]) not in self._hidden)
        return any(shows(evidence, self._record(row)) for row in rows)

    def ordered(self, chosen: Collection[Record]) -> list[Record]:
        """Records of the set, in its order."""
        return sorted(chosen, key=self._place)

    def on(self, path: str) -> list[Record]:
        """The records of a file, in order."""
        return self._once(("on", path), lambda: self._merged(self._new.on(path), self._archive.on(path)))

    def below(self, folders: Iterable[str]) -> list[Record]:
        """The records of the files below folders: of submodules, none of which is ever in an archive."""
        return self._new.below(folders)

    def within(self, collections: Collection[str]) -> list[Record]:
        """The records of collections."""
        kept = (row for name in collections if name in self._ranks for row in self._archive.within(self._ranks[name]))
        return self._merged(self._new.within(collections), kept)

    def named(self, name: str) -> list[Record]:
        """Records of this id, file, or file and id."""
        return self._merged(self._new.named(name), self._archive.named(name))

    def like(self, pattern: str) -> list[Record]:
        """Records whose file's path fits a pattern with ``*``, ``?``, ``[...]``."""
        kept = (row for path in self._archive.paths() if fnmatchcase(path, pattern) for row in self._archive.on(path))
        return self._merged(self._new.like(pattern), kept)

    def by(self, lookup: Lookup, value: object) -> list[Record]:
        """Records of which a lookup tells the value."""
        finder = self._archive.finders.get(("", lookup.name))
        if finder is None:
            return super().by(lookup, value)
        return self._merged(self._new.by(lookup, value), self._archive.found(finder, key_of(value)))

    def having(self, lookup: Lookup) -> list[Record]:
        """Records of which a lookup tells any value, in order."""
        finder = self._archive.finders.get(("", lookup.name))
        if finder is None:
            return super().having(lookup)
        return self._merged(self._new.having(lookup), self._archive.having(finder))

    def dated(self, type_name: str, path: FieldPath, first: dt.date, last: dt.date) -> list[Record]:
        """Records of a type with a date at a path from one day to another, both inclusive, in whatever zone it is."""
        finder = self._archive.finders.get((type_name, name_of(path)))
        if finder is None:
            return super().dated(type_name, path, first, last)
        since, until = first.isoformat(), (last + dt.timedelta(days=1)).isoformat()
        return self._merged(self._new.dated(type_name, path, first, last), self._archive.between(finder, since, until))

    def since(self, type_name: str, fields: Iterable[FieldPath], first: dt.date) -> list[Record]:
        """All records of a type of which a date in one of these fields is of a day or later, or cannot be read."""
        finders = [self._archive.finders.get((type_name, name_of(field))) for field in fields]
        if None in finders:
            return self.of(type_name)
        rows = (row for one in finders if one is not None for row in self._archive.since(one, first.isoformat()))
        found = {*self._merged(self._new.of(type_name), rows), *self.by(self._unreadable, type_name)}
        return self.ordered(found)

    def tally(self, lookup: Lookup) -> int | None:
        """Of how many records a lookup tells anything; None where each would have to be looked at."""
        finder = self._archive.finders.get(("", lookup.name))
        if finder is None or self.by(lookup, UNTOLD):
            return None
        hidden = sum(self._archive.number_in(finder, place) for place in self._hidden)
        return len(self._new.having(lookup)) + self._archive.number(finder) - hidden

    def events(
        self,
        type_name: str,
        by: FieldPath,
        value: object,
        fields: tuple[FieldPath, ...],
        within: tuple[dt.datetime, dt.datetime] | None = None,
    ) -> Events:
        """What the dates of the records tell that `find` finds: of what happened within two instants, if given."""
        if within is None or not all((type_name, name_of(field)) in self._archive.finders for field in fields):
            return super().events(type_name, by, value, fields)
        first, last = within[0].date() - _ZONES, within[1].date() + _ZONES
        near = (one for field in fields for one in self.dated(type_name, field, first, last))
        found = dict.fromkeys((*near, *self.by(self._unreadable, type_name)))
        key = key_of(value)
        return Events((one for one in found if key in map(key_of, values_of(one, by))), fields)

    def _found(self, type_name: str, path: FieldPath, key: str) -> list[Record]:
        finder = self._archive.finders.get((type_name, name_of(path)))
        if finder is None:
            return super()._found(type_name, path, key)
        new = self._new.find(type_name, path, key)
        return self._once((finder, key), lambda: self._merged(new, self._archive.found(finder, key)))

    def _keys(self, type_name: str, path: FieldPath) -> Iterable[str]:
        finder = self._archive.finders.get((type_name, name_of(path)))
        if finder is None:
            return super()._keys(type_name, path)
        return {*self._new._keys(type_name, path), *self._archive.keys(finder)}  # noqa: SLF001 - a set like this one

    def _of(self, name: str) -> list[Record]:
        there = any(number for (_, type_name), number in self._counts.items() if type_name == name)
        return self._merged(self._new.of(name), self._archive.of(name) if there else ())

    @cached_property
    def _counts(self) -> Counter[tuple[int, str]]:
        """How many records of the archive count, by collection and type."""
        found = Counter(self._archive.counts)
        for place in self._hidden:
            found.subtract(self._archive.counts_in(place))
        return found

    @cached_property
    def _new_types(self) -> list[str]:
        return list(dict.fromkeys(one.type for one in self._new))

    def _once(self, question: tuple[object, ...], answer: Callable[[], list[Record]]) -> list[Record]:
        if question not in self._asked:
            self._asked[question] = answer()
        return self._asked[question]

    def _merged(self, new: Iterable[Record], kept: Iterable[Row]) -> list[Record]:
        """Records of both, each once, in order."""
        there = [self._record(row) for row in kept if (row[1], row[2]) not in self._hidden]
        return sorted((*new, *there), key=self._place)

    def _record(self, row: Row) -> Record:
        number, collection, path, type_name, name, place, line, single, fields = row
        record = self._decoded.get(number)
        if record is None:
            self._decoded[number] = record = Record(
                type=type_name,
                id=name,
                fields=json.loads(fields),
                path=path,
                collection=self._names[collection],
                index=place,
                line=line,
                single=bool(single),
            )
        return record

    def _place(self, record: Record) -> tuple[int, str, int]:
        return self._ranks.get(record.collection, len(self._ranks)), record.path, record.index
