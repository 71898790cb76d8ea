"""A panel: the rules of one type that say nothing but plain things, asked in Python before CEL is asked.

It answers with a code for each rule: that of a pass, that of "does not apply", or OPEN where the rule must be tried in
full: because something fails, because something cannot be told, or because the rule is not plain (`plain`).
Of a rule with a Python check it tells only whether it applies: if so, with the code of a pass.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from qmscheck.expression import Program
from qmscheck.facts import Facts
from qmscheck.judging.compiled import CompiledRule, is_filled
from qmscheck.judging.ledger import OPEN, PASS, Sheet
from qmscheck.judging.plain import NotPlain, Plain
from qmscheck.judging.trial import because, nothing_to_judge
from qmscheck.model import FieldPath
from qmscheck.registry import nodes_at

_Record = Mapping[str, object]
_Test = Callable[[_Record, _Record], Any]
_Ask = Callable[[object], object]


class Panel:
    """The plain rules of a sheet. ``related`` records may be looked up only when a rule asks for them."""

    def __init__(self, plain: Plain, facts: Facts, rules: Sequence[CompiledRule], sheet: Sheet) -> None:
        self._plain = plain
        self._facts = facts
        self._tests: list[tuple[int, _Test]] = []
        self._start = bytearray([OPEN]) * len(rules)
        for column, rule in enumerate(rules):
            if rule.check is not None and rule.when is None:
                self._start[column] = PASS
                continue
            try:
                self._tests.append((column, self._test(rule, sheet)))
            except NotPlain:
                continue
        plain.keep()

    def row(self, record: _Record, related: _Record) -> bytearray:
        """A code for each rule, about a completed record."""
        row = self._start.copy()
        for column, test in self._tests:
            try:
                row[column] = test(record, related)
            except Exception:  # noqa: BLE001, S112 - the rule stays open: the full trial will tell why
                continue
        return row

    def _test(self, rule: CompiledRule, sheet: Sheet) -> _Test:
        """A function from record and related records to a code."""
        text, values = ("PASS", dict[str, object]()) if rule.check is not None else self._judged(rule, sheet)
        if rule.when is not None:
            skipped = sheet.skipped(because(rule))
            when = self._text(rule, rule.when, "record", "related")
            text = f"({text}) if {when} else SKIPPED"
            values["SKIPPED"] = OPEN if skipped is None else skipped
        shipped = rule.rule.proven
        return self._plain.function(text, "record", "related", shipped=shipped, PASS=PASS, OPEN=OPEN, **values)

    def _judged(self, rule: CompiledRule, sheet: Sheet) -> tuple[str, dict[str, object]]:
        """What is judged when the rule applies, as text; and values that it names."""
        if rule.each is None:
            text, values = self._wanted(rule, "record")
            return f"PASS if {text} else OPEN", values
        text, values = self._wanted(rule, "item")
        where = self._text(rule, rule.where, "record", "related", "item") if rule.where is not None else "True"
        nothing = sheet.skipped(nothing_to_judge(rule))
        values |= {"each": _through(rule.each, OPEN if nothing is None else nothing)}
        return f"each(record, lambda item: {where}, lambda item: {text})", values

    def _wanted(self, rule: CompiledRule, subject: str) -> tuple[str, dict[str, object]]:
        """All that must hold of the record or of one item."""
        facts, parts = self._facts, list[str]()
        variables = ("record", "related") if subject == "record" else ("record", "related", "item")
        for number, required in enumerate(rule.requires):
            short = len(required.path) == 1  # a longer one may lead through a list
            filled = f"f_filled({subject}[path_{number}[0]])" if short else f"filled_at({subject}, path_{number})"
            parts.append(self._under(rule, required.when, filled, variables))
        for expectation in rule.expectations:
            holds = self._text(rule, expectation.holds, *variables)
            parts.append(self._under(rule, expectation.when, holds, variables))
        values: dict[str, object] = {f"path_{number}": required.path for number, required in enumerate(rule.requires)}
        values["filled_at"] = lambda value, path: is_filled(value, path, facts)
        return " and ".join(parts), values

    def _under(self, rule: CompiledRule, condition: Program | None, wanted: str, variables: tuple[str, ...]) -> str:
        if condition is None:
            return f"({wanted})"
        return f"({wanted} if {self._text(rule, condition, *variables)} else True)"

    def _text(self, rule: CompiledRule, program: Program, *variables: str) -> str:
        return self._plain.text(program.source, *variables, shipped=rule.rule.proven)


def _through(path: FieldPath, nothing: int) -> Callable[[_Record, _Ask, _Ask], int]:
    """A function that judges the items of the lists at a path; ``nothing`` is the code when there are none to judge."""

    def each(record: _Record, where: _Ask, wanted: _Ask) -> int:
        tried = False
        for _, items in nodes_at(record, path):
            if not isinstance(items, list):
                if items is not None:
                    return OPEN
                continue
            for item in items:
                if where(item):
                    tried = True
                    if not wanted(item):
                        return OPEN
        return PASS if tried else nothing

    return each
