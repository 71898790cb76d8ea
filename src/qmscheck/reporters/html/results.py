"""The results rule by rule: findings with reason and remedy, evidence of passes, what does not apply."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from operator import attrgetter
from typing import Final

from qmscheck.model import Grade, Outcome, Problem, Report, Result, Rule
from qmscheck.reporters.findings import told
from qmscheck.reporters.html.parts import SECTIONS, SIGNS, WORDS, anchor, badge, opened, where
from qmscheck.reporters.markup import html
from qmscheck.reporters.sanitise import prose

_PROBLEM_LIMIT: Final = 50
_ROW_LIMIT: Final = 2_000
"""Results of one rule that are shown in one section."""
_BY_WEIGHT: Final = tuple((grade,) for grade in sorted(Grade, key=lambda grade: -grade.rank))
_NOTES: Final = {
    "passes": "Each rule with every record on which it held. A rule that holds says nothing beyond its title.",
    "not-applicable": "Each rule with the records that it does not concern, by reason; on paper they are only counted.",
}


def filter_bar() -> Iterator[str]:
    """The form of the script; without script it stays hidden."""
    choices = "".join(f'<option value="{outcome}">{SIGNS[outcome]} {word}</option>' for outcome, word in WORDS.items())
    grades = "".join(f'<option value="{grade}">{grade}</option>' for grade in ("major", "minor", "observation"))
    yield '<form id="filter" role="search" aria-label="Results" hidden>\n'
    yield '<label>Search results <input type="search" name="text" autocomplete="off" spellcheck="false"></label>\n'
    yield f'<label>Outcome <select name="outcome"><option value="">all</option>{choices}</select></label>\n'
    yield f'<label>Grade <select name="grade"><option value="">all</option>{grades}</select></label>\n'
    yield '<button type="reset">Clear</button>\n<p role="status" id="shown"></p>\n</form>\n'


def section(report: Report, name: str, links: str) -> Iterator[str]:
    """The results with the outcomes of a section, rule by rule; the heaviest findings first."""
    title, outcomes = SECTIONS[name]
    yield opened(name, title, _NOTES.get(name, ""))
    empty = True
    for grades in _BY_WEIGHT if name in ("findings", "unknown") else (tuple(Grade),):
        found = (result for result in report.of(*outcomes) if result.grade in grades)
        for _, results in groupby(found, attrgetter("rule.id")):
            empty = False
            yield from _rule(report, name, results, links)
    if empty:
        yield '<p class="none">Nothing.</p>\n'
    yield "</section>\n"


def _rule(report: Report, name: str, results: Iterator[Result], links: str) -> Iterator[str]:
    """One rule: what it is for, how to mend it, and its results."""
    shown = list(islice(results, _ROW_LIMIT))
    more = sum(1 for _ in results)
    rule, outcome, grade = shown[0].rule, shown[0].outcome, shown[0].grade
    name = name if grade is rule.grade else f"{name}-{grade}"
    folded = outcome in (Outcome.PASS, Outcome.NOT_APPLICABLE)
    yield f'<details class="rule" id="{anchor(name, rule.id)}" data-grade="{grade}" data-outcome="{outcome}"'
    yield f"{'' if folded else ' open'}>\n<summary>"
    yield f'<h3><span class="code">{html(rule.id)}</span> {html(rule.title)}</h3> '
    yield f'<span class="grade {grade}">{grade}</span> <span class="basis">{rule.basis}</span> '
    yield f'<span class="n">{len(shown) + more:,}</span></summary>\n'
    if not folded:
        yield from about(report, rule)
        yield from rows(report, shown, links)
    elif outcome is Outcome.PASS:
        yield _places(report, shown, links)
    else:
        yield from _by_reason(report, shown, links)
    if more:
        yield f"<p>{more:,} more are not shown here; the register (csv) has all of them.</p>\n"
    yield "</details>\n"


def about(report: Report, rule: Rule) -> Iterator[str]:
    """Why a rule is there, how to satisfy it, what it serves."""
    standards: dict[str, list[str]] = {}
    for clause in report.clauses_of(rule):
        standard, _, number = clause.partition("/")
        standards.setdefault(standard, []).append(number)
    clauses = (f"{standard} {', '.join(numbers)}" for standard, numbers in standards.items())
    served = "; ".join((f"controls {', '.join(rule.controls)}", *clauses))
    yield f'<dl class="about"><dt>Why</dt><dd>{html(prose(rule.why))}</dd>\n'
    yield f"<dt>Fix</dt><dd>{html(prose(rule.fix))}</dd>\n<dt>Serves</dt><dd>{html(served)}</dd></dl>\n"


def rows(report: Report, results: Iterable[Result], links: str) -> Iterator[str]:
    """A table of results: outcome, place, what there is to say."""
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("outcome", "where", "what"))
    yield f'<table class="results">\n<thead><tr>{heads}</tr></thead>\n<tbody>\n'
    for result in results:
        noted = ", noted" if result.outcome is Outcome.FAIL and not report.fails_run(result) else ""
        due = ", date passed" if result.time and result.outcome is Outcome.FAIL else ""
        yield f'<tr data-outcome="{result.outcome}"><td>{badge(result.outcome, noted + due)}</td>'
        yield f'<td class="where">{where(report, result, links)}</td><td>{_what(result)}</td></tr>\n'
    yield "</tbody>\n</table>\n"


def _what(result: Result) -> str:
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
    at = f"line {found.line}" if found.path == path else f"{found.path}:{found.line}"
    return html(f"{problem.message} ({at})")


def _places(report: Report, results: Iterable[Result], links: str) -> str:
    items = "".join(f"<li>{where(report, result, links)}</li>\n" for result in results)
    return f'<ul class="places">\n{items}</ul>\n'


def _by_reason(report: Report, results: Iterable[Result], links: str) -> Iterator[str]:
    reasons: dict[str, list[Result]] = {}
    for result in results:
        reasons.setdefault(told(result), []).append(result)
    for reason, found in reasons.items():
        yield f'<p class="reason">{html(reason)} <span class="n">{len(found):,}</span></p>\n'
        yield _places(report, found, links)
