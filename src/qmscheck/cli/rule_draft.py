"""The file that ``qmscheck rules new`` writes: a rule that holds its examples, to be changed from there."""

from __future__ import annotations

import re

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
  - {{field: {field}, message: "{field} is not stated"}}
# expect: record.x_points >= 3             # CEL; false is a finding, what cannot be told is unknown
# at: x_points
why: >
  Why it matters, for whoever has to mend a record.
fix: >
  What to write, and where.
examples:                    # the tests of this rule: qmscheck rules test
  pass:
    - {{id: {prefix}-2026-0001, {field}: something}}
  fail:
    - record: {{id: {prefix}-2026-0001}}
      at: [{field}]
"""


def file_name(rule_id: str, name: str) -> str:
    """``ACME001-team-named.yaml``."""
    return f"{rule_id}-{name}.yaml"


def draft(rule_id: str, title: str, record: str, *, field: str, control: str, prefix: str) -> tuple[str, str]:
    """The rule's name, made of its title, and the text of its file."""
    name = re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-") or "new-rule"
    text = _TEMPLATE.format(
        id=rule_id, name=name, title=title, record=record, field=field, control=control, prefix=prefix or "ABC"
    )
    return name, text
