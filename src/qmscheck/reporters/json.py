r"""The machine-readable report, described by ``schemas/report.json``: one document, one result per line.

Written in ASCII, so that a file name that is not UTF-8 survives: its bytes stand as lone surrogates (``\udcff``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Final

from qmscheck.model import FieldPath, Location, Problem, Record, Report, Result, Rule
from qmscheck.reporters.verdict import Verdict, headline, sentence, verdict

SCHEMA: Final = "qmscheck-report/v1"

_encoded: Final = json.JSONEncoder(ensure_ascii=True, check_circular=False).encode


def render(report: Report, *, lines: bool = False, **_options: object) -> Iterator[str]:
    """The whole document, in the order of the report; nothing is cut. ``lines``: one object a line, by ``kind``."""
    return _json_lines(report) if lines else _document(report)


def _json_lines(report: Report) -> Iterator[str]:
    """First the run, then its rules, then the results: what a line is says its ``kind``."""
    yield f"{_encoded({'kind': 'run', **_head(report)})}\n"
    for rule in report.rules:
        yield f"{_encoded({'kind': 'rule', **_rule(report, rule)})}\n"
    for result in report.results:
        yield f"{_encoded({'kind': 'result', **entry(report, result)})}\n"


def _document(report: Report) -> Iterator[str]:
    yield "{\n"
    for name, value in _head(report).items():
        yield f"{_encoded(name)}: {_encoded(value)},\n"
    yield '"rules": '
    yield from _lines(_rule(report, rule) for rule in report.rules)
    yield ',\n"results": '
    yield from _lines(entry(report, result) for result in report.results)
    yield "\n}\n"


def _lines(items: Iterable[dict[str, object]]) -> Iterator[str]:
    separator = "[\n"
    for item in items:
        yield separator + _encoded(item)
        separator = ",\n"
    yield "[]" if separator == "[\n" else "\n]"


def _head(report: Report) -> dict[str, object]:
    provenance, policy = report.provenance, report.policy
    return {
        "schema": SCHEMA,
        "tool": {"name": "qmscheck", "version": provenance.version},
        "provenance": {
            "as_of": provenance.as_of,
            "standards": provenance.standards,
            "config": provenance.config,
            "config_digest": provenance.config_digest,
            "packs": provenance.packs,
            "plugins": provenance.plugins,
            "commit": provenance.commit,
            "dirty": provenance.dirty,
            "shallow": provenance.shallow,
            **({"policy": provenance.policy} if provenance.policy else {}),
        },
        "policy": {
            "profile": policy.profile or None,
            "enforced": policy.enforced,
            "fail_on": policy.fail_on,
            "on_unknown": "fail" if policy.unknown_fails else "pass",
            "time_findings": "fail" if policy.time_fails else "report",
            "pending": policy.pending,
        },
        "verdict": _verdict(report),
        "read": [
            {
                "collection": read.collection,
                "type": read.type,
                "files": read.files,
                "records": read.records,
                "unreadable": read.unreadable,
            }
            for read in report.read
        ],
        "left_out": report.left_out,
        "extent": asdict(report.extent) if report.extent is not None else None,
    }


def _verdict(report: Report) -> dict[str, object]:
    reached = verdict(report)
    return {
        "satisfied": reached is Verdict.SATISFIED,
        "checked_anything": report.checked_anything,
        "sentence": sentence(report),
        "counts": report.counts(),
        "exit_code": reached,
    }


def _rule(report: Report, rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "name": rule.name,
        "title": rule.title,
        "area": rule.area,
        "record": rule.record,
        "scope": rule.scope,
        "grade": rule.grade,
        "basis": rule.basis,
        "detects": rule.detects,
        "controls": rule.controls,
        "clauses": report.clauses_of(rule),
        "why": rule.why,
        "fix": rule.fix,
        "pack": rule.pack,
    }


def entry(report: Report, result: Result) -> dict[str, object]:
    """What is said of one result."""
    return {
        "rule": result.rule.id,
        "subject": result.subject,
        "outcome": result.outcome,
        "grade": result.grade,
        "fails_run": report.fails_run(result),
        "time": result.time,
        "reason": result.reason,
        "message": headline(result),
        "record": _record(result.record),
        "location": _location(result.location),
        "problems": [_problem(problem) for problem in result.problems],
        "fingerprint": result.fingerprint,
    }


def _record(record: Record | None) -> dict[str, object] | None:
    if record is None:
        return None
    return {"type": record.type, "id": record.id, "path": record.path, "collection": record.collection}


def _problem(problem: Problem) -> dict[str, object]:
    return {
        "path": problem.path,
        "pointer": _pointer(problem.path),
        "message": problem.message,
        "key": problem.identity,
        "location": _location(problem.location) if problem.location else None,
    }


def _location(location: Location) -> dict[str, object]:
    return {"path": location.path, "line": location.line, "column": location.column}


def _pointer(path: FieldPath) -> str:
    """RFC 6901."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)
