import json
from copy import deepcopy
from importlib.resources import files

import jsonschema
import pytest

from qmscheck.model import Outcome
from qmscheck.reporters.json import render


@pytest.fixture(scope="module")
def schema():
    return json.loads((files("qmscheck") / "schemas" / "report.json").read_text(encoding="utf-8"))


def closed(schema):
    """The same schema, in which no object may have a key that is not described."""
    schema = deepcopy(schema)
    for node in walk(schema):
        if "properties" in node:
            node["additionalProperties"] = False
    return schema


def walk(node):
    if isinstance(node, dict):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from walk(child)


def test_golden(report, golden):
    golden("report.json", "".join(render(report)))


def test_schema_describes_every_property(schema):
    jsonschema.Draft202012Validator.check_schema(schema)
    silent = [
        name for node in walk(schema) for name, one in node.get("properties", {}).items() if "description" not in one
    ]
    assert silent == []


@pytest.mark.parametrize("which", ["report", "nothing", "satisfied"])
def test_validates_and_says_nothing_undescribed(which, request, schema):
    document = json.loads("".join(render(request.getfixturevalue(which))))
    jsonschema.Draft202012Validator(closed(schema)).validate(document)


@pytest.mark.parametrize(
    ("which", "exit_code", "held"), [("report", 1, False), ("nothing", 3, False), ("satisfied", 0, True)]
)
def test_verdict(which, exit_code, held, request):
    verdict = json.loads("".join(render(request.getfixturevalue(which))))["verdict"]
    assert (verdict["exit_code"], verdict["satisfied"]) == (exit_code, held)


def test_one_result_per_line(report):
    lines = "".join(render(report)).splitlines()
    results = [json.loads(line.rstrip(",")) for line in lines if line.startswith('{"rule": ')]
    assert [one["subject"] for one in results] == [one.subject for one in report.results]
    assert {one["outcome"] for one in results} == set(Outcome)


def test_pointer_is_escaped(report):
    results = json.loads("".join(render(report)))["results"]
    pointers = [problem["pointer"] for result in results for problem in result["problems"]]
    assert "/impact/services/0" in pointers
    assert "/impact/a~1b~0c" in pointers


def test_everything_survives_uncut(saying):
    text = "caf\udce9\ud800\x00\x1b[31m\u202e\ufffe]]>" + "x" * 1_000_000
    rendered = "".join(render(saying(text)))
    assert rendered.isascii()
    (result,) = json.loads(rendered)["results"]
    assert result["subject"] == result["problems"][0]["message"] == text
