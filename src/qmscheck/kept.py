"""Tables that outlive a run: kept where Python keeps compiled modules, and in the way it keeps them.

They are worth as much trust as the modules beside them, and may be lost at any time.
"""

from __future__ import annotations

import marshal
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from qmscheck import __version__

_HOME = Path(__file__).parent


class Kept(dict[Any, Any]):
    """A table of plain data, bytes and code. It is empty for another version, or other modules, than it was made by.

    ``made_by``: folders and files of qmscheck whose change makes what they made worthless.
    """

    def __init__(self, name: str, *made_by: str, folder: Path = _HOME / "__pycache__") -> None:
        super().__init__()
        self._file = folder / f"{name}.{sys.implementation.cache_tag}"
        states = [f"{name} {time}" for one in made_by for name, time in _states(_HOME / one)]
        self._stamp = f"{__version__} {sys.hexversion} {' '.join(states)}"
        self._changed = False
        with suppress(OSError, ValueError, EOFError, TypeError):
            stamp, table = marshal.loads(self._file.read_bytes())  # noqa: S302 - to be trusted as any compiled module
            if stamp == self._stamp:
                self.update(table)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(key, value)
        self._changed = True

    def save(self) -> None:
        """Write it if it changed, whole or not at all; a folder that cannot be written to is no problem."""
        if not self._changed:
            return
        self._changed = False
        draft = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        with suppress(OSError):
            self._file.parent.mkdir(exist_ok=True)
            draft.write_bytes(marshal.dumps((self._stamp, dict(self))))
            draft.replace(self._file)


def _states(path: Path) -> Iterator[tuple[str, int]]:
    """A file, or those in a folder, and when each was changed."""
    if path.is_file():
        yield path.name, path.stat().st_mtime_ns
        return
    with os.scandir(path) as entries:
        yield from sorted((entry.name, entry.stat().st_mtime_ns) for entry in entries if entry.is_file())
