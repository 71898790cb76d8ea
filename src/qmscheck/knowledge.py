"""What packs say, as data: standards and their clauses, controls, and the whole of a run's knowledge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from qmscheck.model import Rule
from qmscheck.schema import RecordType


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One subject of control and its clauses in each edition of each standard."""

    id: str
    subject: str
    clauses: Mapping[str, tuple[str, ...]]
    relation: str = ""
    caveat: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A numbered place of a standard, titled in our own words."""

    standard: str
    number: str
    title: str
    kind: str = "handle"
    confirmed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """One edition of one standard."""

    id: str
    title: str
    status: str = "current"
    aliases: tuple[str, ...] = ()
    required_types: tuple[str, ...] = ()
    clauses: Mapping[str, Clause] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Knowledge:
    """Everything that packs say."""

    types: dict[str, RecordType] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    layouts: dict[str, Mapping[str, object]] = field(default_factory=dict)
    controls: dict[str, Control] = field(default_factory=dict)
    standards: dict[str, Standard] = field(default_factory=dict)
    settings: dict[str, object] = field(default_factory=dict)
    setting_notes: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    def clauses_of(self, control: str, standards: Iterable[str]) -> tuple[str, ...]:
        """Full clause references of a control in these editions: ``iso9001:2015/8.5.6``."""
        known = self.controls.get(control)
        if known is None:
            return ()
        return tuple(f"{standard}/{number}" for standard in standards for number in known.clauses.get(standard, ()))
