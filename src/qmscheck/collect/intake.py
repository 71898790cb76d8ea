"""Bytes of one file. What is no plain, readable file of bearable size becomes an Unreadable and never blocks."""

from __future__ import annotations

import errno
import os
import stat
from typing import Final

from qmscheck.model import Location, Source, Unreadable
from qmscheck.readers.decode import MAX_MEGABYTES

_LIMIT: Final = MAX_MEGABYTES * 1_000_000
_NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0)
_FLAGS: Final = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)  # opening a pipe that nobody writes to would wait for ever
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)
_LINK_ERRORS: Final = {errno.ELOOP, errno.EMLINK}  # EMLINK: some BSDs
_KINDS: Final = (
    (stat.S_ISDIR, "is a folder, although its name is that of a record"),
    (stat.S_ISFIFO, "is a named pipe, not a file"),
    (stat.S_ISSOCK, "is a socket, not a file"),
)


def take(file: str, path: str, root: str) -> Source | Unreadable:
    """Read ``file``, shown as ``path``; ``root`` is the real folder that links must not leave."""
    try:
        descriptor = _open(file, root)
    except (OSError, ValueError) as error:
        return refused(path, _why_not(file, error))
    if descriptor is None:
        return refused(path, "is a link that leads out of the root")
    try:
        status = os.fstat(descriptor)
        reason = _unfit(status)
        if reason is None:
            content = _content(descriptor, status.st_size)
            return given(path, content)
    except OSError as error:
        reason = _why_not(file, error)
    finally:
        os.close(descriptor)
    return refused(path, reason)


def given(path: str, content: bytes) -> Source | Unreadable:
    """Bytes that are here already, under the same limit."""
    return Source(path, content) if len(content) <= _LIMIT else refused(path, _too_large(len(content)))


def _open(file: str, root: str) -> int | None:
    """Open without following a link; follow it only when it stays below the root."""
    try:
        if _NO_LINK or not os.path.islink(file):  # noqa: PTH114 - names may hold any bytes
            return os.open(file, _FLAGS | _NO_LINK)
    except OSError as error:
        if error.errno not in _LINK_ERRORS:
            raise
    return None if leaves(file, root) and os.path.exists(file) else os.open(file, _FLAGS)  # noqa: PTH110


def leaves(file: str, root: str) -> bool:
    """Whether a link leads out of the root."""
    real = os.path.realpath(file)
    return real != root and not real.startswith(root.rstrip(os.sep) + os.sep)


def refused(path: str, reason: str) -> Unreadable:
    """A file that is not read."""
    return Unreadable(location=Location(path, 1), reason=reason)


def _content(descriptor: int, size: int) -> bytes:
    """All bytes, at most one more than the limit; a file may have grown, or not tell its size."""
    content = os.read(descriptor, size + 1)
    if len(content) == size:
        return content
    chunks, total = [content], len(content)
    while total <= _LIMIT and (chunk := os.read(descriptor, 1 << 20)):
        chunks.append(chunk)
        total += len(chunk)
    return b"".join(chunks)


def _unfit(status: os.stat_result) -> str | None:
    if stat.S_ISREG(status.st_mode):
        return _too_large(status.st_size) if status.st_size > _LIMIT else None
    return next((text for holds, text in _KINDS if holds(status.st_mode)), "is a device, not a file")


def _too_large(size: int) -> str:
    return f"the file is too large ({size / 1_000_000:.1f} MB; at most {MAX_MEGABYTES} MB are read)"


def _why_not(file: str, error: OSError | ValueError) -> str:
    if os.path.islink(file) and not os.path.exists(file):  # noqa: PTH110, PTH114 - names may hold any bytes
        return "is a link that leads nowhere"
    if isinstance(error, FileNotFoundError):
        return "was there a moment ago and is gone"
    if isinstance(error, PermissionError):
        return "cannot be read: permission denied"
    return f"cannot be read: {error.strerror if isinstance(error, OSError) else error}"
