"""How a document becomes records: the whole file, rows, items, entries, sections, table rows, bullets, links."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from qmscheck.mapping.bodies import cells_of
from qmscheck.mapping.passages import Span, entries, sections
from qmscheck.mapping.place import Place
from qmscheck.mapping.scope import Scope, columns_of
from qmscheck.mapping.titles import Titles
from qmscheck.model import FieldPath, Location, Unreadable

if TYPE_CHECKING:
    from qmscheck.readers.body import Heading
    from qmscheck.readers.document import Document

Split = Callable[["Document"], Iterator[Scope | Unreadable]]

ROWS: Final = frozenset({"csv", "jsonl"})
"""Formats whose documents are lists of rows."""

_SCALAR = 'which needs a candidate `key: ""` to be a record'


def compile_split(spec: object, place: Place, *, scalars: bool = False) -> Split:
    """The split that ``split:`` asks for; None: by format. ``scalars``: list items may be plain values."""
    if spec is None:
        return lambda document: (rows if document.format in ROWS else whole)(document)
    if isinstance(spec, str):
        if spec not in _PLAIN:
            raise place.unknown("split", spec, (*_PLAIN, *_MAKERS))
        return _PLAIN[spec]
    if not isinstance(spec, Mapping) or len(spec) != 1:
        raise place.error(f"must be one of {', '.join((*_PLAIN, *_MAKERS))}")
    ((word, argument),) = spec.items()
    if word == "items":
        return _items(argument, place.at(word), scalars=scalars)
    if word not in _MAKERS:
        raise place.unknown("split", word, (*_PLAIN, *_MAKERS))
    return _MAKERS[word](argument, place.at(word))


def whole(document: Document) -> Iterator[Scope | Unreadable]:
    """The file is one record."""
    data = document.data
    if isinstance(data, dict):
        yield Scope(document, data)
    elif data is None and document.format == "markdown":
        yield Scope(document, {})
    elif data is None:
        yield _unreadable(document, (), "holds nothing")
    else:
        yield _unreadable(
            document, (), f"holds {_named(data)}, not the fields of a record; use `split` for a list of records"
        )


def rows(document: Document) -> Iterator[Scope | Unreadable]:
    """Each row of a table file, each line of JSON Lines."""
    data = document.data if document.data is not None else []
    if not isinstance(data, list):
        yield _unreadable(document, (), f"holds {_named(data)}, not rows")
        return
    columns = columns_of(data[0]) if document.format == "csv" and data else None
    lines = document.row_lines
    for index, row in enumerate(data):
        if not isinstance(row, dict):
            yield _unreadable(document, (index,), f"row {index + 1} is {_named(row)}, not an object")
            continue
        scope = Scope(document, row)
        scope.path = (index,)
        scope.columns = columns
        scope.line = lines[index] if lines is not None and index < len(lines) else None
        yield scope


def _items(spec: object, place: Place, *, scalars: bool) -> Split:
    """Each item of a list in the data."""
    text = place.text(spec)
    path = tuple(text.split(".")) if text else ()

    def split(document: Document) -> Iterator[Scope | Unreadable]:
        items = _at(document.data, path)
        if items is None and (document.data is None if not path else _has(document.data, path)):
            return
        if not isinstance(items, list):
            found = "nothing" if items is None else _named(items)
            yield _unreadable(
                document, path, f"holds {found} where a list of records should be ({text or 'top level'})"
            )
            return
        for index, item in enumerate(items):
            if not isinstance(item, dict) and not scalars:
                yield _unreadable(document, (*path, index), f"item {index + 1} is {_named(item)}, {_SCALAR}")
                continue
            scope = Scope(document, item if isinstance(item, dict) else {"": item})
            scope.path = (*path, index)
            yield scope

    return split


def _entries(spec: object, place: Place) -> Split:
    """Each entry of a mapping whose value is a mapping."""
    text = place.text(spec)
    path = tuple(text.split(".")) if text else ()

    def split(document: Document) -> Iterator[Scope | Unreadable]:
        found = _at(document.data, path)
        if found is None and (document.data is None if not path else _has(document.data, path)):
            return
        if not isinstance(found, dict):
            what = "nothing" if found is None else _named(found)
            yield _unreadable(
                document, path, f"holds {what} where a mapping of records should be ({text or 'top level'})"
            )
            return
        for key, value in found.items():
            if isinstance(value, dict):
                scope = Scope(document, value)
                scope.path = (*path, key)
                scope.entry = key
                yield scope

    return split


def _sections(spec: object, place: Place) -> Split:
    """Each section of the body whose heading has the level and matches; named groups become `group` candidates."""
    options = place.mapping(spec or {}, ("level", "match"))
    level = options.get("level")
    levels = (
        [place.at("level").integer(one) for one in (level if isinstance(level, list) else [level])] if level else []
    )
    pattern = place.at("match").regex(options.get("match", ""))

    def chosen(heading: Heading) -> re.Match[str] | None:
        return pattern.search(heading.title) if not levels or heading.level in levels else None

    def split(document: Document) -> Iterator[Scope]:
        body = document.body
        for heading in body.headings if body is not None else ():
            match = chosen(heading)
            if body is not None and match is not None:
                scope = _part(document, Span(body, heading.line + 1, heading.end), heading.line)
                scope.heading = heading
                scope.groups = _groups(match)
                yield scope

    return split


def _table(spec: object, place: Place) -> Split:
    """Each row of the first table that has all of the columns; the row's cells are its keys."""
    options = place.mapping(spec, ("columns",))
    names = place.at("columns").texts(options.get("columns") or [])
    if not names:
        raise place.error("name the columns that the table has")
    columns = {name: Titles(name, place.at("columns")) for name in names}

    def split(document: Document) -> Iterator[Scope]:
        body = document.body
        for table in body.tables if body is not None else ():
            cells = cells_of(table, columns)
            if body is None or len(cells) < len(names):
                continue
            header = {**{title.strip(): index for index, title in enumerate(table.header)}, **cells}
            spellings = columns_of(header)
            for line, row in table.rows:
                data: dict[str, object] = {name: row[at].strip() for name, at in header.items() if at < len(row)}
                scope = _part(document, Span(body, line, line + 1), line, data)
                scope.columns = spellings
                yield scope
            return

    return split


def _bullets(spec: object, place: Place) -> Split:
    """Each list item of the body, or of one of its sections; what is nested below an item belongs to it."""
    options = place.mapping(spec or {}, ("section",))
    titles = Titles(options["section"], place.at("section"), ("level",)) if "section" in options else None

    def split(document: Document) -> Iterator[Scope]:
        if document.body is None:
            return
        everything = Span(document.body)
        for span in [block.span for block in sections(everything, titles)] if titles else [everything]:
            found = entries(span)
            top = min((entry.indent for entry in found), default=0)
            heads = [entry for entry in found if entry.indent == top]
            ends = [entry.line for entry in heads[1:]] + [span.end]
            for entry, end in zip(heads, ends, strict=True):
                scope = _part(document, span.within(entry.line, end), entry.line)
                scope.groups = {"text": entry.text}
                yield scope

    return split


def _links(spec: object, place: Place) -> Split:
    """Each link of the body whose target matches; ``key: target`` and ``key: text`` are the link's own."""
    pattern = place.regex(spec)

    def split(document: Document) -> Iterator[Scope]:
        body = document.body
        for target, text, line in body.links if body is not None else ():
            match = pattern.search(target)
            if body is not None and match is not None:
                scope = _part(document, Span(body, line, line + 1), line, {"target": target, "text": text})
                scope.groups = _groups(match)
                yield scope

    return split


def _part(document: Document, span: Span, line: int, data: dict[str, object] | None = None) -> Scope:
    """A part of the body. Its keys are those of the file's front matter, unless it has its own."""
    own = document.data if isinstance(document.data, dict) else {}
    scope = Scope(document, own if data is None else data)
    scope.span = span
    scope.line = line
    return scope


def _groups(match: re.Match[str]) -> dict[str, str]:
    return {name: value for name, value in match.groupdict().items() if value is not None}


def _at(value: object, path: FieldPath) -> object:
    for step in path:
        value = value.get(str(step)) if isinstance(value, dict) else None
    return value


def _has(value: object, path: FieldPath) -> bool:
    """Whether the last step is there, with nothing in it: an empty list of records, not a missing one."""
    parent = _at(value, path[:-1])
    return isinstance(parent, dict) and path[-1] in parent


def _unreadable(document: Document, path: FieldPath, reason: str) -> Unreadable:
    line, column = document.position(path) or (1, None)
    return Unreadable(location=Location(document.path, line, column), reason=reason)


def _named(value: object) -> str:
    names = ((dict, "a mapping"), (list, "a list"), (str, "text"), (bool, "true or false"), ((int, float), "a number"))
    return next((name for kind, name in names if isinstance(value, kind)), "nothing")


_PLAIN: Final[Mapping[str, Split]] = {"file": whole, "rows": rows}
_MAKERS: Final[Mapping[str, Callable[[object, Place], Split]]] = {
    "items": lambda spec, place: _items(spec, place, scalars=False),
    "entries": _entries,
    "sections": _sections,
    "table": _table,
    "bullets": _bullets,
    "links": _links,
}
