"""The Markdown of a page: headings, list items, tables and links, each with its line in the file.

CommonMark and tables, by markdown-it-py: what stands in fenced code or a comment is no heading. Parsing costs
milliseconds, so a page is parsed only when its body is asked for.
"""

from __future__ import annotations

import re
from functools import cache, cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from markdown_it import MarkdownIt

from qmscheck.frozen import frozen
from qmscheck.readers.inline import links, plain
from qmscheck.readers.refusal import split_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

_MARKER: Final = re.compile(r"[ \t>]*(?=[-*+0-9])((?:[-*+]|\d{1,9}[.)])(?:[ \t]+|$))")
_TASK: Final = re.compile(r"\[([ xX])\](?:\s+|$)")
_MAY_HOLD_LINK: Final = re.compile(r"[\[<]|https?:")
_LIST_BEGINS: Final = frozenset(("bullet_list_open", "ordered_list_open"))
_LIST_ENDS: Final = frozenset(("bullet_list_close", "ordered_list_close"))
_TEXTS: Final = frozenset(("inline", "fence", "code_block", "html_block"))


@frozen
class Heading:
    """A heading that is in no quote and no list.

    ``title`` is its text without markup, ``raw`` as written. Its section, with all subsections, ends before the line
    ``end``.
    """

    level: int
    title: str
    raw: str
    line: int
    end: int


@frozen
class Item:
    """An item of a list, of any kind and depth.

    ``text`` is what stands in it as written, without its marker, task box and nested items; ``first_line`` only what
    stands on its first line. ``done`` is None when it is no task. ``depth`` counts the lists around its own,
    ``indent`` the columns before its marker. ``end`` is the line below it and its nested items.
    """

    text: str
    first_line: str
    line: int
    end: int
    depth: int
    indent: int
    done: bool | None


@frozen
class Table:
    """A table. Cells are text as written, without blanks around; rows have as many cells as the header."""

    line: int
    header: tuple[str, ...]
    rows: list[tuple[int, tuple[str, ...]]]


class Body:
    """The Markdown of a page. All lines are those of the file, from 1."""

    def __init__(self, text: str, first_line: int = 1) -> None:
        """``first_line`` is the line of the file that ``text`` begins on."""
        self.lines: list[str] = split_lines(text)
        self.first_line = first_line
        self._references: dict[str, Any] = {}
        self._tokens: list[Token] = _parser().parse(text, self._references)

    @property
    def end(self) -> int:
        """The line after the last one."""
        return self.first_line + len(self.lines)

    def text(self, start: int, end: int) -> str:
        """The file's lines from ``start`` up to, not including, ``end``, as written, parted by LF."""
        return "\n".join(self.lines[max(start - self.first_line, 0) : max(end - self.first_line, 0)])

    @cached_property
    def headings(self) -> list[Heading]:
        """The headings, in order."""
        headings: list[Heading] = []
        next_lines: dict[int, int] = {}  # level -> line of the next heading of that level
        for token, inline in zip(reversed(self._tokens[:-1]), reversed(self._tokens), strict=False):
            if token.type != "heading_open" or token.level:
                continue
            level, line = int(token.tag[1:]), self._line(token)
            end = min((below for other, below in next_lines.items() if other <= level), default=self.end)
            title = plain(self._inline(inline))
            headings.append(Heading(level=level, title=title, raw=inline.content.strip(), line=line, end=end))
            next_lines[level] = line
        return headings[::-1]

    @cached_property
    def items(self) -> list[Item]:
        """The items of all lists, in the order in which they begin."""
        drafts: list[_Draft] = []
        open_: list[_Draft] = []
        depth = -1
        for token in self._tokens:
            if token.type in _LIST_BEGINS:
                depth += 1
            elif token.type in _LIST_ENDS:
                depth -= 1
            elif token.type == "list_item_open":
                line = self._line(token)
                nth = drafts[-1].nth + 1 if drafts and drafts[-1].line == line else 0
                drafts.append(_Draft(line, self.first_line + token.map[1] if token.map else line, depth, nth))
                open_.append(drafts[-1])
            elif token.type == "list_item_close":
                open_.pop()
            elif open_ and token.content and token.type in _TEXTS:
                open_[-1].texts.append(token.content.strip("\n"))
        return [draft.item(self.lines[draft.line - self.first_line]) for draft in drafts]

    @cached_property
    def tables(self) -> list[Table]:
        """The tables, in order."""
        tables: list[Table] = []
        rows: list[tuple[int, list[str]]] = []
        for token, inline in pairwise(self._tokens):
            if token.type == "tr_open":
                rows.append((self._line(token), []))
            elif token.type in ("th_open", "td_open"):
                rows[-1][1].append(inline.content.strip())
            elif inline.type == "table_close":
                (line, header), *below = [(line, tuple(cells)) for line, cells in rows]
                tables.append(Table(line=line, header=header, rows=below))
                rows = []
        return tables

    @cached_property
    def links(self) -> list[tuple[str, str, int]]:
        """Target, text and line of every link, in order; of a bare web address, too."""
        return [
            (target, text, line)
            for token in self._tokens
            if token.type == "inline" and _MAY_HOLD_LINK.search(token.content)
            for target, text, line in self._links(token)
        ]

    def _links(self, token: Token) -> Iterator[tuple[str, str, int]]:
        first = self._line(token)
        block = self.lines[first - self.first_line : (token.map or [0, 0])[1]]
        for target, text, breaks in links(self._inline(token)):
            below = (at for at in range(breaks, len(block)) if target in block[at])
            yield target, text, first + next(below, min(breaks, max(len(block) - 1, 0)))

    def _line(self, token: Token) -> int:
        return self.first_line + (token.map[0] if token.map else 0)

    def _inline(self, token: Token) -> list[Token]:
        """The parts of running text; parsed only here, since few pages are asked for their links."""
        parts: list[Token] = []
        parser = _inline_parser()
        parser.inline.parse(token.content, parser, self._references, parts)
        return parts


class _Draft:
    """A list item while its content is gathered. It is the ``nth`` item that begins on its line."""

    __slots__ = ("depth", "end", "line", "nth", "texts")

    def __init__(self, line: int, end: int, depth: int, nth: int) -> None:
        self.line = line
        self.end = end
        self.depth = depth
        self.nth = nth
        self.texts: list[str] = []

    def item(self, source: str) -> Item:
        """The finished item; ``source`` is the line it begins on."""
        begin = at = 0
        for _ in range(self.nth + 1):
            found = _MARKER.match(source, at)
            if found is not None:
                begin, at = found.start(1), found.end()
        task = _TASK.match(source, at)
        if task is not None:
            at = task.end()
        text = "\n\n".join(self.texts)
        box = _TASK.match(text)
        return Item(
            text=text[box.end() :] if box else text,
            first_line=source[at:].strip(),
            line=self.line,
            end=self.end,
            depth=self.depth,
            indent=len(source[:begin].expandtabs(4)),
            done=task[1] != " " if task else None,
        )


class _Parser(MarkdownIt):
    """CommonMark with tables, blocks only; targets of links as written, whatever they are: nothing is rendered."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - the library's name
        return url

    def validateLink(self, url: str) -> bool:  # noqa: ARG002, N802 - the library's name
        return True


@cache
def _inline_parser() -> MarkdownIt:
    """Low nesting: every unclosed bracket is tried again on each level."""
    return _Parser("commonmark", {"maxNesting": 8})


@cache
def _parser() -> MarkdownIt:
    return _Parser("commonmark", {"maxNesting": 100}).enable("table").disable(["inline", "text_join"])
