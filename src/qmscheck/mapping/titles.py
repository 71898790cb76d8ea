"""Titles as people write them: compared without case and without ``*``, ``:`` and blanks around."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from qmscheck.mapping.place import Place

_AROUND = "*_: \t\u00a0"


def plain(title: str) -> str:
    """The title for comparison."""
    return " ".join(title.strip(_AROUND).casefold().split())


class Titles:
    """The titles that a candidate looks for: ``Title``, ``[T1, T2]`` or ``{match: regex}`` with further keys."""

    __slots__ = ("levels", "options", "pattern", "wanted")

    def __init__(self, spec: object, place: Place, options: Iterable[str] = ()) -> None:
        self.wanted: tuple[str, ...] = ()
        self.pattern: re.Pattern[str] | None = None
        self.options: Mapping[str, object] = {}
        if isinstance(spec, Mapping):
            self.options = place.mapping(spec, ("match", "title", *options))
            if "match" in spec:
                self.pattern = place.at("match").regex(spec["match"], re.IGNORECASE)
            spec = spec.get("title", ())
        self.wanted = tuple(plain(text) for text in place.texts(spec))
        if not self.wanted and self.pattern is None:
            raise place.error("name a title, a list of titles, or {match: regex}")
        levels = self.options.get("level", [])
        self.levels = tuple(place.integer(level) for level in (levels if isinstance(levels, list) else [levels]))

    def holds(self, title: str) -> bool:
        """Whether this is one of the titles."""
        text = plain(title)
        return text in self.wanted or (self.pattern is not None and self.pattern.search(text) is not None)

    def behind(self, text: str) -> str | None:
        """What follows the title at the start of a text; None when the text begins with none of the titles."""
        bare = text.lstrip(_AROUND)
        for title in self.wanted:
            if bare[: len(title)].casefold() == title and not bare[len(title) : len(title) + 1].isalnum():
                return bare[len(title) :].strip(_AROUND)
        match = self.pattern.match(bare) if self.pattern is not None else None
        return bare[match.end() :].strip(_AROUND) if match else None
