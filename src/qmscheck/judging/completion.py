"""A record as rules see it: every field that its type knows is there.

Absent fields are null, absent lists empty, absent objects have all their fields null; inside list items too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from qmscheck.schema import Shape

_KINDS = {"list": list, "object": dict}


class Completion:
    """Fills in what a shape knows and a record lacks. Values of another kind than the shape's stay as they are."""

    __slots__ = ("_built", "_defaults", "_items", "_objects")

    def __init__(self, shape: Shape, extra: Iterable[str] = ()) -> None:
        fields = shape.fields or {}
        self._defaults: dict[str, object] = dict.fromkeys(extra)
        self._objects: list[tuple[str, Completion]] = []
        self._items: list[tuple[str, Completion]] = []
        self._built = [(name, child.kind, _KINDS[child.kind]) for name, child in fields.items() if child.kind in _KINDS]
        for name, child in fields.items():
            self._defaults[name] = [] if child.kind == "list" else None
            if child.fields is not None:
                inner = Completion(child)
                self._objects.append((name, inner))
                self._defaults[name] = inner.of({})
            elif child.item is not None and child.item.fields is not None:
                self._items.append((name, Completion(child.item)))

    def misfits(self, fields: Mapping[str, object]) -> Iterator[tuple[str, str]]:
        """Fields that hold something else where a list or an object is asked for, and what is asked for.

        An expression on such a field may hold or fail by accident: the length of a text is no number of items.
        """
        for name, kind, wanted in self._built:
            value = fields.get(name)
            if value is not None and value.__class__ is not wanted and not isinstance(value, wanted):
                yield name, kind

    def of(self, fields: Mapping[str, object]) -> dict[str, object]:
        """A completed copy; what is complete already is shared, not copied."""
        whole = {**self._defaults, **fields}
        for name, inner in self._objects:
            value = fields.get(name)
            if isinstance(value, dict):
                whole[name] = inner.of(value)
            elif value is None:
                whole[name] = self._defaults[name]
        for name, inner in self._items:
            value = fields.get(name)
            if isinstance(value, list):
                whole[name] = [inner.of(item) if isinstance(item, dict) else item for item in value]
            elif value is None:
                whole[name] = []
        return whole
