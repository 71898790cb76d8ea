"""The report that an engineer reads in a terminal: what to mend first and where, what was checked last.

Findings come in the order of files and lines, each with place, rule, sentence and fix. Every mark is a word beside its
symbol and colour, so nothing is lost without colour. Text from records is made safe and cut (``sanitise``).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from textwrap import wrap
from typing import Final

from qmscheck.frozen import frozen
from qmscheck.glossary import many
from qmscheck.model import Location, Outcome, Problem, Report, Result, Rule
from qmscheck.reporters.sanitise import no_commands, one_line, prose, shortened
from qmscheck.reporters.verdict import Verdict, headline, rule_to_explain, sentence, verdict

_SHOWN: Final = 20
"""Results of one rule, and problems of one result, that are shown unless ``verbose``."""
_SENTENCE_LIMIT: Final = 500
_HANG: Final = 4

_BOLD, _DIM, _RED, _YELLOW, _GREEN, _CYAN = "1", "2", "1;31", "33", "32", "36"
_STYLES: Final = {"major": _RED, "error": _RED, "minor": _YELLOW, "unknown": _YELLOW, "observation": _CYAN}
_SYMBOLS: Final = {
    Outcome.PASS: "✓",
    Outcome.FAIL: "✗",
    Outcome.UNKNOWN: "?",
    Outcome.NOT_APPLICABLE: "–",  # noqa: RUF001 - an en dash, on purpose
    Outcome.WAIVED: "~",
    Outcome.ERROR: "!",
}
_COLUMNS: Final = {Outcome.PASS: "   pass", Outcome.FAIL: " fail", Outcome.NOT_APPLICABLE: "   n/a"}


@no_commands
def render(report: Report, *, color: bool = False, width: int = 80, verbose: int = 0, **_: object) -> Iterator[str]:
    """Lines of text. ``verbose``: below 0 only the summary; 1 every finding and counts by rule; 2 also every pass."""
    clauses = {rule.id: report.clauses_of(rule) for rule in report.rules} if report.provenance.standards else {}
    page = _Page(color=color, width=max(width, 40), verbose=verbose, clauses=clauses)
    if verbose >= 0:
        yield from _sections(page, report)
    if verbose > 0:
        yield from _by_rule(page, report)
    if verbose > 1:
        yield from _quiet(page, report)
    yield from _summary(page, report)


@frozen
class _Page:
    """How to write: with colour or not, how wide, how much; and the clauses of rules, where a standard is chosen."""

    color: bool
    width: int
    verbose: int
    clauses: Mapping[str, tuple[str, ...]]

    def paint(self, text: str, style: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self.color and style else text

    def heading(self, title: str) -> str:
        rule = "─" * max(3, min(self.width, 100) - len(title) - 4)
        return f"{self.paint(f'── {title} {rule}', _BOLD)}\n"

    def item(self, label: str, text: str, *, indent: int = 4, style: str = "", tone: str = "") -> Iterator[str]:
        """A label and a paragraph that hangs behind it, or below it where that would leave too little room."""
        ahead = len(label) + bool(label)
        behind = ahead if ahead <= self.width // 4 else _HANG
        first, hang = "x" * ahead, " " * behind
        room = max(self.width - indent, 16 + max(ahead, behind))
        lines = wrap(
            text, room, initial_indent=first, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False
        ) or [""]
        margin = " " * indent
        start = f"{margin}{self.paint(label, style)} " if label else margin
        yield f"{start}{self.paint(lines[0][ahead:], tone)}".rstrip() + "\n"
        for line in lines[1:]:
            yield f"{margin}{hang}{self.paint(line[behind:], tone)}".rstrip() + "\n"


def _sections(page: _Page, report: Report) -> Iterator[str]:
    """Everything that needs saying, the most urgent first; waivers are counted only, unless ``verbose``."""
    told: dict[tuple[Outcome, bool], list[Result]] = defaultdict(list)
    for result in report.of(Outcome.FAIL, Outcome.UNKNOWN, Outcome.ERROR, Outcome.WAIVED):
        told[result.outcome, report.fails_run(result)].append(result)
    findings, errors, unknown = (told[one, True] for one in (Outcome.FAIL, Outcome.ERROR, Outcome.UNKNOWN))
    noted = told[Outcome.FAIL, False] + told[Outcome.UNKNOWN, False]
    waived = told[Outcome.WAIVED, False] if page.verbose else []
    sections = [
        ("Findings", findings, _blocks(page, findings)),
        ("Could not be judged", errors, _blocks(page, errors)),
        ("Could not be told", unknown, _groups(page, unknown)),
        ("Noted, does not fail the run", noted, _groups(page, noted)),
        ("Waived", waived, _groups(page, waived)),
    ]
    for title, results, lines in sections:
        if results:
            yield page.heading(f"{title} ({len(results):,})")
            yield from lines


def _blocks(page: _Page, results: list[Result]) -> Iterator[str]:
    """Results in order of their places, in full."""
    counts: Counter[Rule] = Counter()
    last = ""
    for result in sorted(results, key=_order):
        counts[result.rule] += 1
        if counts[result.rule] > _SHOWN and not page.verbose:
            continue
        place = _titled_place(result)
        if place != last:
            yield f"{page.paint(place, _BOLD)}\n"
        last = place
        yield from _block(page, result)
        yield "\n"
    for rule, count in counts.items():
        if count > _SHOWN and not page.verbose:
            more = f"{count - _SHOWN:,} more of {count:,}; all of them: qmscheck check -v --select {rule.id}"
            yield from page.item(f"… {rule.id}", more, indent=2, style=_BOLD)
            yield "\n"


def _block(page: _Page, result: Result) -> Iterator[str]:
    rule = result.rule
    yield from _head(page, result)
    yield from _sentences(page, result)
    if result.time:
        yield from page.item("", "the calendar alone caused this", tone=_DIM)
    if result.fix:
        yield from page.item("fix:", prose(result.fix), style=_GREEN)
    if clauses := page.clauses.get(rule.id):
        yield from page.item("see:", one_line(", ".join(clauses)), tone=_DIM)


def _head(page: _Page, result: Result, *, in_short: bool = False) -> Iterator[str]:
    word = result.grade.value if result.outcome is Outcome.FAIL else result.outcome.value
    symbol = "•" if in_short and result.outcome is Outcome.FAIL else _SYMBOLS[result.outcome]
    label = f"{symbol} {word} {one_line(result.rule.id)}"
    yield from page.item(label, prose(result.rule.title), indent=2, style=_STYLES.get(word, _DIM), tone=_DIM)


def _sentences(page: _Page, result: Result) -> Iterator[str]:
    problems = result.problems
    if len(problems) <= 1:
        yield from page.item("", one_line(headline(result), _SENTENCE_LIMIT))
        return
    shown = problems if page.verbose else problems[:_SHOWN]
    for problem in shown:
        yield from page.item("-", f"{_apart(problem, result.location)}{one_line(problem.message, _SENTENCE_LIMIT)}")
    if len(problems) > len(shown):
        yield from page.item("-", f"… and {len(problems) - len(shown):,} more; all of them: -v", tone=_DIM)


def _apart(problem: Problem, main: Location) -> str:
    """The place of a problem as far as it differs from that of its result."""
    place = problem.location
    if place is None or place == main:
        return ""
    if place.path != main.path:
        return f"{_place(place)}: "
    return ":".join(str(part) for part in (place.line, place.column) if part is not None) + ": "


def _groups(page: _Page, results: list[Result]) -> Iterator[str]:
    """Results rule by rule, in short: each sentence once, and below it the places it is true of."""
    rules: dict[Rule, list[Result]] = defaultdict(list)
    for result in results:
        rules[result.rule].append(result)
    for found in rules.values():
        yield from _head(page, found[0], in_short=True)
        shown = found if page.verbose else found[:_SHOWN]
        places: dict[str, list[str]] = defaultdict(list)
        for result in shown:
            places[one_line(headline(result), _SENTENCE_LIMIT)].append(_titled_place(result))
        for message, where in places.items():
            yield from page.item("", message)
            yield from (f"      {page.paint(place, _DIM)}\n" for place in where)
        if len(found) > len(shown):
            yield from page.item("", f"… and {len(found) - len(shown):,} more; all of them: -v", tone=_DIM)
        yield "\n"


def _by_rule(page: _Page, report: Report) -> Iterator[str]:
    """How many results of each outcome each rule had; outcomes that none had have no column."""
    counts: dict[str, Counter[Outcome]] = {rule.id: Counter() for rule in report.rules}
    titles = {rule.id: rule.title for rule in report.rules}
    for result in report.results:
        counts.setdefault(result.rule.id, Counter())[result.outcome] += 1
        titles.setdefault(result.rule.id, result.rule.title)
    yield page.heading(f"Rules ({len(counts):,})")
    columns = [outcome for outcome, count in report.counts().items() if count or outcome is Outcome.PASS]
    wide = max((len(rule_id) for rule_id in counts), default=4)
    head = "".join(f"{_column(outcome):>{len(_column(outcome)) + 2}}" for outcome in columns)
    head = f"{'rule':<{wide}}{head}"
    yield f"  {page.paint(head, _DIM)}\n"
    for rule_id, found in counts.items():
        cells = "".join(f"{_number(found[outcome]):>{len(_column(outcome)) + 2}}" for outcome in columns)
        title = shortened(prose(titles[rule_id]), page.width - len(head) - 4)
        yield f"  {one_line(rule_id):<{wide}}{cells}  {page.paint(title, _DIM)}".rstrip() + "\n"
    yield "\n"


def _column(outcome: Outcome) -> str:
    return _COLUMNS.get(outcome, outcome.value)


def _number(count: int) -> str:
    return f"{count:,}" if count else "·"


def _quiet(page: _Page, report: Report) -> Iterator[str]:
    """Everything that passed or did not apply, one line each."""
    yield page.heading("Passed, or not applicable")
    for result in report.of(Outcome.PASS, Outcome.NOT_APPLICABLE):
        mark = page.paint(_SYMBOLS[result.outcome], _GREEN if result.outcome is Outcome.PASS else _DIM)
        reason = page.paint(f": {one_line(result.reason, _SENTENCE_LIMIT)}", _DIM) if result.reason else ""
        word = _word(result.outcome)
        yield f"  {mark} {word} {one_line(result.rule.id)} {one_line(result.subject, _SENTENCE_LIMIT)}{reason}\n"
    yield "\n"


def _summary(page: _Page, report: Report) -> Iterator[str]:
    """What was checked, what could not be told, what was left out, the verdict, the next step."""
    yield page.heading("Summary")
    for label, told in (
        ("Checked" if report.extent is None else "Read", _checked(report)),
        ("As of", _as_of(report)),
        ("Results", _results(report)),
        ("Not told", _not_told(report)),
        ("Empty", _empty(report)),
        *(("Left out", one_line(left_out)) for left_out in report.left_out),
    ):
        if told:
            yield from page.item(f"{label:<8}", told, indent=2, style=_BOLD)
    symbol, style = {
        Verdict.SATISFIED: ("✓", "1;32"),
        Verdict.NOT_SATISFIED: ("✗", _RED),
        Verdict.NOTHING_CHECKED: ("!", _RED),
    }[verdict(report)]
    yield "\n"
    yield from page.item(symbol, sentence(report), indent=0, style=style, tone=style)
    yield from page.item("Next:", _next(report), indent=2, style=_GREEN)


def _checked(report: Report) -> str:
    by_type: Counter[str] = Counter()
    for read in report.read:
        by_type[read.type] += read.records
    types = ", ".join(f"{one_line(name)} {count:,}" for name, count in by_type.items() if count)
    files = many(sum(read.files for read in report.read), "file")
    records = many(sum(by_type.values()), "record")
    return f"{records}{f' ({types})' if types else ''} in {files} by {many(len(report.rules), 'rule')}"


def _as_of(report: Report) -> str:
    provenance = report.provenance
    commit = f"commit {one_line(provenance.commit)[:12]}" if provenance.commit else ""
    if provenance.dirty:
        commit += " with uncommitted changes"
    policy = f"policy {one_line(provenance.policy)[:12]}" if provenance.policy else ""
    facts = (provenance.as_of, commit, policy, *provenance.standards, provenance.tool)
    return ", ".join(one_line(fact) for fact in facts if fact)


def _results(report: Report) -> str:
    return ", ".join(f"{count:,} {_word(outcome)}" for outcome, count in report.counts().items() if count) or "none"


def _not_told(report: Report) -> str:
    """What the verdict cannot speak of."""
    unknown = Counter(result.rule.id for result in report.of(Outcome.UNKNOWN))
    unreadable = sum(read.unreadable for read in report.read)
    parts = []
    if unknown:
        rules = ", ".join(f"{one_line(rule_id)} {count:,}" for rule_id, count in sorted(unknown.items()))
        parts.append(f"{many(sum(unknown.values()), 'result')} unknown ({rules})")
    if unreadable:
        parts.append(f"{unreadable:,} that could not be read")
    return "; ".join(parts)


def _empty(report: Report) -> str:
    names = [f"{one_line(read.collection)} ({one_line(read.type)})" for read in report.read if not read.records]
    return f"no record in {', '.join(names)}" if names else ""


def _next(report: Report) -> str:
    if not report.checked_anything:
        return "qmscheck records (what each collection reads; look at its `files` in qmscheck.yaml)"
    rule_id = rule_to_explain(report)
    if rule_id is not None:
        return f"qmscheck explain {one_line(rule_id)} (why the rule is there, what satisfies it)"
    return "qmscheck check -v (the passes of each rule)"


def _word(outcome: Outcome) -> str:
    return outcome.value.replace("_", " ")


def _order(result: Result) -> tuple[str, int, int, int, str, str]:
    place = result.location
    return place.path, place.line or 0, place.column or 0, -result.grade.rank, result.rule.id, result.subject


def _place(location: Location) -> str:
    return one_line(str(location), _SENTENCE_LIMIT)


def _titled_place(result: Result) -> str:
    """The place, and which record it is about where the path does not say so."""
    about = result.record.id if result.record is not None else result.subject
    place = _place(result.location)
    return place if not about or about in result.location.path else f"{place} ({one_line(about, 80)})"
