"""A report for people who open a file: one page that reads without script and without style, and on paper.

It asks for nothing from outside, and tells the browser to refuse it. What a colour says, a word says as well.
"""

from __future__ import annotations

from collections.abc import Iterator

from qmscheck.model import Report
from qmscheck.reporters.html import charts, clauses, frame, results, waived

_CLOSE = "</section>\n"


def render(report: Report, *, links: str = "", **_: object) -> Iterator[str]:
    """The page, a row at a time; ``links``: address that paths are appended to."""
    background = report.background()
    standards = background.standards or tuple(clauses.from_controls(report))
    yield from frame.head(report)
    yield from frame.contents(report, background)
    yield from frame.provenance(report)
    yield from clauses.matrices(report, standards)
    yield from results.filter_bar()
    yield from results.section(report, "findings", links)
    yield from results.section(report, "unknown", links)
    yield from waived.section(report, links)
    yield from clauses.questions(standards)
    yield from charts.timeline(report, background, links)
    yield from charts.trends(report, background, links)
    yield from results.section(report, "passes", links)
    yield from results.section(report, "not-applicable", links)
    yield from frame.left_out(report)
    yield from frame.signatures(report)
    yield from frame.foot()
