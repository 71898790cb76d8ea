"""What the translated part of CEL does at run time: the operators and functions of CEL on plain values.

Each raises `Doubt` where CEL and Python could differ, or where CEL would find an error: it is then asked itself.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from qmscheck.expression import Function
from qmscheck.patterns import pattern

_MANY: Final = 1000
_FEW: Final = 30
"""Items that a loop may have: CEL gives up after 10,000 turns of all loops of an expression."""
_INTEGERS: Final = range(-(2**63), 2**63)
_NUMBERS: Final = frozenset({int, float})
_ORDERED: Final = frozenset({int, float, str, dt.datetime})
_CLASSES: Final[Mapping[str, type]] = {
    "STRING": str,
    "NULL": type(None),
    "BOOL": bool,
    "INT": int,
    "DOUBLE": float,
    "LIST": list,
    "MAP": dict,
    "TIMESTAMP": dt.datetime,
}
_TYPES: Final[Mapping[type, str]] = {
    list: "list",
    str: "string",
    dict: "map",
    int: "int",
    float: "double",
    bool: "bool",
    type(None): "null_type",
}
_SAFE_PATTERN: Final = pattern(
    r"\^?(?:\((?:[\w |:,-]|\[[\w+-]+\]\??(?:\{\d\})?|:\?)*\)|(?:[\w :,-]|\\[wWdD]|\[[\w+-]+\])[*+?]?)*\$?"
)
"""Patterns that mean the same to RE2 and to Python."""
_QUANTIFIERS: Final = 2
"""More of them could take Python very long."""
_LONGEST_LINE: Final = 200


class Doubt(Exception):  # noqa: N818 - no error: CEL can tell
    """What Python cannot tell for sure."""


def truth(value: Any) -> bool:
    """A value that must be true or false."""
    if value is True or value is False:
        return value
    raise Doubt


def same(first: object, second: object) -> bool:
    """``==``: values of different kinds differ, but for numbers."""
    one, two = first.__class__, second.__class__
    if one is two:
        if one is list or one is dict:
            raise Doubt  # true and 1 are the same inside a list of Python
        return first == second
    return one in _NUMBERS and two in _NUMBERS and first == second


def inside(value: Any, group: Any) -> bool:
    """``in``: of texts in lists and maps."""
    if value is not None and value.__class__ is not str:
        raise Doubt
    if group.__class__ is list or group.__class__ is tuple:
        return value in group
    if group.__class__ is dict and value is not None:
        return value in group
    raise Doubt


def _comparable(first: object, second: object) -> None:
    one, two = first.__class__, second.__class__
    if not (one is two and one in _ORDERED) and not (one in _NUMBERS and two in _NUMBERS):
        raise Doubt


def less(first: Any, second: Any) -> bool:
    """``<``."""
    _comparable(first, second)
    return bool(first < second)


def more(first: Any, second: Any) -> bool:
    """``>``."""
    _comparable(first, second)
    return bool(first > second)


def at_most(first: Any, second: Any) -> bool:
    """``<=``."""
    _comparable(first, second)
    return bool(first <= second)


def at_least(first: Any, second: Any) -> bool:
    """``>=``."""
    _comparable(first, second)
    return bool(first >= second)


def plus(first: Any, second: Any) -> object:
    """``+`` of two texts, two lists or two numbers of a kind."""
    if first.__class__ is not second.__class__ or first.__class__ not in {str, list, int, float}:
        raise Doubt
    return _held(first + second)


def minus(first: Any, second: Any) -> object:
    """``-`` of two numbers of a kind."""
    if first.__class__ is not second.__class__ or first.__class__ not in _NUMBERS:
        raise Doubt
    return _held(first - second)


def times(first: Any, second: Any) -> object:
    """``*`` of two numbers of a kind."""
    if first.__class__ is not second.__class__ or first.__class__ not in _NUMBERS:
        raise Doubt
    return _held(first * second)


def divided(first: Any, second: Any) -> object:
    """``/`` of two fractions; whole numbers are cut off by other rules than Python's."""
    if first.__class__ is not float or second.__class__ is not float or not second:
        raise Doubt
    return first / second


def _held(value: object) -> object:
    if value.__class__ is int and value not in _INTEGERS:
        raise Doubt
    return value


def at(group: Any, place: Any) -> object:
    """``group[place]``."""
    if group.__class__ is dict and place.__class__ is str:
        return group[place]
    if group.__class__ is list and place.__class__ is int and 0 <= place < len(group):
        return group[place]
    raise Doubt


def many(value: Any) -> Any:
    """The list that a loop goes through."""
    if value.__class__ is not list or len(value) > _MANY:
        raise Doubt
    return value


def few(value: Any) -> Any:
    """The list that a loop goes through where loops are nested."""
    if value.__class__ is not list or len(value) > _FEW:
        raise Doubt
    return value


def size(value: Any) -> int:
    """``size``: of characters, items or keys."""
    if value.__class__ not in {str, list, dict}:
        raise Doubt
    return len(value)


def _text(value: Any) -> str:
    if value.__class__ is not str or not value.isascii():
        raise Doubt
    return value


def matches(value: Any, pattern: str) -> bool:
    """Whether a pattern is found in a text of one line."""
    text = _text(value)
    if "\n" in text or len(text) > _LONGEST_LINE:
        raise Doubt
    return _compiled(pattern).search(text) is not None


@lru_cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


def is_safe(pattern: str) -> bool:
    """Whether a pattern may be handed to Python instead of RE2."""
    return pattern.count("*") + pattern.count("+") <= _QUANTIFIERS and _SAFE_PATTERN.fullmatch(pattern) is not None


def kind(value: object) -> str:
    """``type``: the name of a value's type."""
    return _TYPES[value.__class__]


def _number(value: Any) -> Any:
    if value.__class__ not in _NUMBERS:
        raise Doubt
    return value


def whole(value: object) -> object:
    """``int`` of a number."""
    return _held(int(_number(value)))


def fraction(value: object) -> float:
    """``double`` of a number."""
    return float(_number(value))


def absolute(value: object) -> object:
    """``math.abs`` of a number."""
    return _held(abs(_number(value)))


def checked(function: Function) -> Callable[..., object]:
    """A function as CEL calls it: only with kinds that it is declared for."""
    call, declared = function.call, {kinds[:-1] for kinds in function.overloads}
    if declared >= {(kind,) for kind in _CLASSES}:
        return call
    classes = frozenset(tuple(_CLASSES[kind] for kind in kinds) for kinds in declared)

    def one(value: object) -> object:
        if (value.__class__,) in classes:
            return call(value)
        raise Doubt

    def two(first: object, second: object) -> object:
        if (first.__class__, second.__class__) in classes:
            return call(first, second)
        raise Doubt

    def more_than_two(*values: object) -> object:
        if tuple([value.__class__ for value in values]) in classes:
            return call(*values)
        raise Doubt

    lengths = {len(kinds) for kinds in declared}
    return one if lengths == {1} else two if lengths == {2} else more_than_two


HELPERS: Final[Mapping[str, object]] = {
    "any": any,
    "all": all,
    "truth": truth,
    "same": same,
    "inside": inside,
    "less": less,
    "more": more,
    "at_most": at_most,
    "at_least": at_least,
    "plus": plus,
    "minus": minus,
    "times": times,
    "divided": divided,
    "at": at,
    "many": many,
    "few": few,
    "size": size,
    "contains": lambda value, part: _text(part) in _text(value),
    "startsWith": lambda value, part: _text(value).startswith(_text(part)),
    "endsWith": lambda value, part: _text(value).endswith(_text(part)),
    "trim": lambda value: _text(value).strip(" \t\n\v\f\r"),
    "lowerAscii": lambda value: _text(value).lower(),
    "matches": matches,
    "kind": kind,
    "whole": whole,
    "fraction": fraction,
    "absolute": absolute,
}
