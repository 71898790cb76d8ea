"""The published schema says everything, and says the same to both validators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import jsonschema
import jsonschema_rs
import pytest

from qmscheck.definitions import schema_text

SCHEMA = schema_text("config")


def properties(node: object, path: str = "") -> Iterator[tuple[str, Mapping[str, object]]]:
    if not isinstance(node, Mapping):
        return
    for name, child in (node.get("properties") or {}).items():
        yield f"{path}/{name}", child
    for key, child in node.items():
        yield from properties(child, f"{path}/{key}")


def test_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(dict(SCHEMA))


@pytest.mark.parametrize("name", sorted(SCHEMA["properties"]))  # type: ignore[call-overload]
def test_keys_are_described(name: str) -> None:
    entry = SCHEMA["properties"][name]  # type: ignore[index]
    assert entry["title"]
    assert entry["description"].endswith(".")


def test_every_key_at_any_depth_is_described() -> None:
    lacking = [path for path, node in properties(SCHEMA) if "description" not in node and "$ref" not in node]
    assert lacking == []


def test_examples_are_valid() -> None:
    for path, node in properties(SCHEMA):
        whole = {**node, "$defs": SCHEMA["$defs"]}
        for example in node.get("examples", ()):  # type: ignore[attr-defined]
            assert jsonschema_rs.is_valid(whole, example), (path, example)


@pytest.mark.parametrize(
    ("value", "valid"),
    [
        ({}, True),
        ({"collections": {"a": {"type": "x", "files": ["a"], "split": "rows"}}}, True),
        ({"collections": {"a": {"type": "x", "files": ["a"], "split": {"items": "", "links": ""}}}}, False),
        ({"collections": {"a": {"where": {"not": {"has": "x"}}}}}, True),
        ({"collections": {"a": {"where": {"not": {"hs": "x"}}}}}, False),
        ({"collections": {"a": {"fields": {"t": ["a", {"key": ["a", "b"]}]}}}}, True),
        ({"collections": {"a": {"fields": {"t": []}}}}, False),
        ({"collections": {"a": {"fields": {"t": {"list": {"section": {"match": "x"}}}}}}}, True),
        ({"collections": {"a": {"read": {"x_own": 1}}}}, True),
        ({"select": "CHG"}, False),
    ],
)
def test_both_validators_agree(value: object, *, valid: bool) -> None:
    assert jsonschema_rs.is_valid(dict(SCHEMA), value) is valid
    assert jsonschema.Draft202012Validator(dict(SCHEMA)).is_valid(value) is valid
