"""Where each value of JSON text begins. The same walk finds what the parser refuses without saying where."""

from __future__ import annotations

import json
import re
from typing import Final

from qmscheck.readers.refusal import MAX_DEPTH, Refusal, too_deep
from qmscheck.readers.tree import Node

MAX_NUMBER: Final = 300
"""Numbers with more characters are refused."""

_SHOWN: Final = 20
_TOKEN: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[][{},:]|[^][{},:"\s]+', re.DOTALL)
_HALF: Final = re.compile("[\ud800-\udfff]")


def places(text: str, start: int = 0, end: int | None = None) -> Node:
    """The tree of offsets of the JSON value in ``text[start:end]``.

    A Refusal, with its offset, for a key that occurs twice, half characters, numbers out of range, and depth.
    """
    root: list[Node] = []
    inside: dict[str, Node] | list[Node] = root
    stack: list[dict[str, Node] | list[Node]] = []
    key: str | None = None
    offset = start
    for found in _TOKEN.finditer(text, start, len(text) if end is None else end):
        token, first = found[0], found[0][0]
        if first in ",:":
            continue
        if first in "]}":
            if not stack:
                break
            inside = stack.pop()
            continue
        if key is None:
            offset = found.start()
        if isinstance(inside, dict) and key is None:
            key = _key(token, inside, offset)
            continue
        node = Node(offset)
        if isinstance(inside, dict):
            inside[key or ""] = node
            key = None
        else:
            inside.append(node)
        if first in "[{":
            stack.append(inside)
            if len(stack) > MAX_DEPTH:
                raise too_deep(offset)
            inside = node.children = {} if first == "{" else []
        else:
            _check(token, found.start())
    return root[0] if root else Node(start)


def row_places(text: str, starts: list[int]) -> Node:
    """The tree of offsets of JSON Lines whose rows begin at ``starts``."""
    ends = re.compile(r"[\r\n]|\Z")
    rows: list[Node] = []
    for start in starts:
        found = ends.search(text, start)
        row = places(text, start, found.start() if found else len(text))
        rows.append(row)
    return Node(starts[0] if starts else 0, rows)


def _key(token: str, inside: dict[str, Node], offset: int) -> str:
    if token[0] != '"':
        raise Refusal("a key in double quotes is expected here", offset)
    key = str(_check(token, offset))
    if key in inside:
        raise Refusal(f"the key '{key}' occurs twice", offset)
    return key


def _check(token: str, offset: int) -> object:
    """The value of a scalar token; a Refusal when it is no value that every tool can hold."""
    if token[0] == '"':
        value: object = json.loads(token, strict=False)
        half = _HALF.search(str(value))
        if half is not None:
            raise Refusal(f"text with half a character (\\u{ord(half[0]):04x} without its other half)", offset)
        return value
    if token.lstrip("-") in ("NaN", "Infinity"):
        raise Refusal(f"{token} is not a JSON value; write null, or text in quotes", offset)
    if len(token) > MAX_NUMBER or (token.lstrip("-")[:1].isdigit() and _is_infinite(token)):
        shown = token if len(token) <= _SHOWN else token[:_SHOWN] + "…"
        raise Refusal(f"the number {shown} is out of range", offset)
    return token


def _is_infinite(token: str) -> bool:
    try:
        return abs(float(token)) == float("inf")
    except ValueError:
        return False
