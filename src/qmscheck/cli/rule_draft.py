"""The file that ``qmscheck rules new`` writes: a rule that holds its examples, to be changed from there."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping

from qmscheck.definitions import schema_text
from qmscheck.drafting.specimen import nearest, specimen
from qmscheck.errors import UsageError
from qmscheck.frozen import frozen
from qmscheck.knowledge import Knowledge
from qmscheck.model import FieldPath
from qmscheck.names import path_faults
from qmscheck.registry import dotted
from qmscheck.schema import ANY, IMPLICIT, RecordType
from qmscheck.yaml_text import flow, scalar

_TEMPLATE = """id: {id}
name: {name}
title: {title}
record: {record}
controls: [{control}]
grade: minor                 # major, minor or observation
basis: expectation           # requirement: a standard demands it; expectation: it is what you expect
detects: missing             # missing, stale, inconsistent, unauthorised or unreadable
# when: record.status == "closed"          # CEL; where it is false the rule does not apply, because: …
# because: it is not closed yet
requires:
  - {required}
# expect: record.x_points >= 3             # CEL; false is a finding, what cannot be told is unknown
# at: x_points
why: >
  Why it matters, for whoever has to mend a record.
fix: >
  What to write, and where.
examples:                    # the tests of this rule: qmscheck rules test
  pass:
    - {passing}
  fail:
    - {failing}
"""
_NAME_LIMIT = 60


@frozen
class Draft:
    """A rule file that is not written yet: its name and its text."""

    file: str
    text: str


def draft(knowledge: Knowledge, rule_id: str, title: str, record: str, field: str) -> Draft:
    """A rule that asks a field of the records of a type, or of ``any``.

    Raises UsageError for an id that no rule may have, and for a field that the records do not have.
    """
    _fit_id(rule_id, knowledge)
    types = list(knowledge.types.values()) if record == ANY else [knowledge.types[record]]
    _fit_field(field, types)
    if not title.strip():
        raise UsageError("the title is empty: say in one sentence what a record must be like")
    name, own, path = _name(title), types[0], dotted(field)
    identity = {"type": own.name} if record == ANY else {}
    identity["id"] = f"{own.prefix or 'ABC'}-2026-0001"
    held = specimen(own, path, lambda word: _says_something(word, knowledge))
    lacking = {key: value for key, value in identity.items() if key != path[0]}
    text = _TEMPLATE.format(
        id=rule_id,
        name=name,
        title=scalar(title),
        record=record,
        control=_control(knowledge, own if record != ANY else None),
        required=flow({"field": field, "message": f"{field} is not stated"}),
        passing=flow(_example({**identity, **held})),
        failing=flow({"record": lacking, "at": [_dots(nearest(own, path))]}),
    )
    return Draft(file=f"{rule_id}-{name}.yaml", text=text)


def _control(knowledge: Knowledge, record_type: RecordType | None) -> str:
    """The control of a type; of rules on every type, and of a type without one, the one that most such rules name."""
    named = Counter(name for rule in knowledge.rules.values() if rule.record == ANY for name in rule.controls)
    usual = [name for name, _ in named.most_common(1)]
    return next(iter([*(record_type.controls if record_type else ()), *usual, *knowledge.controls]))


def _fit_id(rule_id: str, knowledge: Knowledge) -> None:
    if rule_id in knowledge.rules:
        raise UsageError(f"there is a rule {rule_id} already: {knowledge.rules[rule_id].title}")
    properties: Mapping[str, Mapping[str, str]] = schema_text("rule")["properties"]  # type: ignore[assignment]
    if not re.search(properties["id"]["pattern"], rule_id):
        letters, digits = re.fullmatch(r"(.*?)(\d*)", "".join(re.findall(r"[A-Za-z0-9]", rule_id))).groups()  # type: ignore[union-attr]
        near = f"{letters.upper() or 'ACME'}{int(digits or 1):03}"
        raise UsageError(f"{rule_id!r} is no id of a rule: it is capital letters and three digits, such as {near}")


def _fit_field(field: str, types: list[RecordType]) -> None:
    first = field.split(".", maxsplit=1)[0]
    if first in IMPLICIT:
        raise UsageError(f"--field {first}: every record has it, so there is nothing to ask for")
    for one in types:
        for unknown in path_faults(field, one.shape, one.name):
            raise UsageError(f"--field {field}: {unknown}; a field of your own begins with x_")


def _name(title: str) -> str:
    """The title in kebab case, cut between words."""
    plain = unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain)
    while len(words) > 1 and len("-".join(words)) > _NAME_LIMIT:
        words.pop()
    return "-".join(words)[:_NAME_LIMIT] or "new-rule"


def _says_something(word: object, knowledge: Knowledge) -> bool:
    placeholders = knowledge.settings.get("placeholders")
    return str(word).casefold() not in {str(one).casefold() for one in placeholders or ()}  # type: ignore[attr-defined]


def _example(fields: dict[str, object]) -> dict[str, object]:
    """The fields alone, or as the record where one of them would be taken for it."""
    return {"record": fields} if fields.keys() & {"record", "records"} else fields


def _dots(path: FieldPath) -> str:
    return ".".join(map(str, path))
