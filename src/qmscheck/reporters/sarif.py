"""SARIF 2.1.0 for GitHub code scanning and every other viewer: every rule that ran, and what somebody must look at.

Only findings are results, and what is waived, as suppressed: viewers make an alert of each. Above the limit of GitHub
the heaviest findings stay, and a notification says how many were left out. Texts are plain: a record sets no link.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Final

from qmscheck.model import Location, Outcome, Problem, Report, Result, Rule
from qmscheck.reporters.findings import (
    FINDINGS,
    configuration,
    count,
    grade_level,
    level,
    limited,
    place,
    told,
    uri,
    within,
)
from qmscheck.reporters.sanitise import cut, one_line, prose, visible
from qmscheck.reporters.verdict import sentence

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
RESULT_LIMIT: Final = 25_000
"""Results that GitHub takes in one run; it refuses the file above that."""
_RULE_TEXT_LIMIT: Final = 1_000
_TAG_LIMIT: Final = 20
_PROBLEM_LIMIT: Final = 20
_SEMANTIC: Final = re.compile(r"\d+\.\d+\.\d+([-+][0-9A-Za-z.+-]+)?")
_SEVERITIES: Final = {"error": "error", "warning": "warning", "note": "recommendation"}

_encoded: Final = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode


def render(report: Report, *, limit: int = RESULT_LIMIT, **_: object) -> Iterator[str]:
    """The whole document, one result a line; at most ``limit`` results."""
    numbers = {rule.id: number for number, rule in enumerate(report.rules)}
    yield f'{{"$schema": "{SCHEMA}", "version": "2.1.0", "runs": [{{\n'
    for name, value in _run(report, limit).items():
        yield f"{_encoded(name)}: {_encoded(value)},\n"
    yield '"results": ['
    separator = "\n"
    for result in _shown(report, limit):
        yield separator + _encoded(_result(report, result, numbers))
        separator = ",\n"
    yield "\n]\n}]}\n"


def _shown(report: Report, limit: int) -> Iterable[Result]:
    """Findings first: what is waived has to make room."""
    room = max(limit - count(report), 0)
    return chain(limited(report, limit), islice(report.of(Outcome.WAIVED), room))


def _run(report: Report, limit: int) -> dict[str, object]:
    provenance = report.provenance
    driver: dict[str, object] = {"name": "qmscheck", "version": visible(provenance.version) or "0"}
    if _SEMANTIC.fullmatch(provenance.version):
        driver["semanticVersion"] = provenance.version
    driver["rules"] = [_rule(report, rule) for rule in report.rules]
    tool: dict[str, object] = {"driver": driver}
    if provenance.plugins:
        tool["extensions"] = [_extension(name) for name in provenance.plugins[:100]]
    return {
        "tool": tool,
        "automationDetails": {"id": f"qmscheck/{uri(provenance.prefix)}"},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": list(_notes(report, limit))}],
        "properties": {
            "verdict": visible(sentence(report)),
            "asOf": visible(provenance.as_of),
            "standards": [visible(name) for name in provenance.standards],
            "configurationDigest": visible(provenance.config_digest),
            "commit": visible(provenance.commit or ""),
        },
    }


def _extension(plugin: str) -> dict[str, str]:
    name, _, version = visible(plugin).partition(" ")
    return {"name": name, "version": version} if name and version else {"name": name or "plugin"}


def _notes(report: Report, limit: int) -> Iterator[dict[str, object]]:
    """What the run itself has to say, so that an empty list of results is not taken for a good one."""
    if not report.checked_anything:
        yield _note(sentence(report), "error")
    counts = report.counts()
    more = sum(counts[outcome] for outcome in (*FINDINGS, Outcome.WAIVED)) - limit
    if more > 0:
        yield _note(f"{more:,} lighter results were left out, as only {limit:,} are shown.", "warning")
    for left_out in report.left_out:
        yield _note(f"Left out: {one_line(left_out)}", "note")


def _note(text: str, weight: str) -> dict[str, object]:
    return {"level": weight, "message": {"text": _plain(text)}}


def _rule(report: Report, rule: Rule) -> dict[str, object]:
    clauses = [visible(clause) for clause in report.clauses_of(rule)]
    weight = grade_level(rule.grade)
    fix, why, title = (_text(text, rule.id) for text in (rule.fix, rule.why, rule.title))
    about = f"\n\nClauses: {', '.join(clauses)}" if clauses else ""
    return {
        "id": visible(rule.id),
        "name": visible(rule.name) or visible(rule.id),
        "shortDescription": {"text": title},
        "fullDescription": {"text": why},
        "help": {
            "text": _plain(cut(f"{fix}{about}\n\nMore: qmscheck explain {visible(rule.id)}", 4 * _RULE_TEXT_LIMIT))
        },
        "defaultConfiguration": {"level": weight},
        "properties": {
            "tags": list(dict.fromkeys([*map(visible, rule.controls), rule.basis, rule.detects, *clauses]))[
                :_TAG_LIMIT
            ],
            "precision": "very-high",
            "problem.severity": _SEVERITIES[weight],
            "grade": rule.grade,
        },
    }


def _text(text: str, otherwise: str) -> str:
    """Prose of a rule file; GitHub takes 1,024 characters and refuses empty texts."""
    return cut(prose(text), _RULE_TEXT_LIMIT - 50) or visible(otherwise)


def _result(report: Report, result: Result, numbers: dict[str, int]) -> dict[str, object]:
    """One result. Further problems of a record are related places: GitHub shows the first place only."""
    rule = result.rule
    related = [problem for problem in result.problems[1:_PROBLEM_LIMIT] if problem.location is not None]
    found: dict[str, object] = {"ruleId": visible(rule.id)}
    if rule.id in numbers:
        found["ruleIndex"] = numbers[rule.id]
    found |= {
        "level": level(report, result),
        "message": {"text": _message(result, related)},
        "locations": [_location(place(report, result))],
        "partialFingerprints": {
            # GitHub matches alerts by this one; the lines that it would hash otherwise move and change.
            "primaryLocationLineHash": f"{result.fingerprint[:16]}:1",
            "qmscheck/v1": result.fingerprint,
        },
        "properties": {
            "outcome": result.outcome,
            "grade": result.grade,
            "failsRun": report.fails_run(result),
            "subject": one_line(result.subject),
        },
    }
    if related:
        found["relatedLocations"] = [
            {"id": number, "message": {"text": _plain(one_line(problem.message).strip() or rule.id)}}
            | _location(_of(report, problem))
            for number, problem in enumerate(related, 1)
        ]
    if result.outcome is Outcome.WAIVED:
        found["suppressions"] = [{"kind": "external", "status": "accepted", "justification": told(result)}]
    return found


def _of(report: Report, problem: Problem) -> Location:
    found = problem.location or Location(configuration(report))
    return Location(within(report, found.path), found.line or 1, found.column)


def _message(result: Result, related: list[Problem]) -> str:
    """What is wrong, then every further problem, then what to do."""
    linked = {id(problem): number for number, problem in enumerate(related, 1)}
    lines = [_plain(told(result))]
    for problem in result.problems[1:_PROBLEM_LIMIT]:
        number = linked.get(id(problem))
        link = f"[{_link_text(str(problem.location))}]({number}): " if number else ""
        lines.append(link + _plain(one_line(problem.message)))
    if len(result.problems) > _PROBLEM_LIMIT:
        lines.append(f"… and {len(result.problems) - _PROBLEM_LIMIT:,} more")
    lines.append(f"Fix: {_plain(_text(result.fix, result.rule.id))}")
    return "\n".join(lines)


def _plain(text: str) -> str:
    """Text in which no viewer finds a link (SARIF 3.11.6)."""
    return text.replace("\\", "\\\\").replace("[", "\\[") if "](" in text else text


def _link_text(text: str) -> str:
    return re.sub(r"([\\\[\]])", r"\\\1", one_line(text, 200))


def _location(found: Location) -> dict[str, object]:
    line, column = found.line or 1, found.column or 1
    region = {"startLine": line, "startColumn": column, "endLine": line, "endColumn": column + 1}
    return {"physicalLocation": {"artifactLocation": {"uri": uri(found.path)}, "region": region}}
