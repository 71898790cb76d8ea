"""``placeholders``: a record beyond its draft holds no words that stand for text still to be written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qmscheck.checks import Check, NotApplicable, Surroundings
from qmscheck.model import FieldPath, Problem, Record
from qmscheck.registry import all_texts, texts_in

_QUOTED = re.compile(r"```.*?```|~~~.*?~~~|`[^`]*`|\"[^\"\n]*\"|^>.*$", re.DOTALL | re.MULTILINE)
_WORDS = re.compile(r"\b(TBD|TODO|FIXME|XXX+)\b|\blorem ipsum\b", re.IGNORECASE)
_LOUD = re.compile(r"TBD|TODO|FIXME|XXX|lorem ipsum", re.IGNORECASE)
_LOW = ("tbd", "todo", "fixme", "xxx", "lorem ipsum")


def problems(record: Record, around: Surroundings) -> Iterator[Problem]:
    """A problem for each text that is a placeholder or holds one outside quotations and code.

    Option ``drafts``: states in which a record may still hold them (default: the first of its type's lifecycle).
    """
    states = around.facts.types[record.type].lifecycle.states
    drafts = around.options.get("drafts") or list(states[:1])
    if isinstance(drafts, list) and record.fields.get("status") in drafts:
        raise NotApplicable("it is still a draft")
    if not _suspected(record.fields, around):
        return
    for path, text in texts_in(record.fields, ()):
        if text.strip() and not around.facts.filled(text):
            yield Problem(message=f"{_name(path)} is only a placeholder ({text.strip()[:40]!r})", path=path)
        elif _LOUD.search(text) and (found := _WORDS.search(_QUOTED.sub(" ", text))):
            yield Problem(message=f"{_name(path)} still says {found.group()!r}", path=path)


def _suspected(fields: dict[str, object], around: Surroundings) -> bool:
    """Whether a closer look can find anything: one look at all texts together, for nearly all records are fine."""
    texts = all_texts(fields)
    if any(text.strip() for text in around.facts.unfilled(texts)):
        return True
    whole = "\n".join(texts)
    if not whole.isascii():
        return _LOUD.search(whole) is not None
    lower = whole.lower()
    return any(word in lower for word in _LOW)


def _name(path: FieldPath) -> str:
    return ".".join(str(part) for part in path)


CHECK = Check(name="placeholders", record=problems)
