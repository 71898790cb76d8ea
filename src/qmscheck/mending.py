"""The story of ``qmscheck fix``: repairs that cannot change what a record says, as changes to lines of its file.

Three kinds: a date in a spelling that can be read in one way only, a word of a list spelt otherwise, and a missing key
as a placeholder that still fails. What could be read in two ways is left alone. Each repair is proved: the file is read
again with it, and must say the same as before but for what was repaired.
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from qmscheck import app, plugins
from qmscheck.adoption.inference import DATE_FORMATS, choices_of, plainly
from qmscheck.calendars import is_when
from qmscheck.collect import tree_of
from qmscheck.config import Collection, Config
from qmscheck.drafting import OPEN, lines_of
from qmscheck.mapping.dates import format_reader
from qmscheck.mapping.place import place_of
from qmscheck.model import FieldPath, Location, Outcome, Source, Unreadable
from qmscheck.reading import Reading
from qmscheck.registry import values_at
from qmscheck.schema import RecordType

_FENCE = "---"
_COMPUTED = "body_digest"
"""A field that follows from the text."""


@dataclass(slots=True)
class Mended:
    """One file: its text before and after, and what was done, a sentence each."""

    path: str
    before: str
    after: str
    done: list[str] = field(default_factory=list)

    def diff(self) -> Iterator[str]:
        """The change as a unified diff, line by line."""
        before, after = (text.splitlines(keepends=True) for text in (self.before, self.after))
        yield from difflib.unified_diff(before, after, f"a/{self.path}", f"b/{self.path}", n=1)


def mend(config: Config, paths: tuple[str, ...] = (), as_of: str | None = None) -> list[Mended]:
    """Every file that can be repaired, with its new text. Writes nothing."""
    loaded = plugins.load(config.disabled_plugins)
    knowledge = app.knowledge_of(config, loaded, examples=False)
    tree = tree_of(config)
    named = tree.named(paths) if paths else None
    reading = Reading(config=config, knowledge=knowledge, plugins=loaded, tree=tree, named=named)
    missing = _missing(config, paths, as_of)
    mended: dict[str, Mended] = {}
    for collection in reading.collections():
        record_type = knowledge.types[collection.type]
        for item in tree.sources(collection, named) if collection.collector is None else ():
            if isinstance(item, Unreadable):
                continue
            text = _text(item)
            if text is not None:
                one = mended.setdefault(item.path, Mended(path=item.path, before=text, after=text))
                bench = _Bench(one, reading, collection)
                bench.spell(record_type)
                bench.complete(missing)
    return [one for one in mended.values() if one.after != one.before]


def _text(source: Source) -> str | None:
    """What is written back byte for byte; None for bytes that are no UTF-8."""
    try:
        return source.content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _missing(config: Config, paths: tuple[str, ...], as_of: str | None) -> Mapping[str, dict[str, str]]:
    """For each record the keys that rules miss, and which rule."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for result in app.run(config, app.Wishes(paths=paths, as_of=as_of, provenance=False)).of(Outcome.FAIL):
        record = result.record
        for problem in result.problems if record is not None else ():
            if record is not None and len(problem.path) == 1 and not values_at(record.fields, problem.path):
                found[record.subject].setdefault(str(problem.path[0]), result.rule.id)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Repair:
    """A value of a record, by its number in the file, that is to be written in another way."""

    number: int
    path: FieldPath
    place: Location
    wrong: str
    right: str


class _Bench:
    """One file as one collection reads it, and repairs of it that were proved."""

    def __init__(self, one: Mended, reading: Reading, collection: Collection) -> None:
        self._one = one
        self._reading = reading
        self._collection = collection
        self._document, self._traced = self._read(one.after)

    def spell(self, record_type: RecordType) -> None:
        """Dates and words of lists, all at once; where that says something else, one by one."""
        wanted = list(self._wanted(record_type))
        if wanted and not self._try(wanted):
            for repair in wanted:
                self._try([repair])

    def complete(self, missing: Mapping[str, Mapping[str, str]]) -> None:
        """Missing keys, added at the end of the data of a record that is its whole file and uses canonical names."""
        if self._collection.fields is not None or len(self._traced) != 1 or not self._traced[0][0].single:
            return
        keys = missing.get(self._traced[0][0].subject, {})
        text = self._with_keys(keys)
        if text is not None and self._says_the_same(text, {(0, (key,)) for key in keys}):
            self._one.after = text
            self._one.done += [
                f"{self._one.path}: {key} is added as a placeholder ({rule})" for key, rule in keys.items()
            ]

    def _read(self, text: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - as `traced_file` says
        return self._reading.traced_file(self._collection, Source(self._one.path, text.encode("utf-8")))

    def _wanted(self, record_type: RecordType) -> Iterator[_Repair]:
        words = dict(choices_of(record_type))
        paths = [(path, kind) for path, kind in record_type.kinds.items() if "*" not in path]
        for number, (record, origins) in enumerate(self._traced):
            for path, kind in paths:
                for full, value in values_at(record.fields, path):
                    origin = origins.get(full)
                    if isinstance(value, str) and origin is not None and origin.via.startswith(("key ", "column ")):
                        dated = kind in ("when", "day")
                        right = _date(value, self._collection) if dated else _word(value, words, path)
                        if right is not None and right != value:
                            place = origin.location
                            yield _Repair(number=number, path=full, place=place, wrong=value, right=right)

    def _try(self, repairs: list[_Repair]) -> bool:
        """Make repairs, if the file then says the same but for them. Of several places in a line the one that fits."""
        for text in self._candidates(repairs):
            if self._says_the_same(text, {(repair.number, repair.path) for repair in repairs}):
                self._one.after = text
                self._one.done += [
                    f"{one.place}: {'.'.join(map(str, one.path))}: {one.wrong!r} is written {one.right!r}"
                    for one in repairs
                ]
                self._document, self._traced = self._read(text)
                return True
        return False

    def _candidates(self, repairs: list[_Repair]) -> Iterator[str]:
        lines = lines_of(self._one.after)
        for repair in repairs:
            at = (repair.place.line or 0) - 1
            starts = _starts(lines[at], repair.wrong) if 0 <= at < len(lines) else []
            if len(repairs) == 1:
                for start in starts:
                    yield "".join((*lines[:at], _replaced(lines[at], start, repair), *lines[at + 1 :]))
            elif len(starts) != 1:
                return
            else:
                lines[at] = _replaced(lines[at], starts[0], repair)
        if len(repairs) > 1:
            yield "".join(lines)

    def _says_the_same(self, text: str, but: set[tuple[int, FieldPath]]) -> bool:
        _, after = self._read(text)
        if len(after) != len(self._traced):
            return False
        changed = {
            (number, path)
            for number, ((old, _), (new, _)) in enumerate(zip(self._traced, after, strict=True))
            for path in _differing(old.fields, new.fields)
        }
        return changed == but

    def _with_keys(self, keys: Mapping[str, str]) -> str | None:
        """The text with keys at the end of its data; None where they cannot be added as lines."""
        document = self._document
        lines = lines_of(self._one.after)
        if document is None or not keys:
            return None
        if document.format == "markdown":
            fences = [number for number, line in enumerate(lines) if line.strip("\ufeff \t\r\n") == _FENCE]
            at = fences[1] if document.front_matter == "yaml" and len(fences) > 1 else None
        else:
            at = len(lines) if document.format == "yaml" and isinstance(document.data, dict) else None
        if at is None:
            return None
        found = re.search(r"\r\n|\n|\r", self._one.after)
        end = found.group() if found else "\n"
        if at and not lines[at - 1].endswith(("\n", "\r")):
            lines[at - 1] += end
        return "".join((*lines[:at], *(f"{key}: {OPEN}{end}" for key in keys), *lines[at:]))


def _starts(line: str, wrong: str) -> list[int]:
    """Where a value stands in a line by itself, not within a word."""
    return [match.start() for match in re.finditer(rf"(?<![^\W_]){re.escape(wrong)}(?![^\W_])", line)]


def _replaced(line: str, start: int, repair: _Repair) -> str:
    return line[:start] + repair.right + line[start + len(repair.wrong) :]


def _differing(old: object, new: object, path: FieldPath = ()) -> Iterator[FieldPath]:
    """The paths of values that differ, but for what is computed from the text."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in {**old, **new}:
            if key != _COMPUTED:
                yield from _differing(old.get(key), new.get(key), (*path, key))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (first, second) in enumerate(zip(old, new, strict=True)):
            yield from _differing(first, second, (*path, index))
    elif old != new:
        yield path


def _date(value: str, collection: Collection) -> str | None:
    """The day or instant in ISO 8601, where the spelling can be read in one way only."""
    if is_when(value):
        return None
    place = place_of(collection)
    read = {reader(value.strip()) for reader in (format_reader(text, place) for text in DATE_FORMATS)} - {None}
    return read.pop() if len(read) == 1 else None


def _word(value: str, words: Mapping[str, list[str]], path: FieldPath) -> str | None:
    allowed = words.get(str(path[0]), []) if len(path) == 1 else []
    near = [one for one in allowed if plainly(one) == plainly(value)]
    return near[0] if value not in allowed and len(near) == 1 else None
