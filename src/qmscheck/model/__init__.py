"""The nouns of qmscheck: frozen data that every other module speaks. Stands on `frozen` and `patterns`.

Words are those of docs/architecture.md: a *source* is read into a *document*, mapped to *records*, judged by
*rules* into *results*, gathered in a *report*.
"""

from __future__ import annotations

from qmscheck.model.background import Background, ClauseState, Event, OpenRecord, StandardState
from qmscheck.model.evidence import FieldPath, Location, Record, Source, Unreadable, legible
from qmscheck.model.results import Brief, Extent, Policy, Problem, Provenance, Read, Report, Result, Results
from qmscheck.model.rules import Basis, Detects, Example, Grade, Outcome, Rule, Scope

__all__ = [
    "Background",
    "Basis",
    "Brief",
    "ClauseState",
    "Detects",
    "Event",
    "Example",
    "Extent",
    "FieldPath",
    "Grade",
    "Location",
    "OpenRecord",
    "Outcome",
    "Policy",
    "Problem",
    "Provenance",
    "Read",
    "Record",
    "Report",
    "Result",
    "Results",
    "Rule",
    "Scope",
    "Source",
    "StandardState",
    "Unreadable",
    "legible",
]
