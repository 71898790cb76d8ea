"""Makes text that comes from records safe to set into Markdown and HTML: it shows as itself and is never markup."""

from __future__ import annotations

import re
from html import escape

from qmscheck.reporters.sanitise import LINE_LIMIT, one_line

_MARKS = re.compile(r"[\\`*_{}\[\]#|~!]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;", "://": "&#58;//", "www.": "www&#46;"}
_ENTITY = re.compile(r"[&<>@]|://|www\.")
_INERT = {"&#64;": "&#64;&#8203;", "\\#": "\\#&#8203;", "&#58;//": "&#58;&#8203;//", "www&#46;": "www&#8203;."}
"""GitHub looks for mentions, references and addresses behind entities too: a blank without width parts them."""
_LEADING = re.compile(r"^(\s*\d*)([-+=.)])(?=\s|$)")


def html(text: str, limit: int = LINE_LIMIT) -> str:
    """Text for the content of an element, or of an attribute in quotes."""
    return escape(one_line(text, limit))


def markdown(text: str, limit: int = LINE_LIMIT, *, begins: bool = True) -> str:
    """Text for a paragraph, list item, heading or cell of CommonMark with tables; no mention, no link, no reference.

    ``begins`` tells that the text may stand at the beginning of a line.
    """
    plain = _ENTITY.sub(lambda match: _ENTITIES[match[0]], one_line(text, limit))
    marked = _MARKS.sub(lambda match: "\\" + match[0], plain.replace("&#", "&\0")).replace("&\0", "&#")
    return _LEADING.sub(r"\1\\\2", marked) if begins else marked


def inert(text: str, limit: int = LINE_LIMIT) -> str:
    """The same, for a forge that looks for mentions, references and addresses in what it shows."""
    safe = markdown(text, limit)
    for mark, parted in _INERT.items():
        safe = safe.replace(mark, parted)
    return safe
