"""GitLab code quality: the list that a merge request shows beside its changes. Findings only; no limit is documented.

GitLab compares the fingerprints with those of the target branch, so what was there before is not shown as new.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Final

from qmscheck.model import Grade, Outcome, Report, Result
from qmscheck.reporters.findings import FINDINGS, configuration, place, told, within
from qmscheck.reporters.sanitise import visible
from qmscheck.reporters.verdict import sentence

_SEVERITIES: Final = {Grade.MAJOR: "critical", Grade.MINOR: "major", Grade.OBSERVATION: "info"}

_encoded: Final = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode


def render(report: Report, **_options: object) -> Iterator[str]:
    """One finding a line. An empty run is a finding: GitLab would take an empty list for a good one."""
    separator = "[\n"
    if not report.checked_anything:
        yield separator + _encoded(_nothing(report))
        separator = ",\n"
    for result in report.of(*FINDINGS):
        yield separator + _encoded(_entry(report, result))
        separator = ",\n"
    yield "[]\n" if separator == "[\n" else "\n]\n"


def _entry(report: Report, result: Result) -> dict[str, object]:
    found = place(report, result)
    return {
        "description": f"{visible(result.rule.id)}: {told(result)}",
        "check_name": visible(result.rule.id),
        "fingerprint": result.fingerprint,
        "severity": _severity(result),
        "location": {"path": visible(found.path), "lines": {"begin": found.line}},
    }


def _severity(result: Result) -> str:
    """What broke comes first; what cannot be told is shown as less than what is wrong."""
    if result.outcome is Outcome.ERROR:
        return "blocker"
    return "minor" if result.outcome is Outcome.UNKNOWN else _SEVERITIES[result.grade]


def _nothing(report: Report) -> dict[str, object]:
    path = visible(within(report, configuration(report)))
    return {
        "description": sentence(report),
        "check_name": "qmscheck",
        "fingerprint": hashlib.sha256(f"nothing checked\0{path}".encode()).hexdigest(),
        "severity": "blocker",
        "location": {"path": path, "lines": {"begin": 1}},
    }
