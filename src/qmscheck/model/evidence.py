"""What is read: places, bytes, records, and why something could not be read."""

from __future__ import annotations

from qmscheck.frozen import frozen
from qmscheck.patterns import pattern

_RAW_BYTE = pattern("[\udc80-\udcff]")

FieldPath = tuple[str | int, ...]
"""A path inside a record: ``("actions", 0, "due_on")``."""


def legible(name: str) -> str:
    r"""A name as text that everything can take: a byte of it that is not UTF-8 is written as ``\xff``."""
    return name if name.isascii() else _RAW_BYTE.sub(lambda byte: f"\\x{ord(byte.group()) - 0xDC00:02x}", name)


@frozen(kw_only=False)
class Location:
    """A place in a file. ``path`` is POSIX, relative to the root; ``line`` and ``column`` count from 1."""

    path: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)


@frozen(kw_only=False)
class Source:
    """Bytes and where they came from. ``path`` is POSIX, relative to the root, undecodable bytes as surrogates."""

    path: str
    content: bytes


@frozen
class Unreadable:
    """Why a source, or one record of it, could not be read. Travels beside data; becomes an ``error`` result.

    ``collection`` is filled in by the reader's caller, who knows which collection asked for the file. ``untold``:
    nothing is broken, but it cannot be told from here; becomes an ``unknown`` result.
    """

    location: Location
    reason: str
    collection: str = ""
    type: str = ""
    untold: bool = False


@frozen(eq=False)
class Record:
    """One piece of evidence in canonical form.

    ``fields`` holds only what was found: dates as ISO 8601 text, nested objects as dicts, absent fields left out.
    ``index`` counts the records of one source within one collection, from 0; ``single`` tells that the source
    holds no other record of that collection.
    """

    type: str
    id: str
    fields: dict[str, object]
    path: str
    collection: str
    index: int = 0
    line: int | None = None
    single: bool = True

    @property
    def subject(self) -> str:
        """Stable, unique name: the path, with the id behind ``#`` when one file holds several records."""
        return self.path if self.single else f"{self.path}#{self.id}"

    @property
    def location(self) -> Location:
        """Where the record starts."""
        return Location(self.path, self.line or 1)
