"""Who looks at a record that changed: by an id, a reference, a link that a rule follows, or what a check tells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import cast

from qmscheck.checks import Check, Surroundings
from qmscheck.facts import Facts
from qmscheck.model import Record, Rule, Scope
from qmscheck.registry import RecordSet
from qmscheck.schema import ANY, Link

_NEAR = frozenset({"references", "unique-ids", "acyclic", "logged", "waiver-target"})
"""Checks that look no further than links, references, ids and waivers lead."""
_SAYS_NOTHING = frozenset({"title", "why", "fix", "examples", "never_unknown"})
"""Keys of a rule file that decide nothing."""


class Sight:
    """What the rules of a run see of the records around the one that they judge."""

    def __init__(self, rules: Iterable[Rule], checks: Mapping[str, Check], records: RecordSet, facts: Facts) -> None:
        self._rules = [(rule, checks.get(str(rule.definition.get("check", "")))) for rule in rules]
        self._records = records
        self._facts = facts
        self._follows = cache(self._is_followed)

    def seeing(self, moved: Record) -> Iterator[Record]:
        """Records that look at one, which need not be there any more; some twice, and the record itself."""
        yield from self._records.seeing(moved, self._follows)
        for rule, check in self._rules:
            if check is not None and check.reach is not None:
                around = self._around(rule)
                for name in rule.record.split():
                    yield from check.reach(moved, name, around)

    def far_sighted(self) -> set[str]:
        """Types whose records are judged by what nothing leads to, such as whether there is any incident."""
        far = [
            rule
            for rule, check in self._rules
            if check and check.record and check.looks_around and check.reach is None and check.name not in _NEAR
        ]
        return {name for rule in far for name in rule.record.split() if name != ANY}

    def compares(self, record: Record) -> bool:
        """Whether some rule compares records of this type with the one before."""
        return any(rule.scope is Scope.SEQUENCE and record.type in rule.record.split() for rule, _ in self._rules)

    def _around(self, rule: Rule) -> Surroundings:
        options = cast("Mapping[str, object]", rule.definition.get("with", {}))
        return Surroundings(facts=self._facts, records=self._records, options=options)

    def _is_followed(self, type_name: str, link: Link) -> bool:
        """Whether a rule on records of a type follows a link, and does not tell more closely whom it leads to."""
        return any(
            (rule.record == ANY or type_name in rule.record.split())
            and (check is None or check.reach is None)
            and re.search(rf"\b{re.escape(link.name)}\b", _decisive(rule))
            for rule, check in self._rules
        )


@cache
def _decisive(rule: Rule) -> str:
    """Everything of a rule file that decides, in one text."""
    return str({key: value for key, value in rule.definition.items() if key not in _SAYS_NOTHING})
