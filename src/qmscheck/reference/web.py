"""What belongs to what, both ways: rules, record types, controls and clauses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from qmscheck.knowledge import Clause, Control, Knowledge
from qmscheck.model import Rule
from qmscheck.reach import Reach, types_of
from qmscheck.schema import RecordType


class Web:
    """Knowledge, and the ways through it. Everything comes sorted."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.rules = sorted(knowledge.rules.values(), key=lambda rule: (rule.area, rule.id))
        self._reach = {name: Reach(knowledge, standard) for name, standard in knowledge.standards.items()}

    @cached_property
    def shared_fields(self) -> Mapping[str, object]:
        """The fields that every record type has, with their schema."""
        types = list(self.knowledge.types.values())
        first, *others = [_properties(one) for one in types] or [{}]
        return {name: node for name, node in first.items() if all(other.get(name) == node for other in others)}

    def rules_of_control(self, control: str) -> list[Rule]:
        """The rules that name a control."""
        return [rule for rule in self.rules if control in rule.controls]

    def rules_of_type(self, record_type: str) -> list[Rule]:
        """The rules that name a record type; not those on every type."""
        return [rule for rule in self.rules if record_type in rule.record.split()]

    def rules_of_clause(self, clause: Clause) -> list[Rule]:
        """The rules that reach a clause."""
        return self._reach[clause.standard].rules(clause)

    def controls_of(self, clause: Clause) -> list[tuple[Control, str]]:
        """The controls that stand for a clause, each with how: nothing for its own, or above, or below."""
        reach, number = self._reach[clause.standard], clause.number
        own = dict.fromkeys(reach.controls(number), "")
        above = dict.fromkeys(reach.controls_above(number), "of a clause above")
        below = dict.fromkeys(reach.controls_below(number), "of a clause below")
        found = {**below, **above, **own}
        return [(self.knowledge.controls[name], how) for name, how in sorted(found.items())]

    def clauses_of_type(self, record_type: str) -> list[Clause]:
        """The clauses whose data name a record type as evidence."""
        return [
            clause
            for standard in self.knowledge.standards.values()
            for clause in standard.clauses.values()
            if any(one.type == record_type for one in clause.types)
        ]

    def types_of_control(self, control: str) -> list[RecordType]:
        """The record types that belong to a control."""
        return [one for one in self.knowledge.types.values() if control in one.controls]

    def types_of_rule(self, rule: Rule) -> Iterable[RecordType]:
        """The record types that a rule names; none for every type."""
        return [self.knowledge.types[name] for name in types_of(rule)]


def _properties(record_type: RecordType) -> Mapping[str, object]:
    found = record_type.schema.get("properties")
    return found if isinstance(found, Mapping) else {}
