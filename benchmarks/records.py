"""Synthetic records in canonical form, as plain data: closed, approved, reviewed, so that rules have nothing to find.

Each function answers with one record; the same numbers give the same record. Records refer to each other only where
the other one is generated too: a major incident to its review and back, everything else to the service catalogue.
"""

from __future__ import annotations

import datetime as dt
import random

AS_OF = dt.date(2026, 9, 1)
"""The day that all records are right on."""

FIRST_DAY = dt.date(2024, 1, 1)
LAST_DAY = dt.date(2026, 6, 30)

PEOPLE = tuple(
    f"{first}.{last}@example.org"
    for first in ("ada", "bo", "chen", "dana", "eli", "femi", "gita", "hugo", "ines", "jun")
    for last in ("okafor", "nguyen", "smith", "garcia", "khan", "novak")
)
_SERVICES = ("payments", "ledger", "identity", "search", "notifications", "web portal", "data export", "billing")
ROLES = (
    "top_management",
    "major_incident_manager",
    "change_authority",
    "release_authority",
    "document_approver",
    "service_owner",
    "relationship_manager",
)
SERVICES = {f"SVC-2024-{number:03d}": name for number, name in enumerate(_SERVICES, start=1)}

_VERBS = ("Rotate", "Upgrade", "Migrate", "Resize", "Patch", "Enable", "Replace", "Tune")
_THINGS = ("database credentials", "TLS certificates", "the message broker", "the cache cluster", "kernel packages")
_SENTENCES = (
    "The service was checked against its runbook before the work began.",
    "Traffic drains to the second site while operators watch error rate and latency.",
    "No loss of data is expected: writes are queued and replayed in order.",
    "The owner confirmed in the weekly meeting that customers were told in time.",
    "Dashboards showed a rise of the queue length, which went back within minutes.",
    "Access is limited to the release role; evidence is stored with the ticket.",
    "Certificates older than a year are found by the nightly job and listed.",
    "Two of the eight workers kept an old address in their cache.",
)

Data = dict[str, object]


def change(number: int, rng: random.Random, share: float) -> Data:
    """A normal change that was assessed, approved, tested, made in its window, and reviewed."""
    opened, who = _opened(rng, share), rng.sample(PEOPLE, 5)
    begin = opened + dt.timedelta(days=3)
    end = begin + dt.timedelta(minutes=rng.randint(20, 90))
    return {
        "type": "change",
        "id": _numbered("CHG", opened, number),
        "title": f"{rng.choice(_VERBS)} {rng.choice(_THINGS)} for {rng.choice(_SERVICES)}",
        "status": "closed",
        "owner": who[0],
        "created_at": _moment(opened),
        "closed_at": _moment(end + dt.timedelta(days=4)),
        "services": sorted(rng.sample(sorted(SERVICES), 2)),
        "change_type": "normal",
        "category": rng.choice(("application", "infrastructure", "configuration")),
        "priority": "medium",
        "major_impact": False,
        "requested_by": who[1],
        "requested_at": _moment(opened),
        "reason": _text(rng, 2),
        "risk_level": rng.choice(("low", "medium")),
        "impact": {
            "service": "a short rise of latency",
            **dict.fromkeys(("customers", "security", "capacity", "availability", "continuity"), "none"),
        },
        "assessed_by": who[2],
        "assessed_at": _moment(opened + dt.timedelta(days=1)),
        "approvals": [
            {
                "by": who[3],
                "role": "change manager",
                "at": _moment(opened + dt.timedelta(days=2)),
                "decision": "approved",
            }
        ],
        "planned_start": _moment(begin),
        "planned_end": _moment(end + dt.timedelta(minutes=30)),
        "communicated_to": ["support", "customers"],
        "communicated_at": _moment(opened + dt.timedelta(days=2)),
        "test_evidence": [{"uri": f"https://ci.example.org/runs/{number}", "on": _day(opened + dt.timedelta(days=1))}],
        "remediation": {"plan": _text(rng, 1), "tested": True},
        "implemented_by": who[4],
        "implemented_from": _moment(begin),
        "implemented_at": _moment(end),
        "outcome": "successful",
        "review": {
            "at": _moment(end + dt.timedelta(days=4)),
            "by": who[0],
            "effective": True,
            "findings": _text(rng, 1),
        },
        "pull_request": f"https://git.example.org/acme/platform/pull/{number}",
    }


def document(number: int, rng: random.Random, share: float) -> Data:
    """A controlled document with its reviews, as a register keeps them."""
    approved, who = _opened(rng, share), rng.sample(PEOPLE, 4)
    reviews = [
        {
            "on": _day(AS_OF - dt.timedelta(days=30 + 170 * back + number % 90)),
            "by": rng.choice(PEOPLE),
            "outcome": "confirmed",
            "notes": _text(rng, 1),
        }
        for back in range(3)
    ]
    return {
        "type": "document",
        "id": _numbered("DOC", approved, number),
        "title": f"{rng.choice(('Restoring', 'Operating', 'Monitoring', 'Releasing'))} {rng.choice(_SERVICES)}",
        "status": "approved",
        "owner": who[0],
        "created_at": _moment(approved - dt.timedelta(days=20)),
        "services": [rng.choice(sorted(SERVICES))],
        "doc_kind": rng.choice(("procedure", "process", "runbook")),
        "topic": "operation",
        "version": f"{1 + number % 4}.{number % 10}",
        "authors": [who[1], who[2]],
        "approved_by": who[3],
        "approved_on": _day(approved),
        "effective_from": _day(approved + dt.timedelta(days=7)),
        "review_interval": "P12M",
        "reviews": list(reversed(reviews)),
        "change_class": "editorial",
        "language": "en",
        "tags": ["operation", "on-call"],
    }


def incident(number: int, rng: random.Random, share: float) -> Data:
    """A resolved incident; every eighth one was a major one, reviewed by `review_of` it."""
    noticed, who = _opened(rng, share), rng.sample(PEOPLE, 4)
    lasted = rng.randint(20, 200)
    ended = noticed + dt.timedelta(minutes=lasted)
    record: Data = {
        "type": "incident",
        "id": _numbered("INC", noticed, number),
        "title": f"Requests to {rng.choice(_SERVICES)} are slow",
        "status": "closed",
        "owner": who[0],
        "created_at": _moment(noticed),
        "closed_at": _moment(ended + dt.timedelta(days=1)),
        "services": [rng.choice(sorted(SERVICES))],
        "description": _text(rng, 2),
        "category": "performance",
        "reported_by": who[1],
        "source": "monitoring",
        "impact": 3,
        "urgency": 3,
        "priority": "P3",
        "major": False,
        "detected_at": _moment(noticed),
        "acknowledged_at": _moment(noticed + dt.timedelta(minutes=4)),
        "resolved_at": _moment(ended),
        "target_response_minutes": 30,
        "target_resolution_minutes": 480,
        "actions_taken": [
            {"at": _moment(noticed + dt.timedelta(minutes=9)), "by": who[2], "text": _text(rng, 1)},
            {"at": _moment(ended), "by": who[3], "text": _text(rng, 1)},
        ],
        "resolution": _text(rng, 1),
        "downtime_minutes": 0,
        "not_change_related": True,
    }
    if number % 8 == 0:
        record |= _major(record, who, noticed, number)
    return record


def _major(record: Data, who: list[str], noticed: dt.datetime, number: int) -> Data:
    return {
        "impact": 1,
        "urgency": 1,
        "priority": "P1",
        "major": True,
        "major_incident_manager": who[0],
        "top_management_informed": {"who": who[3], "at": _moment(noticed + dt.timedelta(minutes=15))},
        "customer_notified_at": _moment(noticed + dt.timedelta(minutes=20)),
        "escalations": [{"at": record["acknowledged_at"], "to": who[3], "kind": "hierarchical", "reason": "major"}],
        "review_ref": _numbered("MIR", noticed, number),
        "no_requirement_breached": True,
        "no_problem_reason": "The review found the cause.",
    }


def review_of(incident: Data, number: int, rng: random.Random) -> Data:
    """The review of an incident, held two days later."""
    noticed = dt.datetime.fromisoformat(str(incident["detected_at"]))
    ended = dt.datetime.fromisoformat(str(incident["resolved_at"]))
    who, held = rng.sample(PEOPLE, 4), ended + dt.timedelta(days=2)
    return {
        "type": "incident-review",
        "id": _numbered("MIR", noticed, number),
        "title": f"Review of {incident['id']}",
        "status": "published",
        "owner": who[0],
        "created_at": _moment(held),
        "incident_ref": incident["id"],
        "held_at": _moment(held),
        "author": who[0],
        "participants": who[:3],
        "approved_by": who[3],
        "summary": _text(rng, 2),
        "impact": {
            "duration_minutes": int((ended - noticed).total_seconds() // 60),
            "users_affected": rng.randint(10, 4000),
            "description": "Slow answers, no errors.",
        },
        "timeline": [
            {"at": _moment(noticed), "event": "An alert fired."},
            {"at": _moment(noticed + dt.timedelta(minutes=4)), "event": _text(rng, 1)},
            {"at": _moment(ended), "event": "Latency was back to normal."},
        ],
        "root_causes": [{"text": _text(rng, 1), "kind": "technical"}],
        "method": "five_whys",
        "contributing_factors": [_text(rng, 1)],
        "lessons": _text(rng, 1),
        "actions": [_action(index, rng, held) for index in (1, 2)],
        "no_improvement_reason": "The actions suffice.",
    }


def _action(index: int, rng: random.Random, held: dt.datetime) -> Data:
    done = held + dt.timedelta(days=10 * index)
    return {
        "id": f"A{index}",
        "text": _text(rng, 1),
        "kind": ("corrective", "preventive")[index - 1],
        "owner": rng.choice(PEOPLE),
        "due_on": _day(held + dt.timedelta(days=20 * index)),
        "status": "done",
        "completed_on": _day(done),
        "effectiveness": {
            "checked_on": _day(done + dt.timedelta(days=40)),
            "by": rng.choice(PEOPLE),
            "criteria": "No second occurrence within a month.",
            "effective": True,
        },
    }


def service(name: str) -> Data:
    """An entry of the service catalogue, which everything else refers to. Not yet live: little is asked of it."""
    return {
        "type": "service",
        "id": name,
        "title": SERVICES[name].capitalize(),
        "status": "pipeline",
        "owner": PEOPLE[0],
        "created_at": "2024-01-01",
        "description": "Runs for all customers.",
        "intended_outcome": "Customers can rely on it at any hour.",
        "customers": ["all customers"],
        "users": ["staff of the customers"],
        "interested_parties": ["customers", "auditors"],
        "service_owner": PEOPLE[0],
        "relationship_manager": PEOPLE[1],
        "criticality": "medium",
        "service_hours": {"calendar": "24x7", "timezone": "UTC"},
        "no_dependencies": True,
        "availability_target_pct": 99.9,
        "in_scope": False,
        "last_reviewed_on": "2026-06-01",
        "support": "support@example.org",
    }


def people() -> Data:
    """The people register: everybody may do everything, so that no rule stumbles over a role."""
    roles = [{"role": role, "from": "2020-01-01"} for role in ROLES]
    return {"people": [{"key": mail, "roles": roles} for mail in PEOPLE]}


def _opened(rng: random.Random, share: float) -> dt.datetime:
    """A moment at that share of the years covered, on a weekday in working hours."""
    day = FIRST_DAY + dt.timedelta(days=int(share * (LAST_DAY - FIRST_DAY).days))
    day -= dt.timedelta(days=max(0, day.weekday() - 1))  # Monday or Tuesday: what follows ends by Friday
    return dt.datetime(day.year, day.month, day.day, 8, tzinfo=dt.UTC) + dt.timedelta(minutes=rng.randrange(360))


def _numbered(prefix: str, when: dt.date, number: int) -> str:
    return f"{prefix}-{when.year}-{number:05d}"


def _moment(when: dt.datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def _day(when: dt.date) -> str:
    return when.strftime("%Y-%m-%d")


def _text(rng: random.Random, sentences: int) -> str:
    return " ".join(rng.sample(_SENTENCES, sentences))
