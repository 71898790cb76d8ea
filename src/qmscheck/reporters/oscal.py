"""OSCAL assessment results (NIST, JSON): what auditors' tools read, on controls and records instead of servers.

A result of a rule is an *observation* on a record; the results of all rules of a control are one *finding* on it. The
controls are those of the rule packs, since no standard here has an official catalogue in OSCAL. ``satisfied`` is a word
of that format: it says that rules held on the records that were read, never that a standard is met.

Every identifier is derived from what it stands for (UUID version 5), every time is the day as of which was judged.
"""

from __future__ import annotations

import json
import re
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Final

from qmscheck.model import Location, Outcome, Problem, Report, Result, Rule
from qmscheck.reporters.findings import FINDINGS, configuration, told, until, uri, within
from qmscheck.reporters.markup import markdown
from qmscheck.reporters.sanitise import one_line, visible
from qmscheck.reporters.verdict import sentence

VERSION: Final = "1.1.3"
"""Version of OSCAL; 1.2 reads it too."""
NAMESPACE: Final = "urn:qmscheck:oscal"
"""Of the properties that OSCAL does not know."""

_ROOT: Final = uuid.uuid5(uuid.NAMESPACE_URL, NAMESPACE)
_TOLD: Final = (*FINDINGS, Outcome.WAIVED)
"""Outcomes of which each is an observation of its own; passes are one observation a rule."""
_PROBLEM_LIMIT: Final = 50
_NO_TOKEN: Final = re.compile(r"[^\w.-]")

_encoded: Final = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode


def render(report: Report, **_options: object) -> Iterator[str]:
    """The whole document, an observation, a finding or a resource a line."""
    document = _identifier("document", *_state(report))
    seen = _Seen(report)
    yield f'{{"assessment-results": {{\n"uuid": "{document}",\n'
    for name, value in _opening(report).items():
        yield f"{_encoded(name)}: {_encoded(value)},\n"
    yield '"results": [{\n'
    yield ",\n".join(f"{_encoded(name)}: {_encoded(value)}" for name, value in _run(report, document).items())
    yield from _listed("observations", _observations(report, seen))
    yield from _listed("findings", _findings(report, seen))
    yield '\n}],\n"back-matter": {"resources": [\n'
    yield ",\n".join(map(_encoded, _resources(report, seen)))
    yield "\n]}\n}}\n"


@dataclass(slots=True)
class _Seen:
    """What later parts of the document need of earlier ones: observations of each rule, and files by their path."""

    report: Report
    observations: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    resources: dict[str, str] = field(default_factory=dict)

    def resource(self, path: str) -> str:
        """Identifier of a file, which will be listed among the resources."""
        path = path if path.strip() else configuration(self.report)
        known = self.resources.get(path)
        if known is None:
            known = self.resources[path] = _identifier("resource", path)
        return known


def _identifier(*parts: str) -> str:
    return str(uuid.uuid5(_ROOT, "\0".join(map(visible, parts))))


def _state(report: Report) -> Iterator[str]:
    """What makes this document another one: what was judged, by what, and what came out."""
    made = report.provenance
    yield from (made.version, made.as_of, made.commit or "", made.config_digest, *made.packs, *made.standards)
    yield from (f"{outcome}={count}" for outcome, count in report.counts().items())
    yield from (f"{result.outcome}:{result.fingerprint}" for result in report.of(*_TOLD))


def _listed(name: str, members: Iterator[dict[str, object]]) -> Iterator[str]:
    """A list, a member a line; OSCAL allows no empty one."""
    separator = f',\n"{name}": [\n'
    for member in members:
        yield separator + _encoded(member)
        separator = ",\n"
    if separator == ",\n":
        yield "\n]"


def _opening(report: Report) -> dict[str, object]:
    tool = f"qmscheck {visible(report.provenance.version)}"
    return {
        "metadata": {
            "title": "Records as evidence",
            "last-modified": _moment(report),
            "version": _string(report.provenance.as_of),
            "oscal-version": VERSION,
            "props": _props(tool=tool),
            "remarks": "Results of rules on records in a repository. Whether a standard is met, only an audit can say.",
        },
        "import-ap": {
            "href": f"#{_identifier('plan')}",
            "remarks": "No assessment plan in OSCAL: the configuration and the rule packs say what was asked.",
        },
    }


def _moment(report: Report) -> str:
    as_of = report.provenance.as_of
    return as_of if "T" in as_of else f"{as_of}T00:00:00Z"


def _run(report: Report, document: str) -> dict[str, object]:
    """The result without its observations and findings."""
    made = report.provenance
    known: dict[str, object] = {
        "uuid": _identifier("result", document),
        "title": "One run of the rules",
        "description": markdown(sentence(report)),
        "start": _moment(report),
        "end": _moment(report),
        "props": _props(
            verdict=sentence(report),
            commit=made.commit,
            policy=made.policy,
            uncommitted={True: "yes", False: "no", None: None}[made.dirty],
            shallow={True: "yes", False: "no", None: None}[made.shallow],
            configuration=made.config_digest,
            standards=", ".join(made.standards),
            packs=", ".join(made.packs),
            plugins=", ".join(made.plugins),
        ),
        "local-definitions": {"components": [_tool(report)]},
        "reviewed-controls": _reviewed(report),
    }
    if report.left_out:
        known["remarks"] = "\n\n".join(f"Left out: {markdown(one, begins=False)}" for one in report.left_out)
    return known


def _tool(report: Report) -> dict[str, object]:
    return {
        "uuid": _identifier("tool"),
        "type": "software",
        "title": "qmscheck",
        "description": "Evaluates rules on records; it reads files and asks no person.",
        "props": _props(version=report.provenance.version),
        "status": {"state": "operational"},
    }


def _reviewed(report: Report) -> dict[str, object]:
    """The controls on which something was found out; those whose rules never applied are told apart."""
    counts = _by_control(report)
    judged = [name for name, found in counts.items() if found.total() > found[Outcome.NOT_APPLICABLE]]
    idle = [name for name in counts if name not in judged]
    if not judged:
        about = "No rule found a record that it applies to."
        return {"description": about, "control-selections": [{"include-all": {}}]}
    selection: dict[str, object] = {"include-controls": [{"control-id": _token(name)} for name in judged]}
    if idle:
        selection["exclude-controls"] = [{"control-id": _token(name)} for name in idle]
    about = "Controls of the rule packs. Excluded are those whose rules found no record that they apply to."
    return {"description": about, "control-selections": [selection]}


def _by_control(report: Report) -> dict[str, Counter[Outcome]]:
    """How many results of each outcome each control has; a rule counts for all its controls."""
    counts: dict[str, Counter[Outcome]] = {}
    for rule, found in report.counts_by_rule().items():
        for control in rule.controls:
            counts.setdefault(control, Counter()).update(found)
    return dict(sorted(counts.items()))


def _observations(report: Report, seen: _Seen) -> Iterator[dict[str, object]]:
    for result in report.of(*_TOLD):
        yield _observation(report, result, seen)
    for _, held in groupby(report.of(Outcome.PASS), attrgetter("rule.id")):
        yield _passes(report, list(held), seen)


def _observation(report: Report, result: Result, seen: _Seen) -> dict[str, object]:
    rule, ends = result.rule, until(result) if result.outcome is Outcome.WAIVED else ""
    return {
        **_examined(report, seen, rule, _identifier("observation", rule.id, result.subject)),
        "description": markdown(told(result)),
        "props": _props(
            outcome=result.outcome,
            rule=rule.id,
            grade=result.grade,
            **{"fails-run": "yes" if report.fails_run(result) else "no"},
            basis=rule.basis,
            cause="time" if result.time else None,
            fingerprint=result.fingerprint,
        ),
        "subjects": [_subject(result, seen)],
        "relevant-evidence": list(_evidence(report, result)),
        **({"expires": f"{ends}T23:59:59Z"} if ends else {}),
        "remarks": f"Why: {markdown(_prose(rule.why))}\n\nFix: {markdown(_prose(result.fix))}",
    }


def _passes(report: Report, results: list[Result], seen: _Seen) -> dict[str, object]:
    """All records on which a rule held."""
    rule = results[0].rule
    return {
        **_examined(report, seen, rule, _identifier("passes", rule.id)),
        "description": f"Held on {len(results):,} of what it judges.",
        "props": _props(outcome=Outcome.PASS, rule=rule.id, grade=rule.grade, basis=rule.basis),
        "subjects": [_subject(result, seen) for result in results],
    }


def _examined(report: Report, seen: _Seen, rule: Rule, identifier: str) -> dict[str, object]:
    """What all observations have in common; notes that this one belongs to the rule."""
    seen.observations[rule.id].append(identifier)
    return {
        "uuid": identifier,
        "title": markdown(f"{rule.id} {rule.title}"),
        "methods": ["EXAMINE"],
        "origins": [{"actors": [{"type": "tool", "actor-uuid": _identifier("tool")}]}],
        "collected": _moment(report),
    }


def _subject(result: Result, seen: _Seen) -> dict[str, object]:
    """The record as part of its file; what is no record (a whole collection) stands for the file that asks for it."""
    record = result.record
    path = record.path if record is not None else result.location.path
    told_of = _string(f"{record.type} {record.id}" if record is not None else result.subject)
    return {"subject-uuid": seen.resource(path), "type": "resource", "title": markdown(told_of)}


def _evidence(report: Report, result: Result) -> Iterator[dict[str, object]]:
    """The places: of each problem, or of the result where no problem has one."""
    for problem in result.problems[:_PROBLEM_LIMIT]:
        yield _place(report, problem.location or result.location, problem)
    if not result.problems:
        yield _place(report, result.location)


def _place(report: Report, found: Location, problem: Problem | None = None) -> dict[str, object]:
    line, column = str(found.line or 1), str(found.column) if found.column else None
    said = one_line(problem.message).strip() if problem else ""
    return {
        "href": uri(within(report, found.path)),
        "description": markdown(said or one_line(str(found))),
        "props": _props(line=line, column=column),
    }


def _findings(report: Report, seen: _Seen) -> Iterator[dict[str, object]]:
    """One finding for each control on which something was found out."""
    observations: dict[str, list[str]] = defaultdict(list)
    failing: Counter[str] = Counter()
    for rule, counts in report.failing_by_rule().items():
        for control in rule.controls:
            observations[control] += seen.observations.get(rule.id, ())
            failing[control] += sum(counts.values())
    for control, counts in _by_control(report).items():
        if observations[control]:
            yield _finding(report, control, counts, failing[control], observations[control])


def _finding(
    report: Report, control: str, counts: Counter[Outcome], failing: int, observations: Iterable[str]
) -> dict[str, object]:
    counted = ", ".join(f"{outcome.replace('_', ' ')} {count:,}" for outcome, count in counts.items() if count)
    clauses = report.clauses.get(control, ())
    return {
        "uuid": _identifier("finding", control),
        "title": f"Records for {markdown(control)}",
        "description": f"Outcomes of its rules: {counted}.",
        **({"props": [_prop("clause", clause) for clause in clauses]} if clauses else {}),
        "target": {"type": "objective-id", "target-id": _token(control), "status": _status(counts, failing)},
        "related-observations": [{"observation-uuid": one} for one in observations],
    }


def _status(counts: Mapping[Outcome, int], failing: int) -> dict[str, object]:
    """Satisfied only where rules held and nothing fails the run or cannot be told; what is excused does not hold."""
    if failing:
        return {"state": "not-satisfied", "reason": "fail", "remarks": f"{failing:,} results fail the run."}
    if counts.get(Outcome.UNKNOWN) or not counts.get(Outcome.PASS):
        return {"state": "not-satisfied", "reason": "other", "remarks": "Nothing fails the run, but not all is told."}
    noted = counts.get(Outcome.FAIL, 0) + counts.get(Outcome.WAIVED, 0)
    if noted:
        return {"state": "satisfied", "reason": "other", "remarks": f"{noted:,} results are noted or waived."}
    return {"state": "satisfied", "reason": "pass"}


def _resources(report: Report, seen: _Seen) -> Iterator[dict[str, object]]:
    """The configuration as the plan, then every file of which an observation speaks."""
    plan = {"uuid": _identifier("plan"), "title": "What was asked", "description": "Configuration of qmscheck."}
    yield plan | {"rlinks": [{"href": uri(within(report, ""))}]}
    for path, identifier in seen.resources.items():
        yield {
            "uuid": identifier,
            "title": markdown(_string(path)),
            "rlinks": [{"href": uri(within(report, path))}],
        }


def _props(**values: str | None) -> list[dict[str, str]]:
    return [_prop(name, value) for name, value in values.items() if value and value.strip()]


def _prop(name: str, value: str) -> dict[str, str]:
    return {"name": name, "ns": NAMESPACE, "value": _string(value)}


def _string(text: str) -> str:
    """A value: one line, neither empty nor with blanks around it."""
    return one_line(text).strip() or "(empty)"


def _prose(text: str) -> str:
    return " ".join(text.split()) or "(not told)"


def _token(name: str) -> str:
    """A name as OSCAL has them: letters, digits and ``._-``, beginning with a letter."""
    plain = _NO_TOKEN.sub("_", visible(name))
    return plain if plain[:1].isalpha() or plain[:1] == "_" else f"_{plain}"
