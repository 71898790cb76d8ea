"""Records that speak qmscheck's own field names already, and so need no mapping."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from qmscheck.readers import Document
from qmscheck.schema import RecordType

_LEAST = 3
"""Names; with fewer, anything might be meant."""

Row = Mapping[str, object]


def spoken(document: Document, types: Iterable[RecordType]) -> tuple[RecordType, bool] | None:
    """The record type in whose own names all of a document is written, and whether it is a list of such records.

    A record says what it is by ``type``, or by an id that begins with the type's letters; names alone prove nothing.
    """
    rows = list(_rows(document.data))
    for one in types if rows else ():
        if all(_is_one(row, one) for row in rows):
            return one, isinstance(document.data, list) and document.format in ("yaml", "json")
    return None


def _rows(data: object) -> Iterator[Row]:
    several = data if isinstance(data, list) else [data]
    rows = [row for row in several if isinstance(row, Mapping)]
    if len(rows) == len(several):
        yield from rows


def _is_one(row: Row, record_type: RecordType) -> bool:
    names = [name for name in map(str, row) if not name.startswith("x_")]
    if len(names) < _LEAST or "id" not in row or not set(names) <= {"type", *(record_type.shape.fields or {})}:
        return False
    said = row.get("type")
    begins = record_type.prefix and str(row["id"]).startswith(f"{record_type.prefix}-")
    return said == record_type.name or (said is None and bool(begins))
