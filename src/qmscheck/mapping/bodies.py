"""Candidates that look into the body of a Markdown document."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from qmscheck.mapping.passages import (
    Block,
    Entry,
    Passage,
    Span,
    bulleted,
    entries,
    labelled,
    passage,
    sections,
    valued,
)
from qmscheck.mapping.place import Place
from qmscheck.mapping.scope import Hit, Scope, column_key
from qmscheck.mapping.shaping import cut
from qmscheck.mapping.titles import Titles

if TYPE_CHECKING:
    from qmscheck.readers.body import Table

Find = Callable[[Scope], Hit | None]
_LINE = itemgetter(2)
Blocks = Callable[[Span], Iterator[Block]]


def _section_blocks(spec: object, place: Place) -> Blocks:
    titles = Titles(spec, place, ("level",))
    return lambda span: sections(span, titles)


def _label_blocks(spec: object, place: Place) -> Blocks:
    titles = Titles(spec, place, ("bulleted", "until"))
    if titles.options.get("until", "label") != "label":
        raise place.at("until").unknown("end of a block", titles.options["until"], ["label"])
    return lambda span: labelled(span, titles)


def _nested(cells: Mapping[str, str]) -> dict[str, object]:
    """A row as an object; ``effectiveness.by`` is a field of an object within."""
    row: dict[str, object] = {}
    for name, cell in cells.items():
        *outer, last = name.split(".")
        node: dict[str, object] = row
        for step in outer:
            below = node.setdefault(step, {})
            node = below if isinstance(below, dict) else {}
        node[last] = cell
    return row


def _whole(span: Span) -> Iterator[Block]:
    yield Block(span, "", span.start)


def _body_blocks(spec: object, place: Place) -> Blocks:
    if spec != "body":
        raise place.unknown("text", spec, ["body"])
    return _whole


_BLOCKS: Final[Mapping[str, Callable[[object, Place], Blocks]]] = {
    "section": _section_blocks,
    "label": _label_blocks,
    "text": _body_blocks,
}


def _joined_text(word: str, blocks: Blocks) -> Find:
    """The text of all blocks that the titles lead to, in order."""

    def find(scope: Scope) -> Hit | None:
        span = scope.span
        parts = [passage(block) for block in blocks(span)] if span is not None else []
        if not parts:
            return None
        text = "\n\n".join(part.text for part in parts if part.text)
        first = next((part for part in parts if part.text), parts[0])
        return Hit(text, f"{word} {first.title}", line=first.line)

    return find


def _section(spec: object, place: Place) -> Find:
    return _joined_text("section", _section_blocks(spec, place))


def _label(spec: object, place: Place) -> Find:
    return _joined_text("label", _label_blocks(spec, place))


def _list(spec: object, place: Place) -> Find:
    """The list items of sections or labelled blocks; none but an empty list when there is the title without items."""
    words = {"section": spec} if isinstance(spec, str) else place.mapping(spec, _BLOCKS)
    if len(words) != 1:
        raise place.error(f"name one of {', '.join(_BLOCKS)}")
    ((word, titles),) = words.items()
    blocks = _BLOCKS[word](titles, place.at(word))

    def find(scope: Scope) -> Hit | None:
        found = list(blocks(scope.span)) if scope.span is not None else []
        if not found:
            return None
        items = [entry for block in found for entry in entries(block.span)]
        lines = tuple(entry.line for entry in items)
        return Hit(
            [_item(entry) for entry in items],
            f"list below {found[0].title}" if found[0].title else "list",
            line=found[0].line,
            items=lines,
        )

    return find


def _item(entry: Entry) -> dict[str, object]:
    return {"text": entry.text} if entry.done is None else {"text": entry.text, "done": entry.done}


def _first(word: str, pick: Callable[[Span, Titles], Passage | None]) -> Callable[[object, Place], Find]:
    def make(spec: object, place: Place) -> Find:
        titles = Titles(spec, place)

        def find(scope: Scope) -> Hit | None:
            found = pick(scope.span, titles) if scope.span is not None else None
            return None if found is None else Hit(found.text, f"{word} {found.title}", line=found.line)

        return find

    return make


def _cell(spec: object, place: Place) -> Find:
    """The second cell of the first row of any table whose first cell is the title; the header is a row too."""
    titles = Titles(spec, place)

    def find(scope: Scope) -> Hit | None:
        for table in scope.span.tables if scope.span is not None else ():
            for line, row in ((table.line, table.header), *table.rows):
                if row and titles.holds(row[0]):
                    return Hit(row[1].strip() if len(row) > 1 else "", f"cell {row[0].strip(' *')}", line=line)
        return None

    return find


def _table(spec: object, place: Place) -> Find:
    """The rows, as objects, of that table (of the section) that has most of the columns."""
    options = place.mapping(spec, ("section", "columns"))
    blocks = _section_blocks(options["section"], place.at("section")) if "section" in options else _whole
    below = place.at("columns")
    specs = below.mapping(options.get("columns"))
    columns = {name: Titles(titles, below.at(name)) for name, titles in specs.items()}

    def find(scope: Scope) -> Hit | None:
        found = list(blocks(scope.span)) if scope.span is not None else []
        tables = [table for block in found for table in block.span.tables]
        chosen = [cells_of(table, columns) for table in tables]
        best = max(range(len(tables)), key=lambda index: len(chosen[index]), default=None)
        if best is None or not chosen[best]:
            return None
        table, cells = tables[best], chosen[best]
        rows = [
            _nested({name: row[at].strip() for name, at in cells.items() if at < len(row)}) for _, row in table.rows
        ]
        lines = tuple(line for line, _ in table.rows)
        return Hit(
            rows, "table " + " | ".join(table.header[at].strip() for at in cells.values()), line=table.line, items=lines
        )

    return find


def cells_of(table: Table, columns: Mapping[str, Titles]) -> dict[str, int]:
    """The position in the table of each column that it has: under the first of its titles, or one that matches."""
    header = [column_key(title) for title in table.header]
    found = {name: _column(header, titles) for name, titles in columns.items()}
    return {name: index for name, index in found.items() if index is not None}


def _column(header: list[str], titles: Titles) -> int | None:
    named = (header.index(key) for title in titles.wanted if (key := column_key(title)) in header)
    pattern = titles.pattern
    matching = (index for index, key in enumerate(header) if pattern is not None and pattern.search(key))
    return next(chain(named, matching), None)


def _links(spec: object, place: Place) -> Find:
    """The targets of links that match: the first group, else all of the match."""
    pattern = place.regex(spec)

    def find(scope: Scope) -> Hit | None:
        span = scope.span
        if span is None:
            return None
        found = span.body.links
        links = found[bisect_left(found, span.start, key=_LINE) : bisect_left(found, span.end, key=_LINE)]
        hits = [(match, line) for target, _, line in links if (match := pattern.search(target))]
        values = [cut(match) for match, _ in hits]
        return Hit(values, "links", line=hits[0][1] if hits else span.start, items=tuple(line for _, line in hits))

    return find


def _heading(spec: object, place: Place) -> Find:
    """The record's heading: its text without markup (``title``), or as it is written (``source``)."""
    if spec not in ("title", "source"):
        raise place.unknown("part of a heading", spec, ["title", "source"])

    def find(scope: Scope) -> Hit | None:
        heading = scope.heading
        if heading is None and scope.span is not None:
            heading = next(iter(scope.span.headings), None)
        if heading is None:
            return None
        return Hit(heading.title if spec == "title" else heading.raw, "heading", line=heading.line)

    return find


def _text(spec: object, place: Place) -> Find:
    if spec != "body":
        raise place.unknown("text", spec, ["body"])

    def find(scope: Scope) -> Hit | None:
        if scope.span is None:
            return None
        found = passage(Block(scope.span, "", scope.span.start))
        return Hit(found.text, "body", line=found.line)

    return find


MAKERS: Final[Mapping[str, Callable[[object, Place], Find]]] = {
    "section": _section,
    "label": _label,
    "line": _first("line", valued),
    "cell": _cell,
    "bullet": _first("bullet", bulleted),
    "list": _list,
    "table": _table,
    "links": _links,
    "heading": _heading,
    "text": _text,
}
