"""``roles-held`` and ``roles-proven``: every role that you want held is held, and its holders are shown to be able."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from qmscheck.checks import Check, NotApplicable, Surroundings, Verdict
from qmscheck.model import Outcome, Problem, Record
from qmscheck.people import Person
from qmscheck.registry import NOTHING


def held(records: list[Record], around: Surroundings) -> Iterator[Verdict]:  # noqa: ARG001 - judges the register
    """One verdict for each wanted role: a problem where nobody active holds it, or nobody did for too long.

    Options: ``roles``, names of settings that list roles by the beginning of a standard's name (empty: always);
    ``gap_days``, name of a setting with the days that a role may be vacant. Whoever acts for a holder counts.
    """
    people, today = around.facts.people, around.facts.today
    gap = int(str(around.facts.settings[str(around.options["gap_days"])]))
    for role in _wanted(around):
        if not people.known:
            yield Verdict(subject=role, outcome=Outcome.UNKNOWN, reason=_no_register())
            continue
        holders = [
            person for person in people.everybody() if people.held(person.key, role, today) and _is_there(person, today)
        ]
        vacant = list(_vacancies(role, around)) if holders else []
        long = [(start, end) for start, end in vacant if (end - start).days > gap]
        if not holders:
            yield Verdict(subject=role, problems=(Problem(message=f"nobody holds the role {role}", key="vacant"),))
        elif long:
            start, end = long[-1]
            message = f"nobody held the role {role} from {start} to {end}, longer than your {gap} days"
            yield Verdict(subject=role, problems=(Problem(message=message, key=f"gap {start}"),))
        else:
            yield Verdict(subject=role)


def _no_register() -> str:
    return "there is no people register; name one under `people:` in qmscheck.yaml"


def _wanted(around: Surroundings) -> list[str]:
    """The roles that the settings list for the standards of this run."""
    wanted: list[str] = []
    names = around.options["roles"]
    for standard, setting in names.items() if isinstance(names, dict) else ():
        listed = around.facts.settings[str(setting)]
        if isinstance(listed, list) and any(one.startswith(standard) for one in around.facts.standards):
            wanted += map(str, listed)
    return list(dict.fromkeys(wanted))


def _is_there(person: Person, day: dt.date) -> bool:
    came, left = person.employed_from, person.employed_to
    return (came is None or came <= day) and (left is None or day <= left)


def _vacancies(role: str, around: Surroundings) -> Iterator[tuple[dt.date, dt.date]]:
    """From when to when nobody held the role, between those who did; since the adoption date."""
    people = around.facts.people.everybody()
    spans = sorted(
        (one.since or dt.date.min, one.until or dt.date.max)
        for person in people
        for one in person.roles
        if one.role == role
    )
    adopted = str(around.facts.settings.get("adoption_date") or "")
    day = dt.timedelta(days=1)
    day = dt.timedelta(days=1)
    reached = spans[0][1] if spans else dt.date.max
    for since, until in spans[1:]:
        if since > reached and (since - reached) > day and since.isoformat() > adopted:
            yield reached + day, since - day
        reached = max(reached, until)


def proven(records: list[Record], around: Surroundings) -> Iterator[Verdict]:
    """One verdict for each active holder of a wanted role: a problem without a competence record for the role.

    Options: ``roles`` as above; ``person`` and ``role``, fields of the records. No register: nothing to compare with,
    and `roles-held` says so.
    """
    people, today = around.facts.people, around.facts.today
    if not people.known:
        raise NotApplicable("there is no people register to compare with")
    by, of = str(around.options["person"]), str(around.options["role"])
    shown = {(str(one.fields.get(by)), str(one.fields.get(of))) for one in records}
    known = {(person.key, role) for name, role in shown if (person := people.find(name)) is not None}
    for role in _wanted(around):
        for person in people.everybody():
            holds = any(one.role == role and _holds(one.since, one.until, today) for one in person.roles)
            if holds and _is_there(person, today):
                missing = Problem(
                    message=f"{person.key} holds the role {role}, but no record shows the competence for it"
                )
                good = (person.key, role) in known
                yield Verdict(subject=f"{person.key} {role}", problems=() if good else (missing,))


def _holds(since: dt.date | None, until: dt.date | None, day: dt.date) -> bool:
    return (since is None or since <= day) and (until is None or day <= until)


CHECKS = (
    Check(name="roles-held", whole=held, looks_around=True, clock=True, only=NOTHING),
    Check(name="roles-proven", whole=proven, looks_around=True, clock=True),
)
