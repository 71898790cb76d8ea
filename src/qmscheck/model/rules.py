"""What is expected: rules, how they are weighed, and the examples that prove them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from enum import StrEnum

from qmscheck.frozen import frozen
from qmscheck.model.evidence import FieldPath, Location


class Outcome(StrEnum):
    """What became of one rule on one subject."""

    PASS = "pass"  # noqa: S105 - an outcome, not a password
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"
    WAIVED = "waived"
    ERROR = "error"


class Grade(StrEnum):
    """Suggested weight of a finding. Only an audit grades for real."""

    MAJOR = "major"
    MINOR = "minor"
    OBSERVATION = "observation"

    @property
    def rank(self) -> int:
        """Heavier is higher: observation 0, minor 1, major 2."""
        return ("observation", "minor", "major").index(self)


class Basis(StrEnum):
    """Why a rule exists: a standard asks, auditors look for it, or good custom."""

    REQUIREMENT = "requirement"
    EXPECTATION = "expectation"
    PRACTICE = "practice"


class Detects(StrEnum):
    """In which way evidence falls short."""

    MISSING = "missing"
    STALE = "stale"
    INCONSISTENT = "inconsistent"
    UNAUTHORISED = "unauthorised"
    UNREADABLE = "unreadable"


class Scope(StrEnum):
    """What a rule judges at a time."""

    RECORD = "record"
    SEQUENCE = "sequence"
    COLLECTION = "collection"


@frozen
class Example:
    """A record, and the records around it, that a rule must judge as stated.

    ``related`` records stand beside the judged one; ``settings``, ``as_of`` and ``people`` replace the defaults;
    ``at`` lists the paths that a failing example must be reported at (empty: any), ``grade`` is its weight.
    ``history`` lists the commits that made the judged record, ``gone`` the records that were removed; None: no history
    was read. ``excused`` says what the run has excused; None: it excuses nothing. ``files`` maps paths to texts beside
    the records; None: no files are looked at. ``locate`` tells where it stands, for an example of a rule file.
    """

    record: Mapping[str, object]
    expected: Outcome
    related: tuple[Mapping[str, object], ...] = ()
    settings: Mapping[str, object] = field(default_factory=dict)
    people: tuple[Mapping[str, object], ...] = ()
    as_of: str | None = None
    at: tuple[FieldPath, ...] = ()
    note: str = ""
    records: tuple[Mapping[str, object], ...] | None = None
    standards: tuple[str, ...] = ()
    history: tuple[Mapping[str, object], ...] | None = None
    gone: tuple[Mapping[str, object], ...] | None = None
    excused: Mapping[str, object] | None = None
    grade: Grade | None = None
    files: Mapping[str, str] | None = None
    locate: Callable[[], Location] | None = field(default=None, repr=False, compare=False)


@frozen(eq=False)
class Rule:
    """An expectation that can be tested: the definition, its documentation and its examples.

    What a rule file says, in the file's own names (docs/rules.md); ``definition`` keeps the test itself
    (``requires``, ``when``, ``expect``, ``check`` ...) as read, for the engine to compile. ``proven``: it comes with
    qmscheck, whose tests compile every expression, so that a run need not. ``only``: the standards that ask for it
    (``iso20000-1``), where the controls would name others as well; none: as the controls say.
    """

    id: str
    name: str
    title: str
    record: str
    grade: Grade
    basis: Basis
    detects: Detects
    controls: tuple[str, ...]
    why: str
    fix: str
    scope: Scope = Scope.RECORD
    definition: Mapping[str, object] = field(default_factory=dict)
    examples: tuple[Example, ...] = ()
    pack: str = ""
    location: Location | None = None
    time: bool = False
    proven: bool = False
    only: tuple[str, ...] = ()

    def asked_by(self, standard: str) -> bool:
        """Whether an edition, or a clause of one, asks for this: every one, unless ``only`` names standards."""
        return not self.only or standard.split(":", maxsplit=1)[0] in self.only

    @property
    def area(self) -> str:
        """The letters of the id: ``CHG`` of ``CHG005``."""
        return self.id.rstrip("0123456789").rstrip("-")
