"""What files may turn out to be: each layout that says how it is recognised, and each record type in its own words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING

from qmscheck.config import Collection
from qmscheck.frozen import frozen
from qmscheck.knowledge import Knowledge
from qmscheck.mapping import Mapper, with_layout
from qmscheck.mapping.scope import column_key
from qmscheck.model import FieldPath, Location, Record
from qmscheck.registry import values_at
from qmscheck.schema import RecordType

if TYPE_CHECKING:
    from qmscheck.readers import Document

_PLACE = Location("qmscheck.yaml", 1)
_SHARED_BY = 3
"""A field that more types than these have tells nothing of the kind of record."""
_OWN_LEAST = 3
_LISTS = re.compile(r"(?i)_?(index|readme|template|contributing)\b")
"""Names of files that list or explain records and are none."""
_TABLES = frozenset({"csv", "jsonl"})
_MOST_OF_IT = 0.5
"""The part of a table's columns that must mean something to whoever takes its rows for records."""
_ROWS = 20
_PLAIN_WORDS = frozenset({"key", "lower", "values", "as", "split"})
"""What a layout may do to a key whose value still is that field."""


@frozen(eq=False)
class Model:
    """A way to read files, and how files that want to be read so are known.

    ``layout`` is empty for a record type in its own words. ``fields`` tell, at least ``least`` of them must be found;
    none tell where a document must be `spoken` in the type's own names, ``listed`` or one record a file. ``formats``
    are those of the files where the layout reads several.
    """

    collection: Collection
    record_type: RecordType
    mapper: Mapper
    layout: str = ""
    fields: tuple[FieldPath, ...]
    least: int
    names: re.Pattern[str] | None = None
    unlike: re.Pattern[str] | None = None
    formats: frozenset[str] = frozenset()
    listed: bool = False

    @property
    def key(self) -> str:
        """Its name: of the layout, else of the record type, with a sign for those in its own names."""
        own = "" if self.fields else "=*" if self.listed else "="
        return self.layout or self.record_type.name + own

    @property
    def picks(self) -> bool:
        """Whether the layout itself leaves out files that are no records."""
        return bool(self.collection.where)

    @property
    def of_its_own(self) -> bool:
        """Whether each file is one record."""
        form = self.formats or {self.collection.format}
        return not self.picks and self.collection.split is None and _TABLES.isdisjoint(form)

    def may_be(self, path: str, form: str) -> bool:
        """Whether the path and the format of a file allow it at all."""
        if form not in (self.formats or {self.collection.format or ("markdown" if self.layout else form)}):
            return False
        if self.unlike is not None and self.unlike.search(path):
            return False
        if self.of_its_own and _LISTS.match(path.rpartition("/")[2]):
            return False
        if not self.layout and not self._is_named(path):
            return False
        return self.names is None or self.names.search(path) is not None

    def _is_named(self, path: str) -> bool:
        """Whether a path tells of the type; names of keys alone are not enough where no layout stands behind them."""
        said = re.split(r"[^a-z0-9]+", path.casefold())
        words = {self.record_type.prefix.casefold(), *self.record_type.name.split("-")}
        plural = {*words, *self.record_type.plural.casefold().split()}
        return not plural.isdisjoint(said)

    def weight(self, document: Document) -> float:
        """How many telling fields a record of the document has on average; 0 where too few records have enough."""
        if document.format in _TABLES and self._share_of_columns(document) < _MOST_OF_IT:
            return 0
        found = [self._told(item) for item in self.mapper.records(document) if isinstance(item, Record)]
        enough = [count for count in found if count >= self.least]
        return sum(found) / len(found) if found and 2 * len(enough) >= len(found) else 0

    def _share_of_columns(self, document: Document) -> float:
        rows = document.data if isinstance(document.data, list) else []
        columns = {str(key) for row in rows if isinstance(row, dict) for key in row}
        used: set[str] = set()
        for item in islice(self.mapper.trace(document), _ROWS):
            if isinstance(item, tuple):
                used |= {origin.via.partition(" ")[2] for origin in item[1].values()}
        return len(columns & used) / len(columns) if columns else 0

    def _told(self, record: Record) -> int:
        """How many telling fields are there; an empty cell below a heading that one knows tells, too."""
        return sum(
            path[0] in record.fields if len(path) == 1 else bool(values_at(record.fields, path)) for path in self.fields
        )


def models(knowledge: Knowledge) -> list[Model]:
    """Every layout that can be recognised, then every record type in its own words, then in its own names."""
    return [*_of_layouts(knowledge), *_of_types(knowledge), *_of_names(knowledge)]


def beside(knowledge: Knowledge, layout: str) -> Iterator[str]:
    """The layouts to propose for what is left beside files of a layout."""
    for name, data in knowledge.layouts.items():
        if "from" not in data and layout in recognise(data).get("beside", ()):
            yield name


def words_of(knowledge: Knowledge, record_type: RecordType) -> dict[str, str]:
    """Comparable keys (`column_key`) to the field of a record type that they mean; the first of several wins."""
    words = {column_key(name): name for name in record_type.shape.fields or {}}
    for name, keys in _words(knowledge).get(record_type.name, {}).items():
        for key in keys:
            words.setdefault(column_key(key), name)
    return words


def paths_of(model: Model) -> list[FieldPath]:
    """The fields that a model maps, list positions left out."""
    if model.collection.fields is None:
        return [(name,) for name in model.record_type.shape.fields or {}]
    return [path_of(name) for name in model.collection.fields]


def _of_layouts(knowledge: Knowledge) -> Iterator[Model]:
    for name, data in knowledge.layouts.items():
        known_by = recognise(data)
        if not known_by.get("fields"):
            continue
        collection = with_layout(Collection(name=name, type="", layout=name, location=_PLACE), data)
        record_type = knowledge.types[collection.type]
        yield Model(
            collection=collection,
            record_type=record_type,
            mapper=Mapper(collection, record_type),
            layout=name,
            fields=tuple(path_of(field) for field in known_by["fields"]),
            least=int(str(known_by.get("least", 1))),
            names=_pattern(known_by.get("names")),
            unlike=_pattern(known_by.get("unlike")),
            formats=frozenset(known_by.get("formats", ())),
        )


def _of_types(knowledge: Knowledge) -> Iterator[Model]:
    """Each record type by its canonical field names and by every key that a layout of the type knows for them."""
    words = _words(knowledge)
    shared = Counter(field for one in knowledge.types.values() for field in one.shape.fields or {})
    for name, record_type in knowledge.types.items():
        names = [one for one in record_type.shape.fields or {} if one != "type"]
        known = words.get(name, {})
        fields: dict[str, object] = {one: {"key": [one, *known.get(one, ())]} for one in names}
        fields |= {one: {"key": list(keys)} for one, keys in known.items() if one not in fields}
        collection = Collection(name=name, type=name, fields=fields, location=_PLACE)
        telling = tuple(
            path
            for path in map(path_of, fields)
            if shared[str(path[0])] <= _SHARED_BY and not str(path[0]).startswith("x_")
        )
        yield Model(
            collection=collection,
            record_type=record_type,
            mapper=Mapper(collection, record_type),
            fields=telling,
            least=_OWN_LEAST,
            unlike=re.compile(r"(?i)template|example|(^|/)\.github/"),
        )


def _of_names(knowledge: Knowledge) -> Iterator[Model]:
    """Each record type by exactly its field names, one record a file or a list of them."""
    for name, record_type in knowledge.types.items():
        for split in (None, {"items": ""}):
            collection = Collection(name=name, type=name, split=split, location=_PLACE)
            mapper = Mapper(collection, record_type)
            yield Model(
                collection=collection, record_type=record_type, mapper=mapper, fields=(), least=0, listed=bool(split)
            )


def _words(knowledge: Knowledge) -> Mapping[str, dict[str, tuple[str, ...]]]:
    """For each record type and field, the keys by which layouts know it."""
    words: dict[str, dict[str, tuple[str, ...]]] = {}
    for data in knowledge.layouts.values():
        fields = data.get("fields")
        for name, spec in fields.items() if isinstance(fields, Mapping) else ():
            known = words.setdefault(str(data.get("type")), {})
            known[name] = tuple(dict.fromkeys((*known.get(name, ()), *_keys(spec))))
    return words


def _keys(spec: object) -> Iterator[str]:
    for one in spec if isinstance(spec, list) else [spec]:
        if isinstance(one, str):
            yield one
        elif isinstance(one, Mapping) and "key" in one and _PLAIN_WORDS.issuperset(one):
            keys = one["key"]
            yield from map(str, keys if isinstance(keys, list) else [keys])


def recognise(data: Mapping[str, object]) -> dict[str, list[str]]:
    """What a layout says of how files of it are known."""
    found = data.get("recognise")
    return dict(found) if isinstance(found, Mapping) else {}


def _pattern(text: object) -> re.Pattern[str] | None:
    return re.compile(str(text)) if text else None


def path_of(name: str) -> FieldPath:
    """A field as layouts write it, ``approvals.0.by``, as a path."""
    return tuple(int(part) if part.isdigit() else part for part in name.split("."))


def spelt(path: FieldPath) -> str:
    """A path as layouts write it."""
    return ".".join(map(str, path))
