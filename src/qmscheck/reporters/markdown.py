"""Markdown for a pull-request comment that can be updated in place, and for the summary of a GitHub job.

Both are refused or thrown away by their limit, so they are cut before it and say so. Text of a record stands as itself:
no link, no image, no mention of a person, no reference to an issue.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from qmscheck.frozen import frozen
from qmscheck.model import Outcome, Report, Result, Rule
from qmscheck.reporters.findings import count, place, told, until, uri, waived, worst_first
from qmscheck.reporters.markup import inert
from qmscheck.reporters.verdict import Verdict, sentence, verdict

MARKER: Final = "<!-- qmscheck-report -->"
"""First line of a comment, by which the next run finds it again."""
_SYMBOLS: Final = {Verdict.SATISFIED: "✅", Verdict.NOT_SATISFIED: "❌", Verdict.NOTHING_CHECKED: "⚠️"}
_WORDS: Final = {
    Outcome.PASS: "pass",
    Outcome.FAIL: "fail",
    Outcome.UNKNOWN: "unknown",
    Outcome.ERROR: "error",
    Outcome.WAIVED: "waived",
    Outcome.NOT_APPLICABLE: "not applicable",
}
_LINK_LIMIT: Final = 1_000
TABLE: Final = "| | rule | where | what, and what to do |\n| --- | --- | --- | --- |\n"
"""Head of a table of findings."""


@frozen
class _Room:
    """Bytes of the whole, findings that are looked at, those shown without unfolding, and waived ones."""

    size: int
    findings: int
    open: int
    waived: int


_COMMENT: Final = _Room(size=60_000, findings=300, open=20, waived=50)
_SUMMARY: Final = _Room(size=900_000, findings=3_000, open=50, waived=500)


def render(report: Report, *, summary: bool = False, links: str = "", **_: object) -> Iterator[str]:
    """The page. ``summary``: longer, with the table of controls; ``links``: address that paths are appended to."""
    room = _SUMMARY if summary else _COMMENT
    head = [] if summary else [f"{MARKER}\n"]
    head += [f"## {_SYMBOLS[verdict(report)]} {sentence(report)}\n\n", f"{_counted(report)}\n\n"]
    tail = list(_tail(report, summary=summary))
    if len(tail) > 1 and _size(tail) > room.size // 2:
        tail = [_cut_off(), *tail[-1:]]
    excused = list(_waived(report, room, links))
    left = room.size - _size(head) - _size(excused) - _size(tail) - 1_000
    yield from head
    yield from _findings(report, room, left, links)
    yield from excused
    yield from tail


def _size(texts: Iterable[str]) -> int:
    return sum(len(text.encode()) for text in texts)


def _cut_off() -> str:
    return "\nThe tables would be longer than may be shown here; the other reports have them.\n"


def _counted(report: Report) -> str:
    records, files = sum(read.records for read in report.read), sum(read.files for read in report.read)
    counts = ", ".join(f"**{number:,}** {_WORDS[outcome]}" for outcome, number in report.counts().items() if number)
    return f"Records {records:,} in files {files:,}, judged by rules {len(report.rules):,}: {counts or 'no result'}."


def _findings(report: Report, room: _Room, left: int, links: str) -> Iterator[str]:
    total = count(report)
    if not total:
        return
    yield "### What was found\n\n" + TABLE
    shown = 0
    for number, result in enumerate(worst_first(report, room.findings)):
        line = row(report, result, links)
        left -= len(line.encode())
        if left < 0:
            break
        if number == room.open:
            yield f"\n<details><summary>The next, of {total:,} in all</summary>\n\n{TABLE}"
        yield line
        shown += 1
    if shown > room.open:
        yield "\n</details>\n"
    if shown < total:
        yield f"\n{total - shown:,} more are not shown here; the other reports have all of them.\n"


def row(report: Report, result: Result, links: str) -> str:
    """A finding as a row of a `TABLE`."""
    rule = result.rule
    kind = result.grade.value if result.outcome is Outcome.FAIL else result.outcome.value
    mark = f"**{kind}**" if report.fails_run(result) else f"{kind} (noted)"
    what = f"{inert(told(result))} *Fix:* {inert(' '.join(result.fix.split()), 400)}"
    return f"| {mark} | {_rule(rule)} | {_where(report, result, links)} | {what} |\n"


def _rule(rule: Rule) -> str:
    return inert(f"{rule.id} {rule.title}", 200)


def _where(report: Report, result: Result, links: str) -> str:
    found = place(report, result)
    where = inert(f"{found.path}:{found.line}", 300)
    if not links or len(found.path) >= _LINK_LIMIT:
        return where
    raw = "?plain=1" if found.path.lower().endswith((".md", ".markdown")) else ""
    return f"[{where}]({links}{uri(found.path)}{raw}#L{found.line})"


def _waived(report: Report, room: _Room, links: str) -> Iterator[str]:
    """What is excused, folded; the first to end comes first. Takes a fifth of the room at most."""
    total = report.counts()[Outcome.WAIVED]
    if not total:
        return
    yield f"\n<details><summary>What is waived: {total:,}</summary>\n\n"
    yield "| ends | rule | where | why |\n| --- | --- | --- | --- |\n"
    left, shown = room.size // 5, 0
    for result in waived(report, room.waived):
        ends = until(result) or "not told"
        row = f"| {ends} | {_rule(result.rule)} | {_where(report, result, links)} | {inert(told(result))} |\n"
        left -= len(row.encode())
        if left < 0:
            break
        yield row
        shown += 1
    yield "\n</details>\n"
    if shown < total:
        yield f"\n{total - shown:,} more waived results are not shown here; the other reports have all of them.\n"


def _tail(report: Report, *, summary: bool) -> Iterator[str]:
    if summary:
        yield from _controls(report)
    if report.left_out:
        yield "\n### Not judged\n\n"
        for left_out in report.left_out:
            yield f"- {inert(left_out)}\n"
    yield f"\n{_provenance(report)}\n"


def _controls(report: Report) -> Iterator[str]:
    """Outcomes by control; a rule that serves two controls counts for both."""
    families: dict[str, Counter[Outcome]] = {}
    clauses: dict[str, tuple[str, ...]] = {}
    for rule, counts in report.counts_by_rule().items():
        for control in rule.controls or ("none",):
            families.setdefault(control, Counter()).update(counts)
            clauses[control] = report.clauses.get(control, ())
    if not families:
        return
    yield f"\n### By control\n\n| control | clauses | {' | '.join(_WORDS.values())} |\n"
    yield "| --- | --- |" + " ---: |" * len(_WORDS) + "\n"
    for control, counts in sorted(families.items()):
        numbers = " | ".join(f"{counts[outcome]:,}" if counts[outcome] else "" for outcome in _WORDS)
        yield f"| {inert(control)} | {inert(', '.join(clauses[control]), 300)} | {numbers} |\n"


def _provenance(report: Report) -> str:
    provenance = report.provenance
    commit = provenance.commit[:12] if provenance.commit else ""
    facts = (
        f"As of {provenance.as_of}",
        f"commit {commit}{' with uncommitted changes' if provenance.dirty else ''}" if commit else "",
        f"judged by what governs at {provenance.policy[:12]}" if provenance.policy else "",
        "shallow clone: what needs history cannot be told, fetch-depth: 0" if provenance.shallow else "",
        ", ".join(provenance.standards),
        provenance.tool,
    )
    return " · ".join(inert(fact) for fact in facts if fact)
