"""The records of one tree of the past after the other: a file whose content was seen before is not read again."""

from __future__ import annotations

from collections.abc import Iterator

from qmscheck.collect import seconds_of, tree_of
from qmscheck.config import Collection
from qmscheck.history import Snapshot
from qmscheck.model import Record, Unreadable
from qmscheck.reading import Reading

_Items = list[Record | Unreadable]
_Stamp = tuple[object, ...]


class Rereading:
    """Reads a snapshot that moves. Holds the records of one tree, and which content they are from."""

    def __init__(self, reading: Reading, snapshot: Snapshot) -> None:
        self._reading = reading
        self._snapshot = snapshot
        self._known: dict[tuple[str, str], tuple[_Stamp, _Items]] = {}
        self._joined: dict[str, _Stamp] = {}

    def items(self) -> _Items:
        """The records of the tree that the snapshot is now, and what cannot be read."""
        self._reading.tree = tree_of(self._reading.config)
        self._reading.untold.clear()
        fresh: dict[tuple[str, str], tuple[_Stamp, _Items]] = {}
        for collection in self._reading.collections():
            if collection.collector is not None:
                fresh[collection.name, ""] = (), self._reading.collected(collection)
                continue
            joined = self._joins(collection)
            for path, found in self._files(collection):
                fresh[collection.name, path] = found if found is not None else self._item(collection, path, joined)
        self._known = fresh
        return [item for _, items in fresh.values() for item in items]

    def _files(self, collection: Collection) -> Iterator[tuple[str, tuple[_Stamp, _Items] | None]]:
        for item in self._reading.tree_for(collection).files(collection.files, collection.exclude):
            yield (item, None) if isinstance(item, str) else (item.location.path, ((), [item]))

    def _item(self, collection: Collection, path: str, joined: _Stamp) -> tuple[_Stamp, _Items]:
        """What one file holds; read only when its content, or that of files joined to it, is not what it was."""
        blob = self._snapshot.blob(path)
        known = self._known.get((collection.name, path))
        if known is not None and blob and known[0] == (blob, joined):
            return known
        return (blob, joined), self._reading.held(collection, path)

    def _joins(self, collection: Collection) -> _Stamp:
        tree = self._reading.tree
        files = [str(path) for one in seconds_of(collection) for path in tree.files(*one)]
        stamp = tuple((path, self._snapshot.blob(path)) for path in files)
        if self._joined.get(collection.name) != stamp:
            self._joined[collection.name] = stamp
            self._reading.forget_joins(collection)
        return stamp
