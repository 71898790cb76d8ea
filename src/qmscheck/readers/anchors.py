"""Anchors, aliases, merge keys and tags: the parts of YAML that records seldom use and attackers like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from qmscheck.readers.refusal import MAX_DEPTH, Refusal, too_deep

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAX_ALIASED: Final = 10_000
"""How many values the aliases of one file may repeat; long text counts once for every 64 characters."""

_CORE: Final = "tag:yaml.org,2002:"
_TEXT: Final = frozenset(("!", _CORE + "str", _CORE + "timestamp"))
_TYPED: Final[dict[str, tuple[type, ...]]] = {
    _CORE + "int": (int,),
    _CORE + "float": (float, int),
    _CORE + "bool": (bool,),
    _CORE + "null": (type(None),),
}
_COLLECTIONS: Final = {dict: ("!", _CORE + "map"), list: ("!", _CORE + "seq")}


class Anchors:
    """The anchored values of one stream. Values are shared, never copied."""

    __slots__ = ("_convert", "_room", "_values")

    def __init__(self, convert: Callable[[str], object]) -> None:
        """``convert`` gives the value of plain text."""
        self._convert = convert
        self._values: dict[str, object] = {}
        self._room = MAX_ALIASED

    def scalar(self, event: Any, value: object) -> object:
        """The value of a scalar event, its tag obeyed, its anchor remembered."""
        if event.tag is not None:
            value = self._tagged(event)
        if event.anchor is not None:
            self._values[event.anchor] = value
        return value

    def collection(self, event: Any, value: dict[str, object] | list[object]) -> None:
        """Check the tag and remember the anchor of a list or mapping that begins."""
        if event.tag is not None and event.tag not in _COLLECTIONS[type(value)]:
            raise _tag_refused(event)
        if event.anchor is not None:
            self._values[event.anchor] = value

    def begin_document(self) -> None:
        """Forget the anchors: they end with their document."""
        self._values.clear()

    def alias(self, event: Any, stack: Sequence[tuple[object, object]]) -> object:
        """The value an alias stands for. ``stack`` holds the lists and mappings that the alias stands in."""
        offset = event.start_mark.index
        if event.anchor not in self._values:
            raise unknown_alias(event)
        value = self._values[event.anchor]
        if isinstance(value, dict | list) and any(value is outer for pair in stack for outer in pair):
            raise Refusal(f"the alias '*{event.anchor}' repeats the value that it is part of", offset)
        self._room -= _cost(value, self._room, MAX_DEPTH - len(stack), offset)
        return value

    def _tagged(self, event: Any) -> object:
        if event.tag in _TEXT:
            return event.value
        types = _TYPED.get(event.tag)
        if types is None:
            raise _tag_refused(event)
        value = self._convert(event.value)
        if type(value) not in types:
            kind = event.tag.removeprefix(_CORE)
            raise Refusal(f"the tag !!{kind} does not fit the value '{event.value}'", event.start_mark.index)
        return value


def unknown_alias(event: Any) -> Refusal:
    """The refusal of an alias without an anchor, most often text that begins with ``*``."""
    name = event.anchor
    reason = f"'*{name}' refers to an anchor '&{name}' that does not come before it; if it is text, put it in quotes"
    return Refusal(reason, event.start_mark.index)


def merge(mapping: dict[str, object] | None, merges: dict[int, int]) -> None:
    """Replace the key ``<<`` by the entries of the mappings it names, where ``merges`` says that it is a merge key.

    ``merges`` holds the offset of the key for the id of each open mapping. Own entries win, then earlier ones.
    """
    offset = merges.pop(id(mapping), None)
    if mapping is None or offset is None:
        return
    merged = mapping.pop("<<")
    own = dict(mapping)
    mapping.clear()
    for source in reversed(merged if isinstance(merged, list) else [merged]):
        if not isinstance(source, dict):
            raise Refusal("the merge key '<<' needs a mapping or a list of mappings", offset)
        mapping.update(source)
    mapping.update(own)


def _tag_refused(event: Any) -> Refusal:
    tag = event.tag.replace(_CORE, "!!", 1)
    reason = f"the tag '{tag}' is not supported; remove it, or put the value in quotes if it is text"
    return Refusal(reason, event.start_mark.index)


def _cost(value: object, room: int, depth: int, offset: int) -> int:
    """How many values lie in a value, level by level; stops as soon as there is no room."""
    cost, level = 0, [value]
    while level:
        if depth < 0:
            raise too_deep(offset)
        inner: list[object] = []
        for item in level:
            children = item.values() if isinstance(item, dict) else item if isinstance(item, list) else ()
            cost += 1 + len(children) + (len(item) // 64 if isinstance(item, str) else 0)
            if cost > room:
                raise Refusal(f"the aliases of this file repeat more than {MAX_ALIASED:,} values", offset)
            inner.extend(children)
        level = inner
        depth -= 1
    return cost
