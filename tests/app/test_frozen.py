"""Frozen classes are what dataclasses would be: each is compared with the dataclass of the same fields."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Mapping
from dataclasses import FrozenInstanceError, asdict, dataclass, field, fields, replace
from inspect import signature

import pytest

from qmscheck.frozen import frozen


def plain() -> type:
    class Place:
        """A place."""

        path: str
        line: int | None = None
        notes: dict[str, str] = field(default_factory=dict)
        seen: tuple[str, ...] = field(default=(), repr=False, compare=False)

        @property
        def shown(self) -> str:
            return f"{self.path}:{self.line}"

    return Place


@frozen
class Kept:
    """For pickles: a class that can be found by name."""

    path: str
    names: tuple[str, ...] = ()
    more: Mapping[str, int] = field(default_factory=dict, compare=False)


BY_NAME = frozen(plain()), dataclass(frozen=True, slots=True, kw_only=True)(plain())
BY_PLACE = frozen(kw_only=False)(plain()), dataclass(frozen=True, slots=True)(plain())
ITSELF = frozen(eq=False)(plain()), dataclass(frozen=True, slots=True, kw_only=True, eq=False)(plain())
ROOMY = frozen(slots=False)(plain()), dataclass(frozen=True, kw_only=True)(plain())
PAIRS = pytest.mark.parametrize(("ours", "theirs"), [BY_NAME, BY_PLACE, ITSELF, ROOMY])
GIVEN = [{"path": "a"}, {"path": "a", "line": 1}, {"path": "a", "notes": {"b": "c"}}, {"path": "a", "seen": ("x",)}]


@PAIRS
def test_it_is_made_and_shown_in_the_same_way(ours, theirs) -> None:
    assert signature(ours).parameters.keys() == signature(theirs).parameters.keys()
    assert [one.kind for one in signature(ours).parameters.values()] == [
        one.kind for one in signature(theirs).parameters.values()
    ]
    assert [one.name for one in fields(ours)] == [one.name for one in fields(theirs)]
    assert ours.__match_args__ == theirs.__match_args__
    for given in GIVEN:
        one, other = ours(**given), theirs(**given)
        assert repr(one) == repr(other)
        assert asdict(one) == asdict(other)
        assert one.shown == other.shown
        assert asdict(replace(one, line=7)) == asdict(replace(other, line=7))
        assert hasattr(one, "__dict__") is hasattr(other, "__dict__")


@PAIRS
def test_the_same_ones_are_equal(ours, theirs) -> None:
    for first in GIVEN:
        for second in GIVEN:
            assert (ours(**first) == ours(**second)) is (theirs(**first) == theirs(**second))
        assert ours(**first) != theirs(**first)
        assert ours(**first) != first["path"]


@pytest.mark.parametrize(("ours", "theirs"), [BY_NAME, BY_PLACE])
def test_equal_ones_have_one_hash_and_what_they_hold_must_have_one(ours, theirs) -> None:
    one, same = ours(path="a", notes=()), ours(path="a", notes=(), seen=("x",))
    assert len({one, same}) == len({theirs(path="a", notes=()), theirs(path="a", notes=(), seen=("x",))}) == 1
    for made in (ours, theirs):
        with pytest.raises(TypeError, match="unhashable type: 'dict'"):
            hash(made(path="a"))


def test_without_equality_each_has_a_hash_of_its_own() -> None:
    ours, _ = ITSELF
    assert len({ours(path="a"), ours(path="a")}) == 2


@PAIRS
@pytest.mark.parametrize("given", [{}, {"line": 1}, {"path": "a", "lien": 1}])
def test_wrong_fields_are_told_in_the_same_words(ours, theirs, given) -> None:
    told = []
    for made in (ours, theirs):
        with pytest.raises(TypeError) as found:
            made(**given)
        told.append(str(found.value))
    assert told[0] == told[1]


def test_by_name_only_unless_it_is_asked_for() -> None:
    with pytest.raises(TypeError, match="positional"):
        BY_NAME[0]("a", 1)
    assert BY_PLACE[0]("a", 1) == BY_PLACE[0](path="a", line=1)


@PAIRS
def test_nothing_can_be_set_or_deleted(ours, theirs) -> None:
    for made in (ours, theirs):
        one = made(path="a")
        with pytest.raises(FrozenInstanceError):
            one.path = "b"
        with pytest.raises(FrozenInstanceError):
            del one.path
        assert one.path == "a"


def test_each_has_a_default_of_its_own() -> None:
    for ours, _ in (BY_NAME, ROOMY):
        first, second = ours(path="a"), ours(path="a")
        first.notes["b"] = "c"
        assert second.notes == {}


def test_copies_are_whole() -> None:
    one = Kept(path="a", names=("b",), more={"c": 1})
    for same in (copy.copy(one), copy.deepcopy(one), pickle.loads(pickle.dumps(one))):
        assert (same, same.more) == (one, {"c": 1})
        assert same is not one
