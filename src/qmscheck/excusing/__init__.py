"""What is excused, by waivers, by comments in records, by a baseline: such findings become ``waived`` results.

Everything excused is shown, with by whom, why and until when. What is no longer found, or not in order, is told by
rules of its own, which nobody can excuse (rules on records of the type ``waiver``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final, Protocol

from qmscheck.checks import Account
from qmscheck.excusing.baseline import KnownFindings
from qmscheck.excusing.ignores import Ignores
from qmscheck.excusing.waivers import TYPE, Waivers
from qmscheck.frozen import frozen
from qmscheck.model import Outcome, Result, Rule

__all__ = ["TYPE", "Excuses", "Ignores", "KnownFindings", "Waivers"]

_EXCUSABLE: Final = frozenset({Outcome.FAIL, Outcome.UNKNOWN})


class Excuser(Protocol):
    """One way to excuse: says why a result is excused, or nothing, and remembers what it was used for."""

    def excuse(self, result: Result) -> str:
        """The reason for a result to be waived; empty when it is not."""


@frozen
class Excuses:
    """All ways in which a run excuses, the first that knows a finding excuses it."""

    waivers: Waivers
    ignores: Ignores
    baseline: KnownFindings
    rules: Iterable[Rule]

    def excused(self, result: Result) -> Result:
        """The result as it is, or as waived. Nothing excuses what governs excuses, nor what could not be read."""
        if result.outcome not in _EXCUSABLE or governs(result):
            return result
        ways: tuple[Excuser, ...] = (self.waivers, self.ignores, self.baseline)
        reason = next(filter(None, (way.excuse(result) for way in ways)), "")
        if not reason:
            return result
        told = result.message or result.outcome.value
        return replace(result, outcome=Outcome.WAIVED, reason=f"{reason}; {told}")

    def account(self) -> Account:
        """What has been excused so far."""
        judged = frozenset(rule.id for rule in self.rules)
        return Account(
            waivers=self.waivers.counts(judged),
            ignores=self.ignores.all,
            baseline=self.baseline.standing(judged),
            judged=judged,
        )


def governs(result: Result) -> bool:
    """Whether a result is about waivers, comments that ignore, or the baseline."""
    return result.rule.record == TYPE or (result.record is not None and result.record.type == TYPE)
