"""A comparison for the terminal: what is new first, the verdict last."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import Final

from qmscheck.comparison import Comparison
from qmscheck.comparison.words import PARTS, base, counted
from qmscheck.model import Outcome, Report, Result
from qmscheck.reporters.findings import count, told, worst_first
from qmscheck.reporters.sanitise import no_commands, one_line, prose
from qmscheck.reporters.verdict import Verdict

_SHOWN: Final = 50
"""Findings of a part that are shown unless ``verbose``."""
_BOLD, _DIM = "1", "2"
_STYLES: Final = {"new": "1;31", "fixed": "32", "aged": "33", "eased": "32"}


@no_commands
def render(
    comparison: Comparison, *, color: bool = False, width: int = 80, verbose: int = 0, **_: object
) -> Iterator[str]:
    """Lines of text. ``verbose`` shows all findings of each part."""

    def painted(text: str, style: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if color else text

    for name, title in PARTS.items():
        report: Report = getattr(comparison, name)
        total = count(report)
        if not total:
            continue
        yield painted(f"{title} ({total:,})", _BOLD) + "\n"
        for result in worst_first(report, total if verbose else _SHOWN):
            head, *rest = _lines(report, result, width, fix=name == "new")
            yield f"  {painted(head, _STYLES[name])}\n"
            yield from (f"    {line}\n" for line in rest)
        if not verbose and total > _SHOWN:
            yield f"  … {total - _SHOWN:,} more; all of them: -v\n"
        yield "\n"
    for line in (base(comparison), counted(comparison), *comparison.notes):
        yield from (f"{painted(one, _DIM)}\n" for one in wrap(one_line(line), width))
    good = comparison.verdict is Verdict.SATISFIED
    yield painted(f"{'✓' if good else '✗'} {comparison.sentence}", "1;32" if good else "1;31") + "\n"


def _lines(report: Report, result: Result, width: int, *, fix: bool) -> Iterator[str]:
    kind = result.grade.value if result.outcome is Outcome.FAIL else result.outcome.value
    noted = "" if report.fails_run(result) else " (noted)"
    yield f"{kind}{noted} {one_line(f'{result.rule.id} {result.rule.title}')}"
    yield one_line(f"{result.location} ({result.subject})")
    sentences = [one_line(problem.message) for problem in result.problems] or [told(result)]
    for sentence in sentences:
        yield from wrap(sentence, max(width - 4, 40))
    if fix and result.rule.fix:
        yield from wrap(f"fix: {prose(result.rule.fix)}", max(width - 4, 40))
