"""The records of what is staged, without reading again what an earlier run read of the same bytes.

Contents are known by the ids that git gives them, for the same configuration and the same program. Files of which
anything could not be read are read anew each time, and so is what no index tells: collectors, the policy's own tree,
what lies behind links and in submodules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import count
from pathlib import Path

from qmscheck.collect import belongs, seconds_of
from qmscheck.collect.globs import compiled
from qmscheck.config import Collection
from qmscheck.memory import archive, keeping
from qmscheck.memory.archive import Ahead, Finders, Kept, Place
from qmscheck.memory.known import KnownRecords
from qmscheck.model import FieldPath, Record, Unreadable
from qmscheck.reading import Reading, Tally, told
from qmscheck.registry import RecordSet, Sought, dotted, searched, unreadable_dates
from qmscheck.staging import Index, entry_of

_FEW = 200
_SHARE = 50
"""How few files are sooner read than looked up, and which part of what is known must be new to write all of it."""

_Items = list[Record | Unreadable]


def ahead(root: Path) -> Ahead | None:
    """Begin to look at what earlier runs below a root kept; None where nothing is to be kept."""
    file = keeping.file_of(f"{root.resolve()} records")
    return Ahead(file) if file is not None else None


class Familiar:
    """Reads what an index holds; ``sought``: by what its records will be looked for, besides links."""

    def __init__(self, reading: Reading, index: Index, sought: Sought, ahead: Ahead) -> None:
        self._reading = reading
        self._index = index
        self._collections = reading.collections()
        self._indexed = [number for number, one in enumerate(self._collections) if self._is_indexed(one)]
        dates, paths = _dates(reading, sought), _paths(reading)
        types = {one.type for one in self._collections}
        self._unreadable = unreadable_dates(dates)
        self._finders = Finders(
            {name: paths[name] | dates[name] for name in types}, (self._unreadable, *sought.lookups)
        )
        self._file = ahead.path
        way = reading.way(self._collections[number] for number in self._indexed)
        self._key = f"{way} {self._indexed} {self._finders.names()}"
        self._archive = ahead.opened(self._key)
        self._fresh: dict[Place, _Items] = {}
        self._others: _Items = []
        self._hidden: set[Place] = set()

    def records(self, more: Iterable[Record], progress: Callable[[int], None] | None = None) -> RecordSet:
        """All records of the index and ``more``; what was read is kept for the next run."""
        done = count(1)
        for number, collection in enumerate(self._collections):
            if number in self._indexed:
                self._read(number, collection, done, progress)
            else:
                self._others += self._reading.records_of(collection, done, progress)
        records = self._all(more)
        self._keep(records)
        return records

    def unreadable(self) -> Iterator[Unreadable]:
        """What could not be read."""
        items = (item for found in (*self._fresh.values(), self._others) for item in found)
        return (item for item in items if isinstance(item, Unreadable))

    def _is_indexed(self, collection: Collection) -> bool:
        """Whether the index tells all that decides what a collection holds."""
        if collection.collector is not None or self._reading.tree_for(collection) is not self._reading.tree:
            return False
        globs = [compiled(tuple(files)) for files, _ in (*seconds_of(collection), (collection.files, ()))]
        return not any(one.match(path) or one.reach(path) for one in globs for path in self._index.passages)

    def _read(
        self, number: int, collection: Collection, done: Iterator[int], progress: Callable[[int], None] | None
    ) -> None:
        """Read what is new of a collection, and hide what was known of it."""
        known = self._archive
        tally = self._reading.tallies.setdefault(collection.name, Tally())
        for path in self._due(number, collection):
            self._fresh[number, path] = found = self._reading.held(collection, path)
            tally.files += 1
            for item in found:
                tally.add(item)
            told(next(done), progress)
        if known is not None:
            here = {place for place in self._hidden if place[0] == number}
            tally.files += known.files.get(number, 0) - sum(map(known.knows, here))
            tally.records += sum(known.counts_of(number).values()) - sum(
                sum(known.counts_in(place).values()) for place in here
            )

    def _due(self, number: int, collection: Collection) -> list[str]:
        """The files of a collection that have to be read."""
        files, known = (collection.files, collection.exclude), self._archive
        if known is None:
            return [str(path) for path in self._reading.tree.files(*files)]
        changed = [path for path in self._changed if belongs(path, *files)]
        if any(belongs(path, *one) for one in seconds_of(collection) for path in self._changed):
            self._hidden.update((number, path) for path in known.paths_of(number))
            return [str(path) for path in self._reading.tree.files(*files)]
        unsettled = [path for one, path in known.unsettled if one == number]
        self._hidden.update((number, path) for path in (*changed, *unsettled))
        there = {path for path in (*changed, *unsettled) if self._index.entry(path) is not None}
        return sorted(there - self._index.announced(there))

    @cached_property
    def _changed(self) -> list[str]:
        """The paths whose entries are not those that were known, and those that differ from the last commit."""
        then = self._archive.listing if self._archive is not None else frozenset[bytes]()
        now = frozenset(self._index.listing)
        paths = {path for path, _ in map(entry_of, then ^ now)}
        return sorted(paths.union(one.path for one in self._index.differences))

    def _all(self, more: Iterable[Record]) -> RecordSet:
        items = (item for found in (*self._fresh.values(), self._others) for item in found)
        fresh = [*(item for item in items if isinstance(item, Record)), *more]
        reading = self._reading
        found = RecordSet(fresh, reading.knowledge.types, untold=reading.untold)
        if self._archive is None:
            return found
        names = [one.name for one in self._collections]
        return KnownRecords(found, self._archive, self._hidden, names, self._unreadable)

    def _keep(self, records: RecordSet) -> None:
        """Write what is known now, where enough of it is new."""
        fresh = [place for place in self._fresh if self._archive is None or place not in self._archive.unsettled]
        files = sum(self._archive.files.values()) if self._archive is not None else len(fresh)
        if files >= _FEW and len(fresh) * _SHARE >= files:
            archive.write(self._file, self._key, self._index.listing, self._files(records), self._finders)

    def _files(self, records: RecordSet) -> Iterator[Kept]:
        """Every file of the collections that the index tells of, with what was read of it."""
        for place, items in self._fresh.items():
            found = [item for item in items if isinstance(item, Record)]
            yield Kept(place, found, len(found) == len(items))
        if self._archive is not None:
            numbers = {one.name: number for number, one in enumerate(self._collections)}
            known: dict[Place, list[Record]] = defaultdict(list)
            for record in records:
                known[numbers.get(record.collection, -1), record.path].append(record)
            for place in self._archive.places():
                if place not in self._hidden:
                    yield Kept(place, known[place], whole=True)


def _dates(reading: Reading, sought: Sought) -> dict[str, set[FieldPath]]:
    """The date fields by which records of each type are looked for."""
    types = reading.knowledge.types
    return {name: {*one.timeline, *sought.dates.get(name, ())} for name, one in types.items()}


def _paths(reading: Reading) -> dict[str, set[FieldPath]]:
    """The paths of links and references, and of what makes records evidence of a clause."""
    knowledge = reading.knowledge
    paths = searched(knowledge.types)
    clauses = (clause for standard in knowledge.standards.values() for clause in standard.clauses.values())
    for evidence in (one for clause in clauses for one in clause.types):
        paths.setdefault(evidence.type, set()).update(map(dotted, evidence.where))
    return paths
