"""The index of the built-in pack: what its files say, kept as JSON, so that not every run reads hundreds of YAML files.

It lies where Python keeps compiled modules, is worth as much trust, and may be lost at any time. An entry counts only
for exactly the bytes it was made from, and only for the readers and schemas that made it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from qmscheck import __version__

_HOME = Path(__file__).parent
_FILE = _HOME / "__pycache__" / "built-in-pack.json"


class PackIndex:
    """Data of definition files that passed their schema, by the digest of their bytes."""

    def __init__(self, file: Path = _FILE) -> None:
        self._file = file
        self._stamp = _stamp()
        self._known: dict[str, Mapping[str, object]] = {}
        self._used: dict[str, Mapping[str, object]] = {}
        self._changed = False
        with suppress(OSError, ValueError):
            kept = json.loads(file.read_bytes())
            if isinstance(kept, dict) and kept.get("stamp") == self._stamp:
                self._known = kept["files"]

    def get(self, content: bytes) -> Mapping[str, object] | None:
        """What a file with these bytes says, if it is known."""
        digest = sha256(content).hexdigest()
        found = self._known.get(digest)
        if found is not None:
            self._used[digest] = found
        return found

    def put(self, content: bytes, data: Mapping[str, object]) -> None:
        """Remember what a file says."""
        self._used[sha256(content).hexdigest()] = data
        self._changed = True

    def save(self) -> None:
        """Write what was used, whole or not at all; a folder that cannot be written to is no problem."""
        if not self._changed:
            return
        draft = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        with suppress(OSError):
            self._file.parent.mkdir(exist_ok=True)
            draft.write_text(json.dumps({"stamp": self._stamp, "files": self._used}), "utf-8")
            draft.replace(self._file)


def _stamp() -> str:
    """Changes with the version and with the code that reads and checks definitions."""
    parts = [__version__]
    for folder in ("readers", "schemas"):
        with os.scandir(_HOME / folder) as entries:
            parts += sorted(f"{entry.name} {entry.stat().st_mtime_ns}" for entry in entries if entry.is_file())
    return sha256("\n".join(parts).encode()).hexdigest()
