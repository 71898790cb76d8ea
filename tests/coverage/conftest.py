"""A small pack with two standards, a run over it that has every outcome, and golden files.

``pytest tests/coverage --update-coverage`` writes the golden files anew.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from qmscheck.coverage import Coverage, coverage_of
from qmscheck.knowledge import Knowledge
from qmscheck.model import Location, Outcome, Problem, Provenance, Read, Record, Report, Result
from qmscheck.rulepack import load_packs

GOLDEN = Path(__file__).parent / "golden"
HOSTILE = "]]> <script>alert(1)</script> | `x` *y* [a](http://b) @team #1 \x1b[31m\u202e\udcff\n# head"

RED = """\
standard: red:2020
title: Red book
status: withdrawn
note: Replaced by the next edition.
aliases: [red]
exclusions: justified
clauses:
  "1": {title: Work}
  "1.1":
    title: Changes
    kind: retain
    expected: Changes, decided and dated.
    types: [change]
    human: Were they needed?
  "1.2":
    title: Papers
    kind: maintain
    types: [{paper: {kind: policy}}]
    human: Are they read?
  "1.3": {title: Tools, types: [tool], human: Do they fit?}
  "1.4": {title: Air, unseen: It is breathed on the spot., human: Is it good?}
  "1.5": {title: Mood, human: How are you?}
  "1.6": {title: Left out, types: [tool]}
  "2": {title: All records, types: [any]}
  "3": {title: Order}
  "3.1": {title: Order of papers, types: [{paper: {kind: [list, plan]}}]}
  "3.2": {title: Order of tools, types: [tool]}
  "4": {title: Stocks, types: [{tool: {stock: "*"}}], human: Enough?}
  "5": {title: Silence, types: [nil-return]}
"""
NEXT = """\
standard: red:2026
title: Red book
status: provisional
follows: "red:2020"
aliases: []
clauses:
  "1": {title: Work, from: "1"}
  "1.1": {title: Changes and tools, from: ["1.1", "1.3"], change: Joined., types: [change, tool]}
  "1.2": {title: Papers, from: "1.2"}
  "1.6": {title: Left out, from: "1.6"}
"""
BLUE = """\
standard: blue:2021
title: Blue book
aliases: [Blue]
exclusions: none
clauses:
  "7": {title: Changing, types: [change]}
  "8": {title: Tooling, types: [tool]}
"""
CONTROLS = """\
controls:
  C-CHG: {subject: Changes, clauses: {"red:2020": ["1.1"], "red:2026": ["1.1"], "blue:2021": ["7"]}}
  C-PAP: {subject: Papers, clauses: {"red:2020": ["1.2", "3"], "red:2026": ["1.2"]}}
  C-TOO: {subject: Tools, clauses: {"red:2020": ["1.3", "3"], "blue:2021": ["8"]}}
  C-ALL: {subject: Everything, clauses: {"red:2020": ["2"]}}
  C-AIR: {subject: Air, clauses: {"red:2020": ["1.4", "5"]}}
"""
TYPE = """\
type: {name}
title: A {name}
controls: [{control}]
lifecycle:
  states: [draft, open, done]
  groups: {{closed: [done], open: [draft, open]}}
past: [opened_on, done_on, "steps.on"]
schema:
  properties:
    kind: {{type: string, description: Kind.}}
    stock: {{type: integer, description: Stock.}}
    opened_on: {{type: string, description: Begin.}}
    done_on: {{type: string, description: End.}}
    steps:
      type: array
      description: Steps.
      items: {{type: object, properties: {{on: {{type: string, description: Day.}}}}}}
    not_applicable: {{type: array, description: What does not apply., items: {{type: object}}}}
    record_type: {{type: string, description: Of which there was none.}}
"""
RULE = """\
id: {rule}
name: rule-{lower}
title: Rule {rule}
record: {record}
controls: [{controls}]
grade: major
basis: practice
detects: missing
requires: [kind]
why: Why.
fix: Fix.
examples:
  pass: [{{kind: x}}]
  fail: [{{id: x}}]
"""
RULES = (
    ("CHG001", "change", "C-CHG"),
    ("CHG002", "change", "C-CHG, C-PAP"),
    ("PAP001", "paper", "C-PAP"),
    ("TOO001", "tool", "C-TOO"),
    ("ALL001", "any", "C-ALL"),
    ("AIR001", "any", "C-AIR"),
)


def write_pack(folder: Path, files: dict[str, str] | None = None) -> Path:
    """The small pack on disk; ``files`` replace or add."""
    texts = {
        "standards/red-2020.yaml": RED,
        "standards/red-2026.yaml": NEXT,
        "standards/blue-2021.yaml": BLUE,
        "controls.yaml": CONTROLS,
        **{
            f"record-types/{name}.yaml": TYPE.format(name=name, control=control)
            for name, control in (
                ("change", "C-CHG"),
                ("paper", "C-PAP"),
                ("tool", "C-TOO"),
                ("context", "C-ALL"),
                ("nil-return", "C-ALL"),
            )
        },
        **{
            f"{record}/{rule}.yaml": RULE.format(rule=rule, lower=rule.lower(), record=record, controls=controls)
            for rule, record, controls in RULES
        },
        **(files or {}),
    }
    for name, text in texts.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="session")
def knowledge(tmp_path_factory) -> Knowledge:
    return load_packs([("mini", write_pack(tmp_path_factory.mktemp("mini")))])


@pytest.fixture(scope="session")
def golden(pytestconfig) -> Callable[[str, str], None]:
    """Compares text with a golden file, byte by byte."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if pytestconfig.getoption("--update-coverage", default=False):
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(text.encode())
        assert text == path.read_bytes().decode(), f"{name} changed; if meant: pytest tests/coverage --update-coverage"

    return compare


def pytest_addoption(parser):
    parser.addoption("--update-coverage", action="store_true", help="write the golden files of coverage anew")


def record(type_: str, name: str, **fields: object) -> Record:
    return Record(
        type=type_, id=name, fields={"id": name, **fields}, path=f"{type_}/{name}.yaml", collection=f"{type_}s"
    )


@pytest.fixture
def run(knowledge) -> Callable[..., Report]:
    """A report from (rule, record or subject, outcome[, time]) tuples; every record is also seen by ALL001."""

    def build(*told: tuple[object, ...], rules: tuple[str, ...] | None = None, **values: object) -> Report:
        results = []
        seen: dict[int, Record] = {}
        for rule, subject, outcome, *time in told:
            known = subject if isinstance(subject, Record) else None
            if known is not None:
                seen[id(known)] = known
            results.append(
                Result(
                    rule=knowledge.rules[rule],
                    subject=known.subject if known else str(subject),
                    record=known,
                    outcome=outcome,
                    problems=(Problem(message="x"),) if outcome is Outcome.FAIL else (),
                    time=bool(time),
                    anchor=None if known else Location(str(subject), 1),
                )
            )
        results += [
            Result(rule=knowledge.rules["ALL001"], subject=one.subject, record=one, outcome=Outcome.PASS)
            for one in seen.values()
        ]
        ran = [rule for name, rule in knowledge.rules.items() if rules is None or name in rules]
        given = {"provenance": Provenance(version="0.1.0", as_of="2026-09-01", commit="3f2a9c1b7d5e4f60"), **values}
        return Report(results=tuple(results), rules=tuple(ran), **given)

    return build


@pytest.fixture
def whole(run, knowledge) -> Coverage:
    """Every status but *gaps by exclusion*: changes, policies, tools, one hostile justification."""
    context = record(
        "context",
        "CTX-1",
        not_applicable=[{"standard": "RED:2020", "clause": "1.6", "justification": HOSTILE}],
    )
    report = run(
        (
            "CHG001",
            record("change", "CHG-1", status="done", opened_on="2026-01-05", done_on="2026-03-01"),
            Outcome.PASS,
        ),
        ("CHG001", record("change", "CHG-2", status="open", opened_on="2026-02-01"), Outcome.FAIL),
        ("CHG002", record("change", "CHG-3", status="open", opened_on="2025-12-01"), Outcome.WAIVED),
        ("PAP001", record("paper", "PAP-1", kind="policy", done_on="2026-05-01"), Outcome.FAIL, True),
        ("PAP001", record("paper", "PAP-2", kind="list", done_on="someday"), Outcome.UNKNOWN),
        ("TOO001", record("tool", "TOO-1"), Outcome.PASS),
        ("CHG001", context, Outcome.NOT_APPLICABLE),
        read=(
            Read(collection="changes", type="change", files=3, records=3, unreadable=1),
            Read(collection="papers", type="paper", files=2, records=2, unreadable=0),
        ),
        left_out=(f"something {HOSTILE}",),
    )
    return coverage_of(report, knowledge, ["red:2020", "blue:2021"])
