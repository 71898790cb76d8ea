"""From the plain part of CEL to the text of Python that means the same; see `plain` for what that is good for.

Only names and literals of our own are written, whatever an expression says.
"""

from __future__ import annotations

import re
from ast import literal_eval
from collections.abc import Mapping
from typing import Final

from qmscheck.frozen import frozen
from qmscheck.judging.plain_values import is_safe
from qmscheck.patterns import pattern

_TOKEN: Final = pattern(
    r"""(?P<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')(?!['"])"""
    r"""|(?P<float>\d+\.\d+(?![\w.]))|(?P<int>\d+(?![\w.]))"""
    r"""|(?P<name>[A-Za-z_]\w*(?!['"\w]))|(?P<sign>&&|\|\||[=!<>]=|[-+*<>!?:.,()[\]]|/(?!/))|(?P<blank>\s+)|(?P<other>.)""",
    re.DOTALL,
)
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\"}
_ORDER: Final = {"<": "less", "<=": "at_most", ">": "more", ">=": "at_least"}
_SUMS: Final = {"+": "plus", "-": "minus", "*": "times", "/": "divided"}
_TYPES: Final = frozenset({"list", "string", "map", "int", "double", "bool", "null_type"})
_METHODS: Final = frozenset({"size", "contains", "startsWith", "endsWith", "trim", "lowerAscii", "matches"})
_TRUE_METHODS: Final = frozenset({"contains", "startsWith", "endsWith", "matches"})
_CALLS: Final = {"size": "size", "type": "kind", "int": "whole", "double": "fraction"}
_LOOPS: Final = {
    "exists": "any({body} for {name} in {items})",
    "all": "all({body} for {name} in {items})",
    "exists_one": "([{body} for {name} in {items}].count(True) == 1)",
    "filter": "[{name} for {name} in {items} if {body}]",
    "map": "[{body} for {name} in {items}]",
}
_QUOTES: Final = frozenset("\"'")
_DEPTH: Final = 2
_MOST_LOOPS: Final = 9
"""How deep loops may be nested, and how many an expression may have: CEL gives up after 10,000 turns."""


class NotPlain(Exception):  # noqa: N818 - no error: CEL can say it
    """An expression says more than the plain part."""


@frozen(kw_only=False)
class _Piece:
    """Python text, and what is known of its value.

    ``truth``: it is true or false. ``word``: a text, truth or null as it stands there. ``words``: a list of texts.
    ``kind``: a type.
    """

    text: str
    truth: bool = False
    word: bool = False
    words: bool = False
    kind: bool = False


class Parser:
    """Recursive descent through one expression; each method answers with the Python text of what it has read."""

    def __init__(
        self,
        source: str,
        variables: set[str],
        functions: Mapping[str, str],
        truths: frozenset[str],
        *,
        items: str = "many",
    ) -> None:
        matches = (match for match in _TOKEN.finditer(source) if match.lastgroup != "blank")
        self._tokens = [(str(match.lastgroup), match.group()) for match in matches]
        self._position = 0
        self._variables = variables
        self._functions = functions
        self._truths = truths
        self._items = items
        self._loops: list[str] = []
        self._looped = 0
        self.nested = False

    def condition(self) -> str:
        """The whole expression as true or false."""
        piece = self._choice()
        if self._position < len(self._tokens):
            raise NotPlain
        return _true(piece)

    def _next(self, *signs: str) -> str:
        """Step over the next sign if it is one of these; else nothing."""
        if self._position < len(self._tokens):
            kind, text = self._tokens[self._position]
            if text in signs and kind in {"sign", "name"}:
                self._position += 1
                return text
        return ""

    def _need(self, sign: str) -> None:
        if not self._next(sign):
            raise NotPlain

    def _choice(self) -> _Piece:
        piece = self._either()
        if not self._next("?"):
            return piece
        yes = self._choice()
        self._need(":")
        no = self._choice()
        return _Piece(f"({yes.text} if {_true(piece)} else {no.text})", truth=yes.truth and no.truth)

    def _either(self) -> _Piece:
        piece = self._both()
        while self._next("||"):
            piece = _Piece(f"({_true(piece)} or {_true(self._both())})", truth=True)
        return piece

    def _both(self) -> _Piece:
        piece = self._relation()
        while self._next("&&"):
            piece = _Piece(f"({_true(piece)} and {_true(self._relation())})", truth=True)
        return piece

    def _relation(self) -> _Piece:
        left = self._sum()
        sign = self._next("==", "!=", "in", *_ORDER)
        if not sign:
            return left
        right = self._sum()
        if sign == "in" and right.words:
            return _Piece(f"({left.text} in {right.text})", truth=True)
        if sign == "in":
            return _Piece(f"inside({left.text}, {right.text})", truth=True)
        if sign in _ORDER:
            return _Piece(f"{_ORDER[sign]}({left.text}, {right.text})", truth=True)
        if left.kind != right.kind:
            raise NotPlain
        same = _same(left, right)
        return _Piece(same if sign == "==" else f"(not {same})", truth=True)

    def _sum(self) -> _Piece:
        piece = self._product()
        while sign := self._next("+", "-"):
            piece = _Piece(f"{_SUMS[sign]}({piece.text}, {self._product().text})")
        return piece

    def _product(self) -> _Piece:
        piece = self._unary()
        while sign := self._next("*", "/"):
            piece = _Piece(f"{_SUMS[sign]}({piece.text}, {self._unary().text})")
        return piece

    def _unary(self) -> _Piece:
        if self._next("!"):
            return _Piece(f"(not {_true(self._unary())})", truth=True)
        if self._next("-"):
            raise NotPlain
        return self._member()

    def _member(self) -> _Piece:
        piece = self._primary()
        while True:
            if self._next("["):
                piece = _Piece(f"at({piece.text}, {self._choice().text})")
                self._need("]")
            elif self._next("."):
                piece = self._selected(piece)
            else:
                return piece

    def _selected(self, piece: _Piece) -> _Piece:
        """A field, a method or a loop, after the dot."""
        name = self._name()
        if not self._next("("):
            return _Piece(f"{piece.text}[{name!r}]")
        if name in _LOOPS:
            return self._loop(piece, name)
        if name not in _METHODS:
            raise NotPlain
        arguments = self._arguments(")")
        if name == "matches" and not all(one.word and is_safe(literal_eval(one.text)) for one in arguments):
            raise NotPlain
        text = ", ".join(one.text for one in (piece, *arguments))
        return _Piece(f"{name}({text})", truth=name in _TRUE_METHODS)

    def _loop(self, piece: _Piece, name: str) -> _Piece:
        variable = self._name()
        self._need(",")
        self._looped += 1
        if len(self._loops) == _DEPTH or self._looped > _MOST_LOOPS:
            raise NotPlain
        self._loops.append(variable)
        self.nested = self.nested or len(self._loops) > 1
        body, condition = self._choice(), ""
        if name == "map" and self._next(","):
            body, condition = self._choice(), f" if {_true(body)}"
        self._loops.pop()
        self._need(")")
        turn = body.text if name == "map" else _true(body)
        text = _LOOPS[name].format(body=turn, name=f"v_{variable}", items=f"{self._items}({piece.text}){condition}")
        return _Piece(text, truth=name in {"exists", "all", "exists_one"})

    def _primary(self) -> _Piece:
        kind, text = self._tokens[self._position] if self._position < len(self._tokens) else ("", "")
        self._position += 1
        if kind in {"int", "float"}:
            return _Piece(str(int(text)) if kind == "int" else repr(float(text)))
        if kind == "text":
            return _Piece(repr(_unescaped(text[1:-1])), word=True)
        if kind == "name":
            return self._named(text)
        if text == "(":
            piece = self._choice()
            self._need(")")
            return piece
        if text == "[":
            return self._list()
        raise NotPlain

    def _list(self) -> _Piece:
        members = self._arguments("]")
        text = ", ".join(one.text for one in members)
        return _Piece(f"[{text}]", words=all(one.word and one.text[0] in _QUOTES for one in members))

    def _named(self, name: str) -> _Piece:
        if self._next("("):
            return self._call(name)
        if name in {"true", "false", "null"}:
            text = {"true": "True", "false": "False", "null": "None"}[name]
            return _Piece(text, truth=name != "null", word=True)
        if name in self._loops:
            return _Piece(f"v_{name}")
        if name == "math" and (self._next("."), self._name(), self._next("(")) == (".", "abs", "("):
            return _Piece(f"absolute({', '.join(one.text for one in self._arguments(')'))})")
        if name in self._variables:
            return _Piece(name)
        if name in _TYPES:
            return _Piece(repr(name), kind=True)
        raise NotPlain

    def _call(self, name: str) -> _Piece:
        arguments = self._arguments(")")
        text = ", ".join(one.text for one in arguments)
        if name in self._functions:
            return _Piece(f"{self._functions[name]}({text})", truth=name in self._truths)
        if name not in _CALLS or len(arguments) != 1:
            raise NotPlain
        return _Piece(f"{_CALLS[name]}({text})", kind=name == "type")

    def _arguments(self, end: str) -> list[_Piece]:
        found: list[_Piece] = []
        if self._next(end):
            return found
        while True:
            found.append(self._choice())
            if self._next(end):
                return found
            self._need(",")

    def _name(self) -> str:
        kind, text = self._tokens[self._position] if self._position < len(self._tokens) else ("", "")
        if kind != "name":
            raise NotPlain
        self._position += 1
        return text


def _true(piece: _Piece) -> str:
    return piece.text if piece.truth else f"truth({piece.text})"


def _same(left: _Piece, right: _Piece) -> str:
    """Equality; of a word by Python's own, for a word is equal to nothing of another kind."""
    for word, other in ((left, right), (right, left)):
        if word.word:
            sign = "==" if word.text[0] in _QUOTES else "is"
            return f"({other.text} {sign} {word.text})"
    return f"same({left.text}, {right.text})"


def _unescaped(text: str) -> str:
    parts = re.split(r"\\(.)", text, flags=re.DOTALL)
    if not set(parts[1::2]) <= set(_ESCAPES):
        raise NotPlain
    return "".join(_ESCAPES[part] if number % 2 else part for number, part in enumerate(parts))
