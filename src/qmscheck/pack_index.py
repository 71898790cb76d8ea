"""The index of the built-in pack: what its files say, so that not every run reads hundreds of YAML files.

An entry counts, as a compiled module does, only while its file has the size and the time of change that it had.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from qmscheck.kept import Kept


class PackIndex:
    """Data of definition files that passed their schema, by their path within the pack.

    ``without`` names a key that is not kept: few runs look at examples, which are half of what there is to read.
    """

    def __init__(self, pack: Path, without: str = "") -> None:
        name = f"built-in-pack-without-{without}" if without else "built-in-pack"
        self._kept = Kept(name, "readers", "schemas")
        self._pack = f"{pack}{os.sep}"
        self._without = without

    def __contains__(self, file: str) -> bool:
        """Whether a file belongs to the pack."""
        return file.startswith(self._pack)

    def get(self, file: str, read: Callable[[], Mapping[str, object]]) -> Mapping[str, object]:
        """What a file says: what is known of it, else what ``read`` tells, which is then known."""
        seen, name = _seen(file), file[len(self._pack) :]
        then, data = self._kept.get(name, (None, {}))
        if then == seen:
            found: Mapping[str, object] = data
            return found
        said = {key: value for key, value in read().items() if key != self._without}
        self._kept[name] = (seen, said)
        return said

    def save(self) -> None:
        """Keep what is known for later runs."""
        self._kept.save()


def _seen(file: str) -> tuple[int, int]:
    """What tells one state of a file from another, as Python does for modules."""
    try:
        found = os.stat(file)  # noqa: PTH116 - hundreds of files, half the time
    except OSError:
        return 0, -1  # whoever reads it will say why not
    return found.st_mtime_ns, found.st_size
