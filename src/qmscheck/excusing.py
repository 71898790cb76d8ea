"""Waivers: findings that somebody excused for a time become ``waived`` results, shown with by whom and until when.

A waiver that is not in order excuses nothing: it must say everything that is asked for, be granted by another person than
who asks, hold on the as-of day (its last day to the end, in UTC), not be longer than allowed, and be bound to the
content that the record has. That a waiver is not in order is said by ordinary rules on waiver records.
"""

from __future__ import annotations

from dataclasses import replace

from qmscheck.calendars import Untold, day_of
from qmscheck.checks.waiver_target import content_of, targets
from qmscheck.facts import Facts
from qmscheck.model import Grade, Outcome, Record, Result
from qmscheck.registry import RecordSet

TYPE = "waiver"

_WANTED = ("rule", "record", "reason", "requested_by", "approved_by", "starts_on", "expires_on", "content")
_EXCUSABLE = frozenset({Outcome.FAIL, Outcome.UNKNOWN})


class Excuses:
    """The waivers of a run that are in order, by rule and record."""

    def __init__(self, records: RecordSet, facts: Facts) -> None:
        self._facts = facts
        self._by_target: dict[tuple[str, Record], Record] = {}
        for waiver in records.of(TYPE) if TYPE in records.types else ():
            found = targets(waiver, records)
            if len(found) == 1 and self._is_complete(waiver) and waiver.fields["content"] == content_of(found[0]):
                self._by_target[str(waiver.fields["rule"]), found[0]] = waiver

    def excused(self, result: Result) -> Result:
        """The result as it is, or as waived. Waivers themselves cannot be waived, nor what could not be read."""
        if result.record is None or result.record.type == TYPE or result.outcome not in _EXCUSABLE:
            return result
        waiver = self._by_target.get((result.rule.id, result.record))
        if waiver is None or not self._holds(waiver, result.rule.grade):
            return result
        fields = waiver.fields
        told = result.message or result.outcome.value
        reason = (
            f"waived until {fields['expires_on']} by {fields['approved_by']} ({waiver.id}): {fields['reason']}; {told}"
        )
        return replace(result, outcome=Outcome.WAIVED, reason=reason)

    def _is_complete(self, waiver: Record) -> bool:
        fields = waiver.fields
        if not all(isinstance(fields.get(name), str) and self._facts.filled(fields[name]) for name in _WANTED):
            return False
        people = self._facts.people
        asked, granted = (people.find(fields[name]) for name in ("requested_by", "approved_by"))
        same = (
            asked is granted if asked is not None else _plain(fields["requested_by"]) == _plain(fields["approved_by"])
        )
        return not same

    def _holds(self, waiver: Record, grade: Grade) -> bool:
        try:
            first, last = (day_of(str(waiver.fields[name])) for name in ("starts_on", "expires_on"))
        except Untold:
            return False
        names = ("waiver_days", *(("waiver_days_major",) if grade is Grade.MAJOR else ()))
        longest = min(int(str(self._facts.settings[name])) for name in names)
        return first <= self._facts.today <= last and (last - first).days <= longest


def _plain(name: object) -> str:
    return " ".join(str(name).casefold().split())
