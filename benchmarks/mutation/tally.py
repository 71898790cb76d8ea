"""Counting: which damages were reported, by rules of the right area or not."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from mutation import scenarios
from mutation.fields import Fields
from mutation.naming import Named, Naming
from mutation.workshop import Damage, Finding, Workshop, areas
from qmscheck.schema import ANY

Group = tuple[str, str, str]


@dataclass(slots=True)
class Count:
    """Damages of one group, and how many of them were reported, rightly or only elsewhere."""

    made: int = 0
    reported: int = 0
    elsewhere: int = 0
    rules: dict[str, int] = field(default_factory=dict)
    missed: list[Damage] = field(default_factory=list)


@dataclass(slots=True)
class Tally:
    """What became of all damages.

    ``named``: to facts that a rule names. ``optional``: those that leave out what a sound record may lack.
    ``unnamed``: to facts that no rule names.
    """

    baseline: frozenset[Finding]
    named: dict[Group, Count] = field(default_factory=lambda: defaultdict(Count))
    optional: dict[Group, Count] = field(default_factory=lambda: defaultdict(Count))
    unnamed: dict[Group, Count] = field(default_factory=lambda: defaultdict(Count))

    def of(self, damage: Damage, *, named: bool) -> Count:
        """Where a damage is counted."""
        return (self.unnamed if not named else self.optional if damage.optional else self.named)[damage.group]

    @staticmethod
    def share(counts: dict[Group, Count]) -> tuple[int, int]:
        """How many were reported, of how many."""
        return sum(one.reported for one in counts.values()), sum(one.made for one in counts.values())

    def missed(self) -> Iterator[tuple[Group, Count]]:
        """The groups of named facts with a damage that nothing of the right area reported."""
        return ((group, count) for group, count in sorted(self.named.items()) if count.missed)


class Judge:
    """Tries damages on the example and counts."""

    def __init__(self, shop: Workshop) -> None:
        self._shop = shop
        self._areas = areas(shop.knowledge)
        self._rules = shop.knowledge.rules
        self.naming: Named = Naming(shop.engine, shop.bench).of(shop.rules)

    def is_named(self, damage: Damage) -> bool:
        """Whether a rule names the damaged field, or something in it."""
        if damage.type == "people" or damage.kind == "delete kind":
            return True
        names = self.naming[damage.type]
        return damage.field in names or any(name.startswith(f"{damage.field}.") for name in names)

    def try_all(self, damages: Iterable[Damage], progress: Callable[[int], None] = lambda _: None) -> Tally:
        """Judge every damage."""
        tally = Tally(baseline=self._shop.unexcused)
        for done, damage in enumerate(damages, start=1):
            self._count(damage, tally.of(damage, named=self.is_named(damage)))
            progress(done)
        return tally

    def _count(self, damage: Damage, count: Count) -> None:
        rules = {rule_id for rule_id, *_ in self._shop.new_findings(damage)}
        right = [rule_id for rule_id in rules if self._is_right(rule_id, damage)]
        count.made += 1
        if right:
            count.reported += 1
            for rule_id in right:
                count.rules[rule_id] = count.rules.get(rule_id, 0) + 1
        else:
            count.elsewhere += bool(rules)
            count.missed.append(damage)

    def _is_right(self, rule_id: str, damage: Damage) -> bool:
        record = self._rules[rule_id].record
        return record == ANY or damage.type == "people" or not self._areas[damage.type].isdisjoint(record.split())


def all_damages(shop: Workshop) -> Iterator[Damage]:
    """Every damage, record by record."""
    fields = Fields(shop)
    for record in shop.records:
        yield from fields.of(record)
        yield from scenarios.of_record(shop, record)
    yield from scenarios.of_kinds(shop)
    yield from scenarios.of_people(shop)


def sample(damages: Iterable[Damage], size: int) -> list[Damage]:
    """So many of the damages, scattered by a hash: the same ones as long as the example has them."""
    return sorted(damages, key=_lot)[:size]


def _lot(damage: Damage) -> bytes:
    words = (damage.kind, damage.type, damage.field, damage.subject, damage.what)
    return hashlib.sha256("\0".join(words).encode("utf-8", "surrogatepass")).digest()
