"""What a check may look at, held to what it says of itself: a verdict that may change unseen is worse than an error."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NoReturn, cast

from qmscheck.checks import Check
from qmscheck.errors import PluginError
from qmscheck.facts import Facts
from qmscheck.model import FieldPath, Record
from qmscheck.registry import RecordSet
from qmscheck.schema import ANY

_CLOCK: Final = frozenset({"as_of", "today"})


class _Timeless:
    """Facts without the clock."""

    def __init__(self, facts: Facts, check: Check) -> None:
        self._facts = facts
        self._check = check

    def __getattr__(self, name: str) -> object:
        if name in _CLOCK:
            raise PluginError(f"the check {self._check.name!r} reads the day and does not say clock=True")
        return getattr(self._facts, name)


class _Unseen:
    """Stands for the records of the run."""

    def __init__(self, check: Check) -> None:
        self._check = check

    def __getattr__(self, name: str) -> NoReturn:
        raise PluginError(f"the check {self._check.name!r} reads other records and does not say looks_around=True")

    def __iter__(self) -> NoReturn:
        self.__getattr__("__iter__")


def facts_for(check: Check, facts: Facts) -> Facts:
    """The facts, without the clock where the check does not say that it reads it."""
    return facts if check.clock else cast("Facts", _Timeless(facts, check))


class _Among:
    """The records of some types, for a check on a whole set of records."""

    def __init__(self, check: Check, records: RecordSet, types: frozenset[str]) -> None:
        self._check = check
        self._records = records
        self._types = types

    def of(self, *types: str) -> list[Record]:
        return self._allowed(types).of(*types)

    def has(self, *types: str) -> bool:
        return self._allowed(types).has(*types)

    def accounts_for(self, *types: str) -> bool:
        return self._allowed(types).accounts_for(*types)

    def find(self, type_name: str, by: str | FieldPath, value: object) -> list[Record]:
        return self._allowed((type_name,)).find(type_name, by, value)

    def _allowed(self, types: Iterable[str]) -> RecordSet:
        other = next((name for name in types if name not in self._types), None)
        if other is not None:
            raise PluginError(
                f"the check {self._check.name!r} reads {other} records and does not say sees=({other!r},)"
            )
        return self._records

    def __iter__(self) -> NoReturn:
        raise PluginError(f"the check {self._check.name!r} reads all records and does not say sees=('any',)")

    def __getattr__(self, name: str) -> NoReturn:
        raise PluginError(f"the check {self._check.name!r} asks for records.{name} and does not say sees=('any',)")


def records_for(check: Check, records: RecordSet, types: Iterable[str]) -> RecordSet:
    """The records, as far as a check on records of some types says that it looks at others."""
    if check.record is not None:
        return records if check.looks_around else cast("RecordSet", _Unseen(check))
    seen = frozenset((*types, *check.sees))
    return records if ANY in seen or check.late else cast("RecordSet", _Among(check, records, seen))
