"""Single values of a configuration file."""

from __future__ import annotations

from collections.abc import Mapping

from qmscheck.definitions import Definition
from qmscheck.model import FieldPath


def mapping(value: object) -> Mapping[str, object]:
    """A mapping; an empty one for anything else."""
    return value if isinstance(value, Mapping) else {}


def words(value: object) -> tuple[str, ...]:
    """A text or a list of them; nothing for nothing."""
    if value is None:
        return ()
    return tuple(str(word) for word in value) if isinstance(value, list) else (str(value),)


def text_of(value: object) -> str | None:
    """A value as text, if there is one."""
    return None if value is None else str(value)


def inside(definition: Definition, path: str, at: FieldPath) -> str:
    """A path or glob that stays below the root, without a leading ``./``."""
    while path.startswith("./"):
        path = path[2:]
    if path.startswith("/") or ".." in path.split("/"):
        raise definition.wrong(f"{path!r} leaves the root; paths are relative to it, such as changes/**/*.yaml", at)
    if "\\" in path and "/" not in path:
        raise definition.wrong(f"{path!r} has backslashes; write {path.replace(chr(92), '/')!r}", at)
    return path
