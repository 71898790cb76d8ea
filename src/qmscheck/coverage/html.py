"""Coverage as an HTML fragment, to be set into a page: everything escaped, no script, no style, no address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qmscheck.coverage.model import ClauseCoverage, Coverage, StandardCoverage, Status
from qmscheck.coverage.words import (
    NOTE,
    SYMBOLS,
    counted_types,
    edition,
    headline,
    questions,
    sections,
    served,
    tallied,
    untold,
)
from qmscheck.reporters.markup import html

_HEAD = (
    "status",
    "clause",
    "subject",
    "records",
    "newest",
    "open since",
    "fail",
    "stale",
    "untold",
    "waived",
    "pass",
    "rules that fail",
)


def render(coverage: Coverage, *, depth: int = 9, verbose: int = 0, **_: object) -> Iterator[str]:
    """One ``section`` element; ``depth`` cuts the tree of clauses, ``verbose`` adds every question for people."""
    yield '<section class="qmscheck-coverage">\n<h2>Evidence by clause</h2>\n'
    yield f'<p>{html(headline(coverage))}.</p>\n<p class="note">{html(NOTE)}</p>\n'
    yield from _served(coverage)
    for one in coverage.standards:
        yield from _standard(one, depth=depth, verbose=verbose)
    yield "</section>\n"


def _served(coverage: Coverage) -> Iterator[str]:
    yield "<table>\n<caption>Records, each counted once</caption>\n"
    yield from _heads(("records", "serve", "types"))
    yield "<tbody>\n"
    for group in coverage.serving:
        yield _cells((f"{group.records:,}", served(group), counted_types(group)))
    yield _cells((f"{coverage.records:,}", "in all", ""))
    yield "</tbody>\n</table>\n"
    for sentence in coverage.left_out:
        yield f"<p>{html(f'Left out: {sentence}')}</p>\n"


def _standard(one: StandardCoverage, *, depth: int, verbose: int) -> Iterator[str]:
    yield f"<h3>{html(f'{one.standard.id}: {edition(one)}')}</h3>\n"
    if one.standard.status != "current" and one.standard.note:
        yield f"<p>{html(one.standard.note)}</p>\n"
    yield f"<table>\n<caption>Undivided clauses: {html(tallied(one.statuses))}</caption>\n"
    yield from _heads(_HEAD)
    yield "<tbody>\n"
    for clause in one.clauses:
        if clause.clause.number.count(".") < depth:
            yield _row(clause)
    yield "</tbody>\n</table>\n"
    for heading, found in sections(one):
        yield from _section(heading, found)
    asked = questions(one, every=verbose > 0)
    if asked:
        yield from _section("Questions that only people can answer", asked)


def _section(heading: str, found: Iterable[tuple[ClauseCoverage, str]]) -> Iterator[str]:
    yield f"<h4>{html(heading)}</h4>\n<dl>\n"
    for one, text in found:
        yield f"<dt>{html(f'{one.clause.number} {one.clause.title}')}</dt><dd>{html(text)}</dd>\n"
    yield "</dl>\n"


def _row(one: ClauseCoverage) -> str:
    counts = one.counts
    numbers = (counts.failing, counts.stale, untold(one), counts.waived, counts.passing)
    told = (
        one.clause.title,
        f"{one.records:,}",
        one.newest or "",
        one.oldest_open or "",
        *(f"{number:,}" for number in numbers),
        ", ".join(one.failing_rules),
    )
    status = f'<td class="status">{SYMBOLS[one.status]} {html(one.status)}</td>'
    number = f'<th scope="row">{html(one.clause.number)}</th>'
    cells = "".join(f"<td>{html(text)}</td>" for text in told)
    return f'<tr class="{_slug(one.status)}">{status}{number}{cells}</tr>\n'


def _slug(status: Status) -> str:
    return status.name.lower().replace("_", "-")


def _heads(names: Iterable[str]) -> Iterator[str]:
    cells = "".join(f'<th scope="col">{name}</th>' for name in names)
    yield f"<thead>\n<tr>{cells}</tr>\n</thead>\n"


def _cells(texts: Iterable[str]) -> str:
    return f"<tr>{''.join(f'<td>{html(text)}</td>' for text in texts)}</tr>\n"
