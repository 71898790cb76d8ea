"""Fields mapped by path (``remediation.plan``, ``approvals.0.at``), put together to objects and lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qmscheck.mapping.origin import Origin
from qmscheck.mapping.values import ABSENT
from qmscheck.model import FieldPath


class Nest:
    """Collects values by path. Steps of digits number list items; numbers that got no value are closed up."""

    def __init__(self) -> None:
        self._root: dict[str | int, object] = {}
        self._marks: list[tuple[tuple[str | int, ...], Mapping[FieldPath, Origin]]] = []

    def put(self, steps: tuple[str, ...], value: object, marks: Mapping[FieldPath, Origin] | None = None) -> None:
        """Put a value in its place; ABSENT leaves it open."""
        if value is ABSENT:
            return
        path = tuple(int(step) if step.isdigit() else step for step in steps)
        node = self._root
        for step in path[:-1]:
            below = node.setdefault(step, {})
            if not isinstance(below, dict):
                return
            node = below
        node[path[-1]] = _Leaf(value)
        if marks is not None:
            self._marks.append((path, marks))

    def into(self, fields: dict[str, object]) -> None:
        """Add everything to the fields; an object that is there already is completed."""
        for name, node in self._root.items():
            value, there = _built(node), fields.get(str(name))
            fields[str(name)] = {**there, **value} if isinstance(there, dict) and isinstance(value, dict) else value

    def marks(self) -> Iterator[tuple[FieldPath, Origin]]:
        """The origin of each value, by its final path."""
        for path, marks in self._marks:
            final = tuple(self._final(path))
            for rest, origin in marks.items():
                yield (*final, *rest), origin

    def _final(self, path: FieldPath) -> Iterator[str | int]:
        node: object = self._root
        for step in path:
            numbers = sorted(key for key in node if isinstance(key, int)) if isinstance(node, dict) else []
            yield numbers.index(step) if isinstance(step, int) else step
            node = node.get(step) if isinstance(node, dict) else None


class _Leaf:
    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value


def _built(node: object) -> object:
    if isinstance(node, _Leaf):
        return node.value
    if not isinstance(node, dict):
        return node
    if node and all(isinstance(key, int) for key in node):
        return [_built(node[key]) for key in sorted(node)]
    return {str(key): _built(value) for key, value in node.items()}
