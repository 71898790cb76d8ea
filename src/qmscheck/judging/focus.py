"""The part of the records that a run judges, where it does not judge all that it reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container

from qmscheck.frozen import frozen
from qmscheck.model import Record, Result
from qmscheck.registry import RecordSet


@frozen
class Focus:
    """``changed`` records are judged by every rule, ``reached`` ones by the rules that look at other records.

    Rules on whole sets are judged for ``types``. ``files`` are the paths that changed or are gone. Rules that need
    records of ``blind`` types are left out: why none of those was read is told elsewhere.
    """

    changed: frozenset[Record]
    reached: frozenset[Record]
    types: frozenset[str]
    files: frozenset[str]
    blind: frozenset[str] = frozenset()

    def parts(self, records: RecordSet) -> dict[str, list[tuple[list[Record], bool]]]:
        """What is judged, by type: first the records for every rule, then those only for rules that look around."""
        found: dict[str, list[tuple[list[Record], bool]]] = defaultdict(list)
        for chosen, around in ((self.changed, False), (self.reached, True)):
            members: dict[str, list[Record]] = defaultdict(list)
            for record in records.ordered(chosen):
                members[record.type].append(record)
            for name, part in members.items():
                found[name].append((part, around))
        return found

    def concerns(self, result: Result, types: Container[str], *, removed: bool) -> bool:
        """Whether what a rule says of a whole set is about something that changed.

        ``types`` are all record types; ``removed``: the subjects are records that are not there any more.
        """
        if result.record is not None:
            return result.record in self.changed or result.record in self.reached or result.record.path in self.files
        if removed:
            return result.subject.partition("#")[0] in self.files
        return result.subject not in types or result.subject in self.types
