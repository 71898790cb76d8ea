"""TAP 14, the Test Anything Protocol: a line for each rule and subject, and a block on what is not well."""

from __future__ import annotations

import json
from collections.abc import Iterator

from qmscheck.model import Outcome, Report, Result
from qmscheck.reporters.findings import place, told
from qmscheck.reporters.sanitise import one_line, prose, visible
from qmscheck.reporters.verdict import sentence


def render(report: Report, **_options: object) -> Iterator[str]:
    """All results in the order of the report; the first test says whether anything was read."""
    yield f"TAP version 14\n1..{len(report.results) + 1}\n"
    yield f"{'ok' if report.checked_anything else 'not ok'} 1 - {_escaped('qmscheck.run records read')}\n"
    for number, result in enumerate(report.results, 2):
        yield _test(report, result, number)
    yield f"# {visible(sentence(report))}\n# {visible(report.provenance.tool)}\n"


def _test(report: Report, result: Result, number: int) -> str:
    name = _escaped(one_line(f"{result.rule.id} {result.subject}", 400))
    if result.outcome is Outcome.PASS:
        return f"ok {number} - {name}\n"
    if result.outcome in (Outcome.NOT_APPLICABLE, Outcome.WAIVED):
        return f"ok {number} - {name} # SKIP {_escaped(told(result))}\n"
    later = "" if report.fails_run(result) else f" # TODO {result.outcome} is noted, does not fail the run"
    return f"not ok {number} - {name}{later}\n{_block(report, result)}"


def _block(report: Report, result: Result) -> str:
    """Diagnostics in YAML; JSON strings are YAML."""
    found = place(report, result)
    facts = {
        "message": told(result),
        "severity": result.grade if result.outcome is Outcome.FAIL else result.outcome,
        "at": one_line(str(found)),
        "fix": prose(result.fix),
        "fingerprint": result.fingerprint,
    }
    lines = "".join(f"  {name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in facts.items())
    return f"  ---\n{lines}  ...\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("#", "\\#")
