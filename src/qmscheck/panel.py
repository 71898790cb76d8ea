"""A panel: the tests of many rules as one expression, asked once a record.

Handing a record to CEL costs more than most tests do. A panel answers with a number for each rule: the code of a pass,
the code of "does not apply", or OPEN where the rule must be tried by itself, because something fails or cannot be told.
Any other answer than OPEN is what the rule alone would say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from qmscheck.compiled import CompiledRule, is_filled
from qmscheck.expression import Facts, Language, Program
from qmscheck.ledger import OPEN, PASS, Sheet
from qmscheck.model import FieldPath
from qmscheck.schema import Shape
from qmscheck.trial import because, nothing_to_judge

_OPEN: Final = str(OPEN)
_PASS: Final = str(PASS)


class Panel:
    """The rules of a sheet, asked together as far as they can be. ``shape`` is that of the completed records."""

    def __init__(self, language: Language, facts: Facts, rules: Sequence[CompiledRule], shape: Shape) -> None:
        self._language = language
        self._facts = facts
        self._rules = rules
        self._shape = shape
        self._tests: list[str] = []
        self._alone: dict[int, Program] = {}
        self._program: Program | None = None
        self._required = [
            (column, tuple(required.path for required in rule.requires if required.when is None))
            for column, rule in enumerate(rules)
            if rule.each is None and any(required.when is None for required in rule.requires)
        ]

    def open(self, sheet: Sheet) -> None:
        """Compile the panel with the codes that the sheet gives to reasons."""
        self._tests = [_test(rule, self._shape, sheet) for rule in self._rules]
        try:
            self._compile()
        except ValueError:  # nested too deeply, most likely
            self._tests = [test if self._compiles(test) else _OPEN for test in self._tests]
            self._compile()

    def row(self, record: Mapping[str, object], activation: object) -> bytearray:
        """A code for each rule, about a completed record."""
        answer = self._program.plain(activation) if self._program is not None else None
        row = bytearray(answer if isinstance(answer, list) else self._one_by_one(activation))
        for column, paths in self._required:
            if row[column] == PASS and not all(is_filled(record, path, self._facts) for path in paths):
                row[column] = OPEN
        return row

    def _one_by_one(self, activation: object) -> list[int]:
        """The answers where one of them cannot be told; its rule leaves the panel, for once often means always."""
        codes: list[int] = []
        for column, test in enumerate(self._tests):
            if column not in self._alone:
                self._alone[column] = self._language.compile(test)
            code = self._alone[column].plain(activation)
            codes.append(code if isinstance(code, int) else OPEN)
            if not isinstance(code, int):
                self._tests[column] = _OPEN
                del self._alone[column]
        self._compile()
        return codes

    def _compile(self) -> None:
        self._program = self._language.compile(f"[{', '.join(self._tests)}]")

    def _compiles(self, test: str) -> bool:
        try:
            self._language.compile(f"[{test}]")
        except ValueError:
            return False
        return True


def _test(rule: CompiledRule, shape: Shape, sheet: Sheet) -> str:
    """A rule as one CEL expression whose value is a code."""
    skipped = sheet.skipped(because(rule)) if rule.when is not None else None
    inner = _OPEN if rule.check is not None else _each(rule, shape, sheet) if rule.each else _once(rule, shape)
    if rule.when is None:
        return inner
    return f"({_source(rule.when)} ? {inner} : {_OPEN if skipped is None else skipped})"


def _once(rule: CompiledRule, shape: Shape) -> str:
    wanted = _wanted(rule, "record", shape, plain=False)
    return _OPEN if wanted is None else f"({wanted} ? {_PASS} : {_OPEN})"


def _each(rule: CompiledRule, shape: Shape, sheet: Sheet) -> str:
    """The test of every item, as far as the list is one."""
    path: FieldPath = rule.each or ()
    items, item = _step(shape, path), None
    if items is not None and items.item is not None:
        item = _wanted(rule, "item", items.item, plain=True)
    nothing = sheet.skipped(nothing_to_judge(rule))
    if item is None or nothing is None:
        return _OPEN
    name = ".".join(("record", *map(str, path)))
    where = _source(rule.where) if rule.where is not None else "true"
    judged = f"({name}.all(item, {where} ? {item} : true) ? {_PASS} : {_OPEN})"
    return f"(type({name}) == list ? ({name}.exists(item, {where}) ? {judged} : {nothing}) : {_OPEN})"


def _wanted(rule: CompiledRule, name: str, shape: Shape, *, plain: bool) -> str | None:
    """What must hold of a record or an item, as CEL; None where CEL cannot say. ``plain``: required fields too."""
    parts: list[str] = []
    for required in rule.requires:
        if required.when is None and not plain:
            continue
        if _step(shape, required.path) is None:
            return None
        filled = f"filled({'.'.join((name, *map(str, required.path)))})"
        parts.append(filled if required.when is None else f"({_source(required.when)} ? {filled} : true)")
    for expectation in rule.expectations:
        holds = _source(expectation.holds)
        parts.append(holds if expectation.when is None else f"({_source(expectation.when)} ? {holds} : true)")
    return f"({' && '.join(parts)})" if parts else "true"


def _step(shape: Shape, path: FieldPath) -> Shape | None:
    """The shape at the end of a path that leads through objects only; None for other paths."""
    for part in path:
        if shape.fields is None or part not in shape.fields:
            return None
        shape = shape.fields[str(part)]
    return shape


def _source(program: Program) -> str:
    """An expression that may stand in another; it may end with a comment."""
    return f"({program.source}\n)"
