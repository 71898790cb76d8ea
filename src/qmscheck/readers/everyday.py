"""Everyday YAML, read line by line: the way in which records are mostly written, at half of the time.

Keys and values on one line, quoted words, lists in brackets or with dashes, folded and literal blocks. Whatever else
stands in a text (anchors, tags, escapes, texts that go on in the next line, tabs, faults of any kind) is `UNUSUAL`, and
the real parser has to read it. Whatever is answered here is what the real parser would answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from sys import intern
from typing import Any, Final

from qmscheck.readers.scalars import NOT_TEXT_FIRST, resolve

UNUSUAL: Final = object()
"""The answer for a text that is not everyday."""

_WORD: Final = r"[A-Za-z0-9_](?:[A-Za-z0-9_. /@+-]*[A-Za-z0-9_./@+-])?"
_QUOTED: Final = r"\"[^\"\\]*\"|'[^']*'"
_PAIR: Final = re.compile(r"([A-Za-z_](?:[\w .-]*[\w.-])?|\"[A-Za-z_][\w .-]*\"):(?: +(.*))?", re.ASCII).fullmatch
_QUOTE: Final = re.compile(_QUOTED).fullmatch
_LIST: Final = re.compile(rf"\[(?:(?:{_WORD}|{_QUOTED})(?:, (?:{_WORD}|{_QUOTED}))*)?\]").fullmatch
_MEMBER: Final = re.compile(rf"{_QUOTED}|{_WORD}").findall
_PLAIN_FIRST: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_/.(+~$^")
_BLOCKS: Final = frozenset({"|", "|-", ">", ">-"})
_DEPTH: Final = 40


class Unusual(Exception):  # noqa: N818 - no error: the real parser can read it
    """The text is not everyday."""


def load(text: str) -> object:
    """The data of a text in YAML 1.2, or UNUSUAL."""
    if not text.replace("\n", "").isprintable():
        return UNUSUAL
    try:
        return _Lines(text).data()
    except Unusual:
        return UNUSUAL


class _Lines:
    """One pass over the lines. ``_open`` holds the open collections, each with the column where its parts begin."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._number = 1 if self._lines[0] == "---" else 0
        self._open: list[tuple[int, Any]] = []
        self._root: list[object] = []
        self._waiting: tuple[int, Callable[[object], None]] | None = None

    def data(self) -> object:
