"""The nouns of coverage: frozen data that its renderers speak. No figure here says that a standard is met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from qmscheck.frozen import frozen
from qmscheck.knowledge import Clause, Standard


class Status(StrEnum):
    """What can be said of a clause, the most pressing first. None of them is a verdict on conformity."""

    GAPS = "gaps"
    STALE = "stale"
    UNTOLD = "cannot be told"
    NO_RECORD = "no record"
    NOT_JUDGED = "not judged"
    WAIVED = "waived"
    FOUND = "evidence found"
    MIXED = "differs below"
    NO_RULE = "no rule yet"
    HUMAN = "only a human can judge"
    UNSEEN = "no repository can show this"
    EXCLUDED = "declared not applicable"

    @property
    def meaning(self) -> str:
        """What the word says, in a sentence."""
        return _MEANINGS[self]


_MEANINGS = {
    Status.GAPS: "a rule fails on its evidence",
    Status.STALE: "only the calendar made a rule fail: something fell due",
    Status.UNTOLD: "no rule fails, but one could not tell, or a record could not be read",
    Status.NO_RECORD: "no record and no nil return of the kinds that show it",
    Status.NOT_JUDGED: "there are records, but no rule that ran applies to them",
    Status.WAIVED: "whatever a rule had to say is waived",
    Status.FOUND: "there are records, and the rules that apply to them pass",
    Status.MIXED: "the clauses below differ",
    Status.NO_RULE: "records could show it, but no rule judges them yet",
    Status.HUMAN: "no rule can judge it; a person has to answer the question",
    Status.UNSEEN: "it is seen elsewhere, or not at all",
    Status.EXCLUDED: "a record declares that it does not apply, and says why",
}


@frozen
class Counts:
    """Results on a clause's evidence. ``stale`` is the part of ``failing`` that only the calendar caused."""

    failing: int = 0
    stale: int = 0
    unknown: int = 0
    errors: int = 0
    waived: int = 0
    passing: int = 0


@frozen
class ClauseCoverage:
    """One clause: what stands behind it and what the records of the run say.

    ``controls`` are those of the clause, ``shared_controls`` those of a clause above that also stand for it. ``rules``
    ran, ``rules_off`` did not. ``records`` counts each record once, ``shared`` those that serve another of the chosen
    standards too. ``excluded`` is the justification of a record that declares the clause not applicable; where rules
    judge evidence all the same, their word stands. Dates are ISO days. ``below`` counts the undivided clauses below.
    """

    clause: Clause
    status: Status
    reason: str = ""
    excluded: str = ""
    divided: bool = False
    controls: tuple[str, ...] = ()
    shared_controls: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    rules_off: tuple[str, ...] = ()
    failing_rules: Mapping[str, int] = field(default_factory=dict)
    counts: Counts = field(default_factory=Counts)
    records: int = 0
    shared: int = 0
    unreadable: int = 0
    newest: str | None = None
    newest_record: str | None = None
    open: int = 0
    oldest_open: str | None = None
    oldest_open_record: str | None = None
    below: Mapping[Status, int] = field(default_factory=dict)


@frozen
class StandardCoverage:
    """One edition, all its clauses. ``statuses`` counts the undivided ones."""

    standard: Standard
    clauses: tuple[ClauseCoverage, ...]
    records: int
    statuses: Mapping[Status, int]


@frozen
class Serving:
    """Records that serve exactly these standards, so that every record is in one such group."""

    standards: tuple[str, ...]
    records: int
    types: Mapping[str, int]


@frozen
class Coverage:
    """All chosen standards, and which records serve which of them."""

    as_of: str
    version: str
    commit: str | None
    standards: tuple[StandardCoverage, ...]
    records: int
    serving: tuple[Serving, ...]
    left_out: tuple[str, ...] = ()
