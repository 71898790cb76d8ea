from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from qmscheck.cli import ExitCode

RULE = """\
id: OWN001
name: title-is-short
title: A title is short
record: change
controls: [C-CHG]
grade: minor
basis: practice
detects: inconsistent
expect: record.title.size() < 20
at: title
message: "the title is too long"
why: Long titles are not read.
fix: Shorten it.
examples:
  pass: [{title: Short}]
  fail: [{title: "Far too long to be read by anybody"}]
"""


@pytest.fixture
def pack(tree: Path) -> Path:
    folder = tree / "quality/change"
    folder.mkdir(parents=True)
    (folder / "OWN001-title-is-short.yaml").write_text(RULE)
    return folder.parent


@pytest.mark.usefixtures("tree")
def test_list(run) -> None:
    output = run("rules", "list", "--select", "CHG").stdout
    assert "CHG005" in output
    assert "INC001" not in output
    rows = json.loads(run("rules", "list", "--format", "json", "--select", "CHG005,CHG001").stdout)
    assert [row["id"] for row in rows] == ["CHG001", "CHG005"]
    assert rows[1]["file"].endswith("CHG005-approved-before-implementation.yaml")
    assert run("rules", "list", "--select", "CHQ").exit_code == 2


def test_the_examples_of_a_pack(run, pack: Path) -> None:
    result = run("rules", "test", str(pack), "-v")
    assert result.exit_code == ExitCode.SATISFIED
    assert "2 examples of 1 rule: 2 hold, 0 do not" in result.stdout
    assert "OWN001 example 1 (pass): holds" in result.stdout


def test_an_example_that_does_not_hold(run, pack: Path) -> None:
    (pack / "change/OWN001-title-is-short.yaml").write_text(
        RULE.replace("title: Short", "title: Not short at all or is it")
    )
    result = run("rules", "test", str(pack))
    assert result.exit_code == ExitCode.NOT_SATISFIED
    assert (
        "quality/change/OWN001-title-is-short.yaml:15:10: OWN001 example 1 (pass): expected pass, but it is fail"
        in result.stdout
    )


def test_a_pack_that_the_configuration_names(run, tree: Path, pack: Path) -> None:
    with (tree / "qmscheck.yaml").open("a") as file:
        file.write("packs: [quality]\n")
    assert "2 examples of 1 rule:" in run("rules", "test", str(pack)).stdout
    assert "OWN001" in run("rules", "list").stdout


def test_a_pack_without_rules(run, tree: Path) -> None:
    (tree / "empty").mkdir()
    assert run("rules", "test", "empty").exit_code == ExitCode.NOTHING_TO_CHECK


@pytest.mark.parametrize("name", ["config", "report", "rule", "record-type", "layout", "change", "incident"])
@pytest.mark.usefixtures("tree")
def test_schemas_are_schemas(run, name: str) -> None:
    schema = json.loads(run("schema", name).stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"].endswith("2020-12/schema")


@pytest.mark.usefixtures("tree")
def test_names_of_schemas(run) -> None:
    assert "config" in run("schema").stdout
    assert "change" in run("schema").stdout
    result = run("schema", "confg")
    assert result.exit_code == 2
    assert "unknown schema 'confg'; did you mean 'config'" in result.stderr
