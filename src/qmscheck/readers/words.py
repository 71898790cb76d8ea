"""Short texts met before: names, states and addresses recur from record to record, and need be kept only once."""

from __future__ import annotations

from typing import Final

_WORD: Final = 40
_MOST_WORDS: Final = 4096

WORDS: Final[dict[str, str]] = {}


def remembered(word: str) -> str:
    """The text itself, from here on the same object each time if it is short."""
    return WORDS.setdefault(word, word) if len(word) < _WORD and len(WORDS) < _MOST_WORDS else word
