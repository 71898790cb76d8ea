"""Where in which file a mapped value stands, resolved only for what is shown or reported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from qmscheck.frozen import frozen
from qmscheck.mapping.scope import Hit, Scope
from qmscheck.model import FieldPath, Location

if TYPE_CHECKING:
    from qmscheck.mapping.field import Alternative


@frozen
class Origin:
    """The place of a value, and which candidate found it: ``key last_reviewed_on``, ``label Time to repair``."""

    location: Location
    via: str


def of_data(scope: Scope, name: str | None = None) -> Iterator[tuple[FieldPath, Origin]]:
    """The origin of every value of a record's data, or of one key's, containers included."""
    start: FieldPath = () if name is None else (name,)
    for rest in _paths(scope.data if name is None else scope.data.get(name), ()):
        path = (*start, *rest)
        if path:
            via = "key " + ".".join(str(step) for step in path)
            yield path, Origin(location=_located(scope, path), via=via)


def of_field(scope: Scope, value: object, hit: Hit, alternative: Alternative) -> Mapping[FieldPath, Origin]:
    """The origins of one mapped field: its own under ``()``, and those of its list items and their fields."""
    home = hit.scope or scope
    document = home.document
    if hit.path is None:
        line = (hit.line or home.line or 1) + (
            alternative.shaping.lines_before(hit.value) if alternative.shaping else 0
        )
        own = Origin(location=Location(document.path, line), via=hit.via)
    else:
        own = Origin(location=_located(home, hit.path), via=hit.via)
    origins: dict[FieldPath, Origin] = {(): own}
    if isinstance(value, list):
        for index, raw in enumerate(_raw_items(hit.value, len(value), alternative)):
            origins.update(_of_item(home, hit, index, raw, value[index]))
    elif hit.path is not None:
        origins.update(_below(home, hit, (), hit.path, value))
    return origins


def _raw_items(raw: object, count: int, alternative: Alternative) -> list[int]:
    """For each item of the final list the number of the raw item that it was; none when they do not correspond."""
    if not isinstance(raw, list):
        return []
    kept = alternative.shaping.kept(raw) if alternative.shaping is not None else list(range(len(raw)))
    return kept if len(kept) == count else []


def _of_item(home: Scope, hit: Hit, index: int, raw: int, item: object) -> Iterator[tuple[FieldPath, Origin]]:
    if hit.path is not None:
        yield from _below(home, hit, (index,), (*hit.path, raw), item)
        yield (index,), Origin(location=_located(home, (*hit.path, raw)), via=hit.via)
    elif raw < len(hit.items):
        yield (index,), Origin(location=Location(home.document.path, hit.items[raw]), via=hit.via)


def _below(
    home: Scope, hit: Hit, prefix: FieldPath, path: FieldPath, value: object
) -> Iterator[tuple[FieldPath, Origin]]:
    for rest in _paths(value, ()):
        if rest:
            place = _located(home, (*path, *rest))
            yield (*prefix, *rest), Origin(location=place, via=hit.via)


def _paths(value: object, path: FieldPath) -> Iterator[FieldPath]:
    yield path
    if isinstance(value, dict):
        for key, item in value.items():
            if item is not None:
                yield from _paths(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _paths(item, (*path, index))


def _located(home: Scope, path: FieldPath) -> Location:
    document = home.document
    if home.columns is not None and not home.path and home.line is not None:
        return Location(document.path, home.line)  # the row of a table in a text: its cells are no data of the document
    line, column = document.position((*home.path, *path)) or (1, None)
    return Location(document.path, line, column)


def nearest(origins: Mapping[FieldPath, Origin], path: FieldPath) -> Origin | None:
    """The origin of a path, or of the nearest thing around it that has one."""
    for length in range(len(path), -1, -1):
        found = origins.get(path[:length])
        if found is not None:
            return found
    return None
