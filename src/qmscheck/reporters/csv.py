"""A register of all results for a spreadsheet: one row for each rule and subject, passes included.

RFC 4180 in UTF-8, every cell quoted. A cell that a spreadsheet would take for a formula begins with an apostrophe.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from qmscheck.model import Report, Result
from qmscheck.reporters.sanitise import one_line, visible
from qmscheck.reporters.verdict import headline

COLUMNS: Final = (
    *("rule", "title", "grade", "basis", "outcome", "fails_run", "subject", "type", "record", "path", "line", "column"),
    *("message", "problems", "caused_by_time", "controls", "clauses", "fingerprint"),
)
_FORMULA: Final = ("=", "+", "-", "@", "\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}")
_FORMULAS: Final = (*_FORMULA, "\N{FULLWIDTH HYPHEN-MINUS}", "\N{FULLWIDTH COMMERCIAL AT}", "\N{MINUS SIGN}")


def render(report: Report, **_options: object) -> Iterator[str]:
    """The heading and a row a result, in the order of the report."""
    yield _row(COLUMNS)
    for result in report.results:
        yield _row(_cells(report, result))


def _cells(report: Report, result: Result) -> tuple[str, ...]:
    rule, record, place = result.rule, result.record, result.location
    return (
        rule.id,
        rule.title,
        rule.grade,
        rule.basis,
        result.outcome,
        "yes" if report.fails_run(result) else "no",
        result.subject,
        record.type if record else "",
        record.id if record else "",
        place.path,
        str(place.line or ""),
        str(place.column or ""),
        headline(result),
        str(len(result.problems)),
        "yes" if result.time else "no",
        ", ".join(rule.controls),
        ", ".join(report.clauses_of(rule)),
        result.fingerprint,
    )


def _row(cells: tuple[str, ...]) -> str:
    return ",".join(map(_cell, cells)) + "\r\n"


def _cell(text: str) -> str:
    safe = visible(text) if len(text) < 1_000 else one_line(text)  # noqa: PLR2004 - most cells need no cut
    if safe.lstrip().startswith(_FORMULAS):
        safe = f"'{safe}"
    return '"' + safe.replace('"', '""') + '"'
