"""What every reader returns."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from qmscheck.patterns import pattern
from qmscheck.readers.refusal import Lines, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from qmscheck.model import FieldPath, Unreadable
    from qmscheck.readers.body import Body
    from qmscheck.readers.tree import Node


_OTHER_ENDS = "\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_BLANK_BEFORE_END = pattern(r"\n(?<=[^\S\n]\n)")  # looks back, so that only line ends are looked at


class Document:
    """A source that was read: data of JSON types, and ways to ask where each value stands.

    ``data`` is None when the file holds nothing. For ``csv`` and ``jsonl`` it is a list of objects, ``row_lines``
    tells the line each begins on, and ``problems`` the rows that could not be read and are not in ``data``.
    ``front_matter`` is ``yaml``, ``toml``, ``closing`` or ``none`` for Markdown, empty otherwise.
    """

    __slots__ = (
        "_body",
        "_body_start",
        "_lines",
        "_places",
        "_tree",
        "data",
        "format",
        "front_matter",
        "path",
        "problems",
        "row_lines",
        "text",
    )

    def __init__(
        self,
        *,
        path: str,
        format: str,  # noqa: A002 - the word of docs/configuration.md
        data: object,
        text: str,
        places: Callable[[str], Node] | None,
        problems: tuple[Unreadable, ...] = (),
        row_lines: list[int] | None = None,
        front_matter: str = "",
        body_start: int | None = None,
    ) -> None:
        """Keep the ``text``; ``places`` finds the values in it, ``body_start`` is where its Markdown begins."""
        self.path = path
        self.format = format
        self.data = data
        self.text = text
        self.problems = problems
        self.row_lines = row_lines
        self.front_matter = front_matter
        self._places = places
        self._body_start = body_start
        self._tree: Node | None = None
        self._lines: Lines | None = None
        self._body: Body | None = None

    @property
    def body(self) -> Body | None:
        """The Markdown below the front matter, parsed on first use; None for other formats."""
        if self._body is None and self._body_start is not None:
            from qmscheck.readers.body import Body  # noqa: PLC0415 - markdown-it is loaded only when a body is read

            self._body = Body(self.text[self._body_start :], first_line=self._line_index().place(self._body_start)[0])
        return self._body

    def body_digest(self) -> str | None:
        """SHA-256 of the Markdown below the front matter; None for other formats.

        Blanks at line ends, line endings and blank lines around the text do not count.
        """
        if self._body_start is None:
            return None
        lines = self.text[self._body_start :]
        if not _is_even(lines):
            lines = "\n".join(line.rstrip() for line in lines.splitlines())
        return hashlib.sha256(lines.strip("\n").encode("utf-8", "surrogatepass")).hexdigest()

    def position(self, path: FieldPath) -> tuple[int, int] | None:
        """Line and column in the file, from 1, of the value at ``path``, or of the nearest one around it.

        An entry of a mapping stands where its key stands, an item of a list where it begins. The first call reads
        the text once more. None when the document has no data at all.
        """
        if self._tree is None:
            if self._places is None:
                return None
            try:
                self._tree = self._places(self.text)
            except Refusal:  # what was read once is read again the same way; a place is not worth a crash
                return None
        return self._line_index().place(self._tree.nearest(path).offset)

    def _line_index(self) -> Lines:
        if self._lines is None:
            self._lines = Lines(self.text)
        return self._lines


def _is_even(text: str) -> bool:
    """Whether all line ends are line feeds without blanks before them: three times as fast as making them so."""
    if any(map(text.__contains__, _OTHER_ENDS)) or _BLANK_BEFORE_END.search(text):
        return False
    return text[-1:] == "\n" or not text[-1:].isspace()
