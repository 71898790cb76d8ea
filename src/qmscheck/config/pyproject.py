"""The table ``[tool.qmscheck]`` of a ``pyproject.toml`` as a document, with the lines of its keys as good as can be."""

from __future__ import annotations

import datetime
import re
import tomllib

from qmscheck.errors import ConfigError
from qmscheck.model import FieldPath, Location
from qmscheck.readers.document import Document
from qmscheck.readers.tree import Node

_TABLE = ("tool", "qmscheck")
_HEADER = re.compile(r"[ \t]*\[([^\[\]]+)\][ \t]*(?:#.*)?$")
_KEY = re.compile(r"""[ \t]*((?:[\w-]+|"[^"\n]*"|'[^'\n]*')(?:[ \t]*\.[ \t]*(?:[\w-]+|"[^"\n]*"|'[^'\n]*'))*)[ \t]*=""")
_PART = re.compile(r"""[\w-]+|"[^"\n]*"|'[^'\n]*'""")
_AT = re.compile(r"\(at line (\d+), column (\d+)\)")


def read_table(content: bytes, shown: str) -> Document:
    """Data and places of the table. Raises ConfigError when the file is not TOML."""
    try:
        text = content.decode("utf-8").removeprefix("\ufeff")
        data: object = tomllib.loads(text)
    except UnicodeDecodeError:
        raise ConfigError("is not UTF-8", Location(shown)) from None
    except tomllib.TOMLDecodeError as error:
        found = _AT.search(str(error))
        line, column = (int(found[1]), int(found[2])) if found else (1, 1)
        raise ConfigError(f"is not TOML: {_AT.sub('', str(error)).strip()}", Location(shown, line, column)) from None
    for part in _TABLE:
        data = data.get(part, {}) if isinstance(data, dict) else {}
    return Document(path=shown, format="toml", data=_json(data), text=text, places=_places)


def _json(value: object) -> object:
    """The value in JSON types: days and times as ISO 8601 text."""
    if isinstance(value, dict):
        return {key: _json(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_json(child) for child in value]
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    return value


def _places(text: str) -> Node:
    """Offsets of tables and keys, found line by line. A look-alike inside a long text is at worst a wrong line."""
    root = Node(0, {})
    table: FieldPath | None = None
    offset = 0
    for line in text.splitlines(keepends=True):
        header, key = _HEADER.match(line.rstrip("\r\n")), _KEY.match(line)
        if header is not None:
            names = _names(header[1])
            table = names[len(_TABLE) :] if names[: len(_TABLE)] == _TABLE else None
            if table is not None:
                _add(root, table, offset + line.index("["))
        elif key is not None and table is not None:
            _add(root, (*table, *_names(key[1])), offset + key.start(1))
        offset += len(line)
    return root


def _names(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))


def _add(root: Node, path: FieldPath, offset: int) -> None:
    """Hang a place into the tree; the first place of a path stays. The table itself is the root."""
    if not path:
        root.offset = root.offset or offset
        return
    node = root
    for part in path:
        children = node.children
        if not isinstance(children, dict):
            return
        node = children.setdefault(str(part), Node(offset, {}))
