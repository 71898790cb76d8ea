"""What is waived, the waiver that ends first at the top."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qmscheck.model import Outcome, Report, Result
from qmscheck.reporters.findings import told
from qmscheck.reporters.html.parts import badge, opened, table, where
from qmscheck.reporters.markup import html

_LIMIT = 5_000
_UNTIL = re.compile(r"\buntil (\d{4}-\d{2}-\d{2})\b")


def section(report: Report, links: str) -> Iterator[str]:
    """One row for each waived result."""
    yield opened(
        "waived", "What is waived", "Excused for a time, by a person, for a reason. The first to end comes first."
    )
    found = sorted(
        report.of(Outcome.WAIVED), key=lambda result: (_until(result) or "~", result.rule.id, result.subject)
    )
    if not found:
        yield '<p class="none">Nothing.</p>\n</section>\n'
        return
    heads = ("ends", "outcome", "rule", "where", "why")
    yield from table(
        "Waivers by the day on which they end", heads, (_row(report, one, links) for one in found[:_LIMIT]), "results"
    )
    if len(found) > _LIMIT:
        yield f"<p>{len(found) - _LIMIT:,} more are not shown here; the register (csv) has all of them.</p>\n"
    yield "</section>\n"


def _until(result: Result) -> str:
    """The last day of a waiver, as the reason of the result tells it; empty where it does not."""
    found = _UNTIL.search(result.reason)
    return found[1] if found else ""


def _row(report: Report, result: Result, links: str) -> str:
    rule = result.rule
    return (
        f'<tr data-outcome="{result.outcome}" data-grade="{rule.grade}"><td>{html(_until(result) or "not told")}</td>'
        f"<td>{badge(result.outcome)}</td><td>{html(f'{rule.id} {rule.title}')}</td>"
        f'<td class="where">{where(report, result, links)}</td><td>{html(told(result))}</td></tr>\n'
    )
