"""The plain part of YAML, read line by line: the way in which most records are written.

Mappings and lists in blocks, one key or item a line, plain or quoted texts without escapes, lists in brackets on one
line, folded and literal texts. They mean the same to libyaml, of which the events take most of the time of reading.
Whatever is not plain, be it right or wrong, is for libyaml to tell.
"""

from __future__ import annotations

import re
from sys import intern
from typing import Any, Final

from qmscheck.readers.refusal import MAX_DEPTH
from qmscheck.readers.scalars import NOT_TEXT_FIRST, resolve
from qmscheck.readers.words import WORDS, remembered

_LONGEST: Final = 1 << 16
"""Longer texts are read event by event, so that they are not held twice."""

_OTHERS: Final = r"\xa1-\u2027\u202a-\ud7ff"
"""What is no ASCII and means nothing to YAML: no line break, no byte order mark."""
_BEGIN: Final = rf"[A-Za-z0-9_/(+.{_OTHERS}]"
_QUOTED: Final = rf"\"[ !#-\[\]-~{_OTHERS}]*\"|'[ -&(-~{_OTHERS}]*'"
_ITEM: Final = rf"{_QUOTED}|[A-Za-z0-9_](?:[A-Za-z0-9_ ./@+-]*[A-Za-z0-9_./@+-])?"
_LINE: Final = re.compile(
    r"( *)(- +)?"
    r"(?:([A-Za-z_][A-Za-z0-9_-]*|\"[A-Za-z_][A-Za-z0-9_ -]*\"):(?=[ \n]) *)?"
    rf"(?:({_BEGIN}(?:[ -\"$-9;-~{_OTHERS}]++|:(?=[!-~]))*+(?<! ))"
    rf"|({_QUOTED})"
    rf"|(\[(?:(?:{_ITEM})(?:, *(?:{_ITEM}))*)?\])"
    rf"|([>|]-?)\n( +)([!-~{_OTHERS}][ -~{_OTHERS}]*(?:\n\8[!-~{_OTHERS}][ -~{_OTHERS}]*)*)(?=\n(?!(?: *\n)*\8))"
    rf"|#[ -~{_OTHERS}]*)?\n"
    r"|([\s\S]+)"
)
"""One line: indentation, dash, key; then a plain text, a quoted one, a list, or style, margin and lines of a text in a
block, after which no line may have its margin. Or all the rest, from the first line on that is no such line."""
_ITEMS: Final = re.compile(_ITEM)


class NotPlain(Exception):  # noqa: N818 - no error: libyaml can tell
    """A text says more than the plain part of YAML, or nothing."""


def read_plain(text: str) -> dict[str, object]:  # noqa: C901, PLR0912 - a call costs more than a turn
    """The mapping that a text of YAML 1.2 holds. Raises `NotPlain` where libyaml has to tell what it holds."""
    if len(text) > _LONGEST:
        raise NotPlain
    top: dict[str, object] = {}
    node: Any = top  # the innermost mapping or list
    column = 0  # where its keys or dashes stand
    outer: list[tuple[Any, int]] = []
    waiting = ""  # the key before, if nothing stood behind it
    for indent, dash, key, word, quoted, listed, style, margin, block, rest in _LINE.findall(text):
        if not (key or dash):
            if word or quoted or listed or style or rest:
                raise NotPlain
            continue  # a blank line or a comment
        at = len(indent)
        while at < column or (at == column and not dash and node.__class__ is list):
            node, column = outer.pop()
            waiting = ""
        if at > column or (dash and node.__class__ is dict):
            if not waiting or len(outer) > MAX_DEPTH // 2:
                raise NotPlain
            outer.append((node, column))
            node[waiting] = [] if dash else {}
            node, column, waiting = node[waiting], at, ""
        if dash and key:
            outer.append((node, column))
            node.append({})
            node, column = node[-1], at + len(dash)
        value: object = None
        if word:
            value = resolve(word) if word[0] in NOT_TEXT_FIRST else WORDS.get(word) or remembered(word)
        elif quoted:
            value = _text(quoted[1:-1])
        elif listed:
            value = [_item(item) for item in _ITEMS.findall(listed)]
        elif style:
            if len(margin) <= column:
                raise NotPlain
            value = _in_block(block, style, margin)
        if key:
            name = intern(key.strip('"'))
            if name in node:
                raise NotPlain
            node[name], waiting = value, "" if word or value is not None else name
        elif word or value is not None:
            node.append(value)
        else:
            raise NotPlain
    if not top:
        raise NotPlain
    return top


def _text(text: str) -> str:
    """A text that is one whatever it says, remembered as the first reader remembers it."""
    return remembered(text) if text and text[0] not in NOT_TEXT_FIRST else text


def _item(item: str) -> object:
    """An item of a list in brackets."""
    if item[0] in "\"'":
        return _text(item[1:-1])
    return resolve(item) if item[0] in NOT_TEXT_FIRST else remembered(item)


def _in_block(block: str, style: str, margin: str) -> str:
    """A text in a block: its lines are joined, or kept; the last one ends unless a dash says no."""
    text = block.replace(f"\n{margin}", " " if style[0] == ">" else "\n")
    return _text(text if style[-1] == "-" else f"{text}\n")
