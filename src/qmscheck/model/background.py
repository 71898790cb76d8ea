"""What stands behind a report: clauses and their questions, dated events, what is open. Plain data for pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from qmscheck.frozen import frozen
from qmscheck.model.evidence import Location
from qmscheck.model.rules import Outcome


@frozen
class ClauseState:
    """One clause: what the results on its evidence say, and what only a person can answer (``human``).

    ``status`` and ``reason`` are words of coverage, never a verdict on conformity; ``failing`` names rules.
    """

    number: str
    title: str
    status: str = ""
    reason: str = ""
    counts: Mapping[Outcome, int] = field(default_factory=dict)
    failing: tuple[str, ...] = ()
    records: int = 0
    newest: str = ""
    human: str = ""
    unseen: str = ""


@frozen
class StandardState:
    """One edition and all its clauses, in its order."""

    id: str
    title: str
    clauses: tuple[ClauseState, ...] = ()


@frozen
class Event:
    """A record that happened on an ISO day. ``kind`` is the plural of its type in words, ``subject`` the record's."""

    day: str
    kind: str
    id: str
    title: str
    subject: str
    location: Location


@frozen
class OpenRecord:
    """A record that is not closed: since which ISO day (empty: cannot be told) and for how many days."""

    kind: str
    id: str
    title: str
    since: str
    days: int | None
    location: Location


@frozen
class Background:
    """Clauses of the chosen standards; events and open records, the oldest first.

    ``undated`` counts records of types on the timeline that tell no day, by kind.
    """

    standards: tuple[StandardState, ...] = ()
    events: tuple[Event, ...] = ()
    open: tuple[OpenRecord, ...] = ()
    undated: Mapping[str, int] = field(default_factory=dict)
