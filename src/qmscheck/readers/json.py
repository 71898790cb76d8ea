"""JSON and JSON Lines, by the standard library. Duplicate keys, NaN and half characters are refused."""

from __future__ import annotations

import json
import re
from functools import partial
from math import isfinite
from sys import intern
from typing import TYPE_CHECKING, Final, NoReturn

from qmscheck.model import Location, Unreadable
from qmscheck.readers.document import Document
from qmscheck.readers.json_places import places, row_places
from qmscheck.readers.refusal import MAX_DEPTH, Lines, Refusal

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
    ("Invalid \\", "a backslash begins a special character; write \\\\ for a backslash"),
)
_HALF_CHARACTER: Final = re.compile(r"\\u[dD][89a-fA-F]")
_LINE: Final = re.compile(r"[^\r\n]+")


def read(path: str, text: str, _options: Mapping[str, object]) -> Document:
    """Read a JSON file."""
    return Document(path=path, format="json", data=load(text), text=text, places=places)


def read_lines(path: str, text: str, _options: Mapping[str, object]) -> Document:
    """Read a JSON Lines file: one object a line. A bad line is a problem of the document, the others are its data."""
    lines = Lines(text)
    rows: list[dict[str, object]] = []
    starts: list[int] = []
    problems: list[Unreadable] = []
    for found in _LINE.finditer(text):
        if found[0].isspace():
            continue
        try:
            rows.append(_row(found[0]))
            starts.append(found.start())
        except Refusal as refusal:
            place = Location(path, *lines.place(found.start() + refusal.offset))
            problems.append(Unreadable(location=place, reason=refusal.reason))
    return Document(
        path=path,
        format="jsonl",
        data=rows,
        text=text,
        places=partial(row_places, starts=starts),
        problems=tuple(problems),
        row_lines=[lines.place(start)[0] for start in starts],
    )


def load(text: str) -> object:
    """The data of JSON text."""
    if not text.strip():
        raise Refusal("the file is empty")
    try:
        data = json.loads(text, object_pairs_hook=_mapping, parse_constant=_refuse, parse_float=_float)
    except json.JSONDecodeError as error:
        reason = next((reason for known, reason in _REASONS if error.msg.startswith(known)), f"not JSON ({error.msg})")
        raise Refusal(reason, error.pos) from None
    except (ValueError, RecursionError):
        places(text)  # says what and where
        raise Refusal("not valid JSON") from None
    if _HALF_CHARACTER.search(text) or (text.count("[") + text.count("{") > MAX_DEPTH and _is_too_deep(data)):
        places(text)
    return data


def _row(line: str) -> dict[str, object]:
    row = load(line)
    if not isinstance(row, dict):
        raise Refusal("every line must hold one object: {...}", len(line) - len(line.lstrip()))
    return row


def _mapping(pairs: list[tuple[str, object]]) -> dict[str, object]:
    mapping = {intern(key): value for key, value in pairs}
    if len(mapping) != len(pairs):
        raise ValueError("duplicate key")
    return mapping


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _float(digits: str) -> float:
    value = float(digits)
    if not isfinite(value):
        raise ValueError(digits)
    return value


def _is_too_deep(data: object) -> bool:
    level = [data]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer if isinstance(outer, list) else ())
        ]
    return any(isinstance(inner, dict | list) for inner in level)
