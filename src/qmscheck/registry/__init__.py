"""All records of a run and how to reach them; what stands in them, and by what they are found."""

from __future__ import annotations

from qmscheck.registry.found import (
    NOTHING,
    UNTOLD,
    Events,
    Lookup,
    Sought,
    key_of,
    searched,
    shows,
    unreadable_dates,
    values_of,
)
from qmscheck.registry.places import dotted, nodes_at, texts_in, values_at
from qmscheck.registry.records import RecordSet

__all__ = [
    "NOTHING",
    "UNTOLD",
    "Events",
    "Lookup",
    "RecordSet",
    "Sought",
    "dotted",
    "key_of",
    "nodes_at",
    "searched",
    "shows",
    "texts_in",
    "unreadable_dates",
    "values_at",
    "values_of",
]
