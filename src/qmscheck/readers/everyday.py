"""Everyday YAML, read line by line: the way in which records are mostly written, in half of the time.

Keys and values on one line, words in quotes, lists in brackets or with dashes, folded and literal blocks. Whatever
else stands in a text (anchors, tags, escapes, plain text that goes on in the next line, tabs, faults of any kind) is
unusual, and the real parser has to read it. Whatever is answered here is what the real parser would answer.
"""

from __future__ import annotations

import re
from string import ascii_letters, digits
from sys import intern
from typing import Any, Final

from qmscheck.readers.scalars import NOT_TEXT_FIRST, resolve

_WORD: Final = r"[A-Za-z0-9_](?:[A-Za-z0-9_. /@+-]*[A-Za-z0-9_./@+-])?"
_QUOTED: Final = r"\"[^\"\\]*\"|'[^']*'"
_PAIR: Final = re.compile(r"([A-Za-z_](?:[\w .-]{0,99}[\w.-])?|\"[A-Za-z_][\w.-]{0,99}\"):(?: |\Z)", re.ASCII).match
_QUOTE: Final = re.compile(_QUOTED).fullmatch
_LIST: Final = re.compile(rf"\[(?:(?:{_WORD}|{_QUOTED})(?:, (?:{_WORD}|{_QUOTED}))*)?\]").fullmatch
_MEMBERS: Final = re.compile(rf"{_QUOTED}|{_WORD}").findall
_PLAIN_FIRST: Final = frozenset("/.(+~$_<" + ascii_letters + digits)
_KEYS: Final[dict[str, str]] = {}
"""Keys as they are written, and what they mean."""
_REMEMBERED: Final = 10_000
_RIGHTMOST: Final = 50
"""Deeper nesting would begin further to the right."""
_BLOCKS: Final = frozenset({"|", "|-", ">", ">-"})
_BREAKS: Final = re.compile(r"\n+")


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


def _read(lines: list[str], number: int, root: Any) -> None:  # noqa: C901, PLR0912 - a call costs more than a turn
    """Fill the root. ``columns`` and ``parts``: the open collections and where their parts begin."""
    columns, parts, part, waiting = [0], [root], root, None
    while number < len(lines):
        line = lines[number]
        number += 1
        content = line.lstrip(" ")
        if not content or content[0] == "#":
            continue
        column, dashed = len(line) - len(content), content[:2] == "- "
        if waiting is not None and (column > waiting[2] or (dashed and column == waiting[2])):
            part = waiting[0][waiting[1]] = [] if dashed else {}
            columns.append(column)
            parts.append(part)
        elif column < columns[-1]:
            while column < columns[-1]:
                columns.pop()
                parts.pop()
            part = parts[-1]
        waiting = None
        if (part.__class__ is list) is not dashed:
            if dashed or columns[-2:] != [column, column]:
                raise Unusual
            columns.pop()  # of a list whose dashes stand below its key
            parts.pop()
            part = parts[-1]
        if columns[-1] != column or column > _RIGHTMOST:
            raise Unusual
        if dashed:
            content = content[2:].lstrip(" ")
        name, colon, text = content.partition(": ")
        key = _KEYS.get(name) if colon else _KEYS.get(name[:-1]) if name[-1:] == ":" else None
        if key is None:
            key = _key(content, dashed=dashed)
        if key is None:
            value, number = _value(content, lines, number, column)
            part.append(value)
            continue
        if dashed:
            column = len(line) - len(content)
            columns.append(column)
            part.append({})
            part = part[-1]
            parts.append(part)
        if key in part:
            raise Unusual
        text = text.lstrip(" ")
        if text:
            part[key], number = _value(text, lines, number, column)
        else:
            part[key], waiting = None, (part, key, column)


def _key(content: str, *, dashed: bool) -> str | None:
    """The key that a line begins with, remembered; None for a list's plain item."""
    found = _PAIR(content)
    if found is None and dashed:
        return None
    if found is None or len(_KEYS) > _REMEMBERED:
        raise Unusual
    return _KEYS.setdefault(found[1], intern(found[1].strip('"')))


def _value(text: str, lines: list[str], number: int, column: int) -> tuple[object, int]:
    """A value that begins with a text, and the number of the line behind it."""
    first = text[:1]
    if first in _PLAIN_FIRST:
        if ": " in text or " #" in text or text[-1] in ": ":
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
    if inner <= column or not lines[number].strip(" "):
        raise Unusual
    margin, found = " " * inner, list[str]()
    while number < len(lines) and (not lines[number] or lines[number].startswith(margin)):
        line = lines[number][inner:]
        if line[:1] == " " or line[-1:] == " ":
            raise Unusual
        found.append(line)
        number += 1
    if number < len(lines) and not lines[number][: column + 1].strip(" "):
        raise Unusual  # neither in the block nor clearly behind it
    if number == len(lines) and found[-1] and header in {"|", ">"}:
        raise Unusual  # whether it ends with a line break depends on the last one of the file
    while not found[-1]:
        found.pop()
    text = "\n".join(found) if header[0] == "|" else _folded(found)
    return text if header[1:] == "-" else f"{text}\n", number


def _folded(lines: list[str]) -> str:
    if "" not in lines:
        return " ".join(lines)
    return _BREAKS.sub(lambda found: " " if found.end() - found.start() == 1 else found[0][1:], "\n".join(lines))
