"""`qmscheck schema --write`: schemas for editors, every one of them valid and explained."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from qmscheck.cli import program
from qmscheck.model import Source
from qmscheck.readers import read


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("schemas")
    done = CliRunner().invoke(program, ["schema", "--write", str(folder)])
    assert done.exit_code == 0, done.output
    assert "yaml-language-server" in done.stdout
    return folder


def test_every_file_and_every_record_type(folder):
    names = {file.stem for file in folder.iterdir()}
    assert {"config", "rule", "people", "change", "incident", "document"} <= names
    for file in folder.iterdir():
        Draft202012Validator.check_schema(json.loads(file.read_text("utf-8")))


def test_the_provider_is_valid_by_them(folder):
    provider = Path(__file__).parents[2] / "examples" / "provider"
    for name, file in (("config", "qmscheck.yaml"), ("people", "people.yaml")):
        data = read(Source(file, (provider / file).read_bytes()), "yaml").data
        Draft202012Validator(json.loads((folder / f"{name}.json").read_text("utf-8"))).validate(data)


def test_every_key_of_the_configuration_is_explained(folder):
    schema = json.loads((folder / "config.json").read_text("utf-8"))
    assert all(node.get("description") or "$ref" in node for node in schema["properties"].values())


def test_a_name_and_write_do_not_go_together(tmp_path):
    done = CliRunner().invoke(program, ["schema", "change", "--write", str(tmp_path)])
    assert done.exit_code == 2


EDITED_BY_HAND = (
    "config",
    "rule",
    "people",
    "record-type",
    "layout",
    "settings",
    "controls",
    "standard",
    "metric",
    "pack",
)


def _unexplained(node: object, where: str = "") -> list[str]:
    """Properties without a description, here or below."""
    found: list[str] = []
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "properties" and isinstance(value, dict):
                found += [
                    f"{where}.{name}" for name, one in value.items() if "description" not in one and "$ref" not in one
                ]
                found += [line for name, one in value.items() for line in _unexplained(one, f"{where}.{name}")]
            elif key != "examples":
                found += _unexplained(value, where)
    elif isinstance(node, list):
        for one in node:
            found += _unexplained(one, where)
    return found


@pytest.mark.parametrize("name", EDITED_BY_HAND)
def test_everything_that_is_written_by_hand_is_explained(folder, name):
    assert _unexplained(json.loads((folder / f"{name}.json").read_text("utf-8"))) == []


def test_every_field_of_every_record_type_is_explained(folder):
    schemas = [json.loads(file.read_text("utf-8")) for file in folder.iterdir()]
    records = [schema for schema in schemas if schema.get("$id", "").startswith("urn:qmscheck:record:")]
    assert len(records) >= 30
    assert {schema["$id"]: _unexplained(schema) for schema in records} == {schema["$id"]: [] for schema in records}
