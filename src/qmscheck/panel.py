"""A panel: the tests of many rules as one expression, asked once a record.

Handing a record to CEL costs more than most tests do. A panel answers with a number for each rule: the code of a pass,
the code of "does not apply", or OPEN where the rule must be tried by itself, because something fails or cannot be told.
Any other answer than OPEN is what the rule alone would say.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from qmscheck.ahead import Ahead
from qmscheck.compiled import CompiledRule
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
        self._rules = rules
        self._shape = shape
        self._ahead = Ahead(language, facts)
        self._tests: list[str] = []
        self._alone: dict[int, Program] = {}
        self._program: Program | None = None

    def open(self, sheet: Sheet) -> None:
        """Compile the panel with the codes that the sheet gives to reasons."""
        self._tests = [self._test(rule, sheet) for rule in self._rules]
        try:
            self._compile()
        except ValueError:  # nested too deeply, most likely
            self._tests = [test if self._compiles(test) else _OPEN for test in self._tests]
            self._compile()

    def prepare(self, record: dict[str, object]) -> None:
        """Complete a record further, with what the panel asks of it; before it is bound."""
        self._ahead.into(record)

    def row(self, activation: object) -> bytearray:
        """A code for each rule, about the prepared record that ``activation`` binds."""
        answer = self._program.plain(activation) if self._program is not None else None
        return bytearray(answer if isinstance(answer, list) else self._one_by_one(activation))

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

    def _test(self, rule: CompiledRule, sheet: Sheet) -> str:
        """A rule as one CEL expression whose value is a code."""
        inner = _OPEN if rule.check is not None else self._each(rule, sheet) if rule.each else self._once(rule)
        if rule.when is None:
            return inner
        skipped = sheet.skipped(because(rule))
        return f"({self._source(rule.when)} ? {inner} : {_OPEN if skipped is None else skipped})"

    def _once(self, rule: CompiledRule) -> str:
        fields = [self._if(required.when, self._ahead.filled(required.path)) for required in rule.requires]
        return f"({self._all(fields, rule)} ? {_PASS} : {_OPEN})"

    def _each(self, rule: CompiledRule, sheet: Sheet) -> str:
        """The test of every item of a list, as far as it is one."""
        path: FieldPath = rule.each or ()
        items = _step(self._shape, path)
        nothing = sheet.skipped(nothing_to_judge(rule))
        if items is None or items.item is None or nothing is None:
            return _OPEN
        if any(_step(items.item, required.path) is None for required in rule.requires):
            return _OPEN
        fields = [self._if(one.when, f"filled({_name('item', one.path)})") for one in rule.requires]
        name, wanted = _name("record", path), self._all(fields, rule)
        where = self._source(rule.where) if rule.where is not None else "true"
        judged = f"({name}.all(item, {where} ? {wanted} : true) ? {_PASS} : {_OPEN})"
        return f"(type({name}) == list ? ({name}.exists(item, {where}) ? {judged} : {nothing}) : {_OPEN})"

    def _all(self, fields: list[str], rule: CompiledRule) -> str:
        expected = [self._if(one.when, self._source(one.holds)) for one in rule.expectations]
        return f"({' && '.join((*fields, *expected))})"

    def _if(self, condition: Program | None, wanted: str) -> str:
        return wanted if condition is None else f"({self._source(condition)} ? {wanted} : true)"

    def _source(self, program: Program) -> str:
        """An expression that may stand in another; it may end with a comment."""
        return f"({self._ahead.rewritten(program.source)}\n)"


def _name(start: str, path: FieldPath) -> str:
    return ".".join((start, *map(str, path)))


def _step(shape: Shape, path: FieldPath) -> Shape | None:
    """The shape at the end of a path that leads through objects only; None for other paths."""
    for part in path:
        if shape.fields is None or part not in shape.fields:
            return None
        shape = shape.fields[str(part)]
    return shape
