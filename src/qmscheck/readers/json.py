"""JSON and JSON Lines, by the standard library. Duplicate keys, NaN and half characters are refused."""

from __future__ import annotations

import json
import re
from math import isfinite
from sys import intern
from typing import TYPE_CHECKING, Final, NoReturn

from qmscheck.model import Location, Unreadable
from qmscheck.readers.document import Document
from qmscheck.readers.json_places import duplicate_key, number, places, row_places
from qmscheck.readers.refusal import MAX_DEPTH, Lines, Refusal, too_deep

if TYPE_CHECKING:
    from collections.abc import Mapping

_REASONS: Final = (
    ("Expecting value", "a value is missing here, or is not JSON (text needs double quotes)"),
    ("Expecting property name", "a key in double quotes is expected here (is there a comma too many before it?)"),
    ("Illegal trailing comma", "there is a comma too many before the closing bracket"),
    ("Expecting ',' delimiter", "a comma or a closing bracket is missing before this"),
    ("Expecting ':' delimiter", "a ':' is missing after the key"),
    ("Extra data", "the data ends before this; only one value per file is possible"),
    ("Invalid control character", "a line break, tab or other control character stands inside double quotes"),
    ("Unterminated string", "the quotation mark is opened here and never closed"),
    ("Invalid \\", 'a backslash begins a special character; write \\\\ for a backslash'),
)
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|.)", re.DOTALL)
_HIGH: Final = range(0xD800, 0xDC00)
_LOW: Final = range(0xDC00, 0xE000)
_LINE: Final = re.compile(r"[^\r\n]+")


def read(path: str, text: str, _options: Mapping[str, object]) -> Document:
    """Read a JSON file."""
    return Document(path=path, format="json", data=load(text), text=text, places=places)


def read_lines(path: str, text: str, _options: Mapping[str, object]) -> Document:
    """Read a JSON Lines file: one object a line. A bad line is a problem of the document, the others are its data."""
    lines = Lines(text)
    rows: list[object] = []
    starts: list[int] = []
    problems: list[Unreadable] = []
    for found in _LINE.finditer(text):
        if not found[0].strip():
            continue
        try:
            row = load(found[0])
            if not isinstance(row, dict):
                raise Refusal("every line must hold one object: {...}", len(found[0]) - len(found[0].lstrip()))  # noqa: TRY301
        except Refusal as refusal:
            place = Location(path, *lines.place(found.start() + refusal.offset))
            problems.append(Unreadable(location=place, reason=refusal.reason))
        else:
            rows.append(row)
            starts.append(lines.place(found.start())[0])
    return Document(
        path=path,
        format="jsonl",
        data=rows,
        text=text,
        places=lambda whole: row_places(whole, [Lines(whole).starts[line - 1] for line in starts]),
        problems=tuple(problems),
        row_lines=starts,
    )
