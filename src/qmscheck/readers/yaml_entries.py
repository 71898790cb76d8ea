"""Many versions of one file: only those top-level entries of its YAML are parsed that no version before had.

A text is cut where a line begins with a key, the entries not met before are parsed together, and the whole is put
together from them. Whenever the cut could be wrong (several documents, anchors, tags, merge keys, quoted or odd keys,
texts that go on at the first column), or the parser finds another number of entries or other keys than the cut did,
the whole text is parsed as if there were no such thing; so the data, and every complaint, are the same either way.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from qmscheck.patterns import pattern
from qmscheck.readers.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_CUT: Final = pattern(r"^(?=[A-Za-z_])", re.MULTILINE)
_UNSURE: Final = pattern(r"[&!\r\x85\u2028\u2029]|<<|^(?:---|\.\.\.|[%\"'?:\]},])", re.MULTILINE)
_NOTHING: Final = pattern(r"(?:[ \t]*(?:#[^\n]*)?(?:\n|\Z))*\Z")
_KEY: Final = pattern(r"([A-Za-z_][A-Za-z0-9_-]*):(?=\s|\Z)")
_OPENING: Final = "---\n"


class Entries:
    """The top-level entries that earlier versions of a file had: text -> key and value. Values are shared, not copied.

    For one file, so that what it remembers does not grow with their number.
    """

    __slots__ = ("_known", "_prior")

    def __init__(self, prior: Mapping[str, object] | None = None) -> None:
        """``prior``: what the first text that is loaded is known to hold, but for what is null."""
        self._known: dict[str, tuple[str, object]] = {}
        self._prior = prior

    def load(self, text: str, parse: Callable[[str], object]) -> object:
        """What ``parse`` makes of the text, which it is handed only as far as it is new."""
        cut = _cut(text)
        if self._prior is not None:
            self._trust(cut, self._prior)
            self._prior = None
        if not cut or not self._learn([entry for entry in cut if entry not in self._known], parse):
            return parse(text)
        whole = dict(map(self._known.__getitem__, cut))
        return whole if len(whole) == len(cut) else parse(text)  # a key that occurs twice

    def _trust(self, entries: list[str], prior: Mapping[str, object]) -> None:
        """Take the values of entries whose keys are plain to see."""
        for entry in entries:
            key = _KEY.match(entry)
            if key is not None and key[1] in prior:
                self._known[entry] = key[1], prior[key[1]]

    def _learn(self, entries: list[str], parse: Callable[[str], object]) -> bool:
        if not entries:
            return True
        try:
            found = parse("".join(entries))
        except Refusal:
            return False
        if not isinstance(found, dict) or len(found) != len(entries):
            return False
        if not all(map(_begins, entries, found)):
            return False
        self._known.update(zip(entries, found.items(), strict=True))
        return True


def _begins(entry: str, key: str) -> bool:
    return entry.startswith(key) and entry[len(key) :].lstrip(" \t")[:1] == ":"


def _cut(text: str) -> list[str]:
    """The entries, comments and blank lines behind each with it; none where it cannot be told for sure."""
    text = text.removeprefix(_OPENING)
    if _UNSURE.search(text):
        return []
    before, *entries = _CUT.split(text)
    return entries if _NOTHING.match(before) else []
