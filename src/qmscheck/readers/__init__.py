"""Bytes to documents: one module a format. Bad input never raises; it becomes ``Unreadable``, with its place."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from qmscheck.errors import ConfigError
from qmscheck.model import Location, Source, Unreadable
from qmscheck.patterns import pattern
from qmscheck.readers.decode import decode
from qmscheck.readers.document import Document
from qmscheck.readers.refusal import Lines, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


__all__ = ["FORMATS", "Document", "format_of", "read"]

FORMATS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "yaml": "yaml.read",
        "json": "json.read",
        "jsonl": "json.read_lines",
        "markdown": "markdown.read",
        "csv": "csv.read",
        "toml": "toml.read",
    }
)
"""Format -> module and function in this package, loaded when first used."""

_MARKDOWN_SUFFIXES: Final = (".md", ".markdown", ".mdown", ".mkd", ".mdx", ".erb", ".njk", ".liquid", "")
_FORMAT_OF: Final[Mapping[str, str]] = {
    ".yaml": "yaml",
    ".yml": "yaml",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "csv",
    ".toml": "toml",
    **dict.fromkeys(_MARKDOWN_SUFFIXES, "markdown"),
}
_SUFFIX: Final = pattern(r"(?<=[^/])\.[A-Za-z][A-Za-z0-9]*\Z")

_NO_OPTIONS: Final[Mapping[str, object]] = MappingProxyType({})


def format_of(path: str) -> str | None:
    """The format that a path's extension tells; None for an extension that is not known.

    What follows the last dot is an extension only if it is a word: ``PM2022 - v1.5 rollout`` has none, and a file
    without extension is taken for Markdown.
    """
    found = _SUFFIX.search(path)
    return _FORMAT_OF.get(found[0].lower() if found else "")


def read(source: Source, format: str, options: Mapping[str, object] = _NO_OPTIONS) -> Document | Unreadable:  # noqa: A002 - the word of docs/configuration.md
    """Read a source in one of FORMATS. Options are those of ``read:`` in docs/configuration.md.

    Whatever the bytes are, the answer is a document or an Unreadable with line, column and reason. ConfigError for a
    format or an option that does not exist.
    """
    reader = _reader(format)
    text = decode(source)
    if isinstance(text, Unreadable):
        return text
    try:
        return reader(source.path, text, options)
    except Refusal as refusal:
        place = Location(source.path, *Lines(text).place(min(refusal.offset, len(text))))
        return Unreadable(location=place, reason=refusal.reason)


@cache
def _reader(format_: str) -> Callable[[str, str, Mapping[str, object]], Document]:
    if format_ not in FORMATS:
        raise ConfigError(f"format '{format_}' is none of {', '.join(FORMATS)}")
    module, _, function = FORMATS[format_].partition(".")
    reader: Callable[[str, str, Mapping[str, object]], Document] = getattr(
        import_module(f"qmscheck.readers.{module}"), function
    )
    return reader
