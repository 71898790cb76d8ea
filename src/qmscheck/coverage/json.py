"""Coverage as one JSON document, described by ``schemas/coverage.json``; ASCII, so that any file name survives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from qmscheck.coverage.model import ClauseCoverage, Coverage, StandardCoverage
from qmscheck.coverage.words import NOTE
from qmscheck.knowledge import Evidence

SCHEMA: Final = "qmscheck-coverage/v1"


def render(coverage: Coverage, **_options: object) -> Iterator[str]:
    """The whole document; options do not change it."""
    document = {
        "schema": SCHEMA,
        "tool": {"name": "qmscheck", "version": coverage.version},
        "note": NOTE,
        "as_of": coverage.as_of,
        "commit": coverage.commit,
        "records": coverage.records,
        "serving": [
            {"standards": group.standards, "records": group.records, "types": group.types} for group in coverage.serving
        ],
        "left_out": coverage.left_out,
        "standards": [_standard(one) for one in coverage.standards],
    }
    yield json.dumps(document, indent=1, ensure_ascii=True) + "\n"


def _standard(one: StandardCoverage) -> dict[str, object]:
    standard = one.standard
    return {
        "id": standard.id,
        "title": standard.title,
        "status": standard.status,
        "note": standard.note,
        "exclusions": "justified" if standard.excludable else "none",
        "records": one.records,
        "statuses": {status.value: count for status, count in one.statuses.items()},
        "clauses": [_clause(clause) for clause in one.clauses],
    }


def _clause(one: ClauseCoverage) -> dict[str, object]:
    clause, counts = one.clause, one.counts
    return {
        "clause": clause.reference,
        "number": clause.number,
        "title": clause.title,
        "kind": clause.kind,
        "confirmed": clause.confirmed,
        "note": clause.note,
        "status": one.status.value,
        "reason": one.reason,
        "declared_not_applicable": one.excluded,
        "expected": clause.expected,
        "question": clause.human,
        "unseen": clause.unseen,
        "from": clause.origin,
        "change": clause.change,
        "evidence": [_evidence(evidence) for evidence in clause.types],
        "divided": one.divided,
        "below": {status.value: count for status, count in one.below.items()},
        "controls": one.controls,
        "shared_controls": one.shared_controls,
        "rules": one.rules,
        "rules_off": one.rules_off,
        "failing_rules": one.failing_rules,
        "results": {
            "failing": counts.failing,
            "stale": counts.stale,
            "unknown": counts.unknown,
            "errors": counts.errors,
            "waived": counts.waived,
            "passing": counts.passing,
        },
        "records": one.records,
        "shared_records": one.shared,
        "unreadable": one.unreadable,
        "newest": _record(one.newest, one.newest_record),
        "open": one.open,
        "oldest_open": _record(one.oldest_open, one.oldest_open_record),
    }


def _evidence(evidence: Evidence) -> dict[str, object]:
    return {"type": evidence.type, "where": evidence.where}


def _record(day: str | None, record: str | None) -> dict[str, str | None] | None:
    return None if record is None else {"id": record, "on": day}
