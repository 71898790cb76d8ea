"""CSV registers: a header row, then one row a record, by the standard library's reader."""

from __future__ import annotations

import csv
import io
import re
from functools import partial
from typing import TYPE_CHECKING, Final

from qmscheck.errors import ConfigError
from qmscheck.model import Location, Unreadable
from qmscheck.readers.document import Document
from qmscheck.readers.refusal import Lines, Refusal
from qmscheck.readers.tree import Node

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TWICE: Final = '""'


def read(path: str, text: str, options: Mapping[str, object]) -> Document:
    """Read a CSV file. ``{"delimiter": ";"}`` says what parts the cells.

    Its default is a tab for ``.tsv``, a semicolon where the header has no comma, else a comma. A row lacks the keys of
    the cells it does not have; one with more cells than the header, or with bad quotes, is a problem of the document.
    Rows without any text are left out.
    """
    delimiter = _delimiter(path, text, options)
    lines = Lines(text)
    rows = _rows(text, delimiter)
    header = _header(rows, lines)
    data: list[dict[str, str]] = []
    row_lines: list[int] = []
    problems: list[Unreadable] = []
    for line, cells in rows:
        fault = cells if isinstance(cells, str) else _fault(cells, header, delimiter)
        if fault is not None:
            problems.append(Unreadable(location=Location(path, line, 1), reason=fault))
        else:
            data.append(dict(zip(header, cells, strict=False)))
            row_lines.append(line)
    return Document(
        path=path,
        format="csv",
        data=data,
        text=text,
        places=partial(_places, header=header, row_lines=row_lines, delimiter=delimiter),
        problems=tuple(problems),
        row_lines=row_lines,
    )


def _delimiter(path: str, text: str, options: Mapping[str, object]) -> str:
    wanted = options.get("delimiter")
    if wanted is not None:
        if not isinstance(wanted, str) or len(wanted) != 1 or wanted in '"\r\n':
            raise ConfigError(f"read option 'delimiter': {wanted!r} is not one character, such as ';' or a tab")
        return wanted
    if path.lower().endswith(".tsv"):
        return "\t"
    start = text.lstrip()
    header = start[: len(start.splitlines()[0])] if start else ""
    return ";" if ";" in header and "," not in header else ","


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str] | str]]:
    """Line and cells of every row that has any text; in place of the cells a sentence, where they cannot be told."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, _quotes(str(error))
            if "expected after" not in str(error):
                return
        else:
            if any(cell and not cell.isspace() for cell in cells):
                yield line, cells


def _quotes(message: str) -> str:
    if "unexpected end" in message:
        return "a quotation mark opened in this row is never closed; the rows below it could not be read"
    if "expected after" in message:
        return f"text goes on after a closing quotation mark; write a quotation mark inside a cell twice ({_TWICE})"
    if "field limit" in message:
        return f"a cell has more than {csv.field_size_limit():,} characters; the rows below it could not be read"
    return f"the row cannot be read ({message})"


def _header(rows: Iterator[tuple[int, list[str] | str]], lines: Lines) -> list[str]:
    """The names of the columns; nothing for an empty file."""
    line, cells = next(rows, (1, []))
    start = lines.starts[line - 1]
    if isinstance(cells, str):
        raise Refusal(cells, start)
    names = [cell.strip() for cell in cells]
    if "" in names:
        raise Refusal(f"column {names.index('') + 1} of the header has no name", start)
    twice = next((name for at, name in enumerate(names) if name in names[:at]), None)
    if twice is not None:
        raise Refusal(f"the column '{twice}' occurs twice in the header", start)
    return names


def _fault(cells: list[str], header: list[str], delimiter: str) -> str | None:
    if len(cells) <= len(header):
        return None
    sign = "a tab" if delimiter == "\t" else f"'{delimiter}'"
    return f"the row has {len(cells)} cells, the header {len(header)}; put text that holds {sign} in quotes"


def _places(text: str, *, header: list[str], row_lines: list[int], delimiter: str) -> Node:
    """The tree of offsets: rows by index, cells by name of column."""
    cell = re.compile(rf'"[^"]*(?:""[^"]*)*"|[^{re.escape(delimiter)}\r\n]*')
    starts = Lines(text).starts
    rows: list[Node] = []
    for line in row_lines:
        offset = starts[line - 1]
        cells: dict[str, Node] = {}
        rows.append(Node(offset, cells))
        for name in header:
            cells[name] = Node(offset)
            found = cell.match(text, offset)
            offset = found.end() if found else offset
            if not text.startswith(delimiter, offset):
                break
            offset += 1
    return Node(rows[0].offset if rows else 0, rows)
