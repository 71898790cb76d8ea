"""The people register: who is who, who held which role when, who acted for whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from functools import cached_property, lru_cache

from qmscheck.calendars import Untold, day_of
from qmscheck.frozen import frozen


@frozen
class Holding:
    """A role held by a person from one day to another, both inclusive; open where None.

    ``max_risk``: the highest risk level that the role reaches; empty: any.
    """

    role: str
    since: dt.date | None = None
    until: dt.date | None = None
    max_risk: str = ""


@frozen
class Delegation:
    """Who acts for a person from one day to another, in the roles named (none: in all of them)."""

    to: str
    since: dt.date | None = None
    until: dt.date | None = None
    roles: tuple[str, ...] = ()


@frozen
class Person:
    """One entry of the people register."""

    key: str
    name: str = ""
    identities: tuple[str, ...] = ()
    roles: tuple[Holding, ...] = ()
    employed_from: dt.date | None = None
    employed_to: dt.date | None = None
    delegates: tuple[Delegation, ...] = ()


@frozen(slots=False)
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
        acting = (one for one in self._represented if one is not person and self._acts(person, one, role, day))
        return [
            holding.max_risk
            for one in (person, *acting)
            for holding in one.roles
            if holding.role == role and _within(day, holding.since, holding.until)
        ]

    def everybody(self) -> tuple[Person, ...]:
        """Every person once, in the order of the register."""
        return self._everybody

    @cached_property
    def _everybody(self) -> tuple[Person, ...]:
        return tuple(dict.fromkeys(self.by_identity.values()))

    @cached_property
    def _represented(self) -> tuple[Person, ...]:
        """Those for whom somebody ever acts."""
        return tuple(person for person in self._everybody if person.delegates)

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
