"""Checks: what rules need and CEL cannot say, one function a file, named by ``check:`` in a rule file.

A record check yields the problems of one record. A set check yields a verdict for each subject that it finds.
Either raises ``Untold`` when it cannot tell and ``NotApplicable`` when the rule does not concern the subject.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field

from qmscheck.calendars import Untold
from qmscheck.facts import Facts
from qmscheck.frozen import frozen
from qmscheck.lives import Lives, State
from qmscheck.model import Location, Outcome, Problem, Record, Rule, Source, Unreadable
from qmscheck.registry import Lookup, RecordSet

Files = Callable[[str], Source | Unreadable]
"""From a path below the root to the bytes of the file, or why there are none."""


class NotApplicable(Exception):  # noqa: N818 - an outcome, not an error
    """The rule does not concern this subject, and why."""


@frozen
class Ignore:
    """A comment in a record's file that asks to ignore findings: of which rules, why, and those that it did excuse."""

    rules: tuple[str, ...]
    reason: str
    location: Location
    excused: frozenset[str] = frozenset()


@frozen
class Standing:
    """The baseline of known findings: how many problems, excused until which day, for how many days in all.

    ``gone`` names those that were not found in this run, although their rules were judged.
    """

    path: str
    until: str
    size: int = 0
    days: int = 0
    gone: tuple[str, ...] = ()


@frozen
class Account:
    """What a run excused, for checks that are judged last.

    ``waivers`` counts the findings that each waiver excused; one that is missing could not excuse any, for it is not in
    force or its rule was not judged. ``ignores`` looks into every file. ``judged`` are the ids of the rules of the run.
    """

    waivers: Mapping[Record, int] = field(default_factory=dict)
    ignores: Callable[[], Sequence[Ignore]] = tuple
    baseline: Standing | None = None
    judged: frozenset[str] = frozenset()


@frozen
class Surroundings:
    """What a check may look at besides its subject. ``anchors`` are places of the configuration by key.

    ``history`` is None in a run that reads no history. ``rules`` are all rules that there are, judged or not.
    ``account`` tells what was excused so far; None in a run that excuses nothing. ``files`` reads a file below the
    root; None where no files are looked at.
    """

    facts: Facts
    records: RecordSet
    options: Mapping[str, object] = field(default_factory=dict)
    anchors: Mapping[str, Location] = field(default_factory=dict)
    history: Lives | None = None
    rules: Mapping[str, Rule] = field(default_factory=dict)
    account: Callable[[], Account] | None = None
    files: Files | None = None

    def lives(self) -> Lives:
        """The history of the records; raises ``Untold`` in a run without."""
        if self.history is None:
            raise Untold("the history of the records was not read; switch it on with `history: true` in qmscheck.yaml")
        return self.history

    def states(self, record: Record) -> Sequence[State]:
        """The record's committed states, oldest first; raises ``NotApplicable`` when no file holds it."""
        states = self.lives().states(record)
        if not states:
            raise NotApplicable("no file with a history holds it")
        return states


@frozen
class Verdict:
    """What a set check says of one subject: a record, or a name with an anchor."""

    subject: Record | str
    problems: tuple[Problem, ...] = ()
    outcome: Outcome | None = None
    reason: str = ""
    anchor: Location | None = None


RecordTest = Callable[[Record, Surroundings], Iterator[Problem]]
SetTest = Callable[[list[Record], Surroundings], Iterator[Verdict]]
Reach = Callable[[Record, str, Surroundings], Iterator[Record]]
"""From a record that changed or is gone to those of a type on which the verdict may be another for it."""


@frozen
class Check:
    """A named Python check. Exactly one of ``record`` and ``whole`` is given.

    ``looks_around`` tells that the verdict on a record depends on other records, so that a run over a few named
    files must leave it out. ``history`` tells that it needs the history of the records, so that a run without it
    leaves its rules out. ``late`` tells that it asks what became of other findings, so that it is judged last.
    ``clock`` tells that the verdict may change by nothing but the passing of time. ``sees`` are the record types that a
    check on whole sets looks at beside that of its rule (`any` for all), so that it is asked again when one of them
    changed. ``only`` tells those records of a whole set that it looks at: they alone are handed to it.
    ``reach`` tells of a check on one record on which others the verdict depends, where links lead to far more of them.
    """

    name: str
    record: RecordTest | None = None
    whole: SetTest | None = None
    looks_around: bool = False
    history: bool = False
    late: bool = False
    clock: bool = False
    sees: tuple[str, ...] = ()
    only: Lookup | None = None
    reach: Reach | None = None
