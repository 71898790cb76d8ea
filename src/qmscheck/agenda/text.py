"""An agenda for people: day by day, owner by owner."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from textwrap import wrap

from qmscheck.agenda import Agenda, Due
from qmscheck.reporters.sanitise import no_commands, one_line, prose

_NOBODY = "(no owner)"


@no_commands
def render(agenda: Agenda, width: int = 100) -> Iterator[str]:
    """The lines of the page."""
    count = f"{len(agenda.due):,} due" if agenda.due else "Nothing becomes due"
    yield f"{count} after {agenda.as_of.date()} and up to {agenda.until}\n"
    for day, found in groupby(agenda.due, lambda due: due.last):
        yield f"\nby {day:%Y-%m-%d, %A}\n"
        for due in found:
            yield from _lines(due, width)
    if agenda.found:
        yield f"\n{agenda.found:,} found already by the same rules, and failing the run: qmscheck check tells all\n"


def _lines(due: Due, width: int) -> Iterator[str]:
    rule = due.rule.id if due.rule is not None else "enforce_from"
    weight = "fails the run" if due.fails else "noted"
    yield f"  {one_line(due.owner) or _NOBODY}: {rule} {one_line(due.record or due.subject)} ({weight})\n"
    yield from _wrapped(prose(due.title), width)
    why = "what excuses it ends; " if due.excused else ""
    yield from _wrapped(f"else from {due.since}: {why}{one_line(due.message)}", width)
    if due.location is not None:
        yield f"    at {one_line(str(due.location))}\n"


def _wrapped(text: str, width: int) -> Iterator[str]:
    for line in wrap(text, max(width - 4, 40), break_long_words=False, break_on_hyphens=False):
        yield f"    {line}\n"
