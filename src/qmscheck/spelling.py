"""Words that are nearly right, and which ones were meant."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is most like a wrong one; None where none is."""
    from difflib import get_close_matches  # noqa: PLC0415 - only for messages

    return next(iter(get_close_matches(word, list(known), n=1)), None)


def hint(word: str, known: Iterable[str]) -> str:
    """The end of a sentence on a wrong word: ``; did you mean 'change'?``, or nothing."""
    near = nearest(word, known)
    return f"; did you mean {near!r}?" if near else ""
