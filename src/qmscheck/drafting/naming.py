"""What a new file is called: as the others are, by day or number first, then the words of its title."""

from __future__ import annotations

import re
from collections.abc import Iterable

from qmscheck.drafting.numbering import next_id

_DATED = re.compile(r"(?P<head>)\d{4}-\d\d-\d\d(?P<gap>[-_ ]+)(?P<words>.*[^\W\d_].*)")
_NUMBERED = re.compile(r"(?P<head>\D*(?:(?:19|20)\d\d[-_.])?)(?P<number>\d+)(?P<gap>[-_ ]+)(?P<words>.*[^\W\d_].*)")


def next_stem(stems: Iterable[str], title: str, prefix: str, day: str) -> str:
    """A file name without its ending, like those that are there.

    ``2026-01-02-mail-down`` is followed by the day and the title, ``0001-use-it`` and ``PM2021-001 - Mail`` by the next
    number and the title; anything else by the next number alone.
    """
    known = list(stems)
    dated = [match for match in map(_DATED.fullmatch, known) if match]
    numbered = [match for match in map(_NUMBERED.fullmatch, known) if match]
    if known and 2 * len(dated) > len(known):
        return f"{day}{dated[-1]['gap']}{_words(title, dated[-1])}"
    if known and 2 * len(numbered) > len(known):
        number = next_id((match["head"] + match["number"] for match in numbered), prefix, int(day[:4]))
        return f"{number}{numbered[-1]['gap']}{_words(title, numbered[-1])}"
    return next_id(known, prefix, int(day[:4]))


def _words(title: str, like: re.Match[str]) -> str:
    """The title as its neighbour writes titles: the same sign between words, small letters if it has no capital."""
    between = re.search(r"[^\W_]([-_ ])[^\W_]", like["words"])
    sign = between[1] if between else "-"
    text = sign.join(re.findall(r"[^\W_]+", title))
    return text.lower() if like["words"] == like["words"].lower() else text
