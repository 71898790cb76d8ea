"""What is known besides the records: the clock, settings, people, and when a field counts as filled."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from qmscheck.knowledge import Standard
from qmscheck.patterns import pattern
from qmscheck.people import People
from qmscheck.schema import RecordType

_COMMENT = pattern(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_REMEMBERED = 4096
"""Short texts of which it is remembered whether they are filled."""


@dataclass(slots=True, kw_only=True)
class Facts:
    """What expressions and checks may know besides the record: the clock, settings, people, placeholders, types."""

    as_of: dt.datetime
    settings: Mapping[str, object] = field(default_factory=dict)
    people: People = field(default_factory=People)
    placeholders: frozenset[str] = frozenset()
    types: Mapping[str, RecordType] = field(default_factory=dict)
    standards: tuple[str, ...] = ()
    required_types: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    clauses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    editions: Mapping[str, Standard] = field(default_factory=dict)
    holidays: frozenset[dt.date] = frozenset()
    week: frozenset[int] = frozenset(range(5))
    _longest: int = field(init=False, default=0)
    _known: dict[str, bool] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._longest = max(map(len, self.placeholders), default=0)

    @property
    def today(self) -> dt.date:
        """The day that is judged."""
        return self.as_of.date()

    def filled(self, value: object) -> bool:
        """Not null, not blank, not a placeholder; a list or map with any filled part, a text with any filled line."""
        if isinstance(value, str):
            if len(value) > self._longest + 1 and value[0].isalnum() and value[-1].isalnum() and "\n" not in value:
                return "<!--" not in value or self._is_filled(value)  # as in `_says_something`, without its call
            known = self._known.get(value)
            return self._is_filled(value) if known is None else known
        if value is None:
            return False
        if isinstance(value, (list, tuple)):
            return any(map(self.filled, value))
        if value.__class__ is dict or isinstance(value, Mapping):  # the first is many times as fast
            return any(map(self.filled, value.values()))
        return True

    def _is_filled(self, text: str) -> bool:
        if "\n" in text or "<!--" in text:
            return any(map(self._says_something, _COMMENT.sub("", text).splitlines()))
        filled = self._says_something(text)
        if len(text) <= self._longest and len(self._known) < _REMEMBERED:
            self._known[text] = filled
        return filled

    def _says_something(self, line: str) -> bool:
        if len(line) > self._longest + 1 and line[0].isalnum() and (line[-1].isalnum() or line[-2].isalnum()):
            return True  # longer than any placeholder, and folding its case makes no text shorter
        text = line.strip()
        return bool(text) and text.casefold().strip(".*-_ ") not in self.placeholders and bool(text.strip(".*-_ …"))
