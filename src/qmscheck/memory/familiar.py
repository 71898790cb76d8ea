"""Records of files that did not change since an earlier run, so that a hook need not parse them all again.

By the bytes of each file, for the same configuration and the same program; kept as plain JSON (`shelf`), never as
objects. Files of which anything could not be read are read anew each time, and so are those that a second file
completes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from operator import attrgetter

from qmscheck.config import Collection
from qmscheck.memory.shelf import Shelf
from qmscheck.model import Record, Source
from qmscheck.reading import Reading

_TOLD = ("type", "id", "fields", "index", "line", "single")
_OF = attrgetter(*_TOLD)
_FEW = 200
_SHARE = 50
"""How few files are sooner read than looked up, and which part of what is known must be new to write all of it."""


class KnownFiles:
    """The files that earlier runs of this folder met. `end` keeps those that this run met."""

    def __init__(self, reading: Reading) -> None:
        files = [one for one in reading.collections() if one.collector is None]
        self._shelf = Shelf(f"{reading.config.root.resolve()} records", reading.way(files))
        self._met: dict[str, str] = {}
        self._new = 0

    def records(self, collection: Collection, source: Source) -> list[Record] | None:
        """The records of these bytes; None where no run met them."""
        name = _name(collection, source)
        text = self._shelf.get(name)
        if text is None:
            return None
        try:
            found = [
                Record(**dict(zip(_TOLD, one, strict=True)), path=source.path, collection=collection.name)
                for one in json.loads(text)
            ]
        except (ValueError, TypeError):
            return None
        self._met[name] = text
        return found

    def keep(self, collection: Collection, source: Source, records: Sequence[Record]) -> None:
        """Know these records from here on."""
        try:
            self._met[_name(collection, source)] = json.dumps([_OF(one) for one in records])
        except (ValueError, TypeError):  # what a plugin's reader made is no plain data
            return
        self._new += 1

    def end(self) -> None:
        """Write what was met, where enough of it is new."""
        if len(self._met) >= _FEW and self._new * _SHARE >= len(self._met):
            self._shelf.clear()
            for name, text in self._met.items():
                self._shelf.put(name, text)
            self._shelf.close()


def _name(collection: Collection, source: Source) -> str:
    digest = hashlib.blake2b(source.content, digest_size=16).hexdigest()
    return f"{collection.name}\n{source.path}\n{digest}"
