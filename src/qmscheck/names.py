"""Which fields an expression names, and whether the record types know them.

CEL's maps are untyped, so a misspelt field would only show at run time, as an eternal ``unknown``. This scan of the
source finds every chain that starts at a known variable (``record.approvals.exists(a, a.by …)`` included) and follows
it through the types' shapes when a rule is loaded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from qmscheck.frozen import frozen
from qmscheck.patterns import pattern
from qmscheck.schema import ANYTHING, Shape
from qmscheck.spelling import nearest

_TOKEN = pattern(
    r"""(?P<text>r?(?:\"\"\".*?\"\"\"|'''.*?'''|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'))"""
    r"""|(?P<name>[A-Za-z_]\w*)|(?P<number>\d[\w.]*)|(?P<sign>\S)""",
    re.DOTALL,
)
MACROS = frozenset({"all", "exists", "exists_one", "existsOne", "filter", "map"})
_SAME_LIST = frozenset({"filter"})
"""Macros whose result has the items that they were applied to."""


@frozen(kw_only=False)
class Token:
    """A word or sign of an expression and where it stands."""

    kind: str
    text: str
    start: int


def tokens(source: str) -> list[Token]:
    """The words and signs of an expression, without blanks. A comment's words are among them."""
    return [Token(str(match.lastgroup), match.group(), match.start()) for match in _TOKEN.finditer(source)]


@frozen(kw_only=False)
class Unknown:
    """A name that no shape knows."""

    name: str
    after: str
    near: str | None

    def __str__(self) -> str:
        hint = f"; did you mean {self.near!r}?" if self.near else ""
        return f"{self.after} has no field {self.name!r}{hint}"


@dataclass(slots=True)
class _Scope:
    name: str
    shape: Shape
    depth: int


class Scan:
    """One pass over an expression's tokens. ``named`` collects full chains such as ``("record", "x_team")``."""

    def __init__(self, source: str, variables: Mapping[str, Shape]) -> None:
        self.named: list[tuple[str, ...]] = []
        self.unknown: list[Unknown] = []
        self._tokens = tokens(source)
        self._variables = variables
        self._scopes: list[_Scope] = []
        self._filtered: dict[int, tuple[list[str], Shape]] = {}
        self._depth = 0
        self._walk()

    def _walk(self) -> None:
        position = 0
        while position < len(self._tokens):
            token = self._tokens[position]
            if token.text == "(":
                self._depth += 1
            elif token.text == ")":
                position = self._closed(position)
                continue
            shape = self._shape_of(position)
            position = self._chain(position, [token.text], shape) if shape is not None else position + 1

    def _closed(self, position: int) -> int:
        """Leave the scopes of a closing bracket; what a ``filter`` was applied to goes on with the same items."""
        filtered = self._filtered.pop(self._depth, None)
        self._depth -= 1
        self._scopes = [scope for scope in self._scopes if scope.depth <= self._depth]
        return self._chain(position, *filtered) if filtered else position + 1

    def _shape_of(self, position: int) -> Shape | None:
        token = self._tokens[position]
        after_dot = position > 0 and self._tokens[position - 1].text == "."
        if token.kind != "name" or after_dot or self._text(position + 1) == "(":
            return None
        for scope in reversed(self._scopes):
            if scope.name == token.text:
                return scope.shape
        return self._variables.get(token.text)

    def _chain(self, position: int, path: list[str], shape: Shape) -> int:
        """Follow ``.field``, ``[…]`` and macros after a token; returns the position behind the chain."""
        position += 1
        while True:
            if self._text(position) == "[":
                position, shape = self._behind_bracket(position), shape.item or ANYTHING
                continue
            if self._text(position) != "." or self._kind(position + 1) != "name":
                break
            name = self._text(position + 1)
            if self._text(position + 2) == "(":
                return self._call(position + 1, name, path, shape)
            shape = self._step(path, name, shape)
            path.append(name)
            position += 2
        self.named.append(tuple(path))
        return position

    def _call(self, position: int, name: str, path: list[str], shape: Shape) -> int:
        self.named.append(tuple(path))
        if name in MACROS and self._kind(position + 2) == "name" and self._text(position + 3) == ",":
            self._scopes.append(_Scope(self._text(position + 2), shape.item or ANYTHING, self._depth + 1))
            self._depth += 1
            if name in _SAME_LIST:
                self._filtered[self._depth] = (path, shape)
            return position + 4
        return position + 1

    def _step(self, path: list[str], name: str, shape: Shape) -> Shape:
        if shape.fields is None:
            return ANYTHING
        if name in shape.fields:
            return shape.fields[name]
        if name.startswith("x_"):
            return ANYTHING
        self.unknown.append(Unknown(name, ".".join(path), nearest(name, shape.fields)))
        return ANYTHING

    def _behind_bracket(self, position: int) -> int:
        depth = 0
        while position < len(self._tokens):
            text = self._tokens[position].text
            depth += (text == "[") - (text == "]")
            position += 1
            if depth == 0:
                break
        return position

    def _text(self, position: int) -> str:
        return self._tokens[position].text if 0 <= position < len(self._tokens) else ""

    def _kind(self, position: int) -> str:
        return self._tokens[position].kind if 0 <= position < len(self._tokens) else ""


def path_faults(path: str, shape: Shape, after: str) -> Iterator[Unknown]:
    """Names in a plain dotted path (``approvals.by``) that the shape does not know; lists are looked through."""
    for name in path.split("."):
        while shape.kind == "list" and shape.item is not None:
            shape = shape.item
        if shape.fields is None or name.startswith("x_"):
            return
        if name not in shape.fields:
            yield Unknown(name, after, nearest(name, shape.fields))
            return
        shape, after = shape.fields[name], f"{after}.{name}"


def shape_at(path: str, shape: Shape) -> Shape:
    """The shape at a plain dotted path, ``ANYTHING`` where it is not known."""
    for name in path.split("."):
        shape = (shape.fields or {}).get(name, ANYTHING)
    return shape
