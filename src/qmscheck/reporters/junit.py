r"""JUnit XML, in the rich dialect that Jenkins, GitLab, Azure DevOps, CircleCI and GitHub actions read.

One suite per rule area, one case per rule and subject, passes included. A case is red exactly when its result fails the
run, so the colour agrees with the exit code; what is only noted passes, with a note in ``system-out``. The suite
``qmscheck.run`` comes first: its one case says what was read, and is an error when nothing was checked.

Cases that pass or do not apply are many: they carry their place and a reason only, and are written from templates. All
others carry the properties rule, grade, basis, controls, clauses, record, fingerprint and outcome. The properties of a
suite say the same of each of its rules once.

What XML 1.0 forbids or no reader can see is spelled out (``\x1b``, see ``sanitise``); long texts are cut and say so.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Final, Literal, NamedTuple

from qmscheck.model import Brief, Outcome, Problem, Record, Report, Result, Rule
from qmscheck.reporters.sanitise import one_line, prose, visible
from qmscheck.reporters.verdict import headline

_TEXT_LIMIT: Final = 10_000
_NAME_LIMIT: Final = 400
"""Azure DevOps refuses names, class included, of more than 512 characters."""

_TALLY: Final = re.compile(r' failures="(\d+)" errors="(\d+)"')
_SKIPPED: Final = re.compile(r' skipped="\d+"')
_PLACE: Final = re.compile(r' file="[^"]*" line="\d+"')
_HEAVIEST: Final = tuple(Outcome[name] for name in ("ERROR", "FAIL", "UNKNOWN", "WAIVED", "PASS", "NOT_APPLICABLE"))


class _Said(NamedTuple):
    """What a case that does not simply pass holds: the element, and what stands in it."""

    element: str
    message: str
    type: str
    text: str


def render(
    report: Report, *, strict: bool = False, granularity: Literal["record", "rule"] = "record", **_options: object
) -> Iterator[str]:
    """The whole document, a case at a time; areas in order of their names.

    ``strict``: valid against the schema junit-10, which knows neither places nor properties of cases, and no errors.
    ``granularity``: one case for each rule and subject, or one for each ``rule``, for very many records.
    """
    chunks = _document(_by_rule(report) if granularity == "rule" else report)
    return map(_strictly, chunks) if strict else chunks


def _document(report: Report) -> Iterator[str]:
    tallies: dict[str, Counter[str]] = defaultdict(Counter)
    rules: dict[str, list[Rule]] = defaultdict(list)
    failing = report.failing_by_rule()
    for rule, counts in report.counts_by_rule().items():
        rules[rule.area].append(rule)
        for outcome, count in counts.items():
            heavy = failing[rule].get(outcome, 0)
            tallies[rule.area].update({"tests": count})
            tallies[rule.area].update({_element(outcome, fails=True): heavy})
            tallies[rule.area].update({_element(outcome, fails=False): count - heavy})
    run = Counter(tests=1, error=int(not report.checked_anything))
    yield '<?xml version="1.0" encoding="utf-8"?>\n'
    yield f'<testsuites name="qmscheck"{_counts(sum(tallies.values(), run))}>\n'
    yield from _suite(report, "run", run, [])
    yield _run_case(report)
    places = _Places()
    for area, found in groupby(report.by_rule(), lambda one: one[0].area):
        yield "</testsuite>\n"
        yield from _suite(report, area, tallies[area], rules[area])
        for rule, results in found:
            yield from _cases(report, rule, results, places)
    yield "</testsuite>\n</testsuites>\n"


def _element(outcome: Outcome, *, fails: bool) -> str:
    """The element that a case holds: failure, error, skipped, or for a pass system-out."""
    if outcome in (Outcome.NOT_APPLICABLE, Outcome.WAIVED):
        return "skipped"
    if not fails:
        return "system-out"
    return "failure" if outcome is Outcome.FAIL else "error"


def _counts(tally: Mapping[str, int]) -> str:
    tests, failures, errors = tally["tests"], tally["failure"], tally["error"]
    return f' tests="{tests}" failures="{failures}" errors="{errors}" skipped="{tally["skipped"]}" time="0"'


def _suite(report: Report, area: str, tally: Mapping[str, int], rules: Iterable[Rule]) -> Iterator[str]:
    provenance = report.provenance
    stamp = f"{provenance.as_of[:10]}T00:00:00"
    yield f'<testsuite name="{_safe(f"qmscheck.{area}")}"{_counts(tally)} timestamp="{_safe(stamp)}">\n<properties>\n'
    facts = {
        "qmscheck": provenance.version,
        "packs": ", ".join(provenance.packs),
        "plugins": ", ".join(provenance.plugins),
        "as-of": provenance.as_of,
        "commit": provenance.commit,
        "dirty": {True: "yes", False: "no", None: ""}[provenance.dirty],
        "config-digest": provenance.config_digest,
        "standards": ", ".join(provenance.standards),
    }
    facts |= {f"rule {rule.id}": _rule_in_short(report, rule) for rule in sorted(rules, key=attrgetter("id"))}
    for name, value in facts.items():
        if value:
            yield f'<property name="{_safe(name)}" value="{_safe(value)}"/>\n'
    yield "</properties>\n"


def _rule_in_short(report: Report, rule: Rule) -> str:
    parts = (rule.title, rule.grade, rule.basis, ", ".join(rule.controls), ", ".join(report.clauses_of(rule)))
    return " | ".join(part for part in parts if part)


def _run_case(report: Report) -> str:
    file = report.provenance.config or "qmscheck.yaml"
    read = [
        f"{one.collection} ({one.type}): records {one.records:,}, files {one.files:,}, unreadable {one.unreadable:,}"
        for one in report.read
    ]
    text = _block([*read, *(f"left out: {sentence}" for sentence in report.left_out)])
    if not report.checked_anything:
        message = "no record was found: nothing was checked"
        said = _Said("error", message, "nothing-checked", f"{message}\n{text}")
        return _case("qmscheck.run", "records read", (visible(file), 1), said, {"outcome": "error"})
    place = f'file="{_safe(file)}" line="1" time="0"'
    opening = f'<testcase classname="qmscheck.run" name="records read" {place}>'
    return f"{opening}<system-out>{_escaped(text)}</system-out></testcase>\n"


class _Places:
    """What every case on a record has in common, made once: its name, and its tag from the name on."""

    def __init__(self) -> None:
        self.known: dict[Record, tuple[str, str]] = {}

    def of(self, record: Record) -> tuple[str, str]:
        """The name, and the tag without its end."""
        known = self.known.get(record)
        if known is None:
            name = _named(record.subject)
            known = self.known[record] = name, _tag(name, visible(record.path), record.line or 1)
        return known


def _tag(name: str, file: str, line: int) -> str:
    return f'{_escaped(name)}" file="{_escaped(file)}" line="{line}" time="0"'


def _cases(report: Report, rule: Rule, results: Iterable[Result | Brief], places: _Places) -> Iterator[str]:
    """All cases of one rule."""
    classname = visible(f"qmscheck.{rule.area}.{rule.id}")
    opening = f'<testcase classname="{_escaped(classname)}" name="'
    taken: dict[str, int] = {}
    known = places.known
    for told in results:
        if isinstance(told, Result):
            name, place = _unique(_named(told.subject), taken), _place(told)
            tag, outcome, reason = _tag(name, *place), told.outcome, told.reason
            if outcome not in (Outcome.PASS, Outcome.NOT_APPLICABLE):
                yield _case(classname, name, place, _said(report, told), _properties(report, told))
                continue
        else:
            record, outcome, reason = told
            name, tag = known.get(record) or places.of(record)
            if name in taken:
                tag = _tag(_unique(name, taken), visible(record.path), record.line or 1)
            else:
                taken[name] = 1
        yield f"{opening}{tag}/>\n" if outcome is Outcome.PASS else f"{opening}{tag}>{_skipped(reason)}"


@lru_cache(maxsize=1024)
def _skipped(reason: str) -> str:
    message = _safe(one_line(reason)) or "not applicable"
    return f'<skipped type="not_applicable" message="{message}"/></testcase>\n'


def _named(subject: str) -> str:
    """The name of a case."""
    name = visible(subject)
    if len(name) > _NAME_LIMIT:
        digest = hashlib.sha256(name.encode()).hexdigest()[:12]
        name = f"{name[:_NAME_LIMIT]}… {digest}"
    return name or "(no name)"


def _unique(name: str, taken: dict[str, int]) -> str:
    """A name that no case of this rule has yet: readers drop or merge cases of the same name."""
    unique = name
    while unique in taken:
        taken[name] += 1
        unique = f"{name} ({taken[name]})"
    taken[unique] = 1
    return unique


def _place(result: Result) -> tuple[str, int]:
    """File and line of a result. Readers that mark lines need one, so what is nowhere in a file is on its first."""
    record = result.record
    if record is not None and result.anchor is None and not result.problems:
        return visible(record.path), record.line or 1  # as Result.location says, at a third of the time
    location = result.location
    return visible(location.path), location.line or 1


def _said(report: Report, result: Result) -> _Said:
    element = _element(result.outcome, fails=report.fails_run(result))
    message = one_line(headline(result)) or prose(result.rule.title)
    head = f"{result.outcome}, does not fail the run: {message}\n" if element == "system-out" else ""
    kind = result.grade if result.outcome is Outcome.FAIL else result.outcome
    return _Said(element, message, kind, head + _story(report, result))


def _story(report: Report, result: Result) -> str:
    """All that a reader needs who sees nothing but the text of the element."""
    rule = result.rule
    problems = [f"{problem.location or result.location}: {problem.message}" for problem in result.problems]
    reason = [f"{result.location}: {result.reason}"] if result.reason or not problems else []
    about = {
        "Rule": f"{rule.id} {rule.title} ({result.grade}, {rule.basis})",
        "Caused by": "the calendar alone" if result.time else "",
        "Fix": result.fix,
        "Controls": ", ".join(rule.controls),
        "Clauses": ", ".join(report.clauses_of(rule)),
        "More": f"qmscheck explain {rule.id}",
    }
    told = "\n".join(f"{label}: {prose(value)}" for label, value in about.items() if value)
    return f"{_block([*reason, *problems])}\n\n{told}\n"


def _block(lines: list[str]) -> str:
    """Lines, as many as may be, and how many more there are."""
    shown: list[str] = []
    room = _TEXT_LIMIT
    for line in lines:
        safe = one_line(line)
        room -= len(safe)
        if room < 0:
            shown.append(f"… and {len(lines) - len(shown):,} more")
            break
        shown.append(safe)
    return "\n".join(shown)


def _properties(report: Report, result: Result) -> dict[str, str]:
    rule, record = result.rule, result.record
    return {
        "rule": visible(rule.id),
        "grade": result.grade,
        "basis": rule.basis,
        "controls": visible(", ".join(rule.controls)),
        "clauses": visible(", ".join(report.clauses_of(rule))),
        "record": one_line(f"{record.type} {record.id}") if record else "",
        "fingerprint": result.fingerprint,
        "outcome": result.outcome,
    }


def _case(classname: str, name: str, place: tuple[str, int], said: _Said, properties: Mapping[str, str]) -> str:
    """A case by junit_xml, which knows the elements but neither properties of cases nor a time of 0.

    Every text is safe already and no message empty: junit_xml would drop the failure, and the case would pass.
    """
    from xml.etree import ElementTree as ET  # noqa: PLC0415 - a clean run pays for neither

    from junit_xml import TestCase, TestSuite  # noqa: PLC0415

    case = TestCase(name, classname=classname, file=place[0], line=place[1])
    match said.element:
        case "failure":
            case.add_failure_info(said.message, said.text, said.type)
        case "error":
            case.add_error_info(said.message, said.text, said.type)
        case "skipped":
            case.add_skipped_info(said.message, said.text)
        case _:
            case.stdout = said.text
    element = TestSuite(classname, [case]).build_xml_doc()[0]
    element.set("time", "0")
    for skipped in element.iter("skipped"):
        skipped.set("type", said.type)
    block = ET.Element("properties")
    for key, value in properties.items():
        if value:
            ET.SubElement(block, "property", {"name": key, "value": value})
    element.insert(0, block)
    return f"{ET.tostring(element, encoding='unicode')}\n"


def _safe(text: str) -> str:
    return _escaped(visible(text))


def _escaped(text: str) -> str:
    """Safe text as content or between double quotes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _strictly(chunk: str) -> str:
    """A piece of the document without what junit-10 does not know; errors are failures, whose type says so."""
    if not chunk.startswith("<test"):
        return chunk
    if not chunk.startswith("<testcase"):
        plain = _TALLY.sub(lambda found: f' failures="{int(found[1]) + int(found[2])}" errors="0"', chunk, count=1)
        return _SKIPPED.sub("", plain, count=1) if chunk.startswith("<testsuites") else plain
    if "<properties>" not in chunk:
        return _PLACE.sub("", chunk, count=1)
    from xml.etree import ElementTree as ET  # noqa: PLC0415 - as in _case

    case = ET.fromstring(chunk)  # noqa: S314 - written a moment ago by _case
    for name in ("file", "line"):
        case.attrib.pop(name, None)
    for child in list(case):
        if child.tag == "properties":
            case.remove(child)
        elif child.tag == "error":
            child.tag = "failure"
    return f"{ET.tostring(case, encoding='unicode')}\n"


def _by_rule(report: Report) -> Report:
    """The same run with one result a rule: the heaviest outcome, and all that is not well as its problems."""
    results = (_gathered(report, list(found)) for _, found in groupby(report.results, attrgetter("rule.id")))
    return replace(report, results=tuple(results))


def _gathered(report: Report, results: list[Result]) -> Result:
    counts = Counter(result.outcome for result in results)
    failing = {result.outcome for result in results if report.fails_run(result)}
    outcome = min(counts, key=lambda one: (one not in failing, _HEAVIEST.index(one)))
    same = [result for result in results if result.outcome is outcome and outcome is not Outcome.PASS]
    problems = tuple(Problem(message=headline(result), key=result.subject, location=result.location) for result in same)
    counted = ", ".join(f"{outcome.replace('_', ' ')} {counts[outcome]:,}" for outcome in _HEAVIEST if counts[outcome])
    first, rule = (same or results)[0], results[0].rule
    return Result(
        rule=rule,
        subject=rule.title,
        outcome=outcome,
        problems=problems if outcome in (Outcome.FAIL, Outcome.UNKNOWN, Outcome.ERROR) else (),
        reason="" if outcome is Outcome.FAIL else f"{headline(first)} ({counted})".strip(),
        time=outcome is Outcome.FAIL and all(result.time for result in same),
        regraded=max(
            (result.regraded for result in same if result.regraded), key=lambda grade: grade.rank, default=None
        ),
        anchor=first.location,
    )
