"""Coverage as Markdown: tables that any forge shows; nothing from a record is taken for markup."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qmscheck.coverage.model import ClauseCoverage, Coverage, StandardCoverage
from qmscheck.coverage.words import (
    NOTE,
    SYMBOLS,
    counted_types,
    edition,
    entry,
    headline,
    questions,
    sections,
    served,
    tallied,
    untold,
)
from qmscheck.reporters.markup import inert

_HEAD = (
    ("status", ""),
    ("clause", ""),
    ("subject", ""),
    ("records", "r"),
    ("newest", ""),
    ("open since", ""),
    ("fail", "r"),
    ("stale", "r"),
    ("untold", "r"),
    ("waived", "r"),
    ("pass", "r"),
    ("rules that fail", ""),
)


def render(coverage: Coverage, *, depth: int = 9, verbose: int = 0, **_: object) -> Iterator[str]:
    """A document; ``depth`` cuts the tree of clauses, ``verbose`` adds every question for people."""
    yield "# Evidence by clause\n\n"
    yield f"{inert(headline(coverage))}.\n\n> {inert(NOTE)}\n\n"
    yield "## Records, each counted once\n\n"
    rows = [(f"{group.records:,}", served(group), counted_types(group)) for group in coverage.serving]
    yield from _rows((("records", "r"), ("serve", ""), ("types", "")), [*rows, (f"{coverage.records:,}", "in all", "")])
    yield from (f"\n{inert(f'Left out: {sentence}')}\n" for sentence in coverage.left_out)
    for one in coverage.standards:
        yield from _standard(one, depth=depth, verbose=verbose)


def _standard(one: StandardCoverage, *, depth: int, verbose: int) -> Iterator[str]:
    yield f"\n## {inert(f'{one.standard.id}: {edition(one)}')}\n\n"
    if one.standard.status != "current" and one.standard.note:
        yield f"{inert(one.standard.note)}\n\n"
    yield f"Undivided clauses: {inert(tallied(one.statuses))}.\n\n"
    yield from _rows(_HEAD, [_row(clause) for clause in one.clauses if clause.clause.number.count(".") < depth])
    for heading, found in sections(one):
        yield from _section(heading, found)
    asked = questions(one, every=verbose > 0)
    if asked:
        yield from _section("Questions that only people can answer", asked)


def _section(heading: str, found: Iterable[tuple[ClauseCoverage, str]]) -> Iterator[str]:
    yield f"\n### {inert(heading)}\n\n"
    for one, text in found:
        yield f"- **{inert(one.clause.number)}** {inert(entry(one, text))}\n"


def _row(one: ClauseCoverage) -> tuple[str, ...]:
    counts = one.counts
    numbers = (counts.failing, counts.stale, untold(one), counts.waived, counts.passing)
    return (
        f"{SYMBOLS[one.status]} {one.status}",
        one.clause.number,
        one.clause.title,
        f"{one.records:,}",
        one.newest or "",
        one.oldest_open or "",
        *(f"{number:,}" for number in numbers),
        ", ".join(one.failing_rules),
    )


def _rows(head: Iterable[tuple[str, str]], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    columns = list(head)
    yield f"| {' | '.join(name for name, _ in columns)} |\n"
    yield f"| {' | '.join('---:' if align else '---' for _, align in columns)} |\n"
    for row in rows:
        yield f"| {' | '.join(inert(cell) for cell in row)} |\n"
