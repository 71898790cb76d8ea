"""Damages that any record type can suffer: at every field that is there, one at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from mutation.optional import is_optional, may_have_left
from mutation.walk import GONE, Spec, at, enums, field_of, nodes, put, spec_of
from mutation.workshop import LEAVER, STRANGER, Damage, Workshop, day
from qmscheck.calendars import before, day_of, is_when
from qmscheck.mapping.candidates import stem_of
from qmscheck.model import FieldPath, Record
from qmscheck.schema import RecordType

_DUE = re.compile(
    r"(^|_)(due|expires|ends)_on$|^next_|^valid_(to|until)$|^(review|notice)_by$|^(extended|rescheduled)_to$|^period_to$"
)
_STALE = re.compile(r"^(last_\w*|reviewed|measured|verified|checked|tested|held|evaluated)_(on|at)$")
_NUMBERS = frozenset({"integer", "number", "boolean"})
_DATES = frozenset({"when", "day"})
_LATE, _STALE_DAYS, _AHEAD = -45, -1500, 400


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """One value of a record and what its type says of it."""

    record: Record
    path: FieldPath
    value: object
    kind: str
    words: tuple[object, ...] = ()

    @property
    def spec(self) -> Spec:
        return spec_of(self.path)


def damaged(record: Record, kind: str, path: FieldPath, new: object, what: str) -> Damage:
    """A damage that puts another value at one path of one record."""
    fields = put(record.fields, path, new)
    after = replace(record, fields=fields)  # type: ignore[arg-type]
    if path == ("id",):
        after = replace(after, id=_id_without_field(record) if new in (GONE, "") else str(new))
    return Damage(
        kind=kind,
        type=record.type,
        field=field_of(path),
        subject=record.subject,
        what=f"{'.'.join(map(str, path))}: {what}",
        before=(record,),
        after=(after,),
    )


def _id_without_field(record: Record) -> str:
    """What a record is called that states no id: after its file."""
    stem = stem_of(record.path)
    return stem if record.single else f"{stem}-{record.index + 1}"


class Fields:
    """Makes the damages of a record's fields."""

    def __init__(self, shop: Workshop) -> None:
        self._shop = shop
        self._facts = shop.facts
        self._enums = {name: enums(one) for name, one in shop.knowledge.types.items()}

    def of(self, record: Record) -> Iterator[Damage]:
        """Every damage of one record, in order of its fields."""
        record_type = self._shop.knowledge.types[record.type]
        for path, value in nodes(record.fields):
            spec = spec_of(path)
            if spec in record_type.kinds:
                words = self._enums[record.type].get(spec, ())
                place = _Place(record=record, path=path, value=value, kind=record_type.kinds[spec], words=words)
                yield from self._of_value(place)
        yield from self._of_people(record, record_type)
        yield from self._of_references(record, record_type)
        yield from self._swapped(record, record_type)

    def _of_value(self, place: _Place) -> Iterator[Damage]:
        record, path, value = place.record, place.path, place.value
        if isinstance(path[-1], str) and (path != ("id",) or _id_without_field(record) != record.id):
            optional = is_optional(record.type, field_of(path))
            yield replace(damaged(record, "drop", path, GONE, "left out"), optional=optional)
            if isinstance(value, (str, list, dict)):
                yield replace(damaged(record, "empty", path, type(value)(), "empty"), optional=optional)
        if isinstance(value, str) and place.kind in {"text", "any"} and not place.words:
            yield damaged(record, "placeholder", path, "TBD", "TBD")
        if place.words and isinstance(value, str):
            yield damaged(record, "misspell", path, (wrong := _misspelt(value, place.words)), f"{wrong!r}")
        if place.kind in _NUMBERS and not isinstance(value, (dict, list)):
            yield damaged(record, "wrong kind", path, "some", "'some'")
        if place.kind == "period":
            yield damaged(record, "unreadable", path, "every so often", "'every so often'")
        if place.kind in _DATES and isinstance(value, str):
            yield from self._of_date(place)

    def _of_date(self, place: _Place) -> Iterator[Damage]:
        record, path, value = place.record, place.path, str(place.value)
        yield damaged(record, "unreadable", path, "early last week", "'early last week'")
        if not is_when(value):
            return
        name, today = str(path[-1]), self._facts.today
        if _DUE.search(name) and day_of(value) >= today:
            yield self._moved(place, "overdue", _LATE)
        if _STALE.search(name):
            yield self._moved(place, "stale", _STALE_DAYS)
        if tuple(part for part in place.spec if part != "*") in self._shop.knowledge.types[record.type].past:
            yield self._moved(place, "future", _AHEAD)

    def _moved(self, place: _Place, kind: str, days: int) -> Damage:
        new = day(self._facts, days) + str(place.value)[10:]
        return damaged(place.record, kind, place.path, new, new)

    def _of_people(self, record: Record, record_type: RecordType) -> Iterator[Damage]:
        for path in _filled(record, record_type.people):
            yield damaged(record, "unknown person", path, STRANGER, STRANGER)
            left = damaged(record, "person who left", path, LEAVER, LEAVER)
            yield replace(left, optional=may_have_left(record.type, left.field))

    def _of_references(self, record: Record, record_type: RecordType) -> Iterator[Damage]:
        for declared, targets in record_type.references.items():
            for path in _filled(record, (declared,)):
                nothing = f"{record_type.prefix or 'ABC'}-1999-9999"
                yield damaged(record, "broken link", path, nothing, nothing)
                other = next((one for one in self._shop.records if one.type not in (*targets, record.type)), None)
                if other is not None and "any" not in targets:
                    yield damaged(record, "link to another kind", path, other.id, other.id)

    def _swapped(self, record: Record, record_type: RecordType) -> Iterator[Damage]:
        for first, second in record_type.order:
            for early, late in _pairs(record, first, second):
                one, two = at(record.fields, early), at(record.fields, late)
                if not (is_when(one) and is_when(two) and before(str(one), str(two))):
                    continue
                half = replace(record, fields=put(record.fields, early, two))  # type: ignore[arg-type]
                damage = damaged(half, "swapped dates", late, one, f"{one} against {field_of(early)} {two}")
                yield replace(damage, before=(record,))


def _filled(record: Record, declared: tuple[FieldPath, ...]) -> Iterator[FieldPath]:
    """The paths at which declared fields hold a text, list items one by one."""
    for path in declared:
        for full, value in nodes(record.fields):
            if tuple(part for part in full if isinstance(part, str)) == path and isinstance(value, str) and value:
                yield full


def _pairs(record: Record, first: FieldPath, second: FieldPath) -> Iterator[tuple[FieldPath, FieldPath]]:
    early, late = list(_filled(record, (first,))), list(_filled(record, (second,)))
    for one in early:
        for two in late:
            if len(early) == len(late) == 1 or one[:-1] == two[:-1]:
                yield one, two


def _misspelt(word: str, words: tuple[object, ...]) -> str:
    """The word with two letters exchanged, or one too many."""
    for index in range(len(word) // 2, len(word) - 1):
        wrong = word[:index] + word[index + 1] + word[index] + word[index + 2 :]
        if wrong not in words and wrong != word:
            return wrong
    return word + "x"
