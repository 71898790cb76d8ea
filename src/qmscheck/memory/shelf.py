"""Texts that one run learned, kept for the next one, by name; see `keeping` for when they are believed.

Names and texts (JSON of one line), read as data.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from qmscheck.memory import keeping


class Shelf:
    """Texts by name, for one ``key``, in a file of the user's cache folder that ``place`` names.

    Without a key nothing is read or kept.
    """

    def __init__(self, place: str, key: str) -> None:
        self._path = keeping.file_of(place) if key else None
        self._key = key
        self._texts: dict[str, str] = {} if self._path is None else _read(self._path, key)
        self._new = False

    def __bool__(self) -> bool:
        return bool(self._texts)

    def get(self, name: str) -> str | None:
        """The text of that name; None when nobody put one there."""
        return self._texts.get(name)

    def put(self, name: str, text: str) -> None:
        """Keep a text of one line, once `close` is called."""
        if self._path is not None:
            self._texts[name] = text
            self._new = True

    def clear(self) -> None:
        """Forget everything: something in it was not right."""
        self._texts.clear()

    def close(self) -> None:
        """Write what is new, whole or not at all."""
        if self._new and self._path is not None:
            keeping.write(self._path, self._key, _lines(self._texts))
        self._new = False


def _read(path: Path, key: str) -> dict[str, str]:
    told = keeping.read(path, key)
    with suppress(ValueError, TypeError):
        pairs = (line.partition(b"\t") for line in (told or b"").split(b"\n")[1:])
        return {str(json.loads(name)): text.decode("utf-8") for name, _, text in pairs}
    return {}


def _lines(texts: Mapping[str, str]) -> Iterator[bytes]:
    return (f"\n{json.dumps(name)}\t{text}".encode() for name, text in texts.items())
