"""Coverage as a table for the terminal: a word beside every symbol, columns that give way to the width."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from qmscheck.coverage.model import ClauseCoverage, Coverage, StandardCoverage, Status
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
from qmscheck.frozen import frozen
from qmscheck.reporters.sanitise import no_commands, one_line, shortened

_BOLD, _DIM = "1", "2"
_STYLES: Final = {
    Status.GAPS: "1;31",
    Status.STALE: "33",
    Status.UNTOLD: "33",
    Status.NO_RECORD: "33",
    Status.FOUND: "32",
}
_SHORT: Final = {
    Status.HUMAN: "human only",
    Status.UNSEEN: "not visible",
    Status.EXCLUDED: "not applicable",
}
_STATUS_WIDTH: Final = 14
_TITLE_LEAST: Final = 20


@frozen
class _Column:
    """A column of the table; the one with the lowest ``weight`` gives way first."""

    name: str
    width: int
    weight: int
    cell: Callable[[ClauseCoverage], str]


def _number(count: int) -> str:
    return f"{count:,}" if count else "·"


_COLUMNS: Final = (
    _Column(name="records", width=7, weight=9, cell=lambda one: _number(one.records)),
    _Column(name="newest", width=10, weight=8, cell=lambda one: one.newest or "·"),
    _Column(name="open since", width=10, weight=3, cell=lambda one: one.oldest_open or "·"),
    _Column(name="fail", width=5, weight=7, cell=lambda one: _number(one.counts.failing)),
    _Column(name="stale", width=5, weight=4, cell=lambda one: _number(one.counts.stale)),
    _Column(name="untold", width=6, weight=6, cell=lambda one: _number(untold(one))),
    _Column(name="waived", width=6, weight=2, cell=lambda one: _number(one.counts.waived)),
    _Column(name="pass", width=5, weight=5, cell=lambda one: _number(one.counts.passing)),
)
_ALWAYS: Final = ("records", "newest", "fail", "pass")


@no_commands
def render(
    coverage: Coverage, *, color: bool = False, width: int = 100, depth: int = 9, verbose: int = 0, **_: object
) -> Iterator[str]:
    """Lines of text. ``depth`` cuts the tree of clauses; ``verbose`` adds every question that people must answer."""
    page = _Page(color=color, width=max(width, 60))
    yield from page.wrapped(one_line(headline(coverage)), style=_BOLD)
    for one in coverage.standards:
        yield "\n"
        yield from _standard(page, one, depth=depth, verbose=verbose)
    yield "\n"
    yield from _totals(page, coverage)
    yield from _legend(page, coverage)
    yield "\n"
    yield from page.wrapped(NOTE, style=_DIM)


@frozen
class _Page:
    """How to write."""

    color: bool
    width: int

    def paint(self, text: str, style: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self.color and style else text

    def heading(self, text: str) -> str:
        line = f"── {text} "
        return f"{self.paint(line + '─' * max(3, self.width - len(line)), _BOLD)}\n"

    def wrapped(self, text: str, *, first: str = "", later: str = "", style: str = "") -> Iterator[str]:
        lines = textwrap.wrap(
            text,
            self.width,
            initial_indent=first,
            subsequent_indent=later or first,
            break_long_words=False,
            break_on_hyphens=False,
        )
        return (f"{self.paint(line.rstrip(), style)}\n" for line in lines or [first])


def _standard(page: _Page, one: StandardCoverage, *, depth: int, verbose: int) -> Iterator[str]:
    yield page.heading(one_line(f"{one.standard.id}  {edition(one)}"))
    if one.standard.status != "current" and one.standard.note:
        yield from page.wrapped(one_line(one.standard.note), first="  ", style=_DIM)
    rows = [clause for clause in one.clauses if clause.clause.number.count(".") < depth]
    yield from _table(page, rows)
    yield from page.wrapped(f"undivided clauses: {tallied(one.statuses)}", first="  ")
    for heading, found in sections(one):
        yield from _section(page, heading, found)
    asked = questions(one, every=verbose > 0)
    if asked:
        yield from _section(page, "Questions that only people can answer", asked)


def _section(page: _Page, heading: str, found: Iterable[tuple[ClauseCoverage, str]]) -> Iterator[str]:
    yield f"\n  {page.paint(heading, _BOLD)}\n"
    for one, text in found:
        head = f"    {one_line(one.clause.number):<9}"
        yield from page.wrapped(one_line(entry(one, text)), first=head, later=" " * len(head))


def _table(page: _Page, rows: list[ClauseCoverage]) -> Iterator[str]:
    numbers = max((len(one.clause.number) for one in rows), default=6)
    fixed = 2 + 2 + _STATUS_WIDTH + 2 + max(numbers, 6) + 2
    columns = _fitting(page.width - fixed - _TITLE_LEAST, rows)
    title = page.width - fixed - sum(column.width + 2 for column in columns)
    head = "".join(f"  {column.name:>{column.width}}" for column in columns)
    titles = f"  {'':2}{'status':<{_STATUS_WIDTH}}  {'clause':<{max(numbers, 6)}}  {'':<{title}}{head}"
    yield f"{page.paint(titles.rstrip(), _DIM)}\n"
    for one in rows:
        word = shortened(_SHORT.get(one.status, one.status), _STATUS_WIDTH)
        status = page.paint(f"{SYMBOLS[one.status]} {word:<{_STATUS_WIDTH}}", _STYLES.get(one.status, _DIM))
        cells = "".join(f"  {column.cell(one):>{column.width}}" for column in columns)
        number = one_line(one.clause.number)
        name = f"{shortened(one_line(one.clause.title), title):<{title}}"
        top = "." not in number
        yield f"  {status}  {page.paint(f'{number:<{max(numbers, 6)}}  {name}', _BOLD if top else '')}{cells}".rstrip()
        yield "\n"


def _fitting(room: int, rows: list[ClauseCoverage]) -> list[_Column]:
    """The weightiest columns that say something and fit, in their order."""
    kept: list[_Column] = []
    for column in sorted(_COLUMNS, key=lambda column: -column.weight):
        if column.name not in _ALWAYS and all(column.cell(one) == "·" for one in rows):
            continue
        if sum(one.width + 2 for one in kept) + column.width + 2 > room:
            break
        kept.append(column)
    return [column for column in _COLUMNS if column in kept]


def _totals(page: _Page, coverage: Coverage) -> Iterator[str]:
    yield page.heading("Records, each counted once")
    for group in coverage.serving:
        head = f"  {group.records:>7,}  "
        text = f"serve {served(group)} ({counted_types(group)})"
        yield from page.wrapped(one_line(text), first=head, later=" " * len(head))
    yield f"  {coverage.records:>7,}  in all\n"
    for sentence in coverage.left_out:
        yield from page.wrapped(one_line(f"Left out: {sentence}"), first="  ")


def _legend(page: _Page, coverage: Coverage) -> Iterator[str]:
    yield "\n"
    yield page.heading("What the words mean")
    seen = {clause.status for one in coverage.standards for clause in one.clauses}
    for status in Status:
        if status in seen:
            short = _SHORT.get(status)
            name = f"{short} ({status})" if short else str(status)
            head = f"  {SYMBOLS[status]} "
            yield from page.wrapped(f"{name}: {status.meaning}", first=head, later="    ")
