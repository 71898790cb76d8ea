"""From configuration to records: collect, read, map; and back from a path inside a record to a place in a file."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import count
from pathlib import Path

from qmscheck import __version__
from qmscheck.collect import Tree
from qmscheck.collectors import collected, unknown
from qmscheck.config import Collection, Config
from qmscheck.hookspec import Reader
from qmscheck.knowledge import Knowledge
from qmscheck.mapping import Mapper, Origin, build_joins, with_layout
from qmscheck.model import FieldPath, Location, Read, Record, Source, Unreadable
from qmscheck.plugins import Plugins
from qmscheck.readers import Document, format_of
from qmscheck.readers.yaml_entries import Entries

Origins = Mapping[FieldPath, Origin]


@dataclass(slots=True)
class Tally:
    """What a collection yielded."""

    files: int = 0
    records: int = 0
    unreadable: int = 0

    def add(self, item: Record | Unreadable) -> None:
        """Count one more."""
        if isinstance(item, Unreadable):
            self.unreadable += 1
        else:
            self.records += 1


@dataclass(slots=True)
class Reading:
    """The records of one run.

    ``named`` limits it to these files, but for record types that are ``always`` read: they excuse, so they are taken
    from the policy's tree where there is one. ``tallies`` counts what was read. ``untold``: record types of which there
    may be more than was read, with the reason.
    """

    config: Config
    knowledge: Knowledge
    plugins: Plugins
    tree: Tree
    named: frozenset[str] | None = None
    always: frozenset[str] = frozenset()
    tallies: dict[str, Tally] = field(default_factory=dict)
    untold: dict[str, str] = field(default_factory=dict)
    _mappers: dict[str, Mapper] = field(default_factory=dict)
    _governing: Tree | None = None

    def collections(self) -> list[Collection]:
        """The configured collections, each with its layout merged in; unknown layouts and types raise."""
        return [self._whole(collection) for collection in self.config.collections]

    def records(self, progress: Callable[[int], None] | None = None) -> Iterator[Record | Unreadable]:
        """Every record of every collection, and what could not be read."""
        done = count(1)
        for collection in self.collections():
            yield from self.records_of(collection, done, progress)

    def records_of(
        self, collection: Collection, done: Iterator[int], progress: Callable[[int], None] | None = None
    ) -> Iterator[Record | Unreadable]:
        """The same of one collection; ``done`` counts the files."""
        tally, mapper = self.tallies.setdefault(collection.name, Tally()), self._mapper(collection)
        for document in self._documents(collection, tally):
            for item in self._of(document, collection, mapper):
                tally.add(item)
                yield item
            told(next(done), progress)

    def traced(self, names: frozenset[str] = frozenset()) -> Iterator[tuple[Record, Origins] | Unreadable]:
        """Every record with the origin of each field; of the collections named, or all."""
        for collection in self.collections():
            if names and collection.name not in names:
                continue
            mapper = self._mapper(collection)
            for document in self._documents(collection, Tally()):
                if isinstance(document, Unreadable):
                    yield document
                    continue
                yield from (
                    replace(problem, collection=collection.name, type=collection.type) for problem in document.problems
                )
                yield from mapper.trace(document)

    def read_counts(self) -> tuple[Read, ...]:
        """What each collection yielded."""
        types = {collection.name: collection.type for collection in self.collections()}
        return tuple(
            Read(
                collection=name, type=types[name], files=tally.files, records=tally.records, unreadable=tally.unreadable
            )
            for name, tally in self.tallies.items()
        )

    def locator(self) -> Locator:
        """Finds places in files for paths inside records."""
        return Locator(self)

    def origins(self, collection_name: str, path: str) -> list[Origins]:
        """The origins of every record of one file, in order; empty when the file cannot be read again."""
        collection = next((one for one in self.collections() if one.name == collection_name), None)
        if collection is None or collection.collector is not None:
            return []
        source = self.tree_for(collection).source(path)
        document = source if isinstance(source, Unreadable) else self._read(source, collection)
        if isinstance(document, Unreadable):
            return []
        return [
            origins
            for item in self._mapper(collection).trace(document)
            if isinstance(item, tuple)
            for _, origins in (item,)
        ]

    def held(self, collection: Collection, path: str) -> list[Record | Unreadable]:
        """The records of one file of a collection, and what could not be read."""
        item = self.tree_for(collection).source(path)
        if isinstance(item, Unreadable):
            return [replace(item, collection=collection.name, type=collection.type)]
        return list(self._of(self._read(item, collection), collection, self._mapper(collection)))

    def collected(self, collection: Collection) -> list[Record | Unreadable]:
        """The records of a collection that a collector makes."""
        mapper = self._mapper(collection)
        return [item for found in self._collected(collection, Tally()) for item in self._of(found, collection, mapper)]

    def forget_joins(self, collection: Collection) -> None:
        """Read the second files of a collection anew."""
        self._mappers.pop(collection.name, None)

    def traced_file(
        self, collection: Collection, source: Source
    ) -> tuple[Document | None, list[tuple[Record, Origins]]]:
        """One file as a collection reads it: the document, and its records with their origins."""
        document = self._read(source, collection)
        if isinstance(document, Unreadable):
            return None, []
        return document, [item for item in self._mapper(collection).trace(document) if isinstance(item, tuple)]

    def key_of(self, collection: Collection, path: FieldPath) -> str | None:
        """The key that a collection reads a field from first; None where it is read from no key."""
        return self._mapper(collection).key_of(path)

    def entries_of(self, collection: Collection, record: Record, content: bytes) -> Entries:
        """What versions of a record's file share, to begin with: what was read of it, if these are its bytes now."""
        if not record.single or collection.join or collection.fields is not None:
            return Entries()
        source = self.tree_for(collection).source(record.path)
        if isinstance(source, Unreadable) or source.content != content:
            return Entries()
        entries = Entries(prior=record.fields)
        self._read(source, collection, entries)
        return entries

    def mapped(self, collection: Collection, source: Source, known: Entries | None = None) -> list[Record] | None:
        """The records that a collection would find in these bytes; None when they cannot be read.

        ``known``: what earlier versions of the same file held.
        """
        document = self._read(source, collection, known)
        if isinstance(document, Unreadable):
            return None
        return [item for item in self._mapper(collection).records(document) if isinstance(item, Record)]

    def _whole(self, collection: Collection) -> Collection:
        if collection.layout is not None:
            layout = self.knowledge.layouts.get(collection.layout)
            if layout is None:
                raise unknown(collection, "layout", collection.layout, self.knowledge.layouts)
            collection = with_layout(collection, layout)
        if collection.type not in self.knowledge.types:
            raise unknown(collection, "record type", collection.type, self.knowledge.types)
        return collection

    def _mapper(self, collection: Collection) -> Mapper:
        if collection.name not in self._mappers:
            record_type = self.knowledge.types[collection.type]
            joins = build_joins(collection, record_type, self._joined)
            self._mappers[collection.name] = Mapper(collection, record_type, joins)
        return self._mappers[collection.name]

    def _joined(self, files: Collection) -> Iterator[Document]:
        """Documents of a join's second files. Unreadable ones match nothing; their own collection reports them."""
        for item in self.tree_for(files).sources(files, None):
            document = item if isinstance(item, Unreadable) else self._read(item, files)
            if not isinstance(document, Unreadable):
                yield document

    def way(self, collections: Iterable[Collection]) -> str:
        """A digest of all that decides what bytes mean to these collections."""
        nowhere, among = Location(""), list(collections)
        told = [repr(replace(collection, location=nowhere)) for collection in among]
        types = sorted({collection.type for collection in among})
        told += [repr(sorted(self.knowledge.types[name].kinds.items())) for name in types]
        told += [__version__, repr(sorted(self.plugins.versions)), repr(_build())]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    def _documents(self, collection: Collection, tally: Tally) -> Iterator[Document | Unreadable]:
        for item in self._sources(collection, tally):
            yield self._read(item, collection) if isinstance(item, Source) else item

    def _sources(self, collection: Collection, tally: Tally) -> Iterator[Source | Document | Unreadable]:
        """The files of a collection, or what its collector made."""
        if collection.collector is not None:
            yield from self._collected(collection, tally)
            return
        for item in self.tree_for(collection).sources(
            collection, None if collection.type in self.always else self.named
        ):
            tally.files += 1
            if isinstance(item, Unreadable):
                yield replace(item, collection=collection.name, type=collection.type)
            else:
                yield item

    def tree_for(self, collection: Collection) -> Tree:
        """The tree that the files of a collection are in."""
        policy = self.config.policy
        if policy is None or policy is self.config.past or collection.type not in self.always:
            return self.tree
        if self._governing is None:
            self._governing = Tree(policy.root, policy)
        return self._governing

    def _collected(self, collection: Collection, tally: Tally) -> Iterator[Document | Unreadable]:
        if self.named is not None:
            return
        found = collected(collection, self.config, self.plugins.collectors)
        if found.why:
            self.untold[collection.type] = found.why
        if found.unreadable is not None:
            yield found.unreadable
        if found.document is not None:
            tally.files += 1
            yield found.document

    def _read(self, source: Source, collection: Collection, known: Entries | None = None) -> Document | Unreadable:
        reader = self._reader(source.path, collection)
        ours = known is not None and reader.name in ("yaml", "markdown")
        document = reader.read(source, {**collection.read, "known": known} if ours else collection.read)
        if isinstance(document, Unreadable):
            return replace(document, collection=collection.name, type=collection.type)
        return document

    def _reader(self, path: str, collection: Collection) -> Reader:
        """The reader that the collection names, or the one for the file's extension; Markdown where nothing tells."""
        readers = self.plugins.readers
        if collection.format is not None:
            if collection.format not in readers:
                raise unknown(collection, "format", collection.format, readers)
            return readers[collection.format]
        extension = "." + path.rpartition(".")[2]
        own = next((reader for reader in readers.values() if extension in reader.extensions), None)
        return own or readers[format_of(path) or "markdown"]

    def _of(
        self, document: Document | Unreadable, collection: Collection, mapper: Mapper
    ) -> Iterator[Record | Unreadable]:
        if isinstance(document, Unreadable):
            yield document
            return
        for problem in document.problems:
            yield replace(problem, collection=collection.name, type=collection.type)
        yield from mapper.records(document)


class Locator:
    """Resolves paths inside records late: each file is read again once, however many results it has."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._file: tuple[str, str] = ("", "")
        self._origins: list[Origins] = []

    def locate(self, record: Record, path: FieldPath) -> Location:
        """The place of a field, or of the nearest thing around it that has one, or of the record."""
        if self._file != (record.collection, record.path):
            self._file = (record.collection, record.path)
            self._origins = self._reading.origins(*self._file)
        if record.index < len(self._origins):
            origins = self._origins[record.index]
            for length in range(len(path), -1, -1):
                origin = origins.get(path[:length])
                if origin is not None:
                    return origin.location
        return record.location


def told(done: int, progress: Callable[[int], None] | None) -> None:
    """Tell how many files were read, now and then."""
    if progress is not None and not done % 256:
        progress(done)


@cache
def _build() -> int:
    """When the newest module of this program was written: another one may read in another way."""
    waiting, newest = [str(Path(__file__).parent)], 0
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                elif entry.name.endswith(".py"):
                    newest = max(newest, entry.stat().st_mtime_ns)
    return newest
