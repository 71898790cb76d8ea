"""From documents to records: split, find each field, and say on demand where it came from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from qmscheck.config import Collection
from qmscheck.mapping.candidates import Key, stem_of
from qmscheck.mapping.dates import readers
from qmscheck.mapping.field import Field, fields_of
from qmscheck.mapping.join import JoinIndex, Joins
from qmscheck.mapping.nesting import Nest
from qmscheck.mapping.origin import Origin, of_data, of_field
from qmscheck.mapping.place import place_of
from qmscheck.mapping.scope import Scope
from qmscheck.mapping.split import compile_split
from qmscheck.mapping.values import ABSENT, Convert, converter, kind_tree, text_of, without_nulls
from qmscheck.mapping.where import compile_where
from qmscheck.model import FieldPath, Location, Record, Unreadable
from qmscheck.schema import RecordType

if TYPE_CHECKING:
    from qmscheck.readers.document import Document

Origins = dict[FieldPath, Origin]
Find = Callable[[Scope], object]


class Mapper:
    """Maps the documents of one collection. Compiled once; raises ConfigError where the collection asks for nonsense.

    ``joins`` holds the index of each join (`build_joins`); without one, its candidates are absent.
    """

    def __init__(
        self, collection: Collection, record_type: RecordType, joins: Mapping[str, JoinIndex] | None = None
    ) -> None:
        place = place_of(collection)
        kinds = kind_tree(record_type.kinds)
        formats = readers(collection.dates, place.at("dates"))
        self._collection = collection
        self._type = record_type.name
        self._canonical = collection.fields is None
        fields = list(fields_of(collection.fields or {}, place.at("fields"), kinds, formats))
        self._flat: list[tuple[str, Find]] = [(steps[0], field.find) for steps, field in fields if len(steps) == 1]
        self._nested: list[tuple[tuple[str, ...], Field]] = [
            (steps, field) for steps, field in fields if len(steps) > 1
        ]
        self._fields = fields
        mapped = {steps[0] for steps, _ in fields}
        self._kept: dict[str, Convert | None] = {
            name: converter(kind, None, formats)
            for name, kind in kinds.fields.items()
            if name not in mapped and collection.keep
        }
        self._keep_private = collection.keep
        self._split = compile_split(
            collection.split, place.at("split"), scalars=any(_takes_item(field) for _, field in fields)
        )
        self._digested = "body_digest" in kinds.fields and collection.split in (None, "file")
        self._several = collection.split not in (None, "file")
        self._where = compile_where(collection.where, place.at("where"))
        self._joins = Joins(collection.join, joins or {}, place.at("join")) if collection.join else None

    def records(self, document: Document) -> Iterator[Record | Unreadable]:
        """The records of a document, and those of its parts that cannot be one (not the document's own problems)."""
        index = 0
        several = self._holds_several(document)
        for scope in self._scopes(document):
            if isinstance(scope, Unreadable):
                yield scope
                continue
            yield self._record(scope, self._values(scope), index, several=several)
            index += 1

    def trace(self, document: Document) -> Iterator[tuple[Record, Origins] | Unreadable]:
        """The same records, each with its line and the origin of each field that was found; ``()`` is the record."""
        index = 0
        several = self._holds_several(document)
        for scope in self._scopes(document):
            if isinstance(scope, Unreadable):
                yield scope
                continue
            start = _start(scope)
            scope.line = start.line
            origins: Origins = {(): Origin(location=start, via="record")}
            if self._canonical:
                origins.update(of_data(scope))
                fields = self._values(scope)
            else:
                fields = self._traced(scope, origins)
            yield self._record(scope, fields, index, several=several), origins
            index += 1

    def key_of(self, path: FieldPath) -> str | None:
        """The key of the data that a field is read from first; None where it is read from no key."""
        steps = tuple(map(str, path))
        if self._canonical:
            return ".".join(steps)
        for own, field in self._fields:
            if own == steps:
                keys = [one.candidate for one in field.alternatives if isinstance(one.candidate, Key)]
                return next((name for key in keys for name, *_ in key.paths if name), None)
        return steps[0] if self._keep_private and len(steps) == 1 and steps[0] in self._kept else None

    def _holds_several(self, document: Document) -> bool:
        """Whether subjects need the id: told by the split, so that they do not change with the second record."""
        return self._several or (self._collection.split is None and document.format in ("csv", "jsonl"))

    def _scopes(self, document: Document) -> Iterator[Scope | Unreadable]:
        where, joins = self._where, self._joins
        for scope in self._split(document):
            if isinstance(scope, Unreadable):
                yield Unreadable(
                    location=scope.location, reason=scope.reason, collection=self._collection.name, type=self._type
                )
                continue
            if joins is not None:
                scope.joined = joins.of(scope)
            if where is None or where(scope):
                yield scope

    def _values(self, scope: Scope) -> dict[str, object]:
        if self._canonical:
            found = without_nulls(scope.data)
            return found if isinstance(found, dict) else {}
        fields: dict[str, object] = {}
        for name, find in self._flat:
            value = find(scope)
            if value is not ABSENT:
                fields[name] = value
        if self._nested:
            nest = Nest()
            for steps, field in self._nested:
                nest.put(steps, field.find(scope))
            nest.into(fields)
        if self._keep_private:
            fields.update(self._kept_of(scope))
        return fields

    def _kept_of(self, scope: Scope) -> Iterator[tuple[str, object]]:
        """Keys that have canonical names already, or private ones, and are not mapped."""
        for key, value in scope.data.items():
            if value is not None and (key in self._kept or (key.startswith("x_") and not self._is_mapped(key))):
                convert = self._kept.get(key)
                yield key, without_nulls(value) if convert is None else convert(value)

    def _is_mapped(self, key: str) -> bool:
        return any(steps[0] == key for steps, _ in self._fields)

    def _traced(self, scope: Scope, origins: Origins) -> dict[str, object]:
        fields: dict[str, object] = {}
        nest = Nest()
        for steps, field in self._fields:
            found = field.trace(scope)
            if found is None:
                continue
            value, hit, alternative = found
            marks = of_field(scope, value, hit, alternative)
            if len(steps) == 1:
                fields[steps[0]] = value
                origins.update({(steps[0], *path): origin for path, origin in marks.items()})
            else:
                nest.put(steps, value, marks)
        nest.into(fields)
        origins.update(nest.marks())
        for name, value in self._kept_of(scope) if self._keep_private else ():
            fields[name] = value
            origins.update(of_data(scope, name))
        return fields

    def _record(self, scope: Scope, fields: dict[str, object], index: int, *, several: bool) -> Record:
        path = scope.document.path
        own = fields.get("id")
        if self._digested and (digest := scope.document.body_digest()) is not None:
            fields.setdefault("body_digest", digest)
        if type(own) is not str or not own:
            own = text_of(own) if not isinstance(own, bool) else None
        return Record(
            type=self._type,
            id=own or (f"{stem_of(path)}-{index + 1}" if several else stem_of(path)),
            fields=fields,
            path=path,
            collection=self._collection.name,
            index=index,
            line=scope.line,
            single=not several,
        )


def _takes_item(field: Field) -> bool:
    """Whether a field takes a plain list item as its value (``key: ""``)."""
    return any(
        isinstance(one.candidate, Key) and any(not name for name, *_ in one.candidate.paths)
        for one in field.alternatives
    )


def _start(scope: Scope) -> Location:
    """Where a record begins."""
    if scope.line is None and scope.path:
        line, column = scope.document.position(scope.path) or (None, None)
        return Location(scope.document.path, line, column)
    return Location(scope.document.path, scope.line or 1)
