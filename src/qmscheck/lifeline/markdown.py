"""A life in Markdown: a section for each commit, a table of its fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qmscheck.lifeline import Difference, Event, Life
from qmscheck.lifeline.words import both, heading, marks, note, summary, trailers, when, who
from qmscheck.reporters.markup import inert

_LIMIT = 300


def render(life: Life, **_options: object) -> Iterator[str]:
    """The whole page."""
    yield f"# {inert(heading(life), _LIMIT)}\n\n{inert(summary(life), _LIMIT)}\n"
    for event in life.events:
        yield from _event(event)
    if life.uncommitted:
        yield "\n## Not committed yet\n\n"
        yield from _table(life.uncommitted)
    yield f"\n{note(life)}\n"


def _event(event: Event) -> Iterator[str]:
    commit = event.commit
    yield f"\n## {when(commit)} {inert(commit.subject, _LIMIT)}\n\n"
    yield f"{inert(who(commit), _LIMIT)}, commit `{inert(commit.short)}`\n"
    said = [*marks(event), *trailers(event)]
    if said:
        yield "\n"
        yield from (f"- {inert(one, _LIMIT)}\n" for one in said)
    if event.differences:
        yield "\n"
        yield from _table(event.differences)


def _table(found: Iterable[Difference]) -> Iterator[str]:
    yield "| field | before | after |\n| --- | --- | --- |\n"
    for one in found:
        before, after = both(one)
        yield f"| {inert(one.name, _LIMIT)} | {inert(before, _LIMIT)} | {inert(after, _LIMIT)} |\n"
