"""What every kind of definition in a pack is taken apart with."""

from __future__ import annotations

from collections.abc import Mapping

from qmscheck.definitions import Definition
from qmscheck.errors import QmscheckError
from qmscheck.knowledge import Knowledge
from qmscheck.model import FieldPath


def mapping(data: Mapping[str, object], key: str) -> Mapping[str, object]:
    """The mapping under a key; an empty one where there is none."""
    value = data.get(key, {})
    return value if isinstance(value, Mapping) else {}


def once(knowledge: Knowledge, kind: str, name: str, definition: Definition, at: FieldPath = ()) -> None:
    """Remember which file defines something; raises where an earlier one does."""
    if (kind, name) in knowledge.files:
        raise twice(knowledge, kind, name, definition, at)
    knowledge.files[kind, name] = definition.path


def twice(knowledge: Knowledge, kind: str, name: str, definition: Definition, at: FieldPath) -> QmscheckError:
    """An error to raise: an earlier file defines it, too."""
    where = f"also in {knowledge.files[kind, name]}, perhaps of an installed plugin that holds the same pack"
    return definition.wrong(f"{kind} {name!r} is defined twice: {where}", at)
