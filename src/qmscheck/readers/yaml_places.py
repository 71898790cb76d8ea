"""Where each value of YAML text begins. Reads the same events as ``yaml``, only for files that are reported."""

from __future__ import annotations

from typing import Any, Final

from yaml import YAMLError
from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from qmscheck.readers.events import events_of
from qmscheck.readers.refusal import Refusal
from qmscheck.readers.scalars import NULLS
from qmscheck.readers.tree import Node

_CONTAINERS: Final = frozenset((MappingStartEvent, SequenceStartEvent))
_VALUES: Final = _CONTAINERS | {ScalarEvent, AliasEvent}


def places(text: str, *, many: bool = False, start: int = 0) -> Node:
    """The tree of offsets of text that ``yaml.load`` has read; each offset is raised by ``start``.

    What an alias or a merge key repeats has no place of its own: the nearest is that of the alias.
    """
    try:
        documents = _documents(text, start)
    except YAMLError:
        raise Refusal("not YAML", start) from None
    if many:
        return Node(documents[0].offset if documents else start, documents)
    return documents[0] if documents else Node(start)


def _documents(text: str, start: int) -> list[Node]:
    next_event = events_of(text)
    documents: list[Node] = []
    inside: dict[str, Node] | list[Node] = documents
    stack: list[dict[str, Node] | list[Node]] = []
    while True:
        event = next_event()
        kind = type(event)
        if kind is StreamEndEvent:
            return documents
        if kind is MappingEndEvent or kind is SequenceEndEvent:
            inside = stack.pop()
            continue
        if kind not in _VALUES or (inside is documents and _is_null(event)):
            continue
        node = Node(event.start_mark.index + start)
        if isinstance(inside, dict):
            inside[event.value] = node
            event = next_event()
        else:
            inside.append(node)
        if type(event) in _CONTAINERS:
            stack.append(inside)
            inside = node.children = {} if type(event) is MappingStartEvent else []


def _is_null(event: Any) -> bool:
    if type(event) is not ScalarEvent:
        return False
    return event.value in NULLS if event.implicit[0] else event.tag == "tag:yaml.org,2002:null"
