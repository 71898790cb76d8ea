"""``logged``: what a record says was done shows in a log of events that was kept at that time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from qmscheck.calendars import Untold, has_time, time_of
from qmscheck.checks import Check, NotApplicable, Surroundings
from qmscheck.knowledge import Evidence
from qmscheck.model import Problem, Record
from qmscheck.registry import Events, dotted, shows, values_at

_DAY = dt.timedelta(days=1)


def problems(record: Record, around: Surroundings) -> Iterator[Problem]:
    """A problem when no event names the record, and none of those that concern the same is of its time.

    Options: ``named`` are links to events that name the record, whenever they were; ``link`` leads to those that
    concern the same (by fields of equal value), ``events`` is their date field; ``began`` and ``ended`` are the
    record's own, of which one may be missing; ``hours`` is the name of a setting, allowed before and after; ``without``
    are fields with the values by which an event is no proof.
    """
    options = around.options
    links = around.facts.types[record.type].links
    naming = [around.records.related(record, links[str(name)]) for name in options["named"]]  # type: ignore[attr-defined]
    if any(naming):
        return
    field, margin = str(options["began"]), dt.timedelta(hours=int(str(around.facts.settings[str(options["hours"])])))
    began, ended = _time(record, field, str(options["ended"]))
    logs = list(_logs(record, around))
    kept = [log for log in logs if log.starts is not None and log.starts <= began]
    if not kept and None not in naming and not any(log.untold for log in logs):
        raise NotApplicable("no log of what it concerns was kept at that time")
    if any(_counts(event, around) for log in kept for _, event in log.between(began - margin, ended + margin)):
        return
    untold = [reason for log in logs for reason in log.untold]
    if None in naming or untold:
        raise Untold("; ".join(untold[:3]) or "not all of the log was read")
    hours, concerned = margin // dt.timedelta(hours=1), links[str(options["link"])].by
    yield Problem(
        message=f"made between {_shown(began)} and {_shown(ended)}, but the log has no event of it, nor any other on "
        f"the same {concerned} within your {hours} hours before and after",
        path=dotted(field if field in record.fields else str(options["ended"])),
    )


def _counts(event: Record, around: Surroundings) -> bool:
    without: Mapping[str, tuple[object, ...]] = around.options["without"]  # type: ignore[assignment]
    return not any(shows(Evidence(type=event.type, where={path: values}), event) for path, values in without.items())


def _time(record: Record, first: str, last: str) -> tuple[dt.datetime, dt.datetime]:
    """From when to when; a day without a time lasts until its end."""
    texts = [str(record.fields[name]) for name in (first, last) if record.fields.get(name) not in (None, "")]
    if not texts:
        raise NotApplicable("it is not said when it was made")
    end = time_of(texts[-1])
    return time_of(texts[0]), end if has_time(texts[-1]) else end + _DAY


def _logs(record: Record, around: Surroundings) -> Iterator[Events]:
    """The events that concern the same, one log for each value that they share."""
    link = around.facts.types[record.type].links[str(around.options["link"])]
    fields = (dotted(str(around.options["events"])),)
    for _, value in values_at(record.fields, link.field):
        if value not in (None, ""):
            yield from (around.records.events(name, dotted(link.by), value, fields) for name in link.to)


def _shown(moment: dt.datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


CHECK = Check(name="logged", record=problems, looks_around=True)
