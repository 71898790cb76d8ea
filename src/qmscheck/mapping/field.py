"""A canonical field and the ordered candidates that it may come from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from qmscheck.mapping.candidates import WORDS, Candidate, Key, candidate
from qmscheck.mapping.dates import DateReader, readers
from qmscheck.mapping.place import Place
from qmscheck.mapping.scope import Hit, Scope
from qmscheck.mapping.shaping import SHAPES, Shaping
from qmscheck.mapping.values import ABSENT, AS, Convert, Kind, converter, is_blank, speaks_when_empty, without_nulls

_KEYS: Final = (*WORDS, "nothing", *SHAPES, "as", "dates", "default")


class Alternative:
    """One candidate with what is done to its value."""

    __slots__ = ("candidate", "convert", "default", "shaping", "wordy")

    def __init__(self, spec: object, place: Place, kind: Kind, formats: tuple[DateReader, ...]) -> None:
        options = place.mapping(spec, _KEYS) if isinstance(spec, Mapping) else {}
        wanted = options.get("as")
        if wanted is not None and wanted not in AS:
            raise place.at("as").unknown("form", wanted, AS)
        own = readers(place.at("dates").texts(options["dates"]), place.at("dates")) if options.get("dates") else ()
        if own and wanted is None and kind.name == "any":
            wanted = "datetime"
        self.candidate: Candidate = candidate(spec, place)
        self.shaping = Shaping(options, place) or None
        cells = "table" in options
        self.convert: Convert | None = converter(
            kind, None if wanted is None else str(wanted), own + formats, cells=cells
        )
        self.wordy = speaks_when_empty(kind, None if wanted is None else str(wanted))
        default = options.get("default")
        self.default: object = ABSENT if default is None else without_nulls(default)

    def value(self, scope: Scope) -> object:
        """The value in its final form, the default where there is none, or ABSENT."""
        value = self.finish(self.candidate.value(scope), scope)
        return self.default if value is ABSENT else value

    def finish(self, value: object, scope: Scope) -> object:
        """Shape and convert what the candidate found."""
        if value is ABSENT:
            return ABSENT
        if self.shaping is not None:
            value = self.shaping(value)
            if value is ABSENT:
                return ABSENT
        if scope.columns is not None and not self.wordy and is_blank(value):
            return ABSENT
        return value if self.convert is None else self.convert(value)


class Field:
    """A field: the first candidate that is present wins, but an empty list gives way to a later one with items."""

    __slots__ = ("alternatives", "find")

    def __init__(self, spec: object, place: Place, kind: Kind, formats: tuple[DateReader, ...] = ()) -> None:
        specs = spec if isinstance(spec, list | tuple) else [spec]
        if not specs:
            raise place.error("names no candidate")
        places = [place.at(index) if len(specs) > 1 else place for index in range(len(specs))]
        self.alternatives = [Alternative(one, at, kind, formats) for one, at in zip(specs, places, strict=True)]
        self.find: Callable[[Scope], object] = self._quick() or self._find

    def _find(self, scope: Scope) -> object:
        empty: object = ABSENT
        for alternative in self.alternatives:
            value = alternative.value(scope)
            if value is not ABSENT and value != []:
                return value
            empty = value if empty is ABSENT else empty
        return empty

    def _quick(self) -> Callable[[Scope], object] | None:
        """The same for the most usual field, a plain key, without the detours."""
        only = self.alternatives[0]
        name = only.candidate.simple if isinstance(only.candidate, Key) else None
        if len(self.alternatives) > 1 or name is None or only.shaping is not None or only.default is not ABSENT:
            return None
        convert = only.convert

        def find(scope: Scope) -> object:
            if scope.columns is not None:
                return only.value(scope)
            value = scope.data.get(name)
            if value is None:
                return ABSENT
            return value if convert is None else convert(value)

        return find

    def trace(self, scope: Scope) -> tuple[object, Hit, Alternative] | None:
        """The value, what it was found in, and by which candidate."""
        empty: tuple[object, Hit, Alternative] | None = None
        for alternative in self.alternatives:
            found = self._traced(alternative, scope)
            if found is not None and found[0] != []:
                return found
            empty = empty or found
        return empty

    @staticmethod
    def _traced(alternative: Alternative, scope: Scope) -> tuple[object, Hit, Alternative] | None:
        hit = alternative.candidate.hit(scope)
        value = ABSENT if hit is None else alternative.finish(hit.value, scope)
        if hit is not None and value is not ABSENT:
            return value, hit, alternative
        if alternative.default is not ABSENT:
            return alternative.default, Hit(alternative.default, "default", line=scope.line), alternative
        return None


def fields_of(
    specs: Mapping[str, object], place: Place, kinds: Kind, formats: tuple[DateReader, ...]
) -> Iterator[tuple[tuple[str, ...], Field]]:
    """Every mapped field with its path, in order; a field mapped to null is not mapped."""
    for name, spec in specs.items():
        if spec is None:
            continue
        steps = tuple(str(name).split("."))
        below = place.at(name)
        yield steps, Field(spec, below, _kind_at(steps, below, kinds), formats)


def _kind_at(steps: tuple[str, ...], place: Place, kinds: Kind) -> Kind:
    """The kind of a field; raises for fields that the record type does not know and that do not begin with ``x_``."""
    node: Kind | None = kinds
    for index, step in enumerate(steps):
        if node is None or node.name == "any" or steps[0].startswith("x_"):
            return Kind()
        if node.name == "list":
            if not step.isdigit():
                raise place.error(f"{'.'.join(steps[:index])} is a list: write {'.'.join((*steps[:index], '0', step))}")
            node = node.item
        elif step in node.fields:
            node = node.fields[step]
        elif node.fields:
            raise place.unknown("field", step, node.fields)
        else:
            raise place.error(f"{'.'.join(steps[:index])} has no fields of its own")
    return node or Kind()
