"""What every kind of definition in a pack is taken apart with."""

from __future__ import annotations

from collections.abc import Mapping

from qmscheck.definitions import Definition
from qmscheck.model import FieldPath


def mapping(data: Mapping[str, object], key: str) -> Mapping[str, object]:
    """The mapping under a key; an empty one where there is none."""
    value = data.get(key, {})
    return value if isinstance(value, Mapping) else {}


def once(
    known: Mapping[str, object], name: str, definition: Definition, kind: str, at: FieldPath = (), *, first: str = ""
) -> None:
    """Refuse what an earlier definition has; ``first`` is the file of that one."""
    if name in known:
        where = f": also in {first}, perhaps of an installed plugin that holds the same pack" if first else ""
        raise definition.wrong(f"{kind} {name!r} is defined twice{where}", at)
