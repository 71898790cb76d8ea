"""Everyday YAML, read line by line: the way in which records are mostly written, in half of the time.

Keys and values on one line, words in quotes, lists in brackets or with dashes, folded and literal blocks. Whatever else
stands in a text (anchors, tags, escapes, plain text that goes on in the next line, tabs, faults of any kind) is unusual,
and the real parser has to read it. Whatever is answered here is what the real parser would answer.
"""

from __future__ import annotations

import re
from sys import intern
from typing import Any, Final

from qmscheck.readers.scalars import NOT_TEXT_FIRST, resolve

_WORD: Final = r"[A-Za-z0-9_](?:[A-Za-z0-9_. /@+-]*[A-Za-z0-9_./@+-])?"
_QUOTED: Final = r"\"[^\"\\]*\"|'[^']*'"
_PAIR: Final = re.compile(r"([A-Za-z_][\w.-]{0,99}|\"[A-Za-z_][\w.-]{0,99}\"):(?: +(.*))?", re.ASCII).fullmatch
_QUOTE: Final = re.compile(_QUOTED).fullmatch
_LIST: Final = re.compile(rf"\[(?:(?:{_WORD}|{_QUOTED})(?:, (?:{_WORD}|{_QUOTED}))*)?\]").fullmatch
_MEMBERS: Final = re.compile(rf"{_QUOTED}|{_WORD}").findall
_PLAIN_FIRST: Final = frozenset("/.(+~$_<")
_BLOCKS: Final = frozenset({"|", "|-", ">", ">-"})
_DEEPEST: Final = 40


class Unusual(Exception):  # noqa: N818 - no fault: the real parser can read it
    """The text is not everyday YAML."""


def load(text: str) -> object:
    """The data of a text, as YAML 1.2 has it; or Unusual is raised."""
    if not text.replace("\n", "").isprintable():
        raise Unusual
    lines = text.split("\n")
    start = 1 if lines[0] == "---" else 0
    first = next((line for line in lines[start:] if line.strip(" ") and not line.lstrip(" ").startswith("#")), " ")
    if first[0] == " ":
        raise Unusual
    root: Any = [] if first.startswith("- ") else {}
    _read(lines, start, root)
    return root


def _read(lines: list[str], number: int, root: Any) -> None:
    """Fill the root. ``columns`` and ``parts``: the open collections and where their parts begin."""
    columns, parts, waiting = [0], [root], None
    while number < len(lines):
        line = lines[number]
        number += 1
        content = line.lstrip(" ")
        if not content or content[0] == "#":
            continue
        column, dashed = len(line) - len(content), content[:2] == "- "
        if waiting is not None and (column > waiting[2] or (dashed and column == waiting[2])):
            columns.append(column)
            parts.append([] if dashed else {})
            waiting[0][waiting[1]] = parts[-1]
        waiting = None
        while column < columns[-1]:
            columns.pop()
            parts.pop()
        if not dashed and columns[-2:] == [column, column]:  # a list whose dashes stand below its key
            columns.pop()
            parts.pop()
        part = parts[-1]
        if columns[-1] != column or (part.__class__ is list) is not dashed or len(columns) > _DEEPEST:
            raise Unusual
        if dashed:
            content = content[2:].lstrip(" ")
        pair = _PAIR(content)
        if pair is None:
            if not dashed:
                raise Unusual
            value, number = _value(content, lines, number, column)
            part.append(value)
            continue
        if dashed:
            column = len(line) - len(content)
            columns.append(column)
            parts.append({})
            part.append(parts[-1])
            part = parts[-1]
        key, text = pair.groups()
        key = intern(key.strip('"'))
        if key in part:
            raise Unusual
        if text:
            part[key], number = _value(text, lines, number, column)
        else:
            part[key], waiting = None, (part, key, column)


def _value(text: str, lines: list[str], number: int, column: int) -> tuple[object, int]:
    """A value that begins with a text, and the number of the line behind it."""
    text = text.rstrip(" ")
    first = text[:1]
    if first.isalnum() or first in _PLAIN_FIRST or (first == "-" and text[1:2].isdigit()):
        if ": " in text or " #" in text or text[-1] == ":":
            raise Unusual
        return (resolve(text) if first in NOT_TEXT_FIRST else text), number
    if _QUOTE(text):
        return text[1:-1], number
    if _LIST(text):
        return [_member(member) for member in _MEMBERS(text[1:-1])], number
    if text in _BLOCKS:
        return _block(text, lines, number, column)
    raise Unusual


def _member(text: str) -> object:
    if text[0] in "\"'":
        return text[1:-1]
    return resolve(text) if text[0] in NOT_TEXT_FIRST else text


def _block(header: str, lines: list[str], number: int, column: int) -> tuple[str, int]:
    """The text of a folded or literal block, and the number of the line behind it."""
    inner = len(lines[number]) - len(lines[number].lstrip(" ")) if number < len(lines) else 0
    margin, found = " " * inner, list[str]()
    while number < len(lines):
        line = lines[number]
        if line and not line.startswith(margin):
            break
        if line[inner : inner + 1] == " " or (line and len(line) == inner) or line[-1:] == " ":
            raise Unusual
        found.append(line[inner:])
        number += 1
    if inner <= column or not found[0]:
        raise Unusual
    behind = lines[number] if number < len(lines) else ""
    if (number == len(lines) and found[-1]) or not behind.strip(" ") != "" and behind or behind[: column + 1].strip(" ") == "" != behind:
        raise Unusual
    return "", number
