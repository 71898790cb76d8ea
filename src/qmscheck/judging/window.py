"""Which records of a set can matter to a rule, told from its text, so that the others need not be looked at.

Two kinds of condition are understood, and what they mean stays with CEL: a period up to the as-of day, by dates of the
record; and one on nothing but the record's own fields, which holds or not whatever the day and the settings are.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from qmscheck.calendars import shift
from qmscheck.facts import Facts
from qmscheck.frozen import frozen
from qmscheck.model import FieldPath, Rule, Scope

_WITHIN: Final = re.compile(
    r"\s*\[(?P<dates>record\.\w+(?:, record\.\w+)*)\]\.exists\((?P<each>\w+), (?P=each) != null && "
    r"plus\(day\((?P=each)\), settings\.(?P<period>\w+)\) >= day\(as_of\)\)\s*(?:&&(?!.*\|\|).*)?",
    re.DOTALL,
)
_OF_FIELDS: Final = re.compile(r"(?!.*\b(?:as_of|settings|related)\b)[^()]*", re.DOTALL)
_COUNTED: Final = re.compile(r"\brecords\.(\w+)")
_NUMBERS: Final = frozenset({"count", "total"})
_SAID: Final = ("when", "because", "requires", "expect", "message", "show", "regrade")
_SLACK: Final = dt.timedelta(days=5)
"""Months have no equal length, and the day of an instant depends on its zone."""


@frozen
class Window:
    """A period up to the as-of day in which one of these date fields has to lie, as long as a setting says."""

    fields: tuple[FieldPath, ...]
    period: str

    def since(self, facts: Facts) -> dt.date:
        """A day that is not later than its first one."""
        return shift(facts.as_of, str(facts.settings[self.period]), back=True).date() - _SLACK


def window_of(rule: Rule) -> Window | None:
    """The period that all records lie in which a rule on a whole set counts; None where it names none."""
    found = _WITHIN.fullmatch(str(rule.definition.get("among", ""))) if rule.scope is Scope.COLLECTION else None
    if found is None:
        return None
    fields = (name.removeprefix("record.") for name in found["dates"].split(", "))
    return Window(fields=tuple((name,) for name in fields), period=found["period"])


def is_mere_count(rule: Rule) -> bool:
    """Whether a rule on a whole set only counts records, picked by nothing but their fields."""
    data = rule.definition
    if rule.scope is not Scope.COLLECTION or "among" in data or "where" not in data:
        return False
    asked = _COUNTED.findall(" ".join(str(data[key]) for key in _SAID if key in data))
    return set(asked) <= _NUMBERS and _OF_FIELDS.fullmatch(str(data["where"])) is not None
