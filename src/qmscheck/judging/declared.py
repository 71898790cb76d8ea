"""What a check may look at, held to what it says of itself: a verdict that may change unseen is worse than an error."""

from __future__ import annotations

from typing import Final, NoReturn, cast

from qmscheck.checks import Check
from qmscheck.errors import PluginError
from qmscheck.facts import Facts
from qmscheck.registry import RecordSet

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


def records_for(check: Check, records: RecordSet) -> RecordSet:
    """The records, but for a check on single records that does not say that it looks at others."""
    return records if check.looks_around or check.record is None else cast("RecordSet", _Unseen(check))
