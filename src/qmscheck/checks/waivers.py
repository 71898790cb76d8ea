"""``waiver-target``, ``waiver-term``, ``waiver-use``: whether a waiver fits its target, how long it runs, its use."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping

from qmscheck.calendars import day_of
from qmscheck.checks import Check, NotApplicable, Surroundings, Verdict
from qmscheck.facts import Facts
from qmscheck.model import Grade, Outcome, Problem, Record, Rule
from qmscheck.registry import RecordSet

_DIGITS = 32
_TOLD = 5
_WILD = frozenset("*?[")


def content_of(record: Record) -> str:
    """A digest of what a record says, whatever its spelling in the file: ``sha256:`` and 32 hexadecimal digits."""
    text = json.dumps(record.fields, sort_keys=True, ensure_ascii=True, default=str)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]}"


def targets(waiver: Record, records: RecordSet) -> list[Record]:
    """The records that a waiver names: by id, subject, path of their file, or a path with ``*``, ``?``, ``[...]``."""
    wanted = waiver.fields.get("record")
    if not isinstance(wanted, str) or not wanted:
        return []
    if _WILD & set(wanted):
        return records.like(wanted)
    return records.named(wanted)


def bound(waiver: Record, found: list[Record]) -> list[Record]:
    """Those of the records found whose content is the one that the waiver excuses."""
    content = waiver.fields.get("content")
    if isinstance(content, Mapping):
        return [record for record in found if content.get(_name(record, found)) == content_of(record)]
    return found if len(found) == 1 and content == content_of(found[0]) else []


def names_whole(waiver: Record, records: RecordSet, facts: Facts) -> bool:
    """Whether a waiver names a record type, a collection or a standard.

    What is found on such a whole, mostly that something is missing, has no content that a waiver could be bound to.
    """
    wanted = waiver.fields.get("record")
    return (
        wanted in records.types
        or wanted in facts.clauses
        or (isinstance(wanted, str) and bool(records.within({wanted})))
    )


def longest_days(facts: Facts, rule: Rule | None) -> int:
    """The longest time of a waiver of a rule, in days."""
    names = ["waiver_days", *(["waiver_days_major"] if rule is not None and rule.grade is Grade.MAJOR else [])]
    return min(int(str(facts.settings[name])) for name in names)


def target_problems(waiver: Record, around: Surroundings) -> Iterator[Problem]:
    """A problem for an unknown rule or record, for a missing digest, and for content that has changed."""
    rule, wanted = waiver.fields.get("rule"), waiver.fields.get("record")
    if not rule or not wanted:
        raise NotApplicable("it names no rule or no record")
    if str(rule) not in around.rules:
        yield Problem(message=f"there is no rule {rule!r}", path=("rule",))
    if names_whole(waiver, around.records, around.facts):
        return
    found = targets(waiver, around.records)
    if not found:
        yield Problem(message=f"no record of this name: {wanted!r}", path=("record",))
    elif isinstance(content := waiver.fields.get("content"), Mapping):
        yield from _unlike(content, found)
    elif len(found) > 1:
        yield Problem(
            message=f"it covers {len(found)} records; bind it to each of them: {_digests(found)}", path=("content",)
        )
    elif not content:
        message = f"it is bound to no content; that of {found[0].subject} is now {content_of(found[0])}"
        yield Problem(message=message, path=("content",))
    elif content != content_of(found[0]):
        yield _changed(found[0], ("content",))


def _unlike(content: Mapping[str, object], found: list[Record]) -> Iterator[Problem]:
    by_name = {_name(record, found): record for record in found}
    for name, digest in content.items():
        record = by_name.get(name)
        if record is None:
            yield Problem(message=f"it names no record {name!r}", path=("content", name))
        elif digest != content_of(record):
            yield _changed(record, ("content", name))


def _changed(record: Record, path: tuple[str, ...]) -> Problem:
    return Problem(message=f"{record.subject} has changed since; its content is now {content_of(record)}", path=path)


def _name(record: Record, among: list[Record]) -> str:
    """What a record is called in ``content``: its id, or its subject where another one has the same id."""
    return record.id if sum(one.id == record.id for one in among) == 1 else record.subject


def _digests(found: list[Record]) -> str:
    listed = [f"{_name(record, found)}: {content_of(record)}" for record in found[:_TOLD]]
    return f"{{{', '.join(listed)}}}" + (" and so on" if len(found) > _TOLD else "")


def term_problems(waiver: Record, around: Surroundings) -> Iterator[Problem]:
    """A problem when a waiver runs longer than is allowed for a rule of that grade, or ends before it begins."""
    starts, expires = waiver.fields.get("starts_on"), waiver.fields.get("expires_on")
    if not starts or not expires:
        raise NotApplicable("it has no beginning or no end")
    rule = around.rules.get(str(waiver.fields.get("rule")))
    days, longest = (day_of(str(expires)) - day_of(str(starts))).days, longest_days(around.facts, rule)
    if days > longest:
        of = f" for the grade {rule.grade}" if rule is not None else ""
        message = f"it runs {days} days, from {starts} to {expires}; your longest{of} is {longest}; it excuses nothing"
        yield Problem(message=message, path=("expires_on",))


def uses(members: list[Record], around: Surroundings) -> Iterator[Verdict]:
    """A verdict for each waiver: whether it excused a finding in this run."""
    if around.account is None:
        raise NotApplicable("this run excuses nothing")
    counts = around.account().waivers
    for waiver in members:
        if waiver not in counts:
            reason = "it is not in force, or its rule was not judged"
            yield Verdict(subject=waiver, outcome=Outcome.NOT_APPLICABLE, reason=reason)
        else:
            yield Verdict(subject=waiver, problems=() if counts[waiver] else (_unused(waiver),))


def _unused(waiver: Record) -> Problem:
    told = f"it excuses nothing: {waiver.fields.get('rule')} finds nothing on {waiver.fields.get('record')}"
    return Problem(message=told, path=("rule",), location=waiver.location)


CHECKS = (
    Check(name="waiver-target", record=target_problems, looks_around=True),
    Check(name="waiver-term", record=term_problems),
    Check(name="waiver-use", whole=uses, late=True),
)
