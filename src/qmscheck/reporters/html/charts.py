"""Drawings: what happened when, how much each month, how long things are open. Each figure is told in words too."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from qmscheck.model import Background, Event, OpenRecord, Outcome, Report
from qmscheck.reporters.html.parts import location, opened, table
from qmscheck.reporters.markup import html

_WIDTH: Final = 960
_LEFT: Final = 170
_RIGHT: Final = 36
_LANE: Final = 30
_STEPS: Final = 96
"""Places along the axis; what falls on the same one is drawn as one larger mark."""
_ROWS: Final = 500
_OPEN_ROWS: Final = 50
_MONTHS: Final = 24
_NAME: Final = 22
_FEW: Final = 3
"""A month with so many fills the height of a chart, if none has more."""
_AGES: Final = ((30, "up to 30 days"), (90, "31 to 90 days"), (180, "91 to 180 days"), (365, "181 to 365 days"))
_OLDER: Final = "more than a year"
_UNDATED: Final = "cannot be told"


def timeline(report: Report, background: Background, links: str) -> Iterator[str]:
    """A lane for each kind of event, and the events in a table."""
    note = "What the records say has happened, by the days they state. A diamond marks records on which a rule fails."
    yield opened("timeline", "What happened", note)
    events = background.events
    if not events:
        yield '<p class="none">No record of a kind that happens on a day was read.</p>\n'
    else:
        failing = {result.subject for result in report.of(Outcome.FAIL)}
        yield from _lanes(events, failing, report.provenance.as_of[:10])
        yield f'<details>\n<summary>All of them, the newest first <span class="n">{len(events):,}</span></summary>\n'
        rows = (_event(report, event, links) for event in islice(reversed(events), _ROWS))
        yield from table("Events", ("day", "kind", "record", "where"), rows, "events")
        if len(events) > _ROWS:
            yield f"<p>{len(events) - _ROWS:,} older ones are not shown here.</p>\n"
        yield "</details>\n"
    for kind, count in background.undated.items():
        yield f"<p>{html(kind)}: {count:,} without a day that can be read; not drawn.</p>\n"
    yield "</section>\n"


def _event(report: Report, event: Event, links: str) -> str:
    about = f'<span class="id">{html(event.id)}</span> {html(event.title, 200)}'
    at = location(report, event.location, links)
    return f"<tr><td>{event.day}</td><td>{html(event.kind)}</td><td>{about}</td><td>{at}</td></tr>\n"


def _lanes(events: Sequence[Event], failing: set[str], as_of: str) -> Iterator[str]:
    first, last = dt.date.fromisoformat(events[0].day), dt.date.fromisoformat(as_of)
    span = max((last - first).days, 1)
    kinds = sorted({event.kind for event in events})
    height = _LANE * len(kinds) + 34
    yield '<div class="wide" role="region" aria-label="Drawing of the timeline" tabindex="0">\n'
    yield f'<svg class="chart" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" role="img" '
    yield f'aria-label="{len(events):,} events from {first} to {last}, one lane for each kind">\n'
    for day in _ticks(first, last):
        x = _across((day - first).days / span)
        yield f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{height - 24}" stroke="#8886"/>'
        yield f'<text x="{x:.1f}" y="{height - 6}" text-anchor="middle" fill="currentColor">{_month(day)}</text>\n'
    for lane, kind in enumerate(kinds):
        members = [event for event in events if event.kind == kind]
        y = lane * _LANE + _LANE / 2
        yield f'<text x="0" y="{y + 4:.1f}" fill="currentColor">{html(kind, _NAME)} ({len(members):,})</text>'
        yield f'<line class="lane" x1="{_LEFT}" x2="{_across(1) + 10}" y1="{y:.1f}" y2="{y:.1f}" stroke="#8888"/>\n'
        yield from _marks(members, failing, first, span, y)
    yield "</svg>\n</div>\n"


def _across(part: float) -> float:
    """Where a part of the time, from 0 to 1, is on the axis."""
    return _LEFT + 10 + part * (_WIDTH - _LEFT - 10 - _RIGHT)


def _marks(members: Iterable[Event], failing: set[str], first: dt.date, span: int, y: float) -> Iterator[str]:
    steps: dict[int, list[Event]] = {}
    for event in members:
        days = (dt.date.fromisoformat(event.day) - first).days
        steps.setdefault(days * (_STEPS - 1) // span, []).append(event)
    for step, found in sorted(steps.items()):
        x = _across(step / (_STEPS - 1))
        size = min(4 + len(found) ** 0.5, 12)
        bad = sum(1 for event in found if event.subject in failing)
        said = f"{found[0].day}: {found[0].id}" + (f" and {len(found) - 1:,} more" if len(found) > 1 else "")
        title = f"<title>{html(said, 200)}{f' ({bad:,} with a failing rule)' if bad else ''}</title>"
        if bad:
            x0, x1, y0, y1 = x - size - 1, x + size + 1, y - size - 1, y + size + 1
            points = f"{x:.1f},{y0:.1f} {x1:.1f},{y:.1f} {x:.1f},{y1:.1f} {x0:.1f},{y:.1f}"
            yield f'<polygon class="mark bad" points="{points}">{title}</polygon>\n'
        else:
            yield f'<circle class="mark" cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}">{title}</circle>\n'


def _ticks(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """First days of months, at most a dozen, evenly apart."""
    months = (last.year - first.year) * 12 + last.month - first.month
    step = max(1, -(-months // 11))
    for number in range(1, months + 1, step):
        month = first.month - 1 + number
        if first.year + month // 12 <= dt.MAXYEAR:
            yield dt.date(first.year + month // 12, month % 12 + 1, 1)


def _month(day: dt.date) -> str:
    return f"{day.year:04}-{day.month:02}"


def trends(report: Report, background: Background, links: str) -> Iterator[str]:
    """Events a month for each kind, and how long open records have been open."""
    yield opened("trends", "Trends and ageing")
    as_of = dt.date.fromisoformat(report.provenance.as_of[:10])
    months = _last_months(as_of)
    kinds = sorted({event.kind for event in background.events})
    if kinds:
        yield f'<h3>Each month, {months[0]} to {months[-1]}</h3>\n<div class="small-charts">\n'
        for kind in kinds:
            counts = Counter(event.day[:7] for event in background.events if event.kind == kind)
            yield from _bars(kind, months, [counts[month] for month in months])
        yield "</div>\n"
    yield from _ageing(report, background.open, links)
    yield "</section>\n"


def _last_months(as_of: dt.date) -> list[str]:
    last = as_of.year * 12 + as_of.month - 1
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(max(last - _MONTHS + 1, 12), last + 1)]


def _bars(kind: str, months: Sequence[str], counts: Sequence[int]) -> Iterator[str]:
    """Columns a month; one alone does not fill the height, so that few look like few."""
    most, total = max(counts), sum(counts)
    scale, step, base = max(most, _FEW), 240 / len(months), 46
    busiest = f", most in {months[counts.index(most)]}: {most:,}" if most > 1 else ""
    yield f"<figure>\n<figcaption><strong>{html(kind)}</strong> {total:,}{busiest}</figcaption>\n"
    yield '<svg class="chart" viewBox="0 0 240 62" width="240" height="62" '
    yield f'role="img" aria-label="{html(kind)} a month">'
    yield f'<line class="lane" x1="0" x2="240" y1="{base}" y2="{base}" stroke="#8888"/>\n'
    for place, count in enumerate(counts):
        if count:
            tall = max((base - 6) * count / scale, 2)
            yield f'<rect class="mark" x="{place * step + 1:.1f}" y="{base - tall:.1f}" width="{step - 2:.1f}" '
            yield f'height="{tall:.1f}"><title>{months[place]}: {count:,}</title></rect>'
    yield f'<text x="0" y="60" fill="currentColor">{months[0]}</text>'
    yield f'<text x="240" y="60" text-anchor="end" fill="currentColor">{months[-1]}</text>\n'
    yield "</svg>\n</figure>\n"


def _age(record: OpenRecord) -> str:
    if record.days is None:
        return _UNDATED
    return next((name for limit, name in _AGES if record.days <= limit), _OLDER)


def _ageing(report: Report, waiting: Sequence[OpenRecord], links: str) -> Iterator[str]:
    yield "<h3>How long open records have been open</h3>\n"
    if not waiting:
        yield '<p class="none">No record is in an open state.</p>\n'
        return
    counts = Counter(map(_age, waiting))
    names = [*(name for _, name in _AGES), _OLDER, _UNDATED]
    most, height = max(counts.values()), 28 * len(names)
    said = ", ".join(f"{name}: {counts[name]:,}" for name in names if counts[name])
    yield '<div class="wide" role="region" aria-label="Drawing of the ages" tabindex="0">\n'
    yield f'<svg class="chart" viewBox="0 0 640 {height}" width="640" height="{height}" '
    yield f'role="img" aria-label="{said}">\n'
    for row, name in enumerate(names):
        y, wide = row * 28, 400 * counts[name] / most
        yield f'<text x="0" y="{y + 18}" fill="currentColor">{name}</text>'
        yield f'<rect class="mark" x="150" y="{y + 5}" width="{wide:.1f}" height="18"/>'
        yield f'<text x="{158 + wide:.1f}" y="{y + 18}" fill="currentColor">{counts[name]:,}</text>\n'
    yield "</svg>\n</div>\n"
    yield f'<details>\n<summary>Open records, the oldest first <span class="n">{len(waiting):,}</span></summary>\n'
    yield from table(
        "Open records",
        ("since", "days", "kind", "record", "where"),
        (_open(report, record, links) for record in waiting[:_OPEN_ROWS]),
        "events",
    )
    if len(waiting) > _OPEN_ROWS:
        yield f"<p>{len(waiting) - _OPEN_ROWS:,} younger ones are not shown here.</p>\n"
    yield "</details>\n"


def _open(report: Report, record: OpenRecord, links: str) -> str:
    days = "" if record.days is None else f"{record.days:,}"
    about = f'<span class="id">{html(record.id)}</span> {html(record.title, 200)}'
    at = location(report, record.location, links)
    since = record.since or _UNDATED
    return (
        f'<tr><td>{since}</td><td class="n">{days}</td><td>{html(record.kind)}</td><td>{about}</td><td>{at}</td></tr>\n'
    )
