"""``waiver-target``: what a waiver names is there, and the record is as it was when it was granted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from qmscheck.checks import Check, NotApplicable, Surroundings
from qmscheck.model import Problem, Record
from qmscheck.registry import RecordSet

_SHORT = 16


def content_of(record: Record) -> str:
    """A digest of what a record says, whatever its spelling in the file: 16 hexadecimal digits."""
    text = json.dumps(record.fields, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:_SHORT]


def targets(waiver: Record, records: RecordSet) -> list[Record]:
    """The records that a waiver names, by id, path or subject."""
    wanted = waiver.fields.get("record")
    return [record for record in records if wanted in (record.id, record.path, record.subject)] if wanted else []


def problems(waiver: Record, around: Surroundings) -> Iterator[Problem]:
    """A problem for an unknown rule or record, for a missing digest, and for content that has changed."""
    rule, wanted = waiver.fields.get("rule"), waiver.fields.get("record")
    if not rule or not wanted:
        raise NotApplicable("it names no rule or no record")
    if str(rule) not in around.rules:
        yield Problem(message=f"there is no rule {rule!r}", path=("rule",))
    found = targets(waiver, around.records)
    if len(found) != 1:
        told = "no record" if not found else f"{len(found)} records"
        yield Problem(message=f"{told} of this name: {wanted!r}", path=("record",))
        return
    now, then = content_of(found[0]), waiver.fields.get("content")
    if not then:
        yield Problem(message=f"it is bound to no content; that of {found[0].subject} is now {now}", path=("content",))
    elif str(then) != now:
        message = f"{found[0].subject} has changed since; its content is now {now}"
        yield Problem(message=message, path=("content",))


CHECK = Check(name="waiver-target", record=problems, looks_around=True)
