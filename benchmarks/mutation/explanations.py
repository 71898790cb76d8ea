"""Why a damage goes unreported: what each rule that names the fact says of the damaged record.

A rule that does not apply gives its reason itself, and a fact that is missed in some records but not in others is asked
for under a condition. Where a rule applies and passes all the same, somebody has to have thought about it:
`explanations.yaml` says why, by ``type.field: kind`` patterns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import yaml

from mutation.naming import Named
from mutation.workshop import Damage, Workshop
from qmscheck.model import Outcome, Rule
from qmscheck.registry import RecordSet
from qmscheck.schema import ANY

_MOST = 3
_ABSENCES = frozenset({"drop", "empty"})


@cache
def _written() -> dict[str, str]:
    return dict(yaml.safe_load((Path(__file__).parent / "explanations.yaml").read_text(encoding="utf-8")) or {})


def written(damage: Damage) -> str:
    """What was written down about such damages; empty: nothing."""
    group = f"{damage.type}.{damage.field}: {damage.kind}"
    return next((why for pattern, why in _written().items() if fnmatchcase(group, pattern)), "")


def unused(groups: set[str]) -> list[str]:
    """Patterns that fit no unreported group any more."""
    return [pattern for pattern in _written() if not any(fnmatchcase(group, pattern) for group in groups)]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why nothing was reported: in words, and whether that is the whole of it."""

    words: str
    whole: bool


class Explainer:
    """Asks the rules that name a damaged fact what they say of the damaged record."""

    def __init__(self, shop: Workshop, naming: Named) -> None:
        self._shop = shop
        self._naming = naming

    def why(self, damage: Damage, reported: Mapping[str, int]) -> Explanation:
        """Why nothing of the right area was found; ``reported``: the rules that reported the same of other records."""
        thought = written(damage)
        if thought:
            return Explanation(thought, whole=True)
        if reported and damage.kind in _ABSENCES:
            asking = ", ".join(sorted(reported))
            return Explanation(f"asked for by {asking}, under a condition that this record does not meet", whole=True)
        said = self._said(damage)
        silent = [rule for rule, reasons in said.items() if "passes" not in reasons]
        words = "; ".join(f"{rule} {' and '.join(sorted(reasons))}" for rule, reasons in list(said.items())[:_MOST])
        return Explanation(words or "no rule that names it looks at this record", whole=len(silent) == len(said))

    def _said(self, damage: Damage) -> dict[str, set[str]]:
        names = self._naming[damage.type]
        inside = (name for name in names if name == damage.field or name.startswith(f"{damage.field}."))
        rules = {rule for name in inside for rule in names[name]}
        subjects = {record.subject for record in damage.after}
        records = RecordSet(self._shop.exchanged(damage), self._shop.knowledge.types)
        said: dict[str, set[str]] = defaultdict(set)
        for result in self._shop.engine.judge(records):
            if (
                result.rule.id in rules
                and result.rule.record != ANY
                and (result.subject in subjects or not self._about(result.rule, damage))
            ):
                not_asked = result.outcome is Outcome.NOT_APPLICABLE
                said[result.rule.id].add(f"does not apply: {result.reason}" if not_asked else "passes")
        return dict(sorted(said.items()))

    @staticmethod
    def _about(rule: Rule, damage: Damage) -> bool:
        return damage.type in rule.record.split()
