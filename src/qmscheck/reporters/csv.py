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
_SHORT: Final = 1_000
_FORMULA: Final = ("=", "+", "-", "@", "\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}")
_FORMULAS: Final = (*_FORMULA, "\N{FULLWIDTH HYPHEN-MINUS}", "\N{FULLWIDTH COMMERCIAL AT}", "\N{MINUS SIGN}")


def render(report: Report, **_options: object) -> Iterator[str]:
    """The heading and a row a result, in the order of the report."""
    yield f"{_cells(*COLUMNS)}\r\n"
    begins: dict[str, tuple[str, str]] = {}
    for result in report.results:
        rule = result.rule
        if rule.id not in begins:
            clauses = (", ".join(rule.controls), ", ".join(report.clauses_of(rule)))
            begins[rule.id] = (_cells(rule.id, rule.title), _cells(*clauses))
        about, controls = begins[rule.id]
        weight = _cells(result.grade, rule.basis)
        yield f'{about},{weight},{_found(report, result)},{controls},"{result.fingerprint}"\r\n'


def _found(report: Report, result: Result) -> str:
    record, place = result.record, result.location
    return _cells(
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
    )


def _cells(*cells: str) -> str:
    return ",".join(map(_cell, cells))


def _cell(text: str) -> str:
    if len(text) < _SHORT and text.isalnum():  # most cells; nothing to be done
        return f'"{text}"'
    return '"' + harmless(text).replace('"', '""') + '"'


def harmless(text: str) -> str:
    """What may stand in a cell: one line of bearable length that no spreadsheet takes for a formula."""
    safe = visible(text) if len(text) < _SHORT else one_line(text)
    return f"'{safe}" if safe.lstrip().startswith(_FORMULAS) else safe
