"""docs/configuration.md describes every key that qmscheck.yaml may have."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text("utf-8")
SCHEMA = json.loads((files("qmscheck") / "schemas" / "config.json").read_text("utf-8"))
CODE = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", PAGE, re.DOTALL))


def keys(part: object) -> Iterator[str]:
    """Every key that a part of the schema allows, at any depth."""
    if isinstance(part, dict):
        if isinstance(properties := part.get("properties"), dict):
            yield from properties
        for inner in part.values():
            yield from keys(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from keys(inner)


@pytest.mark.parametrize("key", sorted(set(keys(SCHEMA))))
def test_every_key_is_named(key: str):
    assert re.search(rf"(?<![\w-]){re.escape(key)}(?![\w-])", CODE)


@pytest.mark.parametrize("key", SCHEMA["properties"])
def test_every_key_of_the_top_level_has_a_row(key: str):
    first_cells = re.findall(r"^\| ([^|]+) \|", PAGE, re.MULTILINE)
    assert any(f"`{key}`" in cell for cell in first_cells)


@pytest.mark.parametrize("key", SCHEMA["$defs"]["collection"]["properties"])
def test_every_key_of_a_collection_has_a_row(key: str):
    rows = PAGE[PAGE.index("\n## Collections") : PAGE.index("\n### `split`")]
    assert f"`{key}`" in "".join(re.findall(r"^\| ([^|]+) \|", rows, re.MULTILINE))
