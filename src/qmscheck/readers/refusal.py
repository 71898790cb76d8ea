"""How a reader says no, and how an offset in the text becomes a line and a column."""

from __future__ import annotations

from bisect import bisect_right
from typing import Final

from qmscheck.patterns import pattern

_LINE_BREAK: Final = pattern(r"\r\n|\n|\r")

MAX_DEPTH: Final = 64
"""How deep lists and mappings may be nested in each other."""


class Refusal(Exception):  # noqa: N818 - never leaves this package; read() turns it into Unreadable
    """The text cannot be read: a reason in plain words and the offset, in characters, that it is about."""

    def __init__(self, reason: str, offset: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.offset = offset

    def moved(self, by: int) -> Refusal:
        """The same about a text that begins at an offset of another."""
        return Refusal(self.reason, self.offset + by)


class Lines:
    """The lines of a text as editors count them: ended by LF, CR LF or CR, and by nothing else."""

    __slots__ = ("starts",)

    def __init__(self, text: str) -> None:
        self.starts: list[int] = [0, *(found.end() for found in _LINE_BREAK.finditer(text))]

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, of an offset."""
        line = bisect_right(self.starts, max(offset, 0))
        return line, max(offset, 0) - self.starts[line - 1] + 1


def split_lines(text: str) -> list[str]:
    """The lines of a text without their ends; a last line that is empty is not counted."""
    lines = _LINE_BREAK.split(text)
    if not lines[-1]:
        lines.pop()
    return lines


def too_deep(offset: int = 0) -> Refusal:
    """The refusal of data that is nested too deeply."""
    return Refusal(f"lists and mappings are nested more than {MAX_DEPTH} deep", offset)
