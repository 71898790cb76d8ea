"""The fast verdict on a record's shape (jsonschema-rs) and the one that explains it (jsonschema) never differ.

For every shipped record type a record with every field is made from its schema, and out of it one for each way in which
each part of it can be wrong.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping

import pytest

from qmscheck import rulepack
from qmscheck.schema import RecordType

KNOWLEDGE = rulepack.load_packs([("rules", rulepack.builtin_pack())])
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
    for key in ("anyOf", "oneOf"):
        if key in node:
            return good(node[key][0], root)  # type: ignore[index]
    if "enum" in node:
        return node["enum"][0]  # type: ignore[index]
    if "const" in node:
        return node["const"]
    properties = node.get("properties")
    if isinstance(properties, Mapping):
        return {name: good(child, root) for name, child in properties.items()}
    kind = node.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "array":
        return [good(node.get("items", {}), root)]  # type: ignore[arg-type]
    if kind in {"integer", "number"}:
        return node.get("minimum", 1)
    if kind == "boolean":
        return True
    if kind == "object":
        return {}
    return {"^[A-Z]{3}$": "EUR", "^[0-9a-fA-F]{64}$": "a" * 64}.get(
        str(node.get("pattern")), GOOD.get(str(node.get("format")), "text")
    )


def places(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in items:
        yield (*path, key)
        yield from places(child, (*path, key))


def changed(record: dict[str, object], path: tuple[str | int, ...], value: object) -> dict[str, object]:
    whole = copy.deepcopy(record)
    parent: object = whole
    for part in path[:-1]:
        parent = parent[part]  # type: ignore[index]
    parent[path[-1]] = value  # type: ignore[index]
    return whole


@pytest.mark.parametrize("record_type", KNOWLEDGE.types.values(), ids=lambda one: one.name)
def test_both_say_the_same(record_type: RecordType) -> None:
    whole = good(record_type.schema, record_type.schema)
    assert isinstance(whole, dict)
    assert record_type.accepts(whole)
    assert not list(record_type.faults(whole))
    refused = 0
    for path in places(whole):
        for value in ODD:
            record = changed(whole, path, value)
            faults = list(record_type.faults(record))
            assert record_type.accepts(record) is not bool(faults), (path, value, faults)
            refused += bool(faults)
    assert refused


@pytest.mark.parametrize("key", ["x_own", "unknown", "", "X_own"])
def test_keys_of_ones_own(key: str) -> None:
    for record_type in KNOWLEDGE.types.values():
        record = {"id": "A-1", key: "value"}
        assert record_type.accepts(record) is (key == "x_own")
        assert record_type.accepts(record) is not bool(list(record_type.faults(record)))
