"""Second files that complete a record: found by a key that both have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from qmscheck.config import Collection
from qmscheck.mapping.candidates import as_text
from qmscheck.mapping.field import Field
from qmscheck.mapping.place import Place, place_of
from qmscheck.mapping.scope import Scope
from qmscheck.mapping.split import compile_split
from qmscheck.mapping.values import Kind

if TYPE_CHECKING:
    from qmscheck.readers.document import Document
    from qmscheck.schema import RecordType

KEYS = ("files", "exclude", "format", "read", "split", "key", "on")
"""What one entry of ``join:`` may say."""


def build_joins(
    collection: Collection, record_type: RecordType, documents: Callable[[Collection], Iterable[Document]]
) -> dict[str, JoinIndex]:
    """The index of every join of a collection. ``documents`` reads the files of a collection made up for each."""
    return {
        name: JoinIndex.of(
            spec, documents(_files(collection, name, spec, record_type)), place_of(collection).at("join", name)
        )
        for name, spec in collection.join.items()
    }


def _files(collection: Collection, name: str, spec: Mapping[str, object], record_type: RecordType) -> Collection:
    place = place_of(collection).at("join", name)
    options = place.mapping(spec, KEYS)
    wanted = options.get("format")
    return Collection(
        name=f"{collection.name}.{name}",
        type=record_type.name,
        files=tuple(place.at("files").texts(_required(options, "files", place))),
        exclude=tuple(place.at("exclude").texts(options.get("exclude") or [])),
        format=None if wanted is None else str(wanted),
        read=place.at("read").mapping(options.get("read") or {}),
        location=collection.location,
    )


class JoinIndex:
    """The second files of one join by their key; of several with one key, the first in the order given."""

    def __init__(self, found: Mapping[str, Scope]) -> None:
        self._found = found

    @classmethod
    def of(cls, spec: Mapping[str, object], documents: Iterable[Document], place: Place) -> JoinIndex:
        """Index the documents of one join. Raises ConfigError when the spec is wrong."""
        options = place.mapping(spec, KEYS)
        field = Field(_required(options, "key", place), place.at("key"), Kind())
        split = compile_split(options.get("split"), place.at("split"))
        found: dict[str, Scope] = {}
        for document in documents:
            for part in split(document):
                if isinstance(part, Scope):
                    found.update({name: part for name in map(join_key, _keys(field.find(part))) if name not in found})
        return cls(found)

    def find(self, key: object) -> Scope | None:
        """The part of a second file with this key."""
        text = as_text(key)
        return None if text is None else self._found.get(join_key(text))


class Joins:
    """The joins of one collection: looks up, once a record, what the record is joined with."""

    def __init__(
        self, specs: Mapping[str, Mapping[str, object]], indexes: Mapping[str, JoinIndex], place: Place
    ) -> None:
        self._joins = tuple(self._compiled(specs, indexes, place))

    @staticmethod
    def _compiled(
        specs: Mapping[str, Mapping[str, object]], indexes: Mapping[str, JoinIndex], place: Place
    ) -> Iterator[tuple[str, Field, JoinIndex]]:
        for name, spec in specs.items():
            below = place.at(name)
            options = below.mapping(spec, KEYS)
            field = Field(_required(options, "on", below), below.at("on"), Kind())
            yield name, field, indexes.get(name, JoinIndex({}))

    def of(self, scope: Scope) -> Mapping[str, Scope | None]:
        """What each join finds for this record."""
        return {name: index.find(field.find(scope)) for name, field, index in self._joins}


def _keys(value: object) -> Iterator[str]:
    """The texts that a second file is found by: one, or each item of a list."""
    for item in value if isinstance(value, list) else [value]:
        text = as_text(item)
        if text is not None:
            yield text


def _required(options: Mapping[str, object], key: str, place: Place) -> object:
    if options.get(key) is None:
        raise place.error(f"lacks {key!r}")
    return options[key]


def join_key(text: str) -> str:
    """Text for comparison: a whole number without leading zeros."""
    bare = text.strip()
    return bare.lstrip("0") or "0" if bare.isascii() and bare.isdigit() else bare
