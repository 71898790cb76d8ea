"""One file under repair: what can be spelt otherwise or added, each change proved by reading the file again."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from qmscheck.adoption.inference import DATE_FORMATS, plainly
from qmscheck.calendars import is_when
from qmscheck.config import Collection
from qmscheck.drafting import (
    OPEN,
    CannotWrite,
    Gap,
    choices,
    closed_to_keys,
    gap,
    home_of,
    lines_of,
    with_keys,
    within,
)
from qmscheck.frozen import frozen
from qmscheck.mapping import Origin
from qmscheck.mapping.dates import format_reader
from qmscheck.mapping.place import place_of
from qmscheck.model import FieldPath, Location, Source
from qmscheck.reading import Reading
from qmscheck.registry import values_at

_COMPUTED = "body_digest"
"""A field that follows from the text."""


@dataclass(slots=True)
class Mended:
    """One file: its text before and after, what was done and what was left for people, a sentence each.

    ``closed``: nothing can be written into it.
    """

    path: str
    before: str
    after: str
    done: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    closed: bool = False

    def diff(self) -> Iterator[str]:
        """The change as a unified diff, line by line."""
        before, after = (text.splitlines(keepends=True) for text in (self.before, self.after))
        yield from difflib.unified_diff(before, after, f"a/{self.path}", f"b/{self.path}", n=1)


@frozen
class _Repair:
    """A value of a record, by its number in the file, that is to be written in another way."""

    number: int
    path: FieldPath
    place: Location
    wrong: str
    right: str


@frozen
class _Key:
    """A missing field of a record, by its number in the file, and the keys that are to be written for it in a gap."""

    number: int
    path: FieldPath
    rule: str
    names: FieldPath
    gap: Gap

    @property
    def name(self) -> str:
        return ".".join(map(str, self.names))

    @property
    def written(self) -> Mapping[str, object]:
        value: object = OPEN
        for step in reversed(self.names[1:]):
            value = [value] if isinstance(step, int) else {step: value}
        return {str(self.names[0]): value}

    def elsewhere(self) -> Iterator[_Key]:
        """The same at each of the places where it may stand."""
        for behind in self.gap.behind:
            yield replace(self, gap=replace(self.gap, behind=(behind,)))


class Bench:
    """One file as one collection reads it, and repairs of it that were proved."""

    def __init__(self, one: Mended, reading: Reading, collection: Collection) -> None:
        self._one = one
        self._reading = reading
        self._collection = collection
        self._type = reading.knowledge.types[collection.type]
        self._document, self._traced = self._read(one.after)

    def spell(self) -> None:
        """Dates and words of lists, all at once; where that says something else, one by one."""
        wanted = list(self._wanted())
        if wanted and not self._try(wanted):
            for repair in wanted:
                if not self._try([repair]):
                    said = f"{repair.place}: {'.'.join(map(str, repair.path))}: {repair.wrong!r} means {repair.right!r}"
                    self._one.left.append(f"{said}; it cannot be replaced without changing something else")

    def complete(self, missing: Mapping[str, Mapping[FieldPath, str]]) -> None:
        """Missing keys, added at the end of the mapping that they belong to, all at once or else one by one."""
        found = [
            (number, path, rule)
            for number, (record, _) in enumerate(self._traced)
            for path, rule in sorted(missing.get(record.subject, {}).items(), key=self._place)
        ]
        closed = closed_to_keys(self._document, self._collection.split) if self._document is not None else None
        if found and closed is not None:
            self._one.left.append(f"{self._one.path}: {len(found)} fields are missing; keys are not added to {closed}")
            return
        wanted = [key for one in found if (key := self._key(*one)) is not None]
        if wanted and not self._add(wanted):
            for one in [(key.number, key.path, key.rule) for key in wanted]:
                again = self._key(*one)
                if again is not None and not any(self._add([key]) for key in again.elsewhere()):
                    self._leave(*one, "a line would be read otherwise")

    def _place(self, key: tuple[FieldPath, str]) -> int:
        """Where in the record type a field stands, so that keys come in the order in which it tells them."""
        names = list(self._type.shape.fields or {})
        return names.index(str(key[0][0])) if key[0][0] in names else len(names)

    def _key(self, number: int, path: FieldPath, rule: str) -> _Key | None:
        """Where a missing field goes: under the key that the collection reads it from first, in its own mapping."""
        _, origins = self._traced[number]
        names = self._names(path)
        document = self._document
        home = home_of(document, self._collection.split, origins[()].location) if document is not None else None
        if document is None or home is None or names is None:
            self._leave(number, path, rule, "the collection reads it from no key")
            return None
        inside = within(document, home, names)
        try:
            at = gap(document, inside)
        except CannotWrite as reason:
            self._leave(number, path, rule, str(reason))
            return None
        return _Key(number=number, path=path, rule=rule, names=names[len(inside) - len(home) :], gap=at)

    def _names(self, path: FieldPath) -> FieldPath | None:
        """The keys on the way to a field as the files write them; of a list or mapping that is read whole, its own."""
        if self._collection.fields is None:
            return path
        keys = (self._reading.key_of(self._collection, path[:end]) for end in range(len(path), 0, -1))
        return next((tuple(key.split(".")) for key in keys if key), None)

    def _leave(self, number: int, path: FieldPath, rule: str, reason: str) -> None:
        record, name = self._traced[number][0], ".".join(map(str, path))
        self._one.left.append(f"{record.path}:{record.line or 1}: {name} is missing ({rule}); {reason}")

    def _add(self, keys: list[_Key]) -> bool:
        """Add keys, if the file then says the same but for them."""
        text = with_keys(self._one.after, [(key.gap.behind[0], key.gap.indent, key.written) for key in keys])
        if not self._says_the_same(text, {(key.number, key.path[:1]) for key in keys}, within=1):
            return False
        for key in keys:
            self._one.done.append(f"{self._one.path}: {key.name} is added as a placeholder ({key.rule})")
        self._one.after = text
        self._document, self._traced = self._read(text)
        return True

    def _read(self, text: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - as `traced_file` says
        return self._reading.traced_file(self._collection, Source(self._one.path, text.encode("utf-8")))

    def _wanted(self) -> Iterator[_Repair]:
        paths = [(tuple(step for step in path if step != "*"), kind) for path, kind in self._type.kinds.items()]
        for number, (record, origins) in enumerate(self._traced):
            for path, kind in paths:
                for full, value in values_at(record.fields, path):
                    origin = origins.get(full)
                    if isinstance(value, str) and origin is not None and origin.via.startswith(("key ", "column ")):
                        dated = kind in ("when", "day")
                        right = self._dated(value, full, origin) if dated else _word(value, choices(self._type, full))
                        if right is not None and right != value:
                            place = origin.location
                            yield _Repair(number=number, path=full, place=place, wrong=value, right=right)

    def _dated(self, value: str, path: FieldPath, origin: Origin) -> str | None:
        """The day or instant in ISO 8601, where the spelling can be read in one way only; else that is told."""
        read = set() if is_when(value) else _dates(value, self._collection)
        if len(read) > 1:
            said = f"{origin.location}: {'.'.join(map(str, path))}: {value!r} may be {' or '.join(sorted(read))}"
            self._one.left.append(f"{said}; say which with dates: of the collection")
        return read.pop() if len(read) == 1 else None

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

    def _says_the_same(self, text: str, but: set[tuple[int, FieldPath]], within: int | None = None) -> bool:
        """Whether the file with this text differs in just these fields; ``within``: in so many steps of their paths."""
        _, after = self._read(text)
        if len(after) != len(self._traced):
            return False
        changed = {
            (number, path[:within])
            for number, ((old, _), (new, _)) in enumerate(zip(self._traced, after, strict=True))
            for path in _differing(old.fields, new.fields)
        }
        return changed == but


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


def _dates(value: str, collection: Collection) -> set[str]:
    """Every day or instant that a spelling may mean, in ISO 8601."""
    place = place_of(collection)
    read = (reader(value.strip()) for reader in (format_reader(text, place) for text in DATE_FORMATS))
    return {one for one in read if one is not None}


def _word(value: str, allowed: tuple[str, ...]) -> str | None:
    near = [one for one in allowed if plainly(one) == plainly(value)]
    return near[0] if value not in allowed and len(near) == 1 else None
