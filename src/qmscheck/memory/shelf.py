"""What one run learned, kept for the next one: a file of texts by name, believed only when everything about it fits.

Names and texts (JSON of one line), read as data. It counts only for exactly the key that it was written for, only whole
(a digest closes it), and only where the file is a plain one of the same user that nobody else may write. Anything else
is as if there were none. What cannot be written is not kept; a run never fails for it.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

OFF = "QMSCHECK_NO_CACHE"
"""The environment variable that switches it off."""
_FORM = 2
_MOST = 1 << 30
_WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH


class Shelf:
    """Texts by name, for one ``key``, in a file of the user's cache folder that ``place`` names.

    Without a key nothing is read or kept.
    """

    def __init__(self, place: str, key: str) -> None:
        self._path = _file(place) if key and not os.environ.get(OFF) else None
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
            with suppress(OSError):
                _write(self._path, self._key, self._texts)
        self._new = False


def _file(place: str) -> Path | None:
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or ""
    if not Path(home).is_absolute():
        with suppress(RuntimeError):
            home = str(Path.home() / ".cache")
    if not home:
        return None
    return Path(home, "qmscheck", f"{hashlib.sha256(place.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}.jsonl")


def _read(path: Path, key: str) -> dict[str, str]:
    with suppress(OSError, ValueError, TypeError):
        told = _bytes(path)
        body, _, end = told[:-1].rpartition(b"\n")
        head, *lines = body.split(b"\n")
        if json.loads(head) != [_FORM, key] or hashlib.sha256(body).hexdigest() != end.decode("ascii"):
            return {}
        return {
            str(json.loads(name)): text.decode("utf-8") for name, _, text in (line.partition(b"\t") for line in lines)
        }
    return {}


def _bytes(path: Path) -> bytes:
    """The bytes of a plain file that only this user writes; raises OSError for any other."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    with open(descriptor, "rb") as file:  # noqa: PTH123 - opened already
        found = os.fstat(descriptor)
        mine = not hasattr(os, "geteuid") or (found.st_uid == os.geteuid() and not found.st_mode & _WRITABLE_BY_OTHERS)
        if not stat.S_ISREG(found.st_mode) or not mine or found.st_size > _MOST:
            raise OSError
        return file.read()


def _write(path: Path, key: str, texts: dict[str, str]) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest = hashlib.sha256()
    descriptor, unfinished = tempfile.mkstemp(prefix=".", dir=path.parent)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - opened already
            line = json.dumps([_FORM, key]).encode()
            digest.update(line)
            file.write(line)
            for name, text in texts.items():
                line = f"\n{json.dumps(name)}\t{text}".encode()
                digest.update(line)
                file.write(line)
            file.write(f"\n{digest.hexdigest()}\n".encode())
        Path(unfinished).replace(path)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise
