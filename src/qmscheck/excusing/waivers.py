"""Waivers: findings that somebody excused for a time, by whom and until when.

A waiver that is not in order excuses nothing: it must say everything that is asked for, be granted by another person
than who asks, hold on the as-of day (its last day to the end, in UTC), not be longer than allowed, and be bound to the
content that the record has. That a waiver is not in order is said by ordinary rules on waiver records.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from qmscheck.calendars import day_of, is_day
from qmscheck.checks.waivers import bound, longest_days, names_whole, targets
from qmscheck.facts import Facts
from qmscheck.model import Record, Result, Rule
from qmscheck.registry import RecordSet

TYPE: Final = "waiver"

_WANTED: Final = ("rule", "record", "reason", "requested_by", "approved_by", "starts_on", "expires_on")
_Target = tuple[str, Record | str]


class Waivers:
    """The waivers of a run that are in force, by rule and by what they excuse: a record, or a whole."""

    def __init__(self, waivers: Iterable[Record], records: RecordSet, facts: Facts, rules: Mapping[str, Rule]) -> None:
        self._facts = facts
        self._rules = rules
        self._used: Counter[Record] = Counter()
        self._in_force: list[Record] = [waiver for waiver in waivers if self._holds(waiver)]
        self._by_target: dict[_Target, list[Record]] = defaultdict(list)
        for waiver in sorted(self._in_force, key=lambda one: str(one.fields["expires_on"]), reverse=True):
            for target in _targets(waiver, records, facts):
                self._by_target[str(waiver.fields["rule"]), target].append(waiver)

    def excuse(self, result: Result) -> str:
        """By whom a result is waived, until when, and why; empty when it is not. Of several the last to end says so."""
        found = self._by_target.get((result.rule.id, result.record or result.subject))
        if not found:
            return ""
        self._used.update(found)
        waiver, fields = found[0], found[0].fields
        return f"waived until {fields['expires_on']} by {fields['approved_by']} ({waiver.id}): {fields['reason']}"

    def counts(self, judged: Collection[str]) -> dict[Record, int]:
        """How many findings each waiver excused, of those that could have excused any."""
        aimed = {waiver for found in self._by_target.values() for waiver in found}
        return {
            waiver: self._used[waiver]
            for waiver in self._in_force
            if waiver in aimed and waiver.fields["rule"] in judged
        }

    def _holds(self, waiver: Record) -> bool:
        """Whether it says everything, another person granted it, and it is in force today."""
        fields, facts = waiver.fields, self._facts
        if not all(isinstance(fields.get(name), str) and facts.filled(fields[name]) for name in _WANTED):
            return False
        asked, granted = fields["requested_by"], fields["approved_by"]
        if facts.people.same(asked, granted):
            return False
        if facts.people.known and None in (facts.people.find(asked), facts.people.find(granted)):
            return False  # perhaps one person under two names
        approved = str(fields.get("approved_on") or fields["starts_on"])
        if not all(map(is_day, (approved, fields["starts_on"], fields["expires_on"]))):
            return False  # a time of day in some zone would leave it open which day is meant
        first, last = day_of(str(fields["starts_on"])), day_of(str(fields["expires_on"]))
        longest = longest_days(facts, self._rules.get(str(fields["rule"])))
        return day_of(approved) <= facts.today and first <= facts.today <= last and (last - first).days <= longest


def _targets(waiver: Record, records: RecordSet, facts: Facts) -> Iterator[Record | str]:
    if names_whole(waiver, records, facts):
        yield str(waiver.fields["record"])
    else:
        yield from bound(waiver, targets(waiver, records))
