"""The index of the built-in pack: what its files say, kept as Python keeps modules, so that no run reads YAML again.

It lies where Python keeps compiled modules, is written in the same way, is worth as much trust, and may be lost at any
time. An entry counts, as a compiled module does, only while its file has the size and the time of change that it had,
and only for the readers and schemas that made it.
"""

from __future__ import annotations

import marshal
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from qmscheck import __version__

_HOME = Path(__file__).parent
_CACHE = _HOME / "__pycache__"
_Seen = tuple[int, int]
"""Time of change in nanoseconds, and size."""


class PackIndex:
    """Data of definition files that passed their schema, by their path within the pack.

    ``without`` names a key that is not kept: few runs look at examples, which are half of what there is to read.
    """

    def __init__(self, pack: Path, without: str = "", cache: Path = _CACHE) -> None:
        part = f".without-{without}" if without else ""
        self._file = cache / f"built-in-pack{part}.{sys.implementation.cache_tag}"
        self._pack = f"{pack}{os.sep}"
        self._without = without
        self._stamp = _stamp()
        self._known: dict[str, tuple[_Seen, Mapping[str, object]]] = {}
        self._changed = False
        with suppress(OSError, ValueError, EOFError, TypeError):
            stamp, files = marshal.loads(self._file.read_bytes())  # noqa: S302 - as much to be trusted as any module
            if stamp == self._stamp:
                self._known = files

    def __contains__(self, file: str) -> bool:
        """Whether a file belongs to the pack."""
        return file.startswith(self._pack)

    def get(self, file: str, read: Callable[[], Mapping[str, object]]) -> Mapping[str, object]:
        """What a file says: what is known of it, else what ``read`` tells, which is then known."""
        seen = _seen(file)
        name = file[len(self._pack) :]
        known = self._known.get(name)
        if known is not None and known[0] == seen:
            return known[1]
        kept = {key: value for key, value in read().items() if key != self._without}
        self._known[name] = (seen, kept)
        self._changed = True
        return kept

    def save(self) -> None:
        """Write what is known, whole or not at all; a folder that cannot be written to is no problem."""
        if not self._changed:
            return
        draft = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        with suppress(OSError):
            self._file.parent.mkdir(exist_ok=True)
            draft.write_bytes(marshal.dumps((self._stamp, self._known)))
            draft.replace(self._file)


def _seen(file: str) -> _Seen:
    """What tells one state of a file from another, as Python does for modules."""
    try:
        found = os.stat(file)  # noqa: PTH116 - hundreds of files, half the time
    except OSError:
        return 0, -1  # whoever reads it will say why not
    return found.st_mtime_ns, found.st_size


def _stamp() -> tuple[str, ...]:
    """Changes with the version and with the code that reads and checks definitions."""
    parts = [__version__]
    for folder in ("readers", "schemas"):
        with os.scandir(_HOME / folder) as entries:
            parts += sorted(f"{entry.name} {entry.stat().st_mtime_ns}" for entry in entries if entry.is_file())
    return tuple(parts)
