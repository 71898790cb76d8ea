"""What formats for machines say of a result: is it a finding, how heavy, where; the heaviest first."""

from __future__ import annotations

import heapq
import posixpath
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from qmscheck.model import Grade, Location, Outcome, Report, Result
from qmscheck.reporters.sanitise import one_line, prose, visible
from qmscheck.reporters.verdict import headline

FINDINGS: Final = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.ERROR)
"""The outcomes that somebody has to look at."""

_UNTIL: Final = re.compile(r"\buntil (\d{4}-\d{2}-\d{2})\b")
_LEVELS: Final = {Grade.MAJOR: "error", Grade.MINOR: "warning", Grade.OBSERVATION: "note"}
_WEIGHTS: Final = {"error": 2, "warning": 1, "note": 0}


def grade_level(grade: Grade) -> str:
    """``error``, ``warning`` or ``note``."""
    return _LEVELS[grade]


def level(report: Report, result: Result) -> str:
    """``error``, ``warning`` or ``note``: by grade; what cannot be told warns at most, and what broke is an error."""
    if result.outcome is Outcome.ERROR:
        return "error"
    if result.outcome is Outcome.UNKNOWN:
        return "warning" if report.fails_run(result) else "note"
    return _LEVELS[result.grade]


def count(report: Report) -> int:
    """How many findings there are."""
    counts = report.counts()
    return sum(counts[outcome] for outcome in FINDINGS)


def worst_first(report: Report, limit: int) -> list[Result]:
    """The heaviest findings, at most ``limit``, in the order of the report among equals; the others are not kept."""

    def key(numbered: tuple[int, Result]) -> tuple[bool, int, int]:
        number, result = numbered
        return not report.fails_run(result), -_WEIGHTS[level(report, result)], number

    return [result for _, result in heapq.nsmallest(limit, enumerate(report.of(*FINDINGS)), key=key)]


def limited(report: Report, limit: int) -> Iterator[Result]:
    """Findings in the order of the report while there are few enough, else the heaviest ``limit`` of them."""
    if count(report) <= limit:
        yield from report.of(*FINDINGS)
    else:
        yield from worst_first(report, limit)


def waived(report: Report, limit: int) -> list[Result]:
    """What is waived, at most ``limit`` of it, the waiver that ends first at the top."""

    def key(result: Result) -> tuple[str, str, str]:
        return until(result) or "~", result.rule.id, result.subject

    return heapq.nsmallest(limit, report.of(Outcome.WAIVED), key=key)


def until(result: Result) -> str:
    """The last day of a waiver, as the reason of the result tells it; empty where it does not."""
    found = _UNTIL.search(result.reason)
    return found[1] if found else ""


def told(result: Result) -> str:
    """The result in one safe line, never empty."""
    sentence = one_line(headline(result)).strip() or prose(result.rule.title)
    return f"Cannot be told: {sentence}" if result.outcome is Outcome.UNKNOWN else sentence


def place(report: Report, result: Result) -> Location:
    """Where to look, from the top of the repository; what is nowhere in a file is on the configuration's first line."""
    found = result.location
    return Location(within(report, found.path), found.line or 1, found.column)


def within(report: Report, path: str) -> str:
    """A path from the top of the repository, which the root of the configuration may lie below."""
    whole = report.provenance.prefix + (path if path.strip() else configuration(report))
    return posixpath.normpath(whole) if path.startswith("../") else whole  # rules above the root


def configuration(report: Report) -> str:
    """The configuration's path as the run knew it."""
    return report.provenance.config or "qmscheck.yaml"


def uri(path: str) -> str:
    """A relative reference (RFC 3986); bytes of a name that is not UTF-8 stand as they are on disk."""
    try:
        raw = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raw = visible(path).encode()
    return quote(raw, safe="/")
