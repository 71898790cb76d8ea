"""What a layout does not know of a repository's own words: further keys, words of a status, spellings of dates."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qmscheck.adoption.models import Model, path_of, spelt, words_of
from qmscheck.calendars import is_when
from qmscheck.config import Collection
from qmscheck.knowledge import Knowledge
from qmscheck.mapping.dates import DateReader, format_reader
from qmscheck.mapping.mapper import Origins
from qmscheck.mapping.place import place_of
from qmscheck.mapping.scope import column_key
from qmscheck.model import FieldPath, Record
from qmscheck.readers import Document
from qmscheck.registry import values_at
from qmscheck.schema import RecordType

DATE_FORMATS = (
    "D Month YYYY", "Month D, YYYY", "Month D YYYY", "YYYY/M/D", "YYYY.M.D", "D.M.YYYY", "D/M/YYYY", "M/D/YYYY",
    "D-M-YYYY", "M-D-YYYY", "D/M/YYYY H:MM", "M/D/YYYY H:MM", "YYYY/M/D H:MM", "YYYY-M-D H:MM", "D Month YYYY H:MM",
)  # fmt: skip
"""Spellings that are tried. One is proposed only when it alone reads all values of a field."""

_SHOWN = 2
_OFTEN = 0.2
_MOST_UNMAPPED = 12
_LONGEST = 40

Traced = Sequence[tuple[Record, Origins]]


@dataclass(slots=True)
class Inferred:
    """What to write beside the layout: fields, spellings of dates; and what remains.

    ``unclear`` has a date for each set of spellings in which it can be read, and only its owner knows which.
    """

    fields: dict[str, object] = field(default_factory=dict)
    dates: list[str] = field(default_factory=list)
    unmapped: list[tuple[str, int, tuple[str, ...]]] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    unclear: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def keys(self) -> dict[str, object]:
        """Keys of the collection beside ``fields``."""
        return {"dates": self.dates} if self.dates else {}

    def changes(self, collection: Collection) -> dict[str, Any]:
        """The same as attributes of a collection that has them in addition to its own."""
        return {
            "fields": {**(collection.fields or {}), **self.fields},
            "dates": tuple(dict.fromkeys((*collection.dates, *self.dates))),
        }

    def paths(self) -> Iterator[FieldPath]:
        """The fields that were added."""
        for name in self.fields:
            yield path_of(name)


def inferred(model: Model, documents: list[Document], records: Traced, knowledge: Knowledge) -> Inferred:
    """Everything that can be told of a collection's files beyond its model."""
    more = Inferred()
    used = _used(records)
    words = words_of(knowledge, model.record_type)
    choices = dict(choices_of(model.record_type))
    for key, values in _unused_keys(documents, used).items():
        name = words.get(column_key(key))
        if name is not None and model.layout and not _has(records, name) and _may_be(values, choices.get(name)):
            more.fields[name] = {"key": key}
        else:
            more.unmapped.append((f"key {key}", len(values), _samples(values)))
    more.unmapped += _unused_headings(documents, records)
    more.unmapped = sorted(more.unmapped, key=lambda one: (-one[1], one[0]))[:_MOST_UNMAPPED]
    _dates(more, model, records)
    _words_of_lists(more, model, records)
    return more


def _used(records: Traced) -> set[str]:
    return {origin.via for _, origins in records for origin in origins.values()}


def _unused_keys(documents: list[Document], used: set[str]) -> dict[str, list[object]]:
    """Keys of front matter, of records and columns that no field takes, with their values."""
    names = {via.partition(" ")[2].partition(".")[0] for via in used if via.startswith(("key ", "column "))}
    found: dict[str, list[object]] = defaultdict(list)
    for document in documents:
        rows = document.data if isinstance(document.data, list) else [document.data]
        for row in rows:
            for key, value in row.items() if isinstance(row, dict) else ():
                if key not in names and column_key(str(key)) != "type":
                    found[str(key)].append(value)
    return found


def _unused_headings(documents: list[Document], records: Traced) -> Iterator[tuple[str, int, tuple[str, ...]]]:
    """Headings that many files share, and below which no field finds anything."""
    lines: dict[str, set[int]] = defaultdict(set)
    for record, origins in records:
        lines[record.path] |= {origin.location.line or 0 for path, origin in origins.items() if path}
    count: Counter[str] = Counter()
    for document in documents:
        used = lines[document.path]
        headings = document.body.headings if document.body is not None else []
        count.update({one.title for one in headings if one.level > 1 and used.isdisjoint(range(one.line, one.end))})
    for title, number in count.items():
        if number >= max(_SHOWN, _OFTEN * len(documents)):
            yield f"heading {title}", number, ()


def _may_be(values: list[object], choices: list[str] | None) -> bool:
    """Whether values may belong to a field that takes only some words."""
    return choices is None or any(plainly(str(value)) in map(plainly, choices) for value in values)


def _has(records: Traced, name: str) -> bool:
    return any(values_at(record.fields, path_of(name)) for record, _ in records)


def _dates(more: Inferred, model: Model, records: Traced) -> None:
    """Spellings of dates that were not read: proposed where only one reads them all, else told as a doubt."""
    unread: dict[str, list[str]] = defaultdict(list)
    kinds = model.record_type.kinds
    for path, kind in kinds.items():
        if kind in ("when", "day") and "*" not in path:
            for record, _ in records:
                unread[spelt(path)] += [
                    value
                    for _, value in values_at(record.fields, path)
                    if isinstance(value, str) and not is_when(value)
                ]
    place = place_of(model.collection)
    readers = {text: format_reader(text, place) for text in DATE_FORMATS}
    for name, values in unread.items():
        found, doubt, unclear = _spellings(values, readers)
        more.dates += [text for text in found if text not in more.dates]
        more.unclear |= unclear
        if doubt:
            more.doubts.append(f"{name}: {doubt}")


def _spellings(
    values: list[str], readers: Mapping[str, DateReader]
) -> tuple[list[str], str, dict[str, tuple[str, ...]]]:
    """The spellings that values prove, each by one that nothing else reads; what is not told, and an example of it.

    Whether the day or the month comes first is never guessed: where no value proves it, or values prove both, the
    spellings that disagree about a value are left out.
    """
    fitting = {value: [text for text, read in readers.items() if read(value.strip())] for value in values}
    proven = {texts[0] for texts in fitting.values() if len(texts) == 1}
    unclear = {value: texts for value, texts in fitting.items() if texts and len(proven.intersection(texts)) != 1}
    proven -= {text for texts in unclear.values() for text in texts}
    doubts, first = [], dict[str, tuple[str, ...]]()
    if unclear:
        value, texts = next(iter(unclear.items()))
        first[value] = tuple(texts)
        doubts.append(f"{_cut(value)!r} can be read as {' or as '.join(texts)}: say which with dates: [...]")
    unknown = [value for value, texts in fitting.items() if not texts]
    if unknown:
        doubts.append(f"{len(unknown)} values are no dates that qmscheck reads, such as {_cut(unknown[0])!r}")
    return [text for text in readers if text in proven], "; ".join(doubts), first


def _words_of_lists(more: Inferred, model: Model, records: Traced) -> None:
    """Words where a field takes only some: spelt nearly so, they are translated; else told as a doubt."""
    for name, allowed in choices_of(model.record_type):
        values, keys = Counter[str](), Counter[str]()
        for record, origins in records:
            value = record.fields.get(name)
            if isinstance(value, str) and value not in allowed:
                values[value] += 1
                origin = origins.get((name,))
                keys[origin.via if origin else ""] += 1
        near = {plainly(one): one for one in allowed}
        known = {value: near[plainly(value)] for value in values if plainly(value) in near}
        via = keys.most_common(1)[0][0] if keys else ""
        if known and via.startswith(("key ", "column ")) and name not in more.fields:
            more.fields[name] = {
                "key": via.partition(" ")[2],
                "lower": True,
                "values": {one.lower(): to for one, to in known.items()},
            }
        for value, count in values.items():
            if value not in known:
                more.doubts.append(f"{name}: {_cut(value)!r} ({count} times) is none of {', '.join(allowed)}")


def choices_of(record_type: RecordType) -> Iterator[tuple[str, list[str]]]:
    """The top-level fields that take one of a few words."""
    properties = record_type.schema.get("properties")
    for name, node in properties.items() if isinstance(properties, Mapping) else ():
        if isinstance(node, Mapping) and isinstance(node.get("enum"), list) and name != "type":
            yield str(name), [str(one) for one in node["enum"]]


def plainly(word: str) -> str:
    """A word for comparison: small letters and digits only."""
    return "".join(sign for sign in word.casefold() if sign.isalnum())


def _samples(values: list[object]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_cut(value) for value in values if value not in (None, "")))[:_SHOWN]


def _cut(value: object) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
