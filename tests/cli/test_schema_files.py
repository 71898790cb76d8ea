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
