"""What stands at the places of a record: paths lead through mappings, and through every item of a list."""

from __future__ import annotations

from collections.abc import Iterator

from qmscheck.model import FieldPath


def nodes_at(value: object, path: FieldPath) -> list[tuple[FieldPath, object]]:
    """What stands at a path, with its full path; lists on the way are looked through: ``approvals.by`` asks each."""
    for depth, part in enumerate(path):
        if value.__class__ is not dict or part not in value:
            return _looked_through(value, path[:depth], path[depth:]) if isinstance(value, list) else []
        value = value[part]
    return [(path, value)]


def _looked_through(items: list[object], before: FieldPath, path: FieldPath) -> list[tuple[FieldPath, object]]:
    first, chosen = path[0], enumerate(items)
    if isinstance(first, int):
        chosen, path = ((index, item) for index, item in chosen if index == first), path[1:]  # type: ignore[assignment]
    return [((*before, index, *rest), found) for index, item in chosen for rest, found in nodes_at(item, path)]


def values_at(value: object, path: FieldPath) -> list[tuple[FieldPath, object]]:
    """Like `nodes_at`, but the items of a list that stands there instead of the list."""
    if value.__class__ is dict and path:  # most records lack most fields, and most fields are plain
        if path[0] not in value:
            return []
        if len(path) == 1 and not isinstance(value[path[0]], list):
            return [(path, value[path[0]])]
    found = nodes_at(value, path)
    for _, one in found:
        if isinstance(one, list):
            return [each for where, one in found for each in _listed(where, one)]
    return found


def _listed(where: FieldPath, value: object) -> list[tuple[FieldPath, object]]:
    return (
        [((*where, index), item) for index, item in enumerate(value)] if isinstance(value, list) else [(where, value)]
    )


def dotted(path: str) -> FieldPath:
    """``"approvals.by"`` as a path."""
    return tuple(path.split("."))


def texts_in(value: object, path: FieldPath) -> Iterator[tuple[FieldPath, str]]:
    """Every text inside of a value, with its path; ``path`` leads to the value itself."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, child in value.items():
            yield from texts_in(child, (*path, key))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from texts_in(child, (*path, index))
