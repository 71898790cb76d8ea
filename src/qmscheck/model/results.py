"""What became of it: problems, results, and the report of a run."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import field
from itertools import groupby

from qmscheck.frozen import frozen
from qmscheck.model.background import Background
from qmscheck.model.evidence import FieldPath, Location, Record
from qmscheck.model.rules import Grade, Outcome, Rule


@frozen
class Problem:
    """One way in which a subject falls short.

    ``path`` points inside the record; ``key`` tells problems of one result apart and stays the same when wording
    or lines change (default: the path). ``location`` is filled in late, only for what is reported. ``time``: nothing
    but the passing of time brought it about.
    """

    message: str
    path: FieldPath = ()
    key: str = ""
    location: Location | None = None
    time: bool = False

    @property
    def identity(self) -> str:
        """The problem's stable key."""
        return self.key or "/".join(str(part) for part in self.path)


@frozen(eq=False)
class Result:
    """One rule, one subject, one outcome. A pass is a result too.

    ``subject`` is stable and unique within the rule; ``record`` is None for a whole collection or the repository.
    ``reason`` says why for every outcome but pass and fail; ``time`` marks a finding that only the calendar caused,
    ``broken`` a rule that could not do its work.
    """

    rule: Rule
    subject: str
    outcome: Outcome
    record: Record | None = None
    problems: tuple[Problem, ...] = ()
    reason: str = ""
    time: bool = False
    anchor: Location | None = None
    regraded: Grade | None = None
    broken: bool = False

    @property
    def fix(self) -> str:
        """What to do: what the rule says, or, where it is broken, who has to mend it."""
        if self.broken:
            return "The rule is at fault here, not the record: whoever keeps it, or the plugin that it asks, mends it."
        return self.rule.fix

    @property
    def grade(self) -> Grade:
        """The suggested weight: the rule's, or another where the rule gives such a case another."""
        return self.regraded or self.rule.grade

    @property
    def location(self) -> Location:
        """Where to look: the first problem's place, else the anchor, else the record's start. Never missing."""
        for problem in self.problems:
            if problem.location is not None:
                return problem.location
        if self.anchor is not None:
            return self.anchor
        return self.record.location if self.record is not None else Location(self.subject)

    @property
    def message(self) -> str:
        """One line: the reason, or the first problem of a failure and how many more there are."""
        if not self.problems or self.outcome is not Outcome.FAIL:
            return self.reason
        more = len(self.problems) - 1
        return self.problems[0].message + (f" (+{more} more)" if more else "")

    @property
    def fingerprint(self) -> str:
        """Hash of rule, subject and problem keys; never of lines or wording."""
        import hashlib  # noqa: PLC0415 - a run without findings hashes nothing

        parts = (self.rule.id, self.subject, *sorted(problem.identity for problem in self.problems))
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


Brief = tuple[Record, Outcome, str]
"""A result that says no more than this: the record, the outcome and the reason."""


class Results(Sequence[Result]):
    """Many results in little memory: they are sorted and tell their outcomes without being looked at one by one."""

    @abstractmethod
    def counts_by_rule(self) -> Mapping[Rule, Mapping[Outcome, int]]:
        """How many results of each outcome each rule has."""

    @abstractmethod
    def by_rule(self) -> Iterator[tuple[Rule, Iterator[Result | Brief]]]:
        """The results rule by rule, in order; in brief where there is no more to say."""

    @abstractmethod
    def of(self, outcomes: Collection[Outcome]) -> Iterator[Result]:
        """The results that have one of these outcomes, in order."""


@frozen
class Read:
    """What one collection yielded."""

    collection: str
    type: str
    files: int
    records: int
    unreadable: int


@frozen
class Provenance:
    """What was run on what. Holds no host name, absolute path or wall clock.

    ``prefix`` leads from the top of the repository to the root that all paths are relative to: empty, or ``quality/``.
    ``policy`` is the commit that all that governs was taken from, where it is another one.
    """

    version: str
    as_of: str
    standards: tuple[str, ...] = ()
    config: str | None = None
    config_digest: str = ""
    packs: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()
    commit: str | None = None
    dirty: bool | None = None
    shallow: bool | None = None
    prefix: str = ""
    policy: str | None = None

    @property
    def tool(self) -> str:
        """What judged, in short: ``qmscheck 1.2.0 with acme-keys 1.4.0``, plugins and installed packs."""
        installed = (pack.partition("/")[0] for pack in self.packs if pack != f"rules@{self.version}")
        packages = dict.fromkeys([*self.plugins, *(one.replace("@", " ") for one in installed if "@" in one)])
        return " with ".join(filter(None, (f"qmscheck {self.version}", ", ".join(packages))))


@frozen
class Policy:
    """From which grade a finding fails the run, and what an ``unknown`` does.

    ``time_fails``: so does a finding that only the calendar caused, such as a review that fell due.
    ``profile`` is the name under which that goes; ``enforced`` is False where nothing found fails the run. ``pending``
    are the ids of rules that only report before a day, and that day (ISO).
    """

    fail_on: Grade = Grade.MINOR
    unknown_fails: bool = True
    time_fails: bool = True
    profile: str = ""
    enforced: bool = True
    pending: Mapping[str, str] = field(default_factory=dict)

    def fails(self, rule: Rule, outcome: Outcome, grade: Grade | None = None) -> bool:
        """Whether such an outcome of a rule, of its own grade or another, makes the verdict *not satisfied*."""
        heavy = (grade or rule.grade).rank >= self.fail_on.rank and rule.id not in self.pending
        told = outcome is Outcome.FAIL or (outcome is Outcome.UNKNOWN and self.unknown_fails)
        return self.enforced and (outcome is Outcome.ERROR or (told and heavy))


@frozen
class Extent:
    """Which part of the records a run judged: what changed since a revision, or is staged, and what is linked to it.

    ``which`` says so in words that stand behind "what": ``changed since main``, ``is staged``. ``base`` is the id of
    the commit compared with, empty for none. The others count records: ``changed`` (or new), ``removed``, ``reached``
    by links, left alone.
    """

    which: str
    base: str
    changed: int = 0
    removed: int = 0
    reached: int = 0
    others: int = 0

    @property
    def empty(self) -> bool:
        """Whether no record changed, so that there was nothing to judge."""
        return not (self.changed or self.removed or self.reached)


@frozen(eq=False)
class Report:
    """Everything a reporter needs. ``results`` is sorted by area, rule, subject.

    ``clauses`` maps a control id to its clauses in the chosen editions; ``left_out`` says in sentences what this
    run did not judge. ``background`` makes plain data about clauses, events and open records when a page asks for it.
    ``extent`` is there when only what changed was judged.
    """

    results: Sequence[Result]
    rules: tuple[Rule, ...]
    provenance: Provenance
    policy: Policy = field(default_factory=Policy)
    read: tuple[Read, ...] = ()
    clauses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    background: Callable[[], Background] = Background
    extent: Extent | None = None

    def fails_run(self, result: Result) -> bool:
        """Whether this result alone makes the verdict *not satisfied*."""
        noted = result.time and result.outcome is Outcome.FAIL and not self.policy.time_fails
        return self.policy.fails(result.rule, result.outcome, result.grade) and not noted

    def fails(self, rule: Rule, outcome: Outcome) -> bool:
        """Whether such an outcome of a rule makes the verdict *not satisfied*; see `fails_run` for one result."""
        return self.policy.fails(rule, outcome)

    @property
    def checked_anything(self) -> bool:
        """False when no record was read and nothing was unreadable, but for a run in which nothing had changed."""
        return any(read.records or read.unreadable for read in self.read) or self.nothing_changed

    @property
    def nothing_changed(self) -> bool:
        """Whether only changed records were to be judged, and there was none."""
        return self.extent is not None and self.extent.empty

    @property
    def satisfied(self) -> bool:
        """True when no result fails the run. Says nothing of conformity."""
        return not any(map(self.fails_run, self.of(Outcome.FAIL, Outcome.UNKNOWN, Outcome.ERROR)))

    def counts(self) -> dict[Outcome, int]:
        """How many results of each outcome, every outcome named."""
        by_rule = self.counts_by_rule().values()
        return {outcome: sum(found.get(outcome, 0) for found in by_rule) for outcome in Outcome}

    def counts_by_rule(self) -> Mapping[Rule, Mapping[Outcome, int]]:
        """How many results of each outcome each rule has; rules without any result are left out."""
        if isinstance(self.results, Results):
            return self.results.counts_by_rule()
        counts: dict[Rule, Counter[Outcome]] = {}
        for result in self.results:
            counts.setdefault(result.rule, Counter())[result.outcome] += 1
        return counts

    def failing_by_rule(self) -> Mapping[Rule, Mapping[Outcome, int]]:
        """Of `counts_by_rule`, how many results fail the run."""
        by_rule = self.counts_by_rule()
        singly = {rule for rule in by_rule if "regrade" in rule.definition or not self.policy.time_fails}
        found = self.of(Outcome.FAIL) if singly else ()
        fails = Counter(result.rule for result in found if result.rule in singly and self.fails_run(result))

        def failing(rule: Rule, outcome: Outcome, count: int) -> int:
            if outcome is Outcome.FAIL and rule in singly:
                return fails[rule]
            return count if self.fails(rule, outcome) else 0

        return {
            rule: {outcome: number for outcome, count in counts.items() if (number := failing(rule, outcome, count))}
            for rule, counts in by_rule.items()
        }

    def by_rule(self) -> Iterator[tuple[Rule, Iterator[Result | Brief]]]:
        """The results rule by rule, in order of area and id; in brief where there is no more to say."""
        if isinstance(self.results, Results):
            yield from self.results.by_rule()
            return
        ordered = sorted(self.results, key=lambda result: (result.rule.area, result.rule.id))
        for _, found in groupby(ordered, lambda result: result.rule.id):
            results = list(found)
            yield results[0].rule, iter(results)

    def clauses_of(self, rule: Rule) -> tuple[str, ...]:
        """The clauses, in the chosen editions, of the controls that a rule names."""
        clauses = (clause for control in rule.controls for clause in self.clauses.get(control, ()))
        return tuple(dict.fromkeys(clause for clause in clauses if rule.asked_by(clause)))

    def of(self, *outcomes: Outcome) -> Iterator[Result]:
        """The results with one of these outcomes, in order."""
        if isinstance(self.results, Results):
            return self.results.of(outcomes)
        return (result for result in self.results if result.outcome in outcomes)
