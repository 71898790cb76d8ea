"""One report that has everything, and golden files (``pytest tests/reporters --update-golden`` writes them anew)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

from qmscheck.model import (
    Background,
    Basis,
    ClauseState,
    Detects,
    Event,
    Grade,
    Location,
    OpenRecord,
    Outcome,
    Problem,
    Provenance,
    Read,
    Record,
    Report,
    Result,
    Rule,
    StandardState,
)
from qmscheck.reporters import FORMATS

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser):
    parser.addoption("--update-golden", action="store_true", help="write the golden files of the reporters anew")


@pytest.fixture(scope="session")
def golden(pytestconfig):
    """Compares text with a golden file, byte by byte."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if pytestconfig.getoption("--update-golden", default=False):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        assert text == path.read_bytes().decode(), f"{name} changed; if meant: pytest tests/reporters --update-golden"

    return compare


def rule(rule_id: str, title: str, grade: Grade = Grade.MAJOR, **values: object) -> Rule:
    defaults: dict[str, object] = {
        "name": title.lower().replace(" ", "-"),
        "record": "change",
        "basis": Basis.REQUIREMENT,
        "detects": Detects.INCONSISTENT,
        "controls": ("C-CHG",),
        "why": "Whoever approves must be able to say no.",
        "fix": "Say who decided and when.",
        "pack": "rules",
    }
    return Rule(id=rule_id, title=title, grade=grade, **{**defaults, **values})


APPROVED = rule(
    "CHG005",
    "A change is approved before it is implemented",
    fix="Record the decision of the change authority under `approvals`,\nwith name and day. The approver writes it, "
    "not the implementer; an emergency change is approved afterwards, within the period of the change policy.",
)
ASSESSED = rule("CHG007", "The impact of a change is assessed", Grade.MINOR, detects=Detects.MISSING)
REVIEWED = rule("CHG021", "A failed change is reviewed", Grade.MINOR, basis=Basis.EXPECTATION)
SHAPE = rule(
    "CORE001",
    "A record can be read and has the shape of its type",
    record="any",
    controls=("C-DOC",),
    fix="Mend the file at the place that is named.",
)
CURRENT = rule(
    "DOC003", "A document is reviewed in time", Grade.MINOR, record="document", controls=("C-DOC",), time=True
)
NEXT = rule("DOC014", "A document names its next review", Grade.OBSERVATION, record="document", basis=Basis.PRACTICE)
ACCEPTED = rule("RSK002", "A risk above the threshold is treated or accepted", record="risk", controls=("C-RISK",))


def record(type_: str, path: str, line: int | None = None, **values: object) -> Record:
    stem = path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    values = {"id": stem, "fields": {}, "collection": f"{type_}s", **values}
    return Record(type=type_, path=path, line=line, **values)


GOOD = record("change", "changes/CHG-2026-001.yaml")
BAD = record("change", "changes/CHG-2026-014.yaml")
HOSTILE = record("change", "changes/caf\udce9 ]]> <b>&\x1b[31m\u202e\ufffe\n.yaml", id="]]>\x07")
GUIDE = record("document", "docs/on call.md", 3)
POLICY = record("document", "docs/policy.md", 1)
RISK = record("risk", "registers/risks.csv", 14, id="RSK-007", single=False, index=12)


def problem(message: str, *path: str | int, at: tuple[str, int, int | None] | None = None, **values: str) -> Problem:
    return Problem(message=message, path=path, location=Location(*at) if at else None, **values)


def results() -> tuple[Result, ...]:
    bad, hostile = BAD.path, HOSTILE.path
    return (
        Result(rule=APPROVED, subject=GOOD.subject, outcome=Outcome.PASS, record=GOOD),
        Result(
            rule=APPROVED,
            subject=bad,
            outcome=Outcome.FAIL,
            record=BAD,
            problems=(
                problem(
                    "implemented 2026-03-01, but no approval dated on or before that day",
                    "approvals",
                    at=(bad, 12, 5),
                ),
            ),
        ),
        Result(
            rule=APPROVED,
            subject=hostile,
            outcome=Outcome.FAIL,
            record=HOSTILE,
            problems=(problem("title is ]]>\x1b[2J\x9b31m <script>&amp;\r\n::error::\ud800\U0001f9ef", "title"),),
        ),
        Result(
            rule=ASSESSED,
            subject=GOOD.subject,
            outcome=Outcome.WAIVED,
            record=GOOD,
            reason="waived until 2026-12-31 by Ines Duarte: assessed on paper, archive box 12",
            problems=(problem("impact is missing", "impact"),),
        ),
        Result(
            rule=ASSESSED,
            subject=bad,
            outcome=Outcome.FAIL,
            record=BAD,
            problems=(
                problem("impact.security is missing", "impact", "security", at=(bad, 20, 3)),
                problem('impact.services[0] is "TBD"', "impact", "services", 0, at=(bad, 24, 7)),
                problem("no person of this name is in the register", "impact", "a/b~c", at=("people.yaml", 2, None)),
                problem("assessed after the approval", key="order"),
            ),
        ),
        Result(
            rule=REVIEWED,
            subject=GOOD.subject,
            outcome=Outcome.NOT_APPLICABLE,
            record=GOOD,
            reason='the change is "implemented" & did not fail',
        ),
        Result(
            rule=REVIEWED,
            subject=bad,
            outcome=Outcome.UNKNOWN,
            record=BAD,
            reason='failed_at "2026-13-40" is not a date that can be read',
        ),
        Result(
            rule=SHAPE,
            subject="changes/broken.yaml",
            outcome=Outcome.ERROR,
            reason="line 3: a key occurs twice: status",
            anchor=Location("changes/broken.yaml", 3, 1),
        ),
        Result(rule=SHAPE, subject=RISK.subject, outcome=Outcome.PASS, record=RISK),
        Result(
            rule=CURRENT,
            subject=GUIDE.subject,
            outcome=Outcome.FAIL,
            record=GUIDE,
            time=True,
            problems=(
                problem("the next review was due on 2026-08-15, 17 days ago", "next_review", at=(GUIDE.path, 6, 1)),
            ),
        ),
        Result(rule=CURRENT, subject=POLICY.subject, outcome=Outcome.PASS, record=POLICY),
        Result(
            rule=NEXT,
            subject=POLICY.subject,
            outcome=Outcome.FAIL,
            record=POLICY,
            problems=(problem("next_review is missing", "next_review"),),
        ),
        Result(
            rule=ACCEPTED,
            subject=RISK.subject,
            outcome=Outcome.FAIL,
            record=RISK,
            problems=(
                problem("score 20 is above 12, without treatment or acceptance", "score", at=(RISK.path, 14, 38)),
            ),
        ),
        Result(
            rule=ACCEPTED,
            subject="risk",
            outcome=Outcome.FAIL,
            problems=(problem("no risk was looked at since 2025-02-01"),),
            anchor=Location("qmscheck.yaml", 17),
        ),
    )


@pytest.fixture(scope="session")
def report() -> Report:
    """Every outcome, every grade, several problems at once, hostile text, subjects that are no record."""
    return Report(
        results=results(),
        rules=(APPROVED, ASSESSED, REVIEWED, SHAPE, CURRENT, NEXT, ACCEPTED),
        provenance=Provenance(
            version="0.1.0",
            as_of="2026-09-01",
            standards=("iso9001:2015", "iso20000-1:2018"),
            config="qmscheck.yaml",
            config_digest="9f2c" * 16,
            packs=("rules@0.1.0", "qmscheck-acme@1.2", "acme-rules@3.0/more", "quality/rules"),
            plugins=("qmscheck-acme 1.2",),
            commit="3f2a9c1b7d5e4f60718293a4b5c6d7e8f9012345",
            dirty=True,
            shallow=False,
        ),
        read=(
            Read(collection="changes", type="change", files=4, records=3, unreadable=1),
            Read(collection="documents", type="document", files=2, records=2, unreadable=0),
            Read(collection="risks", type="risk", files=1, records=1, unreadable=0),
            Read(collection="incidents", type="incident", files=0, records=0, unreadable=0),
        ),
        clauses={
            "C-CHG": ("iso9001:2015/8.5.6", "iso20000-1:2018/8.5.1"),
            "C-DOC": ("iso9001:2015/7.5", "iso20000-1:2018/7.5"),
            "C-RISK": ("iso9001:2015/6.1", "iso20000-1:2018/6.1"),
        },
        left_out=("HIS001 to HIS004: the history of the repository was not asked for.",),
    )


def told_of(text: str) -> Background:
    """An event and an open record that say nothing but this."""
    place = Location(text, 1)
    return Background(
        standards=(StandardState(id=text, title=text, clauses=(ClauseState(number="8", title=text, human=text),)),),
        events=(Event(day="2026-08-01", kind=text, id=text, title=text, subject=text, location=place),),
        open=(OpenRecord(kind=text, id=text, title=text, since="2026-08-01", days=31, location=place),),
        undated={text: 1},
    )


@pytest.fixture(scope="session")
def saying():
    """Builds a report of one result in which one text stands wherever text of a record can stand."""

    def build(text: str, outcome: Outcome = Outcome.FAIL) -> Report:
        member = record("change", text, 1, id=text)
        found = Result(
            rule=APPROVED,
            subject=text,
            outcome=outcome,
            record=member,
            reason=text,
            problems=(problem(text, text, at=(text, 1, 1)),) if outcome is Outcome.FAIL else (),
        )
        read = (Read(collection=text, type="change", files=1, records=1, unreadable=0),)
        return Report(
            results=(found,),
            rules=(APPROVED,),
            provenance=Provenance(version="0.1.0", as_of="2026-09-01", config=text, commit=text, standards=(text,)),
            read=read,
            clauses={"C-CHG": (text,)},
            left_out=(text,),
            background=lambda: told_of(text),
        )

    return build


@pytest.fixture(scope="session")
def nothing(report) -> Report:
    """A run that found no record."""
    return replace(report, results=(), read=(Read(collection="c", type="change", files=0, records=0, unreadable=0),))


@pytest.fixture(scope="session")
def satisfied(report) -> Report:
    """The same run without what fails it."""
    kept = tuple(result for result in report.results if not report.fails_run(result))
    return replace(report, results=kept)


@pytest.fixture(scope="session")
def chunks():
    """Renders a report in a format, as ``--format`` does, piece by piece."""

    def pieces(name: str, report: Report, **options: object) -> Iterator[str]:
        module, dialect = FORMATS[name]
        render: Callable[..., Iterator[str]] = import_module(f"qmscheck.reporters.{module}").render
        return render(report, **{**dialect, **options})

    return pieces


@pytest.fixture(scope="session")
def rendered(chunks):
    """The same in one text."""
    return lambda name, report, **options: "".join(chunks(name, report, **options))
