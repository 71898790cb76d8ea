"""The plain part of CEL, translated to Python.

CEL copies a record before it looks at it, and that takes longer than most tests do. Most of what rules say is plain:
fields compared with words, lists looked through, dates handed to functions of ours. It means the same in Python, which
needs no copy. What is not plain raises `NotPlain` when it is translated. What is not plain in the data (a text where
numbers are compared, a list of hundreds, a field that is not there) raises when it is evaluated. In both cases CEL has
to say. Whatever Python does answer is what CEL would answer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from types import CodeType
from typing import Any
from warnings import catch_warnings, simplefilter

from qmscheck.expression import Function, spread
from qmscheck.judging.plain_values import HELPERS, checked
from qmscheck.judging.translation import NotPlain, Parser
from qmscheck.kept import Kept

__all__ = ["NotPlain", "Plain"]


class Plain:
    """Translates expressions for one run: ``variables`` are those that are the same for every record.

    What is ``shipped`` with qmscheck is translated and compiled once for all runs.
    """

    def __init__(self, functions: Iterable[Function], variables: Mapping[str, object]) -> None:
        self._truths = frozenset(one.name for one in functions if {kinds[-1] for kinds in one.overloads} == {"BOOL"})
        self._functions = {one.name: f"f_{one.name}" for one in functions}
        calls = {f"f_{one.name}": checked(one) for one in functions}
        self._namespace: dict[str, object] = {**HELPERS, **calls, **variables, "__builtins__": {}}
        self._known: dict[tuple[str, ...], Any] = {}

    def at(self, as_of: dt.datetime) -> None:
        """Let another instant be now, for functions that are made from here on."""
        self._namespace["as_of"] = as_of

    @cached_property
    def _shipped(self) -> Kept:
        return Kept("plain-rules", "judging", "expression.py")

    def keep(self) -> None:
        """Keep for later runs what was shipped."""
        self._shipped.save()

    def text(self, source: str, *variables: str, shipped: bool = False) -> str:
        """The Python text of a condition on these variables."""
        known, asked = self._shipped if shipped else self._known, ("text", source, *variables)
        if asked not in known:
            try:
                known[asked] = self._text(source, *variables)
            except NotPlain:
                known[asked] = None
        text: str | None = known[asked]
        if text is None:
            raise NotPlain
        return text

    def _text(self, source: str, *variables: str) -> str:
        known = {*variables, "settings", "as_of"}
        parser = Parser(spread(source), known, self._functions, self._truths)
        text = parser.condition()
        if not parser.nested:
            return text
        return Parser(spread(source), known, self._functions, self._truths, items="few").condition()

    def holds(self, source: str, values: Mapping[str, object]) -> bool:
        """Whether a condition on these variables holds; raises whatever it may raise when it is not plain."""
        return bool(self.condition(source, *values)(*values.values()))

    def condition(self, source: str, *variables: str) -> Callable[..., object]:
        """A condition as a function of its variables."""
        return self.function(self.text(source, *variables), *variables)

    def function(self, text: str, *variables: str, shipped: bool = False, **values: object) -> Callable[..., object]:
        """A function of these variables; ``text`` is made of translated texts and of names in ``values``."""
        known, asked = self._shipped if shipped else self._known, ("code", text, *variables)
        if asked not in known:
            known[asked] = _compiled(text, variables)
        made: Callable[..., object] = eval(known[asked], {**self._namespace, **values})  # noqa: S307 - rules' words are literals
        return made


def _compiled(text: str, variables: tuple[str, ...]) -> CodeType:
    with catch_warnings():
        simplefilter("error")  # Python wonders about a text that is compared with null
        try:
            return compile(f"lambda {', '.join(variables)}: {text}", "<rule>", "eval")
        except (SyntaxError, RecursionError, MemoryError):
            raise NotPlain from None
