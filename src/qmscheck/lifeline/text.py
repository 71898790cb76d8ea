"""A life for the terminal: commit by commit, oldest first."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import Final

from qmscheck.frozen import frozen
from qmscheck.lifeline import Difference, Event, Life
from qmscheck.lifeline.words import both, heading, marks, note, summary, trailers, when, who
from qmscheck.reporters.sanitise import no_commands, one_line, shortened

_BOLD, _DIM, _YELLOW, _GREEN = "1", "2", "33", "32"
_SHOWN: Final = 12
"""Fields of one commit that are shown unless ``verbose``."""
_LIMIT: Final = 300
_NAME: Final = 28


@no_commands
def render(life: Life, *, color: bool = False, width: int = 80, verbose: int = 0, **_options: object) -> Iterator[str]:
    """Lines of text."""
    page = _Page(color=color, width=width, verbose=verbose)
    yield from page.paragraph(heading(life), 0, _BOLD)
    yield from page.paragraph(summary(life), 0)
    yield "\n"
    for event in life.events:
        yield from page.event(event)
    if life.uncommitted:
        yield f"{page.paint('Not committed yet', _BOLD)}\n"
        yield from page.fields(life.uncommitted)
        yield "\n"
    yield from page.paragraph(note(life), 0, _DIM)


@frozen
class _Page:
    """How to write: with colour or not, how wide, how much."""

    color: bool
    width: int
    verbose: int

    def paint(self, text: str, style: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self.color and style else text

    def paragraph(self, text: str, indent: int, style: str = "") -> Iterator[str]:
        lines = wrap(one_line(text, _LIMIT), max(self.width - indent, 24), break_on_hyphens=False) or [""]
        yield from (f"{' ' * indent}{self.paint(line, style)}\n" for line in lines)

    def event(self, event: Event) -> Iterator[str]:
        commit = event.commit
        yield f"{self.paint(when(commit), _BOLD)}  {self.paint(one_line(commit.short), _DIM)}  "
        yield f"{shortened(one_line(commit.subject), max(self.width - 32, 24))}\n"
        yield from self.paragraph(who(commit), 2)
        for mark in marks(event):
            yield from self.paragraph(mark, 4, _YELLOW)
        for line in trailers(event):
            yield from self.paragraph(line, 4, _GREEN)
        yield from self.fields(event.differences)
        yield "\n"

    def fields(self, found: tuple[Difference, ...]) -> Iterator[str]:
        shown = found if self.verbose else found[:_SHOWN]
        column = min(max((len(one_line(one.name)) for one in shown), default=0), _NAME)
        room = max(self.width - column - 6, 24)
        for one in shown:
            before, after = (one_line(value, _LIMIT) for value in both(one))
            name = f"{shortened(one_line(one.name), column):{column}}"
            text = after if one.before is None else f"{before} → {after}"
            yield f"    {self.paint(name, _DIM)}  {shortened(text, room)}\n"
        if len(shown) < len(found):
            yield f"    … {len(found) - len(shown):,} more fields; all of them: -v\n"
