"""The fast verdict on a record's shape (jsonschema-rs) and the one that explains it (jsonschema) never differ.

For every shipped record type a record with every field is made from its schema, and one for each way in which each kind
of field can be wrong.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import pytest

from qmscheck import rulepack
from qmscheck.schema import RecordType

KNOWLEDGE = rulepack.load_packs([("rules", rulepack.builtin_pack())])
PATTERNS = {
    "^[A-Z]{3}$": "EUR",
    "^[0-9a-fA-F]{64}$": "a" * 64,
    "^[0-9a-f]{40}([0-9a-f]{24})?$": "a" * 40,
    "^[0-9a-fA-F]{7,64}$": "a" * 7,
}
GOOD = {"when": "2026-03-01T09:00:00Z", "day": "2026-03-01", "period": "P12M"}
ODD = (
    None,
    "",
    "x",
    "2026-02-30",
    "2026-03-01",
    "2026-03-01T09:00:00+25:00",
    "2026-W09-7",
    "P",
    "PT4H",
    "P-1D",
    -1,
    0,
    1.5,
    10**6,
    True,
    [],
    [None],
    ["a", "a"],
    {},
    {"x_own": 1},
    {"unknown": 1},
)


def resolved(node: Mapping[str, object], root: Mapping[str, object]) -> Mapping[str, object]:
    while isinstance(node.get("$ref"), str):
        target: object = root
        for part in str(node["$ref"])[2:].split("/"):
            assert isinstance(target, Mapping)
            target = target[part]
        assert isinstance(target, Mapping)
        node = target
    return node


def good(node: Mapping[str, object], root: Mapping[str, object]) -> object:
    """A value that a schema accepts."""
    node = resolved(node, root)
    either = node.get("anyOf") or node.get("oneOf")
    if isinstance(either, list):
        return good(either[0], root)
    if isinstance(node.get("enum"), list):
        return node["enum"][0]  # type: ignore[index]
    kind = node.get("type", "object" if "properties" in node else "string")
    kind = kind[0] if isinstance(kind, list) else kind
    text = PATTERNS.get(str(node.get("pattern")), GOOD.get(str(node.get("format")), "text"))
    made = {
        "object": lambda: {name: good(child, root) for name, child in node.get("properties", {}).items()},  # type: ignore[attr-defined]
        "array": lambda: [good(node.get("items", {}), root)],  # type: ignore[arg-type]
        "integer": lambda: node.get("minimum", 1),
        "number": lambda: node.get("minimum", 1),
        "boolean": lambda: True,
    }
    return made.get(str(kind), lambda: text)()


def places(
    node: Mapping[str, object], root: Mapping[str, object], path: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Each place in a good record, and the shape that is asked of it there."""
    node = resolved(node, root)
    yield path, json.dumps({key: key == "enum" or value for key, value in node.items() if key != "description"})
    for name, child in node.get("properties", {}).items():  # type: ignore[attr-defined]
        yield from places(child, root, (*path, name))
    if isinstance(node.get("items"), Mapping):
        yield from places(node["items"], root, (*path, 0))  # type: ignore[arg-type]


def alone(path: tuple[str | int, ...], value: object) -> dict[str, object]:
    """A record with one field."""
    for part in reversed(path):
        value = [value] if isinstance(part, int) else {part: value}
    assert isinstance(value, dict)
    return {"id": "A-1", **value}


@pytest.fixture(scope="module")
def seen() -> set[str]:
    """The shapes that were tried in an earlier record type."""
    return set()


@pytest.mark.parametrize("record_type", KNOWLEDGE.types.values(), ids=lambda one: one.name)
def test_both_say_the_same(record_type: RecordType, seen: set[str]) -> None:
    whole = good(record_type.schema, record_type.schema)
    assert isinstance(whole, dict)
    assert record_type.accepts(whole), list(record_type.faults(whole))
    assert not list(record_type.faults(whole))
    asked = {shape: path for path, shape in places(record_type.schema, record_type.schema) if path}
    for shape in asked.keys() - seen:
        for value in ODD:
            record = alone(asked[shape], value)
            faults = list(record_type.faults(record))
            assert record_type.accepts(record) is not bool(faults), (asked[shape], value, faults)
    seen |= asked.keys()


@pytest.mark.parametrize("key", ["x_own", "unknown", "", "X_own"])
def test_keys_of_ones_own(key: str) -> None:
    for record_type in KNOWLEDGE.types.values():
        record = {"id": "A-1", key: "value"}
        assert record_type.accepts(record) is (key == "x_own")
        assert record_type.accepts(record) is not bool(list(record_type.faults(record)))
