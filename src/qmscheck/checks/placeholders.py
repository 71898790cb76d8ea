"""``placeholders``: a record beyond its draft holds no words that stand for text still to be written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import filterfalse

from qmscheck.checks import Check, NotApplicable, Surroundings
from qmscheck.checks.contents import Harmless, contents
from qmscheck.model import FieldPath, Problem, Record
from qmscheck.patterns import pattern
from qmscheck.registry import texts_in

_QUOTED = pattern(r"```.*?```|~~~.*?~~~|`[^`]*`|\"[^\"\n]*\"|^>.*$", re.DOTALL | re.MULTILINE)
_WORDS = pattern(r"\b(TBD|TODO|FIXME|XXX+)\b|\blorem ipsum\b", re.IGNORECASE)
_LOUD = pattern(r"TBD|TODO|FIXME|XXX|lorem ipsum", re.IGNORECASE)
_LOW = ("tbd", "todo", "fixme", "xxx", "lorem ipsum")


def problems(record: Record, around: Surroundings) -> Iterator[Problem]:
    """A problem for each text that is a placeholder or holds one outside quotations and code.

    Option ``drafts``: states in which a record may still hold them (default: the first of its type's lifecycle).
    """
    states = around.facts.types[record.type].lifecycle.states
    drafts = around.options.get("drafts") or list(states[:1])
    if isinstance(drafts, list) and record.fields.get("status") in drafts:
        raise NotApplicable("it is still a draft")
    if not _suspected(record, around):
        return
    for path, text in texts_in(record.fields, ()):
        if text.strip() and not around.facts.filled(text):
            yield Problem(message=f"{_name(path)} is only a placeholder ({text.strip()[:40]!r})", path=path)
        elif _LOUD.search(text) and (found := _WORDS.search(_QUOTED.sub(" ", text))):
            yield Problem(message=f"{_name(path)} still says {found.group()!r}", path=path)


def _suspected(record: Record, around: Surroundings) -> bool:
    """Whether a closer look can find anything: one look at all new texts together, for nearly all records are fine."""
    harmless = _harmless(around.facts.placeholders)
    new = harmless.others(contents(record).texts)
    whole = "\n".join(new)
    low, filled = whole.lower(), around.facts.filled
    if any(word in low for word in _LOW) or (not whole.isascii() and _LOUD.search(whole)):
        return True
    if any(text.strip() for text in filterfalse(filled, new)):
        return True
    harmless.add(new)
    return False


@lru_cache(maxsize=4)
def _harmless(_placeholders: frozenset[str]) -> Harmless:
    return Harmless()


def _name(path: FieldPath) -> str:
    return ".".join(str(part) for part in path)


CHECK = Check(name="placeholders", record=problems)
