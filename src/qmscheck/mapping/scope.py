"""What one record is made from: a document, or the part of it that a split cut out."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from qmscheck.mapping.passages import Span
from qmscheck.model import FieldPath

if TYPE_CHECKING:
    from qmscheck.readers.body import Heading
    from qmscheck.readers.document import Document

_NOTHING: Mapping[str, str] = MappingProxyType({})


class Hit(NamedTuple):
    """A value that a candidate found, and where: a path in the document's data, or lines of its body.

    ``items`` are the lines of the value's list items; ``scope`` is set when it was found in a joined document.
    """

    value: object
    via: str
    path: FieldPath | None = None
    line: int | None = None
    items: tuple[int, ...] = ()
    scope: Scope | None = None


class Scope:
    """Data (always a mapping) and, for Markdown, lines. ``path`` is where the data lies in the document.

    ``columns`` is set for table rows: column names in any spelling to the name in the file. Attributes that a split
    does not set keep their class's value, which makes a record of a whole file cheap.
    """

    path: FieldPath = ()
    line: int | None = None
    groups: Mapping[str, str] = _NOTHING
    entry: str | None = None
    heading: Heading | None = None
    columns: Mapping[str, str] | None = None
    joined: Mapping[str, Scope | None] = MappingProxyType({})
    _span: Span | None = None

    def __init__(self, document: Document, data: dict[str, object]) -> None:
        self.document = document
        self.data = data

    @property
    def span(self) -> Span | None:
        """The lines of the body that belong to the record; None when the document has no body."""
        if self._span is None:
            body = self.document.body
            if body is not None:
                self._span = Span(body)
        return self._span

    @span.setter
    def span(self, span: Span) -> None:
        self._span = span


def column_key(name: str) -> str:
    """A column name for comparison: any case; blanks, ``_`` and ``-`` are the same; ``*`` around is dropped."""
    return " ".join(name.replace("_", " ").replace("-", " ").strip("* ").casefold().split())


def columns_of(header: object) -> Mapping[str, str]:
    """Comparable column names to the names in the file; the first of equal ones wins."""
    names = [str(name) for name in header] if isinstance(header, dict | list | tuple) else []
    return {column_key(name): name for name in reversed(names)}
