"""Which controls and rules reach a clause: its own, those of clauses below and, in part, those of clauses above."""

from __future__ import annotations

from functools import cached_property

from qmscheck.knowledge import Clause, Knowledge, Standard
from qmscheck.model import Rule
from qmscheck.schema import ANY


class Reach:
    """The ways from the clauses of one edition to rules."""

    def __init__(self, knowledge: Knowledge, standard: Standard) -> None:
        self._knowledge = knowledge
        self._standard = standard
        self._controls: dict[str, list[str]] = {}
        for control in knowledge.controls.values():
            for number in control.clauses.get(standard.id, ()):
                self._controls.setdefault(number, []).append(control.id)

    def controls(self, number: str) -> list[str]:
        """The controls that name the clause itself."""
        return self._controls.get(number, [])

    def controls_below(self, number: str) -> list[str]:
        """The controls that name the clause or one below it."""
        found = (
            control
            for one, controls in self._controls.items()
            if one == number or one.startswith(f"{number}.")
            for control in controls
        )
        return list(dict.fromkeys(found))

    def controls_above(self, number: str) -> list[str]:
        """The controls that name a clause above it, the nearest first."""
        found: list[str] = []
        while number := number.rpartition(".")[0]:
            found += self.controls(number)
        return list(dict.fromkeys(found))

    def own_rules(self, clause: Clause) -> list[Rule]:
        """Rules of the controls that name the clause itself."""
        return self._of(self.controls(clause.number))

    def rules_above(self, clause: Clause) -> list[Rule]:
        """Rules of controls of the clauses above, as far as they judge records of the types that show this clause."""
        wanted = {one.type for one in clause.types}
        return [
            rule
            for rule in self._of(self.controls_above(clause.number))
            if not wanted or ANY in wanted or not types_of(rule) or wanted.intersection(types_of(rule))
        ]

    def rules(self, clause: Clause) -> list[Rule]:
        """Every rule that reaches the clause; of a divided one, those that reach a clause below it."""
        found = {rule.id: rule for rule in self.own_rules(clause)}
        below = self._standard.below(clause.number)
        for rule in [] if below else self.rules_above(clause):
            found.setdefault(rule.id, rule)
        for number in below:
            found |= {rule.id: rule for rule in self.rules(self._standard.clauses[number])}
        return [found[name] for name in sorted(found)]

    def _of(self, controls: list[str]) -> list[Rule]:
        found = {rule.id: rule for control in controls for rule in self._rules.get(control, ())}
        return list(found.values())

    @cached_property
    def _rules(self) -> dict[str, list[Rule]]:
        found: dict[str, list[Rule]] = {}
        for rule in self._knowledge.rules.values():
            for control in rule.controls if rule.asked_by(self._standard.id) else ():
                found.setdefault(control, []).append(rule)
        return found


def types_of(rule: Rule) -> tuple[str, ...]:
    """The record types that a rule names; none for any."""
    return () if rule.record == ANY else tuple(rule.record.split())
