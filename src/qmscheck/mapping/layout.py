"""Ready-made layouts: what a collection does not say itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from qmscheck.config import Collection
from qmscheck.mapping.place import place_of

KEYS: Final = (
    "type",
    "files",
    "exclude",
    "from",
    "format",
    "read",
    "split",
    "where",
    "fields",
    "keep",
    "join",
    "dates",
)
"""What a layout may say of a collection."""

_ABOUT: Final = ("layout", "title", "description", "recognise")


def with_layout(collection: Collection, layout: Mapping[str, object]) -> Collection:
    """The collection with everything that the layout says and the collection does not.

    ``fields``, ``read`` and ``join`` are merged one by one (a field that the collection maps to null is not mapped);
    spellings of ``dates`` of both hold.
    """
    place = place_of(collection).at(f"layout {layout.get('layout', collection.layout)}")
    said = place.mapping(layout, (*KEYS, *_ABOUT))

    def both(key: str, own: Mapping[str, object]) -> Mapping[str, object]:
        return {**place.at(key).mapping(said.get(key) or {}), **own}

    fields = both("fields", collection.fields or {})
    joins = {name: place.at("join", name).mapping(spec) for name, spec in both("join", collection.join).items()}
    dates = place.at("dates").texts(said.get("dates") or [])
    wanted, collector = said.get("format"), said.get("from")
    return replace(
        collection,
        type=collection.type or str(said.get("type", "")),
        files=collection.files or tuple(place.at("files").texts(said.get("files") or [])),
        exclude=collection.exclude or tuple(place.at("exclude").texts(said.get("exclude") or [])),
        collector=collection.collector or (None if collector is None or collection.files else str(collector)),
        format=collection.format or (None if wanted is None else str(wanted)),
        read=both("read", collection.read),
        split=collection.split if collection.split is not None else said.get("split"),
        where=collection.where or place.at("where").mapping(said.get("where") or {}),
        fields=fields if fields or collection.fields is not None else None,
        keep=collection.keep or bool(said.get("keep")),
        join=joins,
        dates=tuple(dict.fromkeys((*collection.dates, *dates))),
    )
