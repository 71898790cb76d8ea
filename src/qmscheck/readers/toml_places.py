"""Where each value of TOML text begins. The text has been read before, so that only its shape matters here."""

from __future__ import annotations

import re
import tomllib
from typing import Final

from qmscheck.readers.tree import Node

_BLANK: Final = re.compile(r"(?:\s|#[^\n]*)*")
_NAME: Final = re.compile(r"""[ \t]*("(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)[ \t]*(\.?)""")
_SCALAR: Final = re.compile(
    r'''"""(?:[^"\\]|\\.|"{1,2}(?!"))*"{3,5}|\'\'\'(?:[^']|'{1,2}(?!'))*'{3,5}'''
    r"""|"(?:[^"\\]|\\.)*"|'[^']*'|[^,\]}#\r\n]*""",
    re.DOTALL,
)

_Names = list[tuple[str, int]]


def places(text: str, *, start: int = 0) -> Node:
    """The tree of offsets of text that ``toml.load`` has read; each offset is raised by ``start``."""
    root = Node(0, {})
    table = root
    at = _skip(text, 0)
    while at < len(text):
        opened = at
        if text[at] == "[":
            many = text.startswith("[[", at)
            names, at = _names(text, at + 1 + many)
            table = _table(root, names, opened if many else None)
            at += 1 + many
        else:
            names, at = _names(text, at)
            at = _value(text, _skip(text, at + 1), _descend(table, names))
        at = max(_skip(text, at), opened + 1)
    _shift(root, start)
    return root


def _skip(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _names(text: str, at: int) -> tuple[_Names, int]:
    """The parts of a dotted key, each with its offset, and where the key ends."""
    names: _Names = []
    while found := _NAME.match(text, at):
        token, at = found[1], found.end()
        name = tomllib.loads(f"key = {token}")["key"] if token[0] in "\"'" else token
        names.append((name, found.start(1)))
        if not found[2]:
            break
    return names, at


def _descend(node: Node, names: _Names) -> Node:
    """The node at a dotted key, made where it is missing; of a list of tables the last one."""
    for name, offset in names:
        if isinstance(node.children, list) and node.children:
            node = node.children[-1]
        if not isinstance(node.children, dict):
            node.children = {}
        node = node.children.setdefault(name, Node(offset))
    return node


def _table(root: Node, names: _Names, item: int | None) -> Node:
    """The table that a header opens; ``item`` is the offset of the header when it adds one to a list."""
    node = _descend(root, names)
    if item is not None:
        if not isinstance(node.children, list):
            node.children = []
        node.children.append(Node(item, {}))
        return node.children[-1]
    if node.children is None:
        node.children = {}
    return node


def _value(text: str, at: int, node: Node) -> int:
    """Fill in what a value holds; the offset behind it."""
    if text.startswith("[", at):
        items: list[Node] = []
        node.children = items
        at = _skip(text, at + 1)
        while not text.startswith("]", at) and at < len(text):
            items.append(Node(at))
            at = _after_comma(text, _value(text, at, items[-1]))
        return at + 1
    if text.startswith("{", at):
        node.children = {}
        at = _skip(text, at + 1)
        while not text.startswith("}", at) and at < len(text):
            names, at = _names(text, at)
            at = _after_comma(text, _value(text, _skip(text, at + 1), _descend(node, names)))
        return at + 1
    found = _SCALAR.match(text, at)
    return found.end() if found else at


def _after_comma(text: str, at: int) -> int:
    at = _skip(text, at)
    return _skip(text, at + 1) if text.startswith(",", at) else at


def _shift(node: Node, start: int) -> None:
    node.offset += start
    children = node.children
    for child in children.values() if isinstance(children, dict) else children or ():
        _shift(child, start)
