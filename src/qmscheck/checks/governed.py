"""``policy-file``: what is judged does not change what it is judged by."""

from __future__ import annotations

from collections.abc import Iterator

from qmscheck.calendars import Untold
from qmscheck.checks import Check, Surroundings
from qmscheck.model import Problem, Record

_WHAT = {
    "configuration": "the configuration",
    "rules": "the rules",
    "people": "the people register",
    "excuse": "what is excused",
    "names": "who is who in the history",
}


def problems(record: Record, _around: Surroundings) -> Iterator[Problem]:
    """A problem for a file that was changed; raises ``Untold`` where another branch may have made the difference."""
    fields = record.fields
    if "untold" in fields:
        raise Untold(f"it differs from {fields.get('compared_with')}, but {fields['untold']}")
    if fields.get("alteration") == "unchanged":
        return
    kind = str(fields.get("decides"))
    effect = "git goes by it already" if kind == "names" else "it has no effect here"
    yield Problem(
        message=f"{_WHAT.get(kind, 'the policy')} was {fields.get('alteration')} by what is judged; {effect}"
        f" (policy of {fields.get('compared_with')})",
        path=("alteration",),
        location=record.location,
    )


CHECK = Check(name="policy-file", record=problems)
