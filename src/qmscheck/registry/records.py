"""All records of a run: by type, by id, by any linked field."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cached_property
from itertools import islice

from qmscheck.knowledge import Evidence
from qmscheck.model import FieldPath, Record
from qmscheck.registry.found import Events, Lookup, key_of, shows, values_of
from qmscheck.registry.places import dotted, values_at
from qmscheck.schema import ANY, Link, RecordType

_SHORTEST = 7
_HASH = re.compile(r"[0-9a-f]{7,64}")
"""A hash as git writes it: seven digits at least."""


class RecordSet:
    """The records of a run and how to reach them. ``complete`` is False when only named files were read.

    ``untold``: types of which there may be more records than were read, with the reason.
    """

    def __init__(
        self,
        records: Iterable[Record],
        types: Mapping[str, RecordType],
        *,
        complete: bool = True,
        untold: Mapping[str, str] | None = None,
    ) -> None:
        self.complete = complete
        self.types = types
        self.untold = {} if untold is None else untold
        self._by_type: dict[str, list[Record]] = defaultdict(list)
        for record in records:
            self._by_type[record.type].append(record)
        self._indexes: dict[tuple[str, FieldPath], dict[str, list[Record]]] = {}
        self._lookups: dict[str, dict[str, list[Record]]] = {}
        self._hashes: dict[tuple[str, FieldPath], list[str]] = {}
        self._events: dict[tuple[str, FieldPath, str, tuple[FieldPath, ...]], Events] = {}

    def of(self, *types: str) -> list[Record]:
        """All records of these types, in the order read."""
        if len(types) == 1:
            return self._by_type.get(types[0], [])
        return [record for name in types for record in self._by_type.get(name, [])]

    def __iter__(self) -> Iterator[Record]:
        for records in self._by_type.values():
            yield from records

    def __len__(self) -> int:
        return sum(map(len, self._by_type.values()))

    def has(self, *types: str) -> bool:
        """Whether any record of one of these types was read."""
        return any(self._by_type.get(name) for name in types)

    def count(self, *types: str) -> int:
        """How many records of these types there are."""
        return sum(len(self._by_type.get(name, ())) for name in types)

    def shows(self, evidence: Evidence) -> bool:
        """Whether any record is such evidence."""
        if not evidence.where:
            return self.has(evidence.type)
        for path, allowed in evidence.where.items():
            if "*" not in allowed:
                found = (one for value in allowed for one in self.find(evidence.type, dotted(path), value))
                return any(shows(evidence, one) for one in found)
        return self.has(evidence.type) and any(shows(evidence, one) for one in self.of(evidence.type))

    def accounts_for(self, *types: str) -> bool:
        """Whether a record of one of these types was read, or a nil return says that there was none."""
        return self.has(*types) or any(name in self._declared_none for name in types)

    @cached_property
    def _declared_none(self) -> frozenset[str]:
        return frozenset(str(one.fields.get("record_type")) for one in self.of("nil-return"))

    def ordered(self, chosen: Collection[Record]) -> list[Record]:
        """Records of the set, in its order."""
        return [one for one in self if one in chosen] if chosen else []

    def on(self, path: str) -> list[Record]:
        """The records of a file, in order."""
        return self._by_path.get(path, [])

    def below(self, folders: Iterable[str]) -> list[Record]:
        """The records of the files below folders."""
        starts = tuple(f"{folder}/" for folder in folders)
        return [one for one in self if one.path.startswith(starts)] if starts else []

    def within(self, collections: Collection[str]) -> list[Record]:
        """The records of collections."""
        return [one for one in self if one.collection in collections] if collections else []

    def named(self, name: str) -> list[Record]:
        """Records of this id, file, or file and id."""
        return [one for one in self if name in (one.id, one.path, one.subject)]

    def like(self, pattern: str) -> list[Record]:
        """Records whose file's path fits a pattern with ``*``, ``?``, ``[...]``."""
        return [one for one in self if fnmatchcase(one.path, pattern)]

    def since(self, type_name: str, fields: Iterable[FieldPath], first: dt.date) -> list[Record]:  # noqa: ARG002
        """All records of a type of which a date in one of these fields is of a day or later, or cannot be read.

        Others may be among them.
        """
        return self.of(type_name)

    def tally(self, lookup: Lookup) -> int | None:  # noqa: ARG002
        """Of how many records a lookup tells anything; None where each would have to be looked at."""
        return None

    def by(self, lookup: Lookup, value: object) -> list[Record]:
        """Records of which a lookup tells the value."""
        return self._looked_up(lookup).get(key_of(value), [])

    def having(self, lookup: Lookup) -> list[Record]:
        """Records of which a lookup tells any value, in order."""
        return self.ordered({one for found in self._looked_up(lookup).values() for one in found})

    def _looked_up(self, lookup: Lookup) -> dict[str, list[Record]]:
        if lookup.name not in self._lookups:
            self._lookups[lookup.name] = _indexed((one, lookup.values(one)) for one in self)
        return self._lookups[lookup.name]

    @cached_property
    def _by_path(self) -> dict[str, list[Record]]:
        found: dict[str, list[Record]] = defaultdict(list)
        for record in self:
            found[record.path].append(record)
        return dict(found)

    def find(self, type_name: str, by: str | FieldPath, value: object) -> list[Record]:
        """Records of a type whose field holds the value; text compares without case, ``id`` is always known."""
        return self._found(type_name, (by,) if isinstance(by, str) else by, key_of(value))

    def _found(self, type_name: str, path: FieldPath, key: str) -> list[Record]:
        index = self._indexes.get((type_name, path))
        if index is None:
            told = ((record, values_of(record, path)) for record in self.of(type_name))
            index = self._indexes[type_name, path] = _indexed(told)
        return index.get(key, [])

    def dated(self, type_name: str, path: FieldPath, first: dt.date, last: dt.date) -> list[Record]:
        """Records of a type with a date at a path from one day to another, both inclusive, in whatever zone it is."""
        since, until = first.isoformat(), (last + dt.timedelta(days=1)).isoformat()
        return [one for one in self.of(type_name) if any(since <= key_of(day) < until for day in values_of(one, path))]

    def _keys(self, type_name: str, path: FieldPath) -> Iterable[str]:
        """What `find` finds records of a type by."""
        self._found(type_name, path, "")
        return self._indexes[type_name, path]

    def events(
        self,
        type_name: str,
        by: FieldPath,
        value: object,
        fields: tuple[FieldPath, ...],
        within: tuple[dt.datetime, dt.datetime] | None = None,  # noqa: ARG002 - where not all are in memory
    ) -> Events:
        """What the date fields of the records tell that `find` finds, put in order once.

        Of more than what happened ``within`` two instants, and of dates that cannot be read, it need not tell.
        """
        key = type_name, by, key_of(value), fields
        if key not in self._events:
            self._events[key] = Events(self.find(type_name, by, value), fields)
        return self._events[key]

    def find_hash(self, type_name: str, by: str | FieldPath, value: object) -> list[Record]:
        """Like `find`, but a hash may be abbreviated there or here, to seven digits at least."""
        exact, key = self.find(type_name, by, value), key_of(value)
        if _HASH.fullmatch(key) is None:
            return exact
        path = (by,) if isinstance(by, str) else by
        found = [one for shorter in _beginnings(key) for one in self.find(type_name, path, shorter)]
        ordered = self._hashes.get((type_name, path))
        if ordered is None:
            ordered = self._hashes[type_name, path] = sorted(filter(_HASH.fullmatch, self._keys(type_name, path)))
        for longer in islice(ordered, bisect_left(ordered, key), None):
            if not longer.startswith(key):
                break
            found += self.find(type_name, path, longer)
        return list(dict.fromkeys((*exact, *found)))

    def related(self, record: Record, link: Link) -> list[Record] | None:
        """Records that a link leads to; None when it cannot be told: not all of the target type, or none, were read.

        Where a nil return says that there was none, or the link is optional, it leads nowhere.
        """
        find = self.find_hash if link.abbreviated else self.find
        if link.source is not None:
            if not self.accounts_for(link.source):
                return self._none_of(link)
            own = record.id if link.by == "id" else record.fields.get(link.by)
            return [] if own is None else self._all_of(link, find(link.source, link.field, own))
        wanted = [record.id] if link.field == ("id",) else [value for _, value in values_at(record.fields, link.field)]
        wanted = [value for value in wanted if value not in (None, "")]
        if wanted and not self.accounts_for(*link.to):
            return self._none_of(link)
        found = (hit for value in wanted for name in link.to for hit in find(name, dotted(link.by), value))
        return self._all_of(link, list(dict.fromkeys(found))) if wanted else []

    def _all_of(self, link: Link, found: list[Record]) -> list[Record] | None:
        """What a link leads to; None where nothing was found, but not all that there is was read."""
        return None if not found and any(name in self.untold for name in link.targets) else found

    def _none_of(self, link: Link) -> list[Record] | None:
        """What a link leads to where no record of its targets was read: None, where that tells nothing."""
        return self._all_of(link, []) if link.optional else None

    def seeing(
        self, record: Record, follows: Callable[[str, Link], bool] = lambda _type, _link: True
    ) -> Iterator[Record]:
        """Records that look at one, which need not be there any more: by the same id, a reference or a link.

        ``follows`` tells of a type and a link of it whether it counts. May name a record twice, and the record itself.
        """
        yield from self.find(record.type, "id", record.id)
        for other in self.types.values():
            for path, targets in other.references.items():
                if record.type in targets or ANY in targets:
                    yield from self.find(other.name, path, record.id)
            for link in other.links.values():
                if record.type in link.targets and follows(other.name, link):
                    yield from self.led_by(link, other.name, record)

    def led_by(self, link: Link, type_name: str, record: Record) -> Iterator[Record]:
        """The records of a type that a link leads from to this record: `related` the other way round."""
        near, far = (link.by, link.field) if link.source is None else (link.field, link.by)
        path = dotted(near) if isinstance(near, str) else near
        own = [record.id] if path == ("id",) else [value for _, value in values_at(record.fields, path)]
        find = self.find_hash if link.abbreviated else self.find
        for value in own:
            if value not in (None, ""):
                yield from find(type_name, dotted(far) if isinstance(far, str) else far, value)


def _indexed(told: Iterable[tuple[Record, Iterable[object]]]) -> dict[str, list[Record]]:
    """Records by the keys of their values, each once for a key, in order."""
    index: dict[str, list[Record]] = defaultdict(list)
    for record, values in told:
        for value in values:
            found = index[key_of(value)]
            if not found or found[-1] is not record:
                found.append(record)
    return dict(index)


def _beginnings(key: str) -> Iterator[str]:
    """What a hash may be abbreviated to, the shortest first."""
    return (key[:length] for length in range(_SHORTEST, len(key)))
