"""A comparison as one JSON document, described by ``schemas/comparison.json``; ASCII, so that any name survives."""

from __future__ import annotations

import json
from collections.abc import Iterator

from qmscheck.comparison import SCHEMA, Comparison
from qmscheck.model import Report
from qmscheck.reporters.findings import FINDINGS
from qmscheck.reporters.json import entry


def render(comparison: Comparison, **_options: object) -> Iterator[str]:
    """The whole document; options do not change it."""
    made = comparison.new.provenance
    document = {
        "schema": SCHEMA,
        "tool": {"name": "qmscheck", "version": made.version},
        "as_of": made.as_of,
        "base": {"asked": comparison.asked, "commit": comparison.base, "on": comparison.base_on},
        "verdict": {"sentence": comparison.sentence, "exit_code": comparison.verdict},
        "kept": comparison.kept,
        "notes": comparison.notes,
        "new": _results(comparison.new),
        "fixed": _results(comparison.fixed),
        "aged": _results(comparison.aged),
        "eased": _results(comparison.eased),
    }
    yield json.dumps(document, indent=1, ensure_ascii=True) + "\n"


def _results(report: Report) -> list[dict[str, object]]:
    return [entry(report, result) for result in report.of(*FINDINGS)]
