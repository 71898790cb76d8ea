"""How links find records: hashes that are abbreviated, and types of which nothing was read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qmscheck.model import Record
from qmscheck.registry import RecordSet
from qmscheck.schema import Link, RecordType

WHOLE = "1a2b3c4d5e6f1a2b3c4d5e6f1a2b3c4d5e6f1a2b"
BY_COMMIT = Link(name="l", field=("commit",), to=("change",), by="commits", many=True, abbreviated=True)


def record(kind: str, name: str, **fields: object) -> Record:
    return Record(type=kind, id=name, fields=fields, path="r.csv", collection="all", index=0, single=False)


def found(link: Link, commit: str, *commits: str) -> list[str] | None:
    changes = [record("change", f"C{nth}", commits=[one]) for nth, one in enumerate(commits)]
    related = RecordSet(changes, {}).related(record("deployment", "D", commit=commit), link)
    return None if related is None else [one.id for one in related]


@pytest.mark.parametrize(
    ("commit", "named", "ids"),
    [
        (WHOLE, WHOLE, ["C0"]),
        (WHOLE.upper(), WHOLE, ["C0"]),
        (WHOLE[:7], WHOLE, ["C0"]),
        (WHOLE, WHOLE[:7], ["C0"]),
        (WHOLE[:9], WHOLE[:7], ["C0"]),
        (WHOLE[:6], WHOLE, []),  # too short to tell
        (WHOLE, WHOLE[:6], []),
        (WHOLE[:8], WHOLE[:7] + "0", []),
        ("v1.2.0", "v1.2.0", ["C0"]),  # no hash: equal or not
        ("v1.2.0", "v1.2", []),
    ],
)
def test_a_hash_may_be_abbreviated_on_either_side(commit: str, named: str, ids: list[str]) -> None:
    assert found(BY_COMMIT, commit, named) == ids


def test_without_the_word_only_equal_values_match() -> None:
    plain = Link(name="l", field=("commit",), to=("change",), by="commits", many=True)
    assert found(plain, WHOLE[:7], WHOLE) == []


HASHES = st.text("0a1", min_size=6, max_size=10)


@given(HASHES, st.lists(HASHES, min_size=1, max_size=8))
def test_it_finds_what_comparing_each_pair_finds(commit: str, named: list[str]) -> None:
    def same(one: str, other: str) -> bool:
        short, long = sorted((one, other), key=len)
        return one == other or (len(short) >= 7 and long.startswith(short))

    wanted = {f"C{nth}" for nth, one in enumerate(named) if same(commit, one)}
    assert set(found(BY_COMMIT, commit, *named) or ()) == wanted


def test_an_optional_link_leads_nowhere_where_no_such_record_was_read() -> None:
    optional = Link(name="l", field=("commit",), to=("change",), by="commits", many=True, optional=True)
    assert found(BY_COMMIT, WHOLE) is None
    assert found(optional, WHOLE) == []
    backward = Link(name="l", field=("commit",), source="change", by="commit", many=True, optional=True)
    assert found(backward, WHOLE) == []


def test_an_abbreviated_link_is_seen_from_its_other_end() -> None:
    types = {"deployment": RecordType(name="deployment", title="D", schema={}, links={"l": BY_COMMIT})}
    deployments = [record("deployment", f"D{nth}", commit=one) for nth, one in enumerate((WHOLE[:8], "0123456789"))]
    change = record("change", "C", commits=[WHOLE])
    assert [one.id for one in RecordSet([*deployments, change], types).seeing(change)] == ["C", "D0"]
