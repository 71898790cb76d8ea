"""A period for the terminal: rule by rule the records and the days on which it was not met."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import Final

from qmscheck.period import Interval, Period, by_rule
from qmscheck.period.words import days, kind, looked_at, sentence, span, subject, weight
from qmscheck.reporters.sanitise import no_commands, one_line, prose

_BOLD, _DIM = "1", "2"
_STYLES: Final = {"major": "1;31", "error": "1;31", "minor": "33", "unknown": "33", "observation": "36", "waived": "2"}
_SENTENCE_LIMIT: Final = 500


@no_commands
def render(period: Period, *, color: bool = False, width: int = 80, **_options: object) -> Iterator[str]:
    """Lines of text."""

    def paint(text: str, style: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if color and style else text

    def paragraph(text: str, indent: int, style: str = "") -> Iterator[str]:
        margin = " " * indent
        for line in wrap(text, max(width - indent, 24), break_long_words=False, break_on_hyphens=False) or [""]:
            yield f"{margin}{paint(line, style)}\n"

    def told(interval: Interval) -> Iterator[str]:
        length = f"{days(interval.days)}, {weight(interval)}"
        yield f"    {paint(span(interval), _STYLES.get(kind(interval), ''))}  {length}\n"
        yield from paragraph(one_line(interval.message, _SENTENCE_LIMIT), 6)

    for rule, intervals in by_rule(period.intervals):
        yield from paragraph(f"{one_line(rule.id)}  {prose(rule.title)}", 0, _BOLD)
        last = ""
        for interval in intervals:
            name = one_line(subject(interval))
            if name != last:
                yield f"  {paint(name, _BOLD)}\n"
            last = name
            yield from told(interval)
        yield "\n"
    if period.gaps:
        yield f"{paint('Could not be told', _BOLD)}\n"
        for gap in period.gaps:
            yield f"    {paint(f'{gap.first} to {gap.last}', _STYLES['unknown'])}  "
            yield f"{days((gap.last - gap.first).days + 1)}\n"
            yield from paragraph(one_line(gap.reason, _SENTENCE_LIMIT), 6)
        yield "\n"
    yield from paragraph(looked_at(period), 0, _DIM)
    yield from paragraph(sentence(period), 0, _BOLD)
