"""Where each value of a document begins: a tree of offsets beside the data, built only when somebody asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qmscheck.model import FieldPath


class Node:
    """One value: where it begins, and the values inside it.

    ``offset`` is that of the key for an entry of a mapping and of the value for an item of a list.
    """

    __slots__ = ("children", "offset")

    def __init__(self, offset: int, children: dict[str, Node] | list[Node] | None = None) -> None:
        self.offset = offset
        self.children = children

    def child(self, part: str | int) -> Node | None:
        """The value under a key or at an index, if it is there."""
        children = self.children
        if isinstance(children, dict):
            return children.get(part) if isinstance(part, str) else None
        if isinstance(children, list) and isinstance(part, int) and 0 <= part < len(children):
            return children[part]
        return None

    def nearest(self, path: FieldPath) -> Node:
        """The value at a path, or the last one on the way to it."""
        node = self
        for part in path:
            inner = node.child(part)
            if inner is None:
                return node
            node = inner
        return node
