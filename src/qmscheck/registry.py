"""All records of a run: by type, by id, by any linked field; and the people register."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from qmscheck.calendars import Untold, day_of
from qmscheck.knowledge import Evidence
from qmscheck.model import FieldPath, Record
from qmscheck.schema import Link, RecordType

ANY = "any"
"""Among the types that a reference may lead to: every type."""


def nodes_at(value: object, path: FieldPath) -> list[tuple[FieldPath, object]]:
    """What stands at a path, with its full path; lists on the way are looked through: ``approvals.by`` asks each."""
    for depth, part in enumerate(path):
        if value.__class__ is not dict or part not in value:
            return _looked_through(value, path[:depth], path[depth:]) if isinstance(value, list) else []
        value = value[part]
    return [(path, value)]


def _looked_through(items: list[object], before: FieldPath, path: FieldPath) -> list[tuple[FieldPath, object]]:
    first, chosen = path[0], enumerate(items)
    if isinstance(first, int):
        chosen, path = ((index, item) for index, item in chosen if index == first), path[1:]  # type: ignore[assignment]
    return [((*before, index, *rest), found) for index, item in chosen for rest, found in nodes_at(item, path)]


def values_at(value: object, path: FieldPath) -> list[tuple[FieldPath, object]]:
    """Like `nodes_at`, but the items of a list that stands there instead of the list."""
    if value.__class__ is dict and path:  # most records lack most fields, and most fields are plain
        if path[0] not in value:
            return []
        if len(path) == 1 and not isinstance(value[path[0]], list):
            return [(path, value[path[0]])]
    found = nodes_at(value, path)
    for _, one in found:
        if isinstance(one, list):
            return [each for where, one in found for each in _listed(where, one)]
    return found


def _listed(where: FieldPath, value: object) -> list[tuple[FieldPath, object]]:
    return (
        [((*where, index), item) for index, item in enumerate(value)] if isinstance(value, list) else [(where, value)]
    )


def dotted(path: str) -> FieldPath:
    """``"approvals.by"`` as a path."""
    return tuple(path.split("."))


def shows(evidence: Evidence, record: Record) -> bool:
    """Whether a record is such evidence, by its fields; ``*`` stands for any value that is there."""
    return record.type == evidence.type and all(
        any(_is(value, wanted) for _, value in values_at(record.fields, dotted(path)) for wanted in allowed)
        for path, allowed in evidence.where.items()
    )


def _is(value: object, wanted: object) -> bool:
    if wanted == "*":
        return value not in (None, "", {})
    if isinstance(value, str) and isinstance(wanted, str):
        return value.casefold() == wanted.casefold()
    return type(value) is type(wanted) and value == wanted


class RecordSet:
    """The records of a run and how to reach them. ``complete`` is False when only named files were read."""

    def __init__(self, records: Iterable[Record], types: Mapping[str, RecordType], *, complete: bool = True) -> None:
        self.complete = complete
        self.types = types
        self._by_type: dict[str, list[Record]] = defaultdict(list)
        for record in records:
            self._by_type[record.type].append(record)
        self._indexes: dict[tuple[str, FieldPath], dict[str, list[Record]]] = {}

    def of(self, *types: str) -> list[Record]:
        """All records of these types, in the order read."""
        if len(types) == 1:
            return self._by_type.get(types[0], [])
        return [record for name in types for record in self._by_type.get(name, [])]

    def __iter__(self) -> Iterator[Record]:
        for records in self._by_type.values():
            yield from records

    def has(self, *types: str) -> bool:
        """Whether any record of one of these types was read."""
        return any(self._by_type.get(name) for name in types)

    def accounts_for(self, *types: str) -> bool:
        """Whether a record of one of these types was read, or a nil return says that there was none."""
        return self.has(*types) or any(name in self._declared_none for name in types)

    @cached_property
    def _declared_none(self) -> frozenset[str]:
        return frozenset(str(one.fields.get("record_type")) for one in self._by_type.get("nil-return", ()))

    def find(self, type_name: str, by: str | FieldPath, value: object) -> list[Record]:
        """Records of a type whose field holds the value; text compares without case, ``id`` is always known."""
        path = (by,) if isinstance(by, str) else by
        index = self._indexes.get((type_name, path))
        if index is None:
            index = self._indexes[type_name, path] = self._index(type_name, path)
        return index.get(_key(value), [])

    def _index(self, type_name: str, path: FieldPath) -> dict[str, list[Record]]:
        index: dict[str, list[Record]] = defaultdict(list)
        for record in self.of(type_name):
            if path == ("id",):
                index[_key(record.id)].append(record)
                continue
            for _, value in values_at(record.fields, path):
                found = index[_key(value)]
                if not found or found[-1] is not record:
                    found.append(record)
        return dict(index)

    def related(self, record: Record, link: Link) -> list[Record] | None:
        """Records that a link leads to; None when it cannot be told because no record of the target type was read.

        Where a nil return says that there was none, it leads nowhere.
        """
        if link.source is not None:
            if not self.accounts_for(link.source):
                return None
            own = record.id if link.by == "id" else record.fields.get(link.by)
            return [] if own is None else self.find(link.source, link.field, own)
        wanted = [record.id] if link.field == ("id",) else [value for _, value in values_at(record.fields, link.field)]
        wanted = [value for value in wanted if value not in (None, "")]
        if wanted and not self.accounts_for(*link.to):
            return None
        found = (hit for value in wanted for name in link.to for hit in self.find(name, dotted(link.by), value))
        return list(dict.fromkeys(found))

    def seeing(self, record: Record) -> Iterator[Record]:
        """Records that look at one, which need not be there any more: by a link, a reference or the same id.

        May name a record twice, and the record itself.
        """
        yield from self.find(record.type, "id", record.id)
        for other in self.types.values():
            for path, targets in other.references.items():
                if record.type in targets or ANY in targets:
                    yield from self.find(other.name, path, record.id)
            for link in other.links.values():
                if record.type in link.targets:
                    yield from self._seeing_by(link, other.name, record)

    def _seeing_by(self, link: Link, type_name: str, record: Record) -> Iterator[Record]:
        """The records of a type that a link leads from to this record: `related` the other way round."""
        near, far = (link.by, link.field) if link.source is None else (link.field, link.by)
        path = dotted(near) if isinstance(near, str) else near
        own = [record.id] if path == ("id",) else [value for _, value in values_at(record.fields, path)]
        for value in own:
            if value not in (None, ""):
                yield from self.find(type_name, dotted(far) if isinstance(far, str) else far, value)


def _key(value: object) -> str:
    return str(value).casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A role held by a person from one day to another, both inclusive; open where None.

    ``max_risk``: the highest risk level that the role reaches; empty: any.
    """

    role: str
    since: dt.date | None = None
    until: dt.date | None = None
    max_risk: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """Who acts for a person from one day to another, in the roles named (none: in all of them)."""

    to: str
    since: dt.date | None = None
    until: dt.date | None = None
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One entry of the people register."""

    key: str
    name: str = ""
    identities: tuple[str, ...] = ()
    roles: tuple[Holding, ...] = ()
    employed_from: dt.date | None = None
    employed_to: dt.date | None = None
    delegates: tuple[Delegation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """The people register: who is who, who held which role when. Empty and absent are told apart by ``known``."""

    known: bool = False
    by_identity: Mapping[str, Person] = field(default_factory=dict)

    @classmethod
    def of(cls, entries: Iterable[Mapping[str, object]]) -> People:
        """From the register's entries ``{key, name, emails, identities, roles, employed_from, employed_to}``."""
        people = [_person(entry) for entry in entries]
        index = {
            identity.casefold(): person
            for person in people
            for identity in (person.key, person.name, *person.identities)
        }
        return cls(known=True, by_identity={key: person for key, person in index.items() if key})

    def find(self, name: object) -> Person | None:
        """The person behind a key, name, e-mail or ``Name <e-mail>``; any case, a leading ``@`` dropped."""
        text = _plain(str(name))
        if text in self.by_identity:
            return self.by_identity[text]
        head, angle, tail = text.partition("<")
        return self.by_identity.get(tail.rstrip("> ")) or self.by_identity.get(head.strip()) if angle else None

    def same(self, first: object, second: object) -> bool:
        """Whether two names mean one person: through the register, else as text without case."""
        one, two = self.find(first), self.find(second)
        if one is not None and two is not None:
            return one.key == two.key
        return _plain(str(first)) == _plain(str(second))

    def require(self) -> None:
        """Raise ``Untold`` when there is no register."""
        if not self.known:
            raise Untold("there is no people register; name one under `people:` in qmscheck.yaml")

    def held(self, name: object, role: str, day: dt.date) -> bool:
        """Whether the person held the role on that day, or acted for somebody who did."""
        return bool(self.reach(name, role, day))

    def reach(self, name: object, role: str, day: dt.date) -> list[str]:
        """The ``max_risk`` of each holding of the role on that day, own or as a delegate; empty: role not held."""
        self.require()
        person = self.find(name)
        if person is None:
            return []
        acting = (one for one in self.everybody() if one is not person and self._acts(person, one, role, day))
        return [
            holding.max_risk
            for one in (person, *acting)
            for holding in one.roles
            if holding.role == role and _within(day, holding.since, holding.until)
        ]

    def everybody(self) -> tuple[Person, ...]:
        """Every person once, in the order of the register."""
        return tuple(dict.fromkeys(self.by_identity.values()))

    def _acts(self, person: Person, other: Person, role: str, day: dt.date) -> bool:
        """Whether a person acted for another one in a role on that day."""
        return any(
            _within(day, one.since, one.until) and (not one.roles or role in one.roles) and self.find(one.to) is person
            for one in other.delegates
        )

    def active(self, name: object, day: dt.date) -> bool:
        """Whether the person was employed on that day."""
        self.require()
        person = self.find(name)
        return person is not None and _within(day, person.employed_from, person.employed_to)


@lru_cache(maxsize=4096)
def _plain(name: str) -> str:
    return name.strip().casefold().removeprefix("@")


def _within(day: dt.date, since: dt.date | None, until: dt.date | None) -> bool:
    return (since is None or since <= day) and (until is None or day <= until)


def _person(entry: Mapping[str, object]) -> Person:
    roles = entry.get("roles") or []
    emails = [*_texts(entry.get("emails")), *_texts(entry.get("identities"))]
    return Person(
        key=str(entry.get("key", "")),
        name=str(entry.get("name") or ""),
        identities=tuple(emails),
        roles=tuple(_holding(role) for role in roles) if isinstance(roles, list) else (),
        employed_from=_day(entry.get("employed_from")),
        employed_to=_day(entry.get("employed_to")),
        delegates=tuple(_delegations(entry.get("delegates"))),
    )


def _delegations(entries: object) -> Iterator[Delegation]:
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, Mapping):
            yield Delegation(
                to=str(entry.get("key", "")),
                since=_day(entry.get("from")),
                until=_day(entry.get("to")),
                roles=tuple(_texts(entry.get("roles"))),
            )


def _holding(role: object) -> Holding:
    if isinstance(role, Mapping):
        return Holding(
            role=str(role.get("role", "")),
            since=_day(role.get("from")),
            until=_day(role.get("to")),
            max_risk=str(role.get("max_risk") or ""),
        )
    return Holding(role=str(role))


def _texts(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else [str(value)] if value else []


def _day(value: object) -> dt.date | None:
    return None if value is None else day_of(str(value))


def texts_in(value: object, path: FieldPath) -> Iterator[tuple[FieldPath, str]]:
    """Every text inside of a value, with its path; ``path`` leads to the value itself."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, child in value.items():
            yield from texts_in(child, (*path, key))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from texts_in(child, (*path, index))
