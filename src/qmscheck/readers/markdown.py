"""Markdown: the front matter now, the body when somebody asks for it."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from qmscheck.errors import ConfigError
from qmscheck.readers.document import Document
from qmscheck.readers.refusal import Refusal
from qmscheck.readers.tree import Node

if TYPE_CHECKING:
    from collections.abc import Mapping

MODES: Final = ("auto", "required", "closing")

_BREAK: Final = r"(?:\r\n|\n|\r)"
_OPENING: Final = re.compile(rf"(?:[ \t]*{_BREAK})*(---|\+\+\+|```[ \t]*toml|~~~[ \t]*toml)[ \t]*(?:{_BREAK}|\Z)")
_CLOSING: Final = {
    opening: re.compile(rf"[\r\n](?:{line})[ \t]*(?:{_BREAK}|\Z)")
    for opening, line in {"---": r"---|\.\.\.", "+++": r"\+\+\+", "```": "`{3,}", "~~~": "~{3,}"}.items()
}
"""With the end of the line before: no other beginning is found as fast."""
_ONLY_CLOSING: Final = re.compile(rf"(?:(?<=[\r\n])|\A)---[ \t]*(?:{_BREAK}|\Z)")
_LIKE_A_KEY: Final = re.compile(
    rf"(?:[ \t]*(?:#[^\r\n]*)?{_BREAK})*[\"']?\w[\w .-]{{0,60}}[\"']?[ \t]{{0,9}}[:=](?:\s|\Z)"
)


class _Parts(NamedTuple):
    """Where the front matter and the body lie in the text. ``kind`` as in ``Document.front_matter``."""

    kind: str
    start: int = 0
    end: int = 0
    body: int = 0


def read(path: str, text: str, options: Mapping[str, object]) -> Document:
    """Read a Markdown page. Its data is the front matter: ``{}`` where there is none.

    ``{"front_matter": "required"}`` makes a page without front matter unreadable; ``"closing"`` takes the text up
    to the first line ``---`` for it. Front matter that cannot be read, or is no mapping, is never passed over.
    """
    parts = _split(text, options.get("front_matter", "auto"))
    return Document(
        path=path,
        format="markdown",
        data={} if parts.kind == "none" else _data(text, parts, options),
        text=text,
        places=partial(_places, parts=parts),
        front_matter=parts.kind,
        body_start=parts.body,
    )


def _split(text: str, mode: object) -> _Parts:
    if mode not in MODES:
        raise ConfigError(f"read option 'front_matter': {mode!r} is none of {', '.join(MODES)}")
    opening = _OPENING.match(text)
    if opening is None:
        return _without_opening(text, mode)
    mark, start = opening[1][:3], opening.end()
    closing = _CLOSING[mark].search(text, start - 1)
    if closing is not None:
        return _Parts("yaml" if mark == "---" else "toml", start, closing.start() + 1, closing.end())
    if mode == "auto" and not _LIKE_A_KEY.match(text, start):
        return _Parts("none")  # a thematic break, or an example in TOML
    raise Refusal(f"the front matter opened by '{mark}' is never closed by a line '{mark}'", opening.start(1))


def _without_opening(text: str, mode: object) -> _Parts:
    if mode == "closing":
        closing = _ONLY_CLOSING.search(text)
        if closing is None:
            raise Refusal("there is no front matter: no line '---' closes it")
        return _Parts("closing", 0, closing.start(), closing.end())
    if mode == "required":
        raise Refusal("there is no front matter: the page must begin with a line '---'")
    return _Parts("none")


def _data(text: str, parts: _Parts, options: Mapping[str, object]) -> dict[str, object]:
    inside = text[parts.start : parts.end]
    if parts.kind == "toml":
        from qmscheck.readers import toml  # noqa: PLC0415 - few pages have it

        return toml.load(inside, start=parts.start)
    from qmscheck.readers import yaml  # noqa: PLC0415 - pages without front matter need no parser

    version, known = str(options.get("yaml", "1.2")), options.get("known")
    data = yaml.load(inside, version=version, start=parts.start, known=known)
    if data is None:
        return {}
    if not isinstance(data, dict):
        kind = "a list" if isinstance(data, list) else "one value"
        reason = f"the front matter is {kind}, not lines of 'key: value' (the blank after the colon is needed)"
        raise Refusal(reason, _places(text, parts=parts).offset)
    return data


def _places(text: str, *, parts: _Parts) -> Node:
    inside = text[parts.start : parts.end]
    if parts.kind == "none":
        return Node(0)
    if parts.kind == "toml":
        from qmscheck.readers.toml_places import places as toml_places  # noqa: PLC0415 - see above

        return toml_places(inside, start=parts.start)
    from qmscheck.readers.yaml_places import places as yaml_places  # noqa: PLC0415 - see above

    return yaml_places(inside, start=parts.start)
