"""What the renderers of coverage say alike: notes, sentences, and the sections below the tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qmscheck.coverage.model import ClauseCoverage, Coverage, Serving, StandardCoverage, Status

NOTE = (
    "This shows which evidence was found and judged, clause by clause. It says nothing of conformity: whether a "
    "requirement is met is for people to judge, with a licensed copy of the standard at hand."
)
SYMBOLS: Mapping[Status, str] = {
    Status.GAPS: "✗",
    Status.STALE: "◷",
    Status.UNTOLD: "?",
    Status.NO_RECORD: "∅",
    Status.NOT_JUDGED: "○",
    Status.WAIVED: "~",
    Status.FOUND: "✓",
    Status.MIXED: "·",
    Status.NO_RULE: "□",
    Status.HUMAN: "◇",
    Status.UNSEEN: "◌",
    Status.EXCLUDED: "–",  # noqa: RUF001 - an en dash, on purpose
}


def edition(one: StandardCoverage) -> str:
    """The title of an edition, and its status unless it is the current one."""
    standard = one.standard
    return standard.title + ("" if standard.status == "current" else f" ({standard.status} edition)")


def tallied(statuses: Mapping[Status, int]) -> str:
    """``gaps 3, evidence found 12``."""
    return ", ".join(f"{status} {count:,}" for status, count in statuses.items())


def entry(clause: ClauseCoverage, text: str) -> str:
    """A clause's title, and what is said of it."""
    return f"{clause.clause.title}: {text}" if text else clause.clause.title


def untold(one: ClauseCoverage) -> int:
    """Results that could not be told, and crashes."""
    return one.counts.unknown + one.counts.errors


def sections(one: StandardCoverage) -> Iterator[tuple[str, list[tuple[ClauseCoverage, str]]]]:
    """What the table is too narrow for: a heading, and a sentence for each clause concerned; empty ones left out."""
    leaves = [clause for clause in one.clauses if not clause.divided]
    told = {
        "Gaps: the rules that fail": [(clause, _failing(clause)) for clause in leaves if _failing(clause)],
        "Could not be told": [(clause, _untold(clause)) for clause in leaves if clause.status is Status.UNTOLD],
        "No record": [(clause, clause.reason) for clause in leaves if clause.status is Status.NO_RECORD],
        "Not judged": [(clause, clause.reason) for clause in leaves if clause.status is Status.NOT_JUDGED],
        "No rule yet": [(clause, clause.clause.expected) for clause in leaves if clause.status is Status.NO_RULE],
        "No repository can show this": [(clause, clause.reason) for clause in leaves if clause.status is Status.UNSEEN],
        "Declared not applicable": [(clause, clause.excluded) for clause in leaves if clause.excluded],
    }
    yield from ((heading, found) for heading, found in told.items() if found)


def questions(one: StandardCoverage, *, every: bool) -> list[tuple[ClauseCoverage, str]]:
    """What only people can answer: where nothing else can judge, or (``every``) wherever evidence needs judgement."""
    asked = (clause for clause in one.clauses if not clause.divided and clause.clause.human)
    return [
        (clause, clause.clause.human)
        for clause in asked
        if every or clause.status in {Status.HUMAN, Status.UNSEEN, Status.NO_RULE}
    ]


def served(group: Serving) -> str:
    """Which standards a group of records serves."""
    return " and ".join(group.standards) or "no clause of these standards"


def counted_types(group: Serving) -> str:
    """``change 12, release 5``."""
    return ", ".join(f"{name} {count:,}" for name, count in group.types.items())


def headline(coverage: Coverage) -> str:
    """What was looked at, and when."""
    commit = f", commit {coverage.commit[:12]}" if coverage.commit else ""
    names = " and ".join(one.standard.id for one in coverage.standards)
    records = f"{coverage.records:,} record{'' if coverage.records == 1 else 's'}"
    return f"{records} as of {coverage.as_of}{commit}, by the clauses of {names}"


def _failing(clause: ClauseCoverage) -> str:
    rules = ", ".join(f"{rule} ({count:,})" for rule, count in clause.failing_rules.items())
    reason = clause.reason if clause.status is Status.GAPS else ""
    return "; ".join(part for part in (reason, rules) if part)


def _untold(clause: ClauseCoverage) -> str:
    parts = (
        (clause.counts.unknown, "unknown"),
        (clause.counts.errors, "in error"),
        (clause.unreadable, "could not be read"),
    )
    return ", ".join(f"{count:,} {what}" for count, what in parts if count)
