"""Clause by clause: a table of outcomes as a heat map, and the questions that only people can answer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from qmscheck.model import ClauseState, Outcome, Report, StandardState
from qmscheck.reporters.html.parts import SIGNS, WORDS, anchor, opened, table
from qmscheck.reporters.markup import html

_COLUMNS: Final = (Outcome.FAIL, Outcome.ERROR, Outcome.UNKNOWN, Outcome.WAIVED, Outcome.PASS)
_HOT: Final = (Outcome.FAIL, Outcome.ERROR, Outcome.UNKNOWN)
_RULES_SHOWN = 4


def from_controls(report: Report) -> Iterator[StandardState]:
    """What can be said where coverage was not asked for: a rule counts for every clause of its controls."""
    found: dict[str, dict[str, Counter[Outcome]]] = {}
    failing: dict[str, list[str]] = {}
    for rule, counts in report.counts_by_rule().items():
        for clause in report.clauses_of(rule):
            standard, _, number = clause.partition("/")
            found.setdefault(standard, {}).setdefault(number, Counter()).update(counts)
            if counts.get(Outcome.FAIL):
                failing.setdefault(clause, []).append(rule.id)
    for standard, clauses in found.items():
        yield StandardState(
            id=standard,
            title=standard,
            clauses=tuple(
                ClauseState(
                    number=number, title="", counts=counts, failing=tuple(failing.get(f"{standard}/{number}", ()))
                )
                for number, counts in sorted(clauses.items(), key=lambda row: natural(row[0]))
            ),
        )


def natural(text: str) -> list[tuple[int, str]]:
    """Order in which 8.10 comes after 8.9."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", text)]


def matrices(report: Report, standards: Sequence[StandardState]) -> Iterator[str]:
    """A table for each standard and one for the controls."""
    note = (
        "How many results of which outcome stand behind each clause; a result counts for every clause it serves. "
        "No figure says that a clause is met."
    )
    yield opened("clauses", "Clauses and outcomes", note)
    failed = {rule.id for rule, counts in report.counts_by_rule().items() if counts.get(Outcome.FAIL)}
    for standard in standards:
        yield from _matrix(standard, failed)
    yield from _controls(report)
    yield "</section>\n"


def _matrix(standard: StandardState, failed: set[str]) -> Iterator[str]:
    """The uppermost clauses in sight, all of them folded below."""
    title = standard.title if standard.title == standard.id else f"{standard.title} ({standard.id})"
    heads = ("clause", *(f"{SIGNS[one]} {WORDS[one]}" for one in _COLUMNS), "what can be said", "fails")
    tops = {outcome: _top(standard.clauses, outcome) for outcome in _COLUMNS}
    upper = [clause for clause in standard.clauses if "." not in clause.number]
    if upper and len(upper) < len(standard.clauses):
        yield from table(title, heads, (_row(clause, tops, failed) for clause in upper), "matrix")
        title = f"All {len(standard.clauses):,} clauses of {standard.id}"
        yield f"<details>\n<summary>{html(title)}</summary>\n"
    yield from table(title, heads, (_row(clause, tops, failed) for clause in standard.clauses), "matrix")
    if title.startswith("All "):
        yield "</details>\n"


def _top(clauses: Iterable[ClauseState], outcome: Outcome) -> int:
    return max((clause.counts.get(outcome, 0) for clause in clauses), default=0)


def _row(clause: ClauseState, tops: Mapping[Outcome, int], failed: set[str]) -> str:
    depth = min(clause.number.count("."), 3)
    name = (
        f'<th scope="row" class="d{depth}"><span class="number">{html(clause.number)}</span> {html(clause.title)}</th>'
    )
    figures = "".join(heat(clause.counts.get(outcome, 0), outcome, tops[outcome]) for outcome in _COLUMNS)
    said = f"<td>{html(clause.status)}{_newest(clause)}</td>"
    return f"<tr>{name}{figures}{said}<td>{_failing(clause.failing, failed)}</td></tr>\n"


def _newest(clause: ClauseState) -> str:
    return f' <span class="id">newest {html(clause.newest)}</span>' if clause.newest else ""


def _failing(rules: Sequence[str], failed: set[str]) -> str:
    shown = " ".join(
        f'<a href="#{anchor("findings", rule)}">{html(rule)}</a>' if rule in failed else html(rule)
        for rule in rules[:_RULES_SHOWN]
    )
    more = len(rules) - _RULES_SHOWN
    return shown + (f" and {more:,} more" if more > 0 else "")


def heat(count: int, outcome: Outcome, top: int) -> str:
    """A cell: the hotter, the larger its share of the largest; a sign beside every figure that is not nought."""
    if not count:
        return '<td class="n zero">0</td>'
    level = 1 if count * 3 <= top else 2 if count * 3 <= top * 2 or outcome not in _HOT else 3
    return f'<td class="n {outcome} h{level}">{SIGNS[outcome]} {count:,}</td>'


def _controls(report: Report) -> Iterator[str]:
    controls: dict[str, Counter[Outcome]] = {}
    for rule, counts in report.counts_by_rule().items():
        for control in rule.controls:
            controls.setdefault(control, Counter()).update(counts)
    if not controls:
        return
    columns = (*_COLUMNS, Outcome.NOT_APPLICABLE)
    tops = {outcome: max(counts[outcome] for counts in controls.values()) for outcome in columns}
    yield f"<details>\n<summary>The same by control ({len(controls):,})</summary>\n"
    rows = (
        f'<tr><th scope="row">{html(name)}</th>{"".join(heat(counts[one], one, tops[one]) for one in columns)}</tr>\n'
        for name, counts in sorted(controls.items())
    )
    yield from table("Controls", ("control", *(f"{SIGNS[one]} {WORDS[one]}" for one in columns)), rows, "matrix")
    yield "</details>\n"


def questions(standards: Sequence[StandardState]) -> Iterator[str]:
    """What no rule can answer, with room for an answer on paper."""
    note = "No rule answers these; a person who knows the organisation has to."
    yield opened("questions", "What only people can judge", note)
    asked = False
    for standard in standards:
        open_ = [clause for clause in standard.clauses if clause.human or clause.unseen]
        if not open_:
            continue
        asked = True
        yield f"<details>\n<summary><h3>{html(standard.title)}</h3> "
        yield f'<span class="n">{len(open_):,}</span></summary>\n<ul class="questions">\n'
        for clause in open_:
            told = html(clause.human) if clause.human else f"Not seen in a repository: {html(clause.unseen)}"
            yield f'<li><span class="number">{html(clause.number)}</span> {told}</li>\n'
        yield "</ul>\n</details>\n"
    if not asked:
        yield '<p class="none">No chosen standard asks such a question.</p>\n'
    yield "</section>\n"
