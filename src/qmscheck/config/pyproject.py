"""The table ``[tool.qmscheck]`` of a ``pyproject.toml``, as a document of its own."""

from __future__ import annotations

from qmscheck.errors import ConfigError
from qmscheck.model import Source, Unreadable
from qmscheck.readers import Document, read
from qmscheck.readers.toml_places import places
from qmscheck.readers.tree import Node

_TABLE = ("tool", "qmscheck")


def read_table(content: bytes, shown: str) -> Document:
    """Data and places of the table. Raises ConfigError when the file cannot be read."""
    whole = read(Source(shown, content), "toml", {})
    if isinstance(whole, Unreadable):
        raise ConfigError(whole.reason, whole.location)
    data = whole.data
    for part in _TABLE:
        data = data.get(part, {}) if isinstance(data, dict) else {}
    return Document(path=shown, format="toml", data=data, text=whole.text, places=_places)


def _places(text: str) -> Node:
    return places(text).nearest(_TABLE)
