r"""Makes text that comes from records safe to show in a terminal and legal in XML 1.0.

What moves the cursor, hides or reorders text, or no XML parser accepts is spelled out: ``\n``, ``\x1b``, ``\u202e``. A
byte of a file name that is not UTF-8 (a lone surrogate to Python) shows as that byte, ``\xff``. Everything else stays:
accents, emoji, scripts written from right to left.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Final, ParamSpec

from qmscheck.patterns import pattern

_Asked = ParamSpec("_Asked")

LINE_LIMIT: Final = 1_000
"""Characters that one sentence may have in a report read by people."""

_UNSAFE: Final = pattern(
    "["
    "\x00-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\u2028-\u202e\u2066-\u2069"  # line breaks of Unicode; embedding, override and isolation of direction
    "\ufdd0-\ufdef\ufeff\ufffe\uffff"  # not characters; byte order mark
    "\ud800-\udfff"  # lone surrogates
    "]"
)
_COMMAND: Final = pattern(r"(?m)^\s*(?=::)|#(?=#\w*\[)")
_SHORT: Final = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
_RAW_BYTES: Final = range(0xDC80, 0xDD00)  # how Python spells the bytes of a name that is not UTF-8


def visible(text: str) -> str:
    """The text on one line, with everything unsafe spelled out."""
    return text if text.isprintable() else _UNSAFE.sub(_spelled, text)


def cut(text: str, limit: int) -> str:
    """The text, or its beginning and how much was left out."""
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text) - limit:,} more characters)"


def one_line(text: str, limit: int = LINE_LIMIT) -> str:
    """The text on one safe line of bearable length."""
    return visible(cut(text, limit))


def prose(text: str) -> str:
    """A paragraph of a rule file, whose line breaks mean nothing, on one safe line."""
    return visible(" ".join(text.split()))


def unheard(line: str) -> str:
    r"""A line of a log in which no CI server hears a command: ``\::error``, ``#\#[error]``, ``#\#vso[...]``.

    GitHub looks for the first at the beginning of a line, blanks before it or not; the others count anywhere.
    """
    return _COMMAND.sub(lambda found: f"{found[0]}\\", line) if "::" in line or "##" in line else line


def no_commands(page: Callable[_Asked, Iterator[str]]) -> Callable[_Asked, Iterator[str]]:
    """Makes a page for terminals and logs one in which no CI server hears a command."""

    @wraps(page)
    def calm(*arguments: _Asked.args, **options: _Asked.kwargs) -> Iterator[str]:
        return map(unheard, page(*arguments, **options))

    return calm


def shortened(text: str, width: int) -> str:
    """Safe text that must fit into a column, with an ellipsis where it ends early."""
    return text if len(text) <= width else f"{text[: max(width - 1, 0)].rstrip()}…"


def _spelled(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code in _RAW_BYTES:
        return f"\\x{code - 0xDC00:02x}"
    return _SHORT.get(match[0]) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")  # noqa: PLR2004 - one byte
