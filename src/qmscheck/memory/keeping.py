"""Files in which one run keeps what it learned for the next one, in the user's cache folder.

What is kept counts only for exactly the key that it was written for, only whole (its digest stands before it), and only
where the file is a plain one of the same user that nobody else may write. Anything else is as if there were none. What
cannot be written is not kept; a run never fails for it.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path
from typing import IO

OFF = "QMSCHECK_NO_CACHE"
"""The environment variable that switches it off."""
_FORM = 3
_MOST = 1 << 30
_BLOCK = 1 << 18
_WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH


def file_of(place: str) -> Path | None:
    """The file for what is learned of a place; None where nothing is to be kept, or the user has no cache folder."""
    if os.environ.get(OFF):
        return None
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or ""
    if not Path(home).is_absolute():
        with suppress(RuntimeError):
            home = str(Path.home() / ".cache")
    if not home:
        return None
    return Path(home, "qmscheck", hashlib.sha256(place.encode("utf-8", "surrogatepass")).hexdigest()[:32])


def read(path: Path, key: str) -> bytes | None:
    """What was kept for the key; None where there is nothing to believe."""
    with suppress(OSError, ValueError, TypeError):
        told = _bytes(path)
        end = told.index(b"\n")
        body = told[end + 1 :]
        if json.loads(told[:end]) == [_FORM, key, hashlib.sha256(body).hexdigest()]:
            return body
    return None


def write(path: Path, key: str, pieces: Iterable[bytes]) -> None:
    """Keep the pieces together, whole or not at all."""
    with suppress(OSError), unfinished(path) as file, file.open("wb") as opened:
        _put(opened, key, pieces)


@contextmanager
def unfinished(path: Path) -> Iterator[Path]:
    """An empty file of this user's that becomes the one at the path when it is finished, and nothing before."""
    import tempfile  # noqa: PLC0415 - with all that it imports; only what writes pays for it

    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=".", dir=path.parent)
    os.close(descriptor)
    file = Path(name)
    try:
        yield file
        file.replace(path)
    except BaseException:
        file.unlink(missing_ok=True)
        raise


def digest_of(path: Path) -> str:
    """The digest of a file that only this user writes; empty where there is no such file."""
    found, block = hashlib.sha256(), memoryview(bytearray(_BLOCK))
    try:
        with _opened(path) as file:
            while length := file.readinto(block):
                found.update(block[:length])
    except OSError:
        return ""
    return found.hexdigest()


def _put(file: IO[bytes], key: str, pieces: Iterable[bytes]) -> None:
    """The digest is known last, and takes the place that was left for it."""
    digest = hashlib.sha256()
    file.write(_head(key, digest))
    for piece in pieces:
        digest.update(piece)
        file.write(piece)
    file.seek(0)
    file.write(_head(key, digest))


def _head(key: str, digest: hashlib._Hash) -> bytes:
    return json.dumps([_FORM, key, digest.hexdigest()]).encode() + b"\n"


def _bytes(path: Path) -> bytes:
    with _opened(path) as file:
        return file.read()


def _opened(path: Path) -> FileIO:
    """A plain file that only this user writes, to be read; raises OSError for any other."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    file = FileIO(descriptor)
    found = os.fstat(descriptor)
    mine = not hasattr(os, "geteuid") or (found.st_uid == os.geteuid() and not found.st_mode & _WRITABLE_BY_OTHERS)
    if not stat.S_ISREG(found.st_mode) or not mine or found.st_size > _MOST:
        file.close()
        raise OSError
    return file
