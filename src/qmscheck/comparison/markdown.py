"""A comparison as a comment in a pull request: what the change made worse, what better, and what time did.

Its first line is the marker of the other comment, so that a later run finds and replaces it. Cut before the limit.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from qmscheck.comparison import Comparison
from qmscheck.comparison.words import PARTS, base, counted
from qmscheck.model import Report
from qmscheck.reporters.findings import count, worst_first
from qmscheck.reporters.markdown import MARKER, TABLE, row
from qmscheck.reporters.markup import inert
from qmscheck.reporters.verdict import Verdict

_SYMBOLS: Final = {Verdict.SATISFIED: "✅", Verdict.NOT_SATISFIED: "❌", Verdict.NOTHING_CHECKED: "⚠️"}
_ROOM: Final = {"new": 36_000, "fixed": 9_000, "aged": 9_000, "eased": 3_000}
"""Bytes for the findings of each part; a forge takes 65,536 characters."""


def render(comparison: Comparison, *, links: str = "", **_: object) -> Iterator[str]:
    """The page. ``links``: address that paths of the work tree are appended to."""
    yield f"{MARKER}\n## {_SYMBOLS[comparison.verdict]} {comparison.sentence}\n\n"
    yield f"{inert(base(comparison))} {inert(counted(comparison))}\n"
    for name, title in PARTS.items():
        report: Report = getattr(comparison, name)
        if count(report):
            yield from _part(report, title, _ROOM[name], links if name in ("new", "aged") else "", folded=name != "new")
    for note in comparison.notes:
        yield f"\n> {inert(note)}\n"
    yield f"\nqmscheck {inert(comparison.new.provenance.version)}\n"


def _part(report: Report, title: str, room: int, links: str, *, folded: bool) -> Iterator[str]:
    total, shown = count(report), 0
    yield f"\n<details><summary>{title} ({total:,})</summary>\n\n" if folded else f"\n### {title} ({total:,})\n\n"
    yield TABLE
    for result in worst_first(report, total):
        line = row(report, result, links)
        room -= len(line.encode())
        if room < 0:
            break
        yield line
        shown += 1
    if shown < total:
        yield f"\n{total - shown:,} more are not shown here; `qmscheck diff` has all of them.\n"
    if folded:
        yield "\n</details>\n"
