"""A report for people who open a file: one page without any script, readable without style too, and on paper.

It asks for nothing from outside, and says so to the browser. What a colour says, a word says as well.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby, islice
from operator import attrgetter
from typing import Final

from qmscheck.model import Outcome, Problem, Report, Result, Rule
from qmscheck.reporters.findings import place, told, uri, within
from qmscheck.reporters.markup import html
from qmscheck.reporters.page_style import STYLE
from qmscheck.reporters.verdict import Verdict, sentence, verdict

_NAMES: Final = {
    Outcome.PASS: "✓ pass",
    Outcome.FAIL: "✗ fail",
    Outcome.UNKNOWN: "? unknown",
    Outcome.ERROR: "! error",
    Outcome.WAIVED: "~ waived",
    Outcome.NOT_APPLICABLE: "· not applicable",
}
_VERDICTS: Final = {Verdict.SATISFIED: "pass", Verdict.NOT_SATISFIED: "fail", Verdict.NOTHING_CHECKED: "error"}
_PROBLEM_LIMIT: Final = 50
_ROW_LIMIT: Final = 2_000
"""Rows of one rule that are shown in one section."""
_SECTIONS: Final = {
    "findings": ("What fails or broke", (Outcome.FAIL, Outcome.ERROR)),
    "unknown": ("What cannot be told", (Outcome.UNKNOWN,)),
    "waived": ("What is waived", (Outcome.WAIVED,)),
    "passes": ("What holds", (Outcome.PASS,)),
    "not-applicable": ("What does not apply", (Outcome.NOT_APPLICABLE,)),
}
_FOLDED: Final = ("passes", "not-applicable")
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def render(report: Report, *, links: str = "", **_: object) -> Iterator[str]:
    """The page, a row at a time; ``links``: address that paths are appended to."""
    yield from _head(report)
    yield from _provenance(report)
    yield from _clauses(report)
    for name, (title, outcomes) in _SECTIONS.items():
        yield from _section(report, name, title, outcomes, links)
    yield from _not_judged(report)
    yield (
        '<section aria-labelledby="signed"><h2 id="signed">Seen by</h2>\n<table class="signed">'
        '<tr><th scope="row">Name</th><td></td></tr><tr><th scope="row">Day</th><td></td></tr>'
        '<tr><th scope="row">Signature</th><td></td></tr></table></section>\n'
        "</main>\n<footer><p>This page says what was checked and what was found. "
        "Whether a standard is met, only an audit can say.</p></footer>\n</body>\n</html>\n"
    )


def _head(report: Report) -> Iterator[str]:
    said = html(sentence(report))
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{html(_POLICY)}">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield f"<title>Records: {said}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
    yield f'<header>\n<h1>Records as evidence</h1>\n<p class="verdict {_VERDICTS[verdict(report)]}">{said}</p>\n'
    records, files = sum(read.records for read in report.read), sum(read.files for read in report.read)
    yield f"<p>{records:,} records in {files:,} files, judged by {len(report.rules):,} rules.</p>\n"
    yield '</header>\n<nav aria-label="Sections"><ul>\n<li><a href="#run">What was run</a></li>\n'
    yield '<li><a href="#clauses">Clauses and controls</a></li>\n'
    counts = report.counts()
    for name, (title, outcomes) in _SECTIONS.items():
        yield f'<li><a href="#{name}">{title}</a>: {sum(counts[outcome] for outcome in outcomes):,}</li>\n'
    yield "</ul></nav>\n<main>\n"


def _provenance(report: Report) -> Iterator[str]:
    provenance, policy = report.provenance, report.policy
    facts = {
        "Judged as of": provenance.as_of,
        "Commit": provenance.commit or "unknown",
        "Uncommitted changes": {True: "yes", False: "no", None: "unknown"}[provenance.dirty],
        "Shallow clone": {True: "yes: history and tags cannot be told", False: "no", None: "unknown"}[
            provenance.shallow
        ],
        "Standards": ", ".join(provenance.standards) or "none chosen",
        "Configuration": within(report, provenance.config) if provenance.config else "none",
        "Digest of the configuration": provenance.config_digest,
        "Rule packs": ", ".join(provenance.packs),
        "Plugins": ", ".join(provenance.plugins) or "none",
        "qmscheck": provenance.version,
        "Fails the run": f"{policy.fail_on} and above{', unknown' if policy.unknown_fails else ''}, error",
    }
    yield '<section aria-labelledby="run"><h2 id="run">What was run</h2>\n<dl>\n'
    for name, value in facts.items():
        yield f"<dt>{name}</dt><dd>{html(value)}</dd>\n"
    yield "</dl>\n"
    rows = ((read.collection, read.type, read.files, read.records, read.unreadable) for read in report.read)
    heads = ("collection", "type", "files", "records", "unreadable")
    yield from _table("What was read", heads, (_cells(row) for row in rows))
    yield "</section>\n"


def _clauses(report: Report) -> Iterator[str]:
    """A table for the controls and one for each standard; a rule counts for each clause that it serves."""
    families: dict[str, dict[str, Counter[Outcome]]] = {"Controls": {}}
    for rule, counts in report.counts_by_rule().items():
        for control in rule.controls:
            families["Controls"].setdefault(control, Counter()).update(counts)
        for clause in report.clauses_of(rule):
            standard, _, number = clause.partition("/")
            families.setdefault(standard, {}).setdefault(number, Counter()).update(counts)
    yield '<section aria-labelledby="clauses"><h2 id="clauses">Clauses and controls</h2>\n'
    yield "<p>How many results of which outcome; a rule counts for each clause that it looks at.</p>\n"
    for title, rows in families.items():
        if rows:
            heads = ("clause" if title != "Controls" else "control", *_NAMES.values())
            ordered = sorted(rows.items(), key=lambda row: _natural(row[0]))
            yield from _table(title, heads, (_counts(name, counts) for name, counts in ordered))
    yield "</section>\n"


def _natural(text: str) -> list[tuple[int, str]]:
    """Order in which 8.10 comes after 8.9."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", text)]


def _counts(name: str, counts: Mapping[Outcome, int]) -> str:
    cells = "".join(
        f'<td class="{outcome if counts[outcome] else "none"}">{counts[outcome]:,}</td>' for outcome in _NAMES
    )
    return f'<tr><th scope="row">{html(name)}</th>{cells}</tr>\n'


def _section(report: Report, name: str, title: str, outcomes: tuple[Outcome, ...], links: str) -> Iterator[str]:
    yield f'<section aria-labelledby="{name}"><h2 id="{name}">{title}</h2>\n'
    empty = True
    for _, found in groupby(report.of(*outcomes), attrgetter("rule.id")):
        empty = False
        yield from _rule(report, found, folded=name in _FOLDED, links=links)
    if empty:
        yield "<p>Nothing.</p>\n"
    yield "</section>\n"


def _rule(report: Report, results: Iterator[Result], *, folded: bool, links: str) -> Iterator[str]:
    """One rule: what it is for, how to mend it, and its results."""
    first = next(results)
    rule = first.rule
    title = f"{html(rule.id)} {html(rule.title)}"
    yield f"<details{'' if folded else ' open'}>\n<summary><h3>{title}</h3> {rule.grade}, {rule.basis}</summary>\n"
    if not folded:
        yield from _about(report, rule)
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("outcome", "where", "what"))
    yield f'<table class="results">\n<thead><tr>{heads}</tr></thead>\n<tbody>\n'
    yield _row(report, first, links)
    for result in islice(results, _ROW_LIMIT - 1):
        yield _row(report, result, links)
    yield "</tbody>\n</table>\n"
    more = sum(1 for _ in results)
    if more:
        yield f"<p>{more:,} more are not shown here; the register (csv) has all of them.</p>\n"
    yield "</details>\n"


def _about(report: Report, rule: Rule) -> Iterator[str]:
    clauses = ", ".join(report.clauses_of(rule))
    yield f"<p><strong>Why:</strong> {html(' '.join(rule.why.split()))}</p>\n"
    yield f"<p><strong>Fix:</strong> {html(' '.join(rule.fix.split()))}</p>\n"
    yield f"<p>Controls {html(', '.join(rule.controls))}{f'; clauses {html(clauses)}' if clauses else ''}</p>\n"


def _row(report: Report, result: Result, links: str) -> str:
    found = place(report, result)
    where = html(f"{found.path}:{found.line}")
    if links and len(found.path) < 1_000:  # noqa: PLR2004 - an address that browsers take
        where = f'<a href="{html(f"{links}{uri(found.path)}#L{found.line}", 9_000)}">{where}</a>'
    record = result.record
    about = f" {html(record.id)}" if record is not None and not record.single else ""
    noted = " (noted)" if result.outcome is Outcome.FAIL and not report.fails_run(result) else ""
    outcome = f'<td class="{result.outcome}">{_NAMES[result.outcome]}{noted}</td>'
    return f"<tr>{outcome}<td>{where}{about}</td><td>{_what(result)}</td></tr>\n"


def _what(result: Result) -> str:
    if result.outcome is Outcome.PASS:
        return ""
    if len(result.problems) <= 1 or result.outcome is not Outcome.FAIL:
        return html(told(result))
    path = result.location.path
    items = "".join(f"<li>{_problem(problem, path)}</li>" for problem in result.problems[:_PROBLEM_LIMIT])
    more = len(result.problems) - _PROBLEM_LIMIT
    return f"<ul>{items}</ul>" + (f"and {more:,} more" if more > 0 else "")


def _problem(problem: Problem, path: str) -> str:
    """What is wrong, and where if that is not where the result is."""
    found = problem.location
    if found is None or found.line is None:
        return html(problem.message)
    where = f"line {found.line}" if found.path == path else f"{found.path}:{found.line}"
    return html(f"{problem.message} ({where})")


def _not_judged(report: Report) -> Iterator[str]:
    yield '<section aria-labelledby="left-out"><h2 id="left-out">What was not judged</h2>\n'
    if not report.left_out:
        yield "<p>Nothing was left out.</p>\n"
    else:
        yield f"<ul>{''.join(f'<li>{html(sentence)}</li>' for sentence in report.left_out)}</ul>\n"
    yield "</section>\n"


def _table(caption: str, heads: Iterable[str], rows: Iterable[str]) -> Iterator[str]:
    yield f"<table>\n<caption>{html(caption)}</caption>\n<thead><tr>"
    yield "".join(f'<th scope="col">{head}</th>' for head in heads)
    yield "</tr></thead>\n<tbody>\n"
    yield from rows
    yield "</tbody>\n</table>\n"


def _cells(values: Iterable[object]) -> str:
    cells = (f"{value:,}" if isinstance(value, int) else html(str(value)) for value in values)
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>\n"
