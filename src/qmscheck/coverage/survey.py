"""From a report to coverage: which records and results belong to which clause, and what can be said of it.

A clause's evidence is what its data name (``types``), and records of types that belong to its own controls. A failure
counts for every clause that a control of the rule names; a pass only where it speaks of the clause's evidence. A
control of a clause above stands for the clauses below it as well, as far as their evidence goes. What is said of a
divided clause is gathered from below.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from qmscheck.coverage.exclusions import Exclusion, exclusion_of, exclusions
from qmscheck.coverage.model import ClauseCoverage, Counts, Coverage, Serving, StandardCoverage, Status
from qmscheck.coverage.tally import STALE, Loose, Tally, tally
from qmscheck.knowledge import Clause, Evidence, Knowledge, Standard
from qmscheck.model import Outcome, Report
from qmscheck.reach import Reach, types_of
from qmscheck.schema import ANY

_PRESSING = (Status.GAPS, Status.STALE, Status.UNTOLD)


def coverage_of(report: Report, knowledge: Knowledge, standards: Sequence[str]) -> Coverage:
    """What the records of a run show of each clause of these editions."""
    counted = tally(report, knowledge)
    surveys = [_Survey(knowledge, knowledge.standards[name], counted, report) for name in standards]
    serving = {survey.standard.id: survey.serving() for survey in surveys}
    return Coverage(
        as_of=report.provenance.as_of,
        version=report.provenance.version,
        commit=report.provenance.commit,
        standards=tuple(survey.covered(serving) for survey in surveys),
        records=len(counted.records),
        serving=tuple(_served(counted, serving)),
        left_out=report.left_out,
    )


def _served(counted: Tally, serving: Mapping[str, int]) -> Iterable[Serving]:
    """Every record once: grouped by the standards that it serves."""
    groups: dict[tuple[str, ...], Counter[str]] = {}
    for place, record in enumerate(counted.records):
        served = tuple(name for name, mask in serving.items() if mask >> place & 1)
        groups.setdefault(served, Counter())[record.type] += 1
    for served, types in sorted(groups.items(), key=lambda group: (-len(group[0]), group[0])):
        yield Serving(standards=served, records=sum(types.values()), types=dict(sorted(types.items())))


@dataclass(slots=True, kw_only=True)
class _Scope:
    """What belongs to a clause: records, and for each rule the records on which its results count."""

    records: int = 0
    named: int = 0
    rules: dict[str, int] = field(default_factory=dict)
    loose: dict[int, Loose] = field(default_factory=dict)
    types: frozenset[str] = frozenset()

    def add(self, other: _Scope) -> None:
        self.records |= other.records
        self.named |= other.named
        self.types |= other.types
        self.loose |= other.loose
        for rule, mask in other.rules.items():
            self.rules[rule] = self.rules.get(rule, 0) | mask


class _Survey:
    """The survey of one edition."""

    def __init__(self, knowledge: Knowledge, standard: Standard, counted: Tally, report: Report) -> None:
        self.standard = standard
        self._tally = counted
        self._types = knowledge.types
        self._ran = {rule.id for rule in report.rules}
        self._reach = Reach(knowledge, standard)
        self._excluded = exclusions(counted.records)
        self._below = {number: standard.below(number) for number in standard.clauses}
        self._scopes: dict[str, _Scope] = {}
        for number in sorted(standard.clauses, key=lambda number: -number.count(".")):
            self._scopes[number] = self._scope(standard.clauses[number])

    def serving(self) -> int:
        """The records that show something of this standard in particular: not only that records are kept in order."""
        found = 0
        for scope in self._scopes.values():
            found |= scope.named
        return found

    def covered(self, serving: Mapping[str, int]) -> StandardCoverage:
        """Every clause, in the order of the standard."""
        elsewhere = 0
        for name, mask in serving.items():
            elsewhere |= mask if name != self.standard.id else 0
        found: dict[str, ClauseCoverage] = {}
        for number in sorted(self.standard.clauses, key=lambda number: -number.count(".")):
            found[number] = self._clause(self.standard.clauses[number], elsewhere, found)
        return StandardCoverage(
            standard=self.standard,
            clauses=tuple(found[number] for number in self.standard.clauses),
            records=self.serving().bit_count(),
            statuses=_counted(one.status for one in found.values() if not one.divided),
        )

    def _scope(self, clause: Clause) -> _Scope:
        below = self._below[clause.number]
        limited = bool(clause.types) and all(one.type != ANY for one in clause.types)
        evidence = self._evidence(clause) if limited else 0
        allowed = evidence if limited else self._tally.everything
        own = self._reach.own_rules(clause)
        scope = _Scope(named=evidence, types=frozenset(one.type for one in clause.types) if limited else frozenset())
        if not below:
            scope.records = allowed if clause.types else 0
            scope.rules = {rule.id: allowed for rule in self._reach.rules_above(clause)}
        scope.rules |= {rule.id: self._tally.everything if types_of(rule) else allowed for rule in own}
        unlimited = {rule.id for rule in own if types_of(rule)}
        for place, loose in enumerate(self._tally.loose):
            if loose.rule in scope.rules and (loose.rule in unlimited or not limited or loose.types & scope.types):
                scope.loose[place] = loose
        for number in below:
            scope.add(self._scopes[number])
        return scope

    def _evidence(self, clause: Clause) -> int:
        """The records that a clause's data name, and those of other types that belong to its own controls."""
        own = set(self._reach.controls(clause.number))
        named = {one.type for one in clause.types}
        found = self._tally.showing(clause.types)
        for rule in self._reach.own_rules(clause):
            others = (name for name in types_of(rule) if name not in named and own & set(self._types[name].controls))
            found |= self._tally.judged_by(rule.id) & self._tally.showing(Evidence(type=name) for name in others)
        return found

    def _clause(self, clause: Clause, elsewhere: int, found: Mapping[str, ClauseCoverage]) -> ClauseCoverage:
        scope, counted = self._scopes[clause.number], self._tally
        below = [found[number] for number in self._below[clause.number]]
        counts = {rule: self._of_rule(rule, mask, scope) for rule, mask in scope.rules.items() if rule in self._ran}
        newest = counted.newest(scope.records)
        waiting = counted.open_in(scope.records)
        covered = ClauseCoverage(
            clause=clause,
            status=Status.MIXED,
            divided=bool(below),
            controls=tuple(self._reach.controls_below(clause.number)),
            shared_controls=tuple(self._reach.controls_above(clause.number)),
            rules=tuple(sorted(rule for rule in scope.rules if rule in self._ran)),
            rules_off=tuple(sorted(rule for rule in scope.rules if rule not in self._ran)),
            failing_rules={rule: one.failing for rule, one in sorted(counts.items()) if one.failing},
            counts=_sum(counts.values()),
            records=scope.records.bit_count(),
            shared=(scope.records & elsewhere).bit_count(),
            unreadable=sum(self._unreadable(scope, clause)),
            newest=newest[0] if newest else None,
            newest_record=newest[1].id if newest else None,
            open=len(waiting),
            oldest_open=waiting[0][0] or None if waiting else None,
            oldest_open_record=waiting[0][1].id if waiting else None,
        )
        if below:
            tallied: Counter[Status] = Counter()
            for one in below:
                tallied.update(one.below if one.divided else {one.status: 1})
            covered = replace(covered, below=_counted(tallied.elements()))
        excluded = exclusion_of(clause, self.standard, self._excluded)
        status, reason = (_excluded(excluded, self.standard, covered) if excluded else None) or _judged(covered)
        return replace(covered, status=status, reason=reason, excluded=excluded.justification if excluded else "")

    def _unreadable(self, scope: _Scope, clause: Clause) -> Iterable[int]:
        everything = any(one.type == ANY for one in clause.types)
        return (count for name, count in self._tally.unreadable.items() if everything or name in scope.types)

    def _of_rule(self, rule: str, mask: int, scope: _Scope) -> Counts:
        sets = {outcome: found & mask for outcome, found in self._tally.judged.get(rule, {}).items()}
        sets[Outcome.PASS] = sets.get(Outcome.PASS, 0) & scope.records
        judged = {outcome: found.bit_count() for outcome, found in sets.items()}
        for loose in scope.loose.values():
            if loose.rule == rule:
                judged[loose.outcome] = judged.get(loose.outcome, 0) + 1
                if loose.time and loose.outcome is Outcome.FAIL:
                    judged[STALE] = judged.get(STALE, 0) + 1
        return Counts(
            failing=judged.get(Outcome.FAIL, 0),
            stale=judged.get(STALE, 0),
            unknown=judged.get(Outcome.UNKNOWN, 0),
            errors=judged.get(Outcome.ERROR, 0),
            waived=judged.get(Outcome.WAIVED, 0),
            passing=judged.get(Outcome.PASS, 0),
        )


def _excluded(excluded: Exclusion, standard: Standard, one: ClauseCoverage) -> tuple[Status, str] | None:
    """The status of a clause that a record declares not applicable; None where its evidence is judged all the same."""
    if not standard.excludable:
        return Status.GAPS, f"{excluded.record} declares it not applicable, which this standard does not allow"
    if not excluded.justification:
        return Status.GAPS, f"{excluded.record} declares it not applicable and does not say why"
    return None if one.divided or one.counts != Counts() else (Status.EXCLUDED, excluded.justification)


def _judged(one: ClauseCoverage) -> tuple[Status, str]:
    """The status of a clause, and why where that is not plain."""
    counts = one.counts
    if counts.failing > counts.stale:
        return Status.GAPS, ""
    if counts.failing:
        return Status.STALE, ""
    if one.divided:
        return _gathered(one)
    if counts.unknown or counts.errors or one.unreadable:
        return Status.UNTOLD, ""
    return _unpressed(one)


def _gathered(one: ClauseCoverage) -> tuple[Status, str]:
    pressing = next((status for status in _PRESSING if status in one.below), None)
    kinds = set(one.below) - {Status.EXCLUDED} or set(one.below)
    alike = kinds.pop() if len(kinds) == 1 else Status.MIXED
    return pressing or (Status.MIXED if alike is Status.NO_RECORD and one.records else alike), ""


def _unpressed(one: ClauseCoverage) -> tuple[Status, str]:
    """Where nothing fails: whether anything could, and whether anything was there."""
    clause = one.clause
    if clause.unseen:
        return Status.UNSEEN, clause.unseen
    if clause.human and not clause.types:
        return Status.HUMAN, clause.human
    if not one.rules and not one.rules_off:
        return Status.NO_RULE, ""
    if not one.records:
        kinds = ", ".join(str(evidence) for evidence in clause.types)
        return Status.NO_RECORD, f"looked for: {kinds}" if kinds else ""
    return _with_records(one)


def _with_records(one: ClauseCoverage) -> tuple[Status, str]:
    if one.counts.passing:
        return Status.FOUND, ""
    if one.counts.waived:
        return Status.WAIVED, ""
    off = f"switched off: {', '.join(one.rules_off)}" if one.rules_off else "no rule applies to these records"
    return Status.NOT_JUDGED, off


def _sum(counts: Iterable[Counts]) -> Counts:
    listed = list(counts)
    return Counts(
        failing=sum(one.failing for one in listed),
        stale=sum(one.stale for one in listed),
        unknown=sum(one.unknown for one in listed),
        errors=sum(one.errors for one in listed),
        waived=sum(one.waived for one in listed),
        passing=sum(one.passing for one in listed),
    )


def _counted(statuses: Iterable[Status]) -> dict[Status, int]:
    """How many of each status, in the order of their urgency."""
    counts = Counter(statuses)
    return {status: counts[status] for status in Status if counts[status]}
