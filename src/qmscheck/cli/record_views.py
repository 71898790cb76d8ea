"""Records for people (tables), for pipes (tabs) and for programs (JSON). All views stream; each returns how many."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from qmscheck.cli.output import write_out
from qmscheck.mapping import Origin, nearest
from qmscheck.model import FieldPath, Record, Unreadable
from qmscheck.reporters.sanitise import LINE_LIMIT, one_line, unheard

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

Traced = tuple[Record, Mapping[FieldPath, Origin]] | Unreadable

_LONGEST = 200
"""Characters of a value that a table shows."""


class _Tally:
    """Counts what flows by and keeps what could not be read for the end."""

    def __init__(self, items: Iterable[Traced]) -> None:
        self._items = items
        self.records = 0
        self.unreadable: list[Unreadable] = []

    @property
    def count(self) -> int:
        return self.records + len(self.unreadable)

    def __iter__(self) -> Iterator[tuple[Record, Mapping[FieldPath, Origin]]]:
        for item in self._items:
            if isinstance(item, Unreadable):
                self.unreadable.append(item)
            else:
                self.records += 1
                yield item


def as_json(items: Iterable[Traced], fields: tuple[str, ...]) -> int:
    """``{"records": […], "unreadable": […]}``, a line a record."""
    tally = _Tally(items)
    write_out(_json_lines(tally, frozenset(fields)), color=False)
    return tally.count


def _json_lines(tally: _Tally, fields: frozenset[str]) -> Iterator[str]:
    yield '{"records": ['
    for number, (record, origins) in enumerate(tally):
        yield (",\n" if number else "\n") + json.dumps(_row(record, origins, fields))
    yield '\n],\n"unreadable": ['
    for number, one in enumerate(tally.unreadable):
        yield (",\n" if number else "\n") + json.dumps(_unread(one))
    yield "\n]}\n"


def _row(record: Record, origins: Mapping[FieldPath, Origin], fields: frozenset[str]) -> dict[str, object]:
    return {
        "collection": record.collection,
        "type": record.type,
        "id": record.id,
        "path": record.path,
        "index": record.index,
        "line": record.line,
        "fields": {name: value for name, value in record.fields.items() if not fields or name in fields},
        "origins": {
            _pointer(path): {
                "path": origin.location.path,
                "line": origin.location.line,
                "column": origin.location.column,
                "via": origin.via,
            }
            for path, origin in origins.items()
            if not fields or (path and path[0] in fields)
        },
    }


def _unread(one: Unreadable) -> dict[str, object]:
    place = one.location
    return {
        "collection": one.collection,
        "type": one.type,
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "reason": one.reason,
    }


def _pointer(path: FieldPath) -> str:
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def as_columns(items: Iterable[Traced], fields: tuple[str, ...]) -> int:
    """Columns separated by tabs, for pipes: a line a record with ``fields``, else a line a field."""
    tally = _Tally(items)
    write_out(_columns(tally, fields), color=False)
    _tell_unreadable(tally)
    return tally.count


def _columns(tally: _Tally, fields: tuple[str, ...]) -> Iterator[str]:
    for record, origins in tally:
        if fields:
            cells = [record.collection, record.id, str(record.location), *(_cell(record, name) for name in fields)]
            yield _tabbed(cells)
            continue
        for name in record.fields:
            place, via = _origin(origins, name)
            yield _tabbed([record.collection, record.id, name, _cell(record, name), place, via])


def _tabbed(cells: Iterable[str]) -> str:
    return unheard("\t".join(one_line(cell) for cell in cells) + "\n")


def on_terminal(items: Iterable[Traced], fields: tuple[str, ...], *, color: bool, width: int) -> int:
    """Tables for people: one table with ``fields``, else a small one for each record."""
    from rich.console import Console  # noqa: PLC0415 - only tables on a terminal draw
    from rich.text import Text  # noqa: PLC0415

    console = Console(
        file=sys.stdout, width=width, highlight=False, force_terminal=color, color_system="standard" if color else None
    )
    tally = _Tally(items)
    if fields:
        console.print(_matrix(tally, fields))
    else:
        for record, origins in tally:
            place = f"  {record.type} in {record.collection}, {record.location}"
            console.print(Text(_calm(record.id), style="bold").append(_calm(place), style="not bold"))
            console.print(_origins_table(record, origins))
    _closing(console, tally)
    return tally.count


def _matrix(tally: _Tally, fields: tuple[str, ...]) -> Table:
    from rich.text import Text  # noqa: PLC0415

    table = _table("id", "place", *fields)
    for record, _ in tally:
        cells = [record.id, str(record.location), *(_cell(record, name) for name in fields)]
        table.add_row(*(Text(_calm(cell, _LONGEST)) for cell in cells))
    return table


def _origins_table(record: Record, origins: Mapping[FieldPath, Origin]) -> Table:
    from rich.text import Text  # noqa: PLC0415

    table = _table("  field", "value", "place", "found by")
    for name in record.fields:
        place, via = _origin(origins, name)
        table.add_row(*(Text(_calm(cell, _LONGEST)) for cell in (f"  {name}", _cell(record, name), place, via)))
    return table


def _table(*columns: str) -> Table:
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _closing(console: Console, tally: _Tally) -> None:
    from rich.text import Text  # noqa: PLC0415

    for one in tally.unreadable:
        sentence = Text("not read: ", style="red").append(_calm(f"{one.location}: {one.reason}"), style="not red")
        console.print(sentence)
    console.print(Text(f"{tally.records:,} records, {len(tally.unreadable):,} not read", style="bold"))


def _tell_unreadable(tally: _Tally) -> None:
    for one in tally.unreadable:
        sys.stderr.write(f"qmscheck: not read: {_calm(f'{one.location}: {one.reason}')}\n")


def _calm(text: str, limit: int = LINE_LIMIT) -> str:
    return unheard(one_line(text, limit))


def _cell(record: Record, name: str) -> str:
    value = record.fields.get(name)
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _origin(origins: Mapping[FieldPath, Origin], name: str) -> tuple[str, str]:
    origin = nearest(origins, (name,))
    return (str(origin.location), origin.via) if origin is not None else ("", "")
