"""A period in Markdown: a table of the intervals, and what could not be told."""

from __future__ import annotations

from collections.abc import Iterator

from qmscheck.period import Interval, Period
from qmscheck.period.words import days, looked_at, sentence, span, subject, weight
from qmscheck.reporters.markup import inert

_LIMIT = 300


def render(period: Period, **_options: object) -> Iterator[str]:
    """The whole page."""
    yield f"# Under control from {period.first} to {period.last}?\n\n**{sentence(period)}**\n\n"
    yield f"{looked_at(period)}.\n"
    if period.intervals:
        yield "\n## Days on which an expectation was not met\n\n"
        yield "| rule | record | days | | what |\n| --- | --- | --- | ---: | --- |\n"
        yield from map(_row, period.intervals)
        yield "\n"
        yield from (f"- **{rule}** {title}\n" for rule, title in _titles(period).items())
    if period.gaps:
        yield "\n## Could not be told\n\n| days | | why |\n| --- | ---: | --- |\n"
        for gap in period.gaps:
            count = days((gap.last - gap.first).days + 1)
            yield f"| {gap.first} to {gap.last} | {count} | {inert(gap.reason, _LIMIT)} |\n"


def _row(one: Interval) -> str:
    what = f"{weight(one)}: {one.message}"
    return (
        f"| {inert(one.rule.id)} | {inert(subject(one))} | {span(one)} | {days(one.days)} | {inert(what, _LIMIT)} |\n"
    )


def _titles(period: Period) -> dict[str, str]:
    return {inert(one.rule.id): inert(one.rule.title) for one in period.intervals}
