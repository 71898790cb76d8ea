"""Passages of a Markdown body: sections, labelled blocks, ``Title: value`` lines, list items. Always with their lines.

List items and labels are found line by line (a line that begins with a bullet or a number and goes on with text), as
a reader sees them and not as CommonMark nests them: deep indentation does not hide an action.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from qmscheck.mapping.titles import Titles
from qmscheck.patterns import pattern

if TYPE_CHECKING:
    from qmscheck.readers.body import Body, Heading, Table

Line = tuple[int, str]
"""Line of the file, and its text."""

_FENCE = pattern(r" {0,3}(`{3,}|~{3,})")
_ITEM = pattern(r"([ \t]*)(?:[-*+]|\d{1,9}[.)])[ \t]+(\S.*)")
_RULE = pattern(r"[-*_ \t]+")
_ENDS_ITEM = pattern(r"(?:[-*+]|\d{1,9}[.)])?|[-*_ \t]+|(?:#{1,6}[ \t]|\||<!--).*")
_TASK = pattern(r"\[([ xX])\][ \t]+(.*)")
_LABEL = pattern(r"([-*+][ \t]+)?(?:\*\*(?P<stars>[^*\n]+?)\*\*|__(?P<bars>[^_\n]+?)__)[ \t]*(?P<colon>:?)(?P<rest>.*)")
_QUOTED = pattern(r"^[\s>]*(?:[-*+]\s+)?")
_UNDERLINE = pattern(r" {0,3}(?:=+|-+)[ \t]*")
_LINE = attrgetter("line")
_BIG = 2


class Passage(NamedTuple):
    """Text, the line it starts on, and the title that it stands under."""

    text: str
    line: int
    title: str = ""


class Entry(NamedTuple):
    """One list item: its text, joined to one line; ``done`` only for task items."""

    text: str
    line: int
    indent: int
    first: str
    done: bool | None


class Label(NamedTuple):
    """The line that opens a labelled block."""

    line: int
    title: str
    rest: str
    bulleted: bool


class Block(NamedTuple):
    """The lines under a title; ``line`` is the title's own, ``rest`` what follows it there."""

    span: Span
    title: str
    line: int
    rest: str = ""


class Span:
    """A stretch of lines ``[start, end)`` of a body, with what was found in it so far."""

    def __init__(self, body: Body, start: int | None = None, end: int | None = None) -> None:
        first = body.first_line
        self.body = body
        self.start = first if start is None else max(start, first)
        self.end = first + len(body.lines) if end is None else end
        self._open: list[Line] | None = None
        self._labels: list[Label] | None = None

    def within(self, start: int, end: int) -> Span:
        """A smaller stretch."""
        return Span(self.body, max(start, self.start), min(end, self.end))

    @property
    def lines(self) -> list[Line]:
        """The lines outside of code fences."""
        if self._open is None:
            first = self.body.first_line
            raw = self.body.lines[self.start - first : self.end - first]
            self._open = list(_outside_fences(enumerate(raw, self.start)))
        return self._open

    @property
    def headings(self) -> Sequence[Heading]:
        """The headings in it."""
        found = self.body.headings
        return found[bisect_left(found, self.start, key=_LINE) : bisect_left(found, self.end, key=_LINE)]

    @property
    def tables(self) -> Sequence[Table]:
        """The tables in it."""
        found = self.body.tables
        return found[bisect_left(found, self.start, key=_LINE) : bisect_left(found, self.end, key=_LINE)]

    @property
    def labels(self) -> list[Label]:
        """The bold labels at the start of a line or of a top-level bullet, in order."""
        if self._labels is None:
            self._labels = [label for line, text in self.lines if text[:1] in "-*+_" and (label := _label(line, text))]
        return self._labels

    def text(self) -> str:
        """Its raw text."""
        return self.body.text(self.start, self.end)


def sections(span: Span, titles: Titles) -> Iterator[Block]:
    """What is below each heading with one of the titles, subsections included, but no heading twice.

    Option of ``titles``: ``level``, one or several heading levels.
    """
    levels = titles.levels
    done = span.start
    for heading in span.headings:
        if heading.line < done or (levels and heading.level not in levels) or not titles.holds(heading.title):
            continue
        done = min(heading.end, span.end)
        yield Block(span.within(below(span.body, heading), done), heading.title, heading.line)


def below(body: Body, heading: Heading) -> int:
    """The first line below a heading, be it marked with ``#`` or underlined."""
    lines, first = body.lines, body.first_line
    if lines[heading.line - first].lstrip(" >\t*+-").startswith("#"):
        return heading.line + 1
    for line in range(heading.line + 1, min(heading.end, first + len(lines))):
        if _UNDERLINE.fullmatch(lines[line - first]):
            return line + 1
    return heading.line + 1


def labelled(span: Span, titles: Titles) -> Iterator[Block]:
    """What belongs to each label with one of the titles: all up to the next label or heading of level 1 or 2.

    Options of ``titles``: ``bulleted: true`` (only bullets are labels), ``until: label`` (headings end nothing).
    """
    labels = [label for label in span.labels if label.bulleted] if titles.options.get("bulleted") else span.labels
    stops = [label.line for label in labels]
    if titles.options.get("until") != "label":
        stops = sorted(stops + [heading.line for heading in span.headings if heading.level <= _BIG])
    for label in labels:
        if titles.holds(label.title):
            index = bisect_left(stops, label.line + 1)
            end = stops[index] if index < len(stops) else span.end
            yield Block(span.within(label.line + 1, end), label.title, label.line, label.rest)


def passage(block: Block) -> Passage:
    """The text of a block without blank lines around it."""
    raw = block.span.text()
    if block.rest:
        return Passage(f"{block.rest}\n{raw}".strip(), block.line, block.title)
    text = raw.strip()
    blank = raw[: len(raw) - len(raw.lstrip())].count("\n")
    return Passage(text, block.span.start + blank if text else block.line, block.title)


def valued(span: Span, titles: Titles) -> Passage | None:
    """The first ``Title: value`` line (plain, quoted or a bullet): what stands behind the colon."""
    for line, text in span.lines:
        head, colon, rest = text.partition(":")
        if colon and titles.holds(_QUOTED.sub("", head, count=1)):
            return Passage(rest.strip(" \t*_"), line, head.strip(" \t>*-_+"))
    return None


def bulleted(span: Span, titles: Titles) -> Passage | None:
    """The first list item, at any depth, that begins with one of the titles: the rest of its first line."""
    for line, text in span.lines:
        item = _item(text)
        rest = titles.behind(item[1]) if item else None
        if item is not None and rest is not None:
            return Passage(rest, line, item[1][: len(item[1]) - len(rest)].strip(" *_:"))
    return None


def entries(span: Span) -> list[Entry]:
    """All list items, nested ones included: lines that begin with a bullet or a number and go on with text."""
    found: list[tuple[int, int, list[str]]] = []
    open_item = False
    for line, text in span.lines:
        item = _item(text)
        if item is not None:
            found.append((line, item[0], [item[1]]))
        elif open_item and not _ENDS_ITEM.fullmatch(text.strip()):
            found[-1][2].append(text.strip())
            continue
        open_item = item is not None
    return [_entry(*parts) for parts in found]


def _entry(line: int, indent: int, parts: list[str]) -> Entry:
    task = _TASK.match(parts[0])
    first = task.group(2) if task else parts[0]
    return Entry(" ".join([first, *parts[1:]]).strip(), line, indent, first, task.group(1) != " " if task else None)


def _item(text: str) -> tuple[int, str] | None:
    match = _ITEM.fullmatch(text)
    if match is None or _RULE.fullmatch(text):
        return None
    return len(match.group(1).expandtabs(4)), match.group(2).rstrip()


def _label(line: int, text: str) -> Label | None:
    """A bullet at the very start of the line needs no colon, a bold text without a bullet does."""
    match = _LABEL.fullmatch(text)
    if match is None:
        return None
    inside = (match["stars"] or match["bars"]).strip()
    bulleted = match[1] is not None
    if not bulleted and not match["colon"] and not inside.endswith(":"):
        return None
    return Label(line, inside.rstrip(": \t"), match["rest"].strip(), bulleted)


def _outside_fences(lines: Iterator[Line]) -> Iterator[Line]:
    fence = ""
    for line, text in lines:
        mark = _FENCE.match(text)
        if fence:
            if mark and mark.group(1).startswith(fence) and not text[mark.end() :].strip():
                fence = ""
        elif mark and not (mark.group(1)[0] == "`" and "`" in text[mark.end() :]):
            fence = mark.group(1)
        else:
            yield line, text
