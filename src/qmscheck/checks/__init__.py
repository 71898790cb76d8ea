"""Checks: what rules need and CEL cannot say, one function a file, named by ``check:`` in a rule file.

A record check yields the problems of one record. A set check yields a verdict for each subject that it finds.
Either raises ``Untold`` when it cannot tell and ``NotApplicable`` when the rule does not concern the subject.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from qmscheck.expression import Facts
from qmscheck.model import Location, Outcome, Problem, Record
from qmscheck.registry import RecordSet


class NotApplicable(Exception):  # noqa: N818 - an outcome, not an error
    """The rule does not concern this subject, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a check may look at besides its subject. ``anchors`` are places of the configuration by key."""

    facts: Facts
    records: RecordSet
    options: Mapping[str, object] = field(default_factory=dict)
    anchors: Mapping[str, Location] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a set check says of one subject: a record, or a name with an anchor."""

    subject: Record | str
    problems: tuple[Problem, ...] = ()
    outcome: Outcome | None = None
    reason: str = ""
    anchor: Location | None = None


RecordTest = Callable[[Record, Surroundings], Iterator[Problem]]
SetTest = Callable[[list[Record], Surroundings], Iterator[Verdict]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A named Python check. Exactly one of ``record`` and ``whole`` is given.

    ``looks_around`` tells that the verdict on a record depends on other records, so that a run over a few named
    files must leave it out.
    """

    name: str
    record: RecordTest | None = None
    whole: SetTest | None = None
    looks_around: bool = False
