"""What is waived, the waiver that ends first at the top."""

from __future__ import annotations

from collections.abc import Iterator

from qmscheck.model import Outcome, Report, Result
from qmscheck.reporters.findings import told, until, waived
from qmscheck.reporters.html.parts import opened, table, where
from qmscheck.reporters.markup import html

_LIMIT = 5_000


def section(report: Report, links: str) -> Iterator[str]:
    """One row for each waived result."""
    note = "Excused for a time, by a person, for a reason. The first to end comes first."
    yield opened("waived", "What is waived", note)
    found = waived(report, _LIMIT)
    if not found:
        yield '<p class="none">Nothing.</p>\n</section>\n'
        return
    rows = (_row(report, one, links) for one in found)
    yield from table("Waivers by the day on which they end", ("ends", "rule", "where", "why"), rows, "waivers")
    more = report.counts()[Outcome.WAIVED] - len(found)
    if more:
        yield f"<p>{more:,} more are not shown here; the register (csv) has all of them.</p>\n"
    yield "</section>\n"


def _row(report: Report, result: Result, links: str) -> str:
    rule = result.rule
    return (
        f'<tr data-outcome="{result.outcome}" data-grade="{rule.grade}"><td>{html(until(result) or "not told")}</td>'
        f'<td><span class="code">{html(rule.id)}</span> {html(rule.title)}</td>'
        f'<td class="where">{where(report, result, links)}</td><td>{html(told(result))}</td></tr>\n'
    )
