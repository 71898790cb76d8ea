"""Workflow commands: annotations on the changed files of a pull request, printed to the log of a GitHub job.

GitHub keeps ten of each type from a step and drops the others silently, so the heaviest are printed and the rest is
counted. Every line is one command of ours: text of a record can neither end it nor start another.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from qmscheck.model import Outcome, Report, Result
from qmscheck.reporters.findings import configuration, level, place, told, within
from qmscheck.reporters.sanitise import cut, one_line, prose, visible
from qmscheck.reporters.verdict import sentence

LIMIT: Final = 10
"""Annotations of one type that GitHub keeps of a step."""
_MESSAGE_LIMIT: Final = 1_900
"""Characters; GitHub cuts at 4,096 of UTF-16."""
_SHALLOW: Final = (
    "\nThis checkout is shallow: what needs the history or tags cannot be told. "
    "Write fetch-depth: 0 under the step with actions/checkout."
)
_TYPES: Final = {"error": "error", "warning": "warning", "note": "notice"}
_WEIGHTS: Final = ("error", "warning", "note")


def render(report: Report, **_options: object) -> Iterator[str]:
    """One command a line: errors, warnings, notices, and last the verdict."""
    kept, counts = _heaviest(report)
    for weight in _WEIGHTS:
        room = LIMIT - 1 if weight == "note" else LIMIT  # the verdict is a notice too
        fit = counts[weight] <= room
        for result in kept[weight][: room if fit else room - 1]:
            yield _annotation(report, result, _TYPES[weight])
        if not fit:
            more = f"{counts[weight] - room + 1:,} more of this kind; all of them are in the summary and the reports."
            yield _command(_TYPES[weight], {"title": "qmscheck"}, more)
    path = visible(within(report, configuration(report)))
    where = {} if report.checked_anything else {"file": path, "line": "1"}
    tool = report.provenance.tool
    judge = f"\nJudged by {prose(tool)}." if " with " in tool else ""
    said = sentence(report) + judge + (_SHALLOW if report.provenance.shallow else "")
    yield _command("notice" if report.checked_anything else "error", {**where, "title": "qmscheck"}, said)


def _heaviest(report: Report) -> tuple[dict[str, list[Result]], dict[str, int]]:
    """The first findings of each weight, those that fail the run before others, and how many there are."""
    failing: dict[str, list[Result]] = {weight: [] for weight in _WEIGHTS}
    others: dict[str, list[Result]] = {weight: [] for weight in _WEIGHTS}
    counts = dict.fromkeys(_WEIGHTS, 0)
    for result in report.of(Outcome.FAIL, Outcome.UNKNOWN, Outcome.ERROR):
        weight = level(report, result)
        counts[weight] += 1
        kept = (failing if report.fails_run(result) else others)[weight]
        if len(kept) < LIMIT:
            kept.append(result)
    return {weight: failing[weight] + others[weight] for weight in _WEIGHTS}, counts


def _annotation(report: Report, result: Result, kind: str) -> str:
    found, rule = place(report, result), result.rule
    properties = {"file": visible(found.path), "line": str(found.line), "endLine": str(found.line)}
    if found.column is not None:
        properties["col"] = str(found.column)
    properties["title"] = one_line(f"{rule.id} {rule.title}", 200)
    return _command(kind, properties, f"{told(result)}\nFix: {cut(prose(result.fix), 800)}")


def _command(kind: str, properties: dict[str, str], message: str) -> str:
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{kind} {listed}::{_data(cut(message, _MESSAGE_LIMIT))}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
