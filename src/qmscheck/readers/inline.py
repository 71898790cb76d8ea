"""Running text of Markdown: without its markup, and the links in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from markdown_it.token import Token

_BREAKS: Final = frozenset(("softbreak", "hardbreak"))
_WEB_ADDRESS: Final = re.compile(r"https?://[^\s<>\"]+")
_AFTER_ADDRESS: Final = "?!.,:;*_~'\""


def plain(parts: Iterable[Token]) -> str:
    """Text without markup: links and pictures reduced to their text, code to its content, HTML tags dropped."""
    pieces: list[str] = []
    for part in parts:
        if part.type in _BREAKS:
            pieces.append(" ")
        elif part.type == "image":
            pieces.append(plain(part.children or ()))
        elif part.type != "html_inline":
            pieces.append(part.content)
    return "".join(pieces).strip()


def links(parts: Iterable[Token]) -> Iterator[tuple[str, str, int]]:
    """Target, text and the number of line breaks before every link; of a bare web address, too."""
    breaks = 0
    target: str | None = None
    begins = 0
    inside: list[Token] = []
    for part in parts:
        if part.type == "link_open":
            target, begins, inside = str(part.attrGet("href") or ""), breaks, []
        elif part.type == "link_close" and target is not None:
            yield target, plain(inside), begins
            target = None
        elif target is not None:
            inside.append(part)
        elif part.type == "text":
            for address in _addresses(part.content):
                yield address, address, breaks
        breaks += 1 if part.type in _BREAKS else part.content.count("\n") if part.type == "html_inline" else 0


def _addresses(text: str) -> Iterator[str]:
    """The bare web addresses in text, without the punctuation of the sentence around them."""
    for found in _WEB_ADDRESS.finditer(text):
        address = found[0].rstrip(_AFTER_ADDRESS)
        extra = address.count(")") - address.count("(")
        closing = len(address) - len(address.rstrip(")"))
        if extra > 0 and closing:
            address = address[: -min(extra, closing)].rstrip(_AFTER_ADDRESS)
        yield address
