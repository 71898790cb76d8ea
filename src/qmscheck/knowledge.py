"""What packs say, as data: standards and their clauses, controls, and the whole of a run's knowledge."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from pathlib import Path

from qmscheck.frozen import frozen
from qmscheck.model import FieldPath, Grade, Location, Rule
from qmscheck.schema import RecordType


@frozen
class Control:
    """One subject of control and its clauses in each edition of each standard."""

    id: str
    subject: str
    clauses: Mapping[str, tuple[str, ...]]
    relation: str = ""
    caveat: str = ""


@frozen
class Evidence:
    """Records that show something: those of a type (``any`` for all) whose fields hold one of the values named.

    The value ``*`` stands for any value that is there.
    """

    type: str
    where: Mapping[str, tuple[object, ...]] = field(default_factory=dict)

    def __str__(self) -> str:
        """``supplier (kind internal or customer)``."""
        conditions = (
            path if values == ("*",) else f"{path} {' or '.join(str(value) for value in values)}"
            for path, values in self.where.items()
        )
        return f"{self.type} ({', '.join(conditions)})" if self.where else self.type


@frozen
class Clause:
    """A numbered place of a standard, titled in our own words.

    ``expected`` says what evidence is looked for, ``types`` which records are such evidence, ``human`` asks what only a
    person can answer, ``unseen`` says why no repository can show it. ``origin`` names the clauses of the earlier
    edition, ``change`` what is different from there.
    """

    standard: str
    number: str
    title: str
    kind: str = "handle"
    confirmed: bool = True
    note: str = ""
    expected: str = ""
    types: tuple[Evidence, ...] = ()
    human: str = ""
    unseen: str = ""
    origin: tuple[str, ...] = ()
    change: str = ""

    @property
    def reference(self) -> str:
        """``iso9001:2015/8.5.6``."""
        return f"{self.standard}/{self.number}"


@frozen
class Standard:
    """One edition of one standard.

    ``follows`` is the edition before it; ``excludable`` tells whether clauses may be declared not applicable.
    ``withdrawn_on`` and ``transition_ends``: days on which it was withdrawn and on which the time to leave it ends.
    """

    id: str
    title: str
    status: str = "current"
    note: str = ""
    aliases: tuple[str, ...] = ()
    required_types: tuple[str, ...] = ()
    excludable: bool = True
    follows: str = ""
    withdrawn_on: str = ""
    transition_ends: str = ""
    clauses: Mapping[str, Clause] = field(default_factory=dict)

    def below(self, number: str) -> tuple[str, ...]:
        """The clauses right below one."""
        return tuple(one for one in self.clauses if one.rpartition(".")[0] == number)

    def called(self, name: str) -> bool:
        """Whether a person who writes this name means this edition."""
        return name.casefold() in (self.id, *(alias.casefold() for alias in self.aliases))


@frozen
class Profile:
    """Which rules are judged and what fails the run, under a name. None leaves it to what holds without a profile.

    ``enforced`` is False where nothing that is found fails the run; ``baseline`` where none excuses.
    """

    name: str
    title: str
    description: str = ""
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: Grade | None = None
    on_unknown: str | None = None
    enforced: bool = True
    history: bool = False
    baseline: bool = True


NO_PROFILE = Profile(name="", title="")
"""What holds where no profile is named."""


@frozen(eq=False)
class Demand:
    """What a pack asks of whoever uses it: ``requires`` of its pack.yaml, and where each part of that stands."""

    pack: str
    words: Mapping[str, object]
    locate: Callable[[FieldPath], Location]


@frozen(eq=False)
class Knowledge:
    """Everything that packs say.

    ``packs`` are they themselves: the name of each that is shown, and its folder. ``files`` maps a kind (``rule``,
    ``record type``, ``layout``, ``profile``, ``standard``, ``setting``, ``control``) and a name to the file that says
    it.
    """

    packs: list[tuple[str, Path]] = field(default_factory=list)
    types: dict[str, RecordType] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    layouts: dict[str, Mapping[str, object]] = field(default_factory=dict)
    controls: dict[str, Control] = field(default_factory=dict)
    standards: dict[str, Standard] = field(default_factory=dict)
    profiles: dict[str, Profile] = field(default_factory=dict)
    settings: dict[str, object] = field(default_factory=dict)
    setting_notes: dict[str, str] = field(default_factory=dict)
    demands: list[Demand] = field(default_factory=list)
    files: dict[tuple[str, str], str] = field(default_factory=dict)

    def clauses_of(self, control: str, standards: Iterable[str]) -> tuple[str, ...]:
        """Full clause references of a control in these editions: ``iso9001:2015/8.5.6``."""
        known = self.controls.get(control)
        if known is None:
            return ()
        return tuple(f"{standard}/{number}" for standard in standards for number in known.clauses.get(standard, ()))

    def successors(self, clause: Clause) -> tuple[Clause, ...]:
        """The clauses of later editions that took over a clause."""
        return tuple(
            later
            for standard in self.standards.values()
            if standard.follows == clause.standard
            for later in standard.clauses.values()
            if clause.number in later.origin
        )
