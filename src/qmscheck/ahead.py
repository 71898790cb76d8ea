"""Calls that can be answered ahead: all that they are given is known before an expression is evaluated.

``filled(record.title)`` needs no CEL. What CEL hands to Python it copies, which costs time and memory, so a panel asks
such calls in Python, once for all rules, and puts the answers into the record, under the text of the call. A call that
cannot be told has no answer there: an error to CEL, as the call itself would be.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from qmscheck.compiled import is_filled
from qmscheck.expression import Facts, Function, Language, spread
from qmscheck.model import FieldPath
from qmscheck.names import MACROS, Token, tokens

_KINDS: Final[Mapping[type, str]] = {
    str: "STRING",
    type(None): "NULL",
    bool: "BOOL",
    int: "INT",
    float: "DOUBLE",
    list: "LIST",
    dict: "MAP",
    dt.datetime: "TIMESTAMP",
}
_LOOK: Final = "record[r'''{}''']"
_INTEGERS: Final = range(-(2**63), 2**63)
"""Whole numbers that CEL knows."""
_PLAIN_TEXT: Final = re.compile(r'"[^"\\]*"|\'[^\'\\]*\'')

Answer = Callable[[Mapping[str, object]], object]


class Ahead:
    """The calls of some expressions that can be answered ahead, and which fields are filled."""

    def __init__(self, language: Language, facts: Facts) -> None:
        self._language = language
        self._facts = facts
        self._answers: dict[str, Answer] = {}

    def filled(self, path: FieldPath) -> str:
        """Whether nothing is missing at a path of the record, as an expression."""
        facts, name = self._facts, f"required({'.'.join(map(str, path))})"
        self._answers[name] = lambda record: is_filled(record, path, facts)
        return _LOOK.format(name)

    def rewritten(self, source: str) -> str:
        """The expression with each such call replaced by a look into the record."""
        source = spread(source)
        found = tokens(source)
        if any(name in {"record", "settings", "as_of"} for name in _loop_variables(found)):
            return source
        parts, end = [], 0
        for position, token in enumerate(found):
            call = self._call(found, position) if token.start >= end else None
            if call is not None:
                name, behind = call
                parts += [source[end : token.start], _LOOK.format(name)]
                end = found[behind - 1].start + 1
        return "".join((*parts, source[end:]))

    def into(self, record: dict[str, object]) -> None:
        """Put the answers into a completed record."""
        for name, answer in self._answers.items():
            try:
                record[name] = answer(record)
            except Exception:  # noqa: BLE001, S112 - no answer: the expression will tell why
                continue

    def _call(self, found: Sequence[Token], position: int) -> tuple[str, int] | None:
        """The call that begins at a token and can be answered: its name, and the position behind it."""
        function = self._language.cheap.get(found[position].text)
        if function is None or _text(found, position - 1) == "." or _text(found, position + 1) != "(":
            return None
        gets: list[Answer] = []
        position += 1
        begin = position
        while _text(found, position) != ")" or not gets:
            argument = self._argument(found, position + 1)
            if argument is None or _text(found, argument[1]) not in {",", ")"}:
                return None
            gets.append(argument[0])
            position = argument[1]
        name = function.name + "".join(token.text for token in found[begin : position + 1])
        self._answers.setdefault(name, _answer(function, gets))
        return name, position + 1

    def _argument(self, found: Sequence[Token], position: int) -> tuple[Answer, int] | None:
        """A path in the record, a setting, the day, or a plain text; with the position behind it."""
        word = _text(found, position)
        if _PLAIN_TEXT.fullmatch(word):
            return (lambda _: word[1:-1]), position + 1
        path: list[str] = []
        position += 1
        while _text(found, position) == "." and found[position + 1 : position + 2]:
            path.append(_text(found, position + 1))
            position += 2
        if word == "record" and path:
            return _path(path), position
        fixed = self._language.fixed
        if word == "as_of" and not path:
            return (lambda _: fixed["as_of"]), position
        settings: Mapping[str, object] = fixed["settings"]  # type: ignore[assignment]
        if word == "settings" and len(path) == 1 and path[0] in settings:
            return (lambda _: settings[path[0]]), position
        return None


def _loop_variables(found: Sequence[Token]) -> Iterator[str]:
    for position, token in enumerate(found):
        if token.text in MACROS and _text(found, position + 1) == "(":
            yield _text(found, position + 2)


def _path(path: Sequence[str]) -> Answer:
    if len(path) == 1:
        (name,) = path
        return lambda record: record[name]

    def get(record: Mapping[str, object]) -> object:
        value: object = record
        for part in path:
            value = value[part]  # type: ignore[index]
        return value

    return get


def _answer(function: Function, gets: Sequence[Answer]) -> Answer:
    """The call as CEL would make it: only for kinds that the function is declared for."""
    call, declared = function.call, frozenset(kinds[:-1] for kinds in function.overloads)
    if len(gets) > 1:

        def answer_many(record: Mapping[str, object]) -> object:
            values = [get(record) for get in gets]
            if tuple(map(_kind, values)) in declared:
                return call(*values)
            raise TypeError

        return answer_many
    (get,), alone = gets, {kinds[0] for kinds in declared if len(kinds) == 1}

    def answer(record: Mapping[str, object]) -> object:
        value = get(record)
        if _kind(value) in alone:
            return call(value)
        raise TypeError

    return answer


def _kind(value: object) -> str:
    if isinstance(value, int) and value not in _INTEGERS:
        raise OverflowError
    return _KINDS[type(value)]


def _text(found: Sequence[Token], position: int) -> str:
    return found[position].text if 0 <= position < len(found) else ""
