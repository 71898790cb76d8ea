"""An agenda as an iCalendar file (RFC 5545): one all-day event for each thing to be done, on its last day."""

from __future__ import annotations

import datetime as dt

from icalendar import Alarm, Calendar, Event

from qmscheck import __version__
from qmscheck.agenda import Agenda, Due
from qmscheck.reporters.sanitise import one_line, prose

_NOTICE = dt.timedelta(days=7)


def render(agenda: Agenda) -> str:
    """The text of the file. The same agenda gives the same bytes; an event keeps its UID when its day moves."""
    calendar = Calendar()
    calendar.add("prodid", f"-//qmscheck//status {__version__}//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Records that become due")
    for due in agenda.due:
        calendar.add_component(_event(due, agenda.as_of))
    text: str = calendar.to_ical().decode("utf-8")
    return text


def _event(due: Due, as_of: dt.datetime) -> Event:
    rule = due.rule.id if due.rule is not None else "enforce_from"
    event = Event()
    event.add("uid", f"{due.identity}@qmscheck")
    event.add("dtstamp", as_of)
    event.add("dtstart", due.last)
    event.add("dtend", due.since)
    event.add("transp", "TRANSPARENT")
    event.add("summary", one_line(f"{rule} {due.record or due.subject}: {due.title}"))
    event.add("description", _description(due))
    event.add("categories", [rule, "fails the run" if due.fails else "noted"])
    event.add_component(_alarm(due))
    return event


def _description(due: Due) -> str:
    lines = [
        f"Owner: {one_line(due.owner) or 'nobody is named'}",
        f"Else from {due.since}: {one_line(due.message)}",
        *([prose(due.rule.fix)] if due.rule is not None else []),
        *([f"At {one_line(str(due.location))}"] if due.location is not None else []),
    ]
    return "\n".join(lines)


def _alarm(due: Due) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", one_line(due.title))
    alarm.add("trigger", -_NOTICE)
    return alarm
