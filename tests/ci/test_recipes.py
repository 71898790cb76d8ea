"""examples/ci: each recipe is valid by the schema of its system and calls the command as it is.

The schemas are those that check-jsonschema brings along; Jenkins has none, and its own linter needs a running Jenkins
(the model of declarative pipelines is in no registry), so that npm-groovy-lint stands in: Groovy's compiler, and
CodeNarc's rules for Jenkinsfiles.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import jsonschema
import pytest
import yaml
from click.testing import CliRunner

from qmscheck.cli import program
from qmscheck.reporters import FORMATS

CI = Path(__file__).parents[2] / "examples" / "ci"
LINTERS = CI.parents[1] / "build" / "linters"
SCHEMAS = {
    "azure-pipelines.yml": "azure-pipelines",
    "buildkite.yml": "buildkite",
    "circleci.yml": "circle-ci",
    "github-comment.yml": "github-workflows",
    "github-release.yml": "github-workflows",
    "github.yml": "github-workflows",
    "gitlab.yml": "gitlab-ci",
}


class TextualKeys(yaml.SafeLoader):
    """YAML as CI systems read it: ``on`` is a word."""


TextualKeys.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
TextualKeys.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))


def data(name: str) -> object:
    return yaml.load((CI / name).read_text(encoding="utf-8"), TextualKeys)


def test_every_recipe_is_tested():
    assert {path.name for path in CI.iterdir()} == {*SCHEMAS, "Jenkinsfile", "pre-commit.yaml"}


@pytest.mark.parametrize("name", SCHEMAS)
def test_valid_by_the_schema_of_the_system(name: str):
    path = files("check_jsonschema") / "builtin_schemas" / "vendor" / f"{SCHEMAS[name]}.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    validator = jsonschema.validators.validator_for(schema, jsonschema.Draft7Validator)(schema)
    text = (CI / name).read_text(encoding="utf-8")
    found = data(name) if name.startswith("github") else yaml.safe_load(text)
    assert [error.message for error in validator.iter_errors(found)] == []


@pytest.mark.parametrize("name", [name for name in SCHEMAS if name.startswith("github")])
def test_the_action_gets_inputs_that_it_has(name: str):
    action = yaml.safe_load((CI.parents[1] / "action.yml").read_text(encoding="utf-8"))
    steps = next(iter(data(name)["jobs"].values()))["steps"]
    (own,) = (step for step in steps if "/qmscheck@" in step.get("uses", ""))
    assert set(own.get("with", {})) <= set(action["inputs"])
    used = set(re.findall(r"steps\.records\.outputs\.([\w-]+)", (CI / name).read_text()))
    assert used
    assert used <= set(action["outputs"])
    assert all(re.search(r"@[0-9a-f]{40}$", step["uses"]) for step in steps if "uses" in step)


@pytest.mark.parametrize("name", [name for name in SCHEMAS if name.startswith("github")])
def test_workflows_ask_for_no_more_rights_than_they_need(name: str):
    workflow = data(name)
    assert workflow["permissions"] == {}
    assert "secrets." not in (CI / name).read_text()
    for job in workflow["jobs"].values():
        assert job["permissions"].get("contents") in {"read", "write"}
        if any("/qmscheck@" in step.get("uses", "") for step in job["steps"]):
            checkout = job["steps"][0]
            assert checkout["with"] == {"fetch-depth": 0, "persist-credentials": False}
            assert job["permissions"]["contents"] == "read"


def test_the_hooks_of_pre_commit_are_there():
    hooks = yaml.safe_load((CI.parents[1] / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    (repository,) = data("pre-commit.yaml")["repos"]
    assert {hook["id"] for hook in repository["hooks"]} == {hook["id"] for hook in hooks}


def test_the_pipeline_of_jenkins_is_balanced():
    text = (CI / "Jenkinsfile").read_text(encoding="utf-8")
    assert text.count("{") == text.count("}") == 8
    assert text.count("'") % 2 == 0


def test_the_pipeline_of_jenkins_by_a_linter(tmp_path: Path):
    own = LINTERS / "node_modules" / ".bin" / "npm-groovy-lint"
    linter = str(own) if own.exists() else shutil.which("npm-groovy-lint")
    if linter is None or shutil.which("java") is None:
        pytest.skip("npm-groovy-lint needs Java: npm install --prefix build/linters --ignore-scripts npm-groovy-lint")
    text = (CI / "Jenkinsfile").read_text(encoding="utf-8")
    for name, content in {"good": text, "broken": text.replace("sh 'python", "sh python", 1)}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "Jenkinsfile").write_text(content, encoding="utf-8")
    command = [linter, "--noserver", "--path", str(tmp_path), "--files", "**/Jenkinsfile", "--output", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    if "requires Node.js" in done.stderr:
        pytest.skip("npm-groovy-lint needs a newer Node.js")
    told = json.loads(done.stdout)["files"]
    found = {name: told[str(tmp_path / name / "Jenkinsfile")]["errors"] for name in ("good", "broken")}
    assert [one["msg"] for one in found["good"] if one["severity"] != "info"] == []  # mere information: indentation
    assert {one["rule"] for one in found["good"]} <= {"CompileStatic", "Indentation"}
    assert "NglParseError" in {one["rule"] for one in found["broken"]}


@pytest.mark.parametrize("path", sorted(CI.iterdir()), ids=lambda path: path.name)
def test_commands_are_those_of_the_program(path: Path):
    text = path.read_text(encoding="utf-8")
    commands = re.findall(
        r"qmscheck (check [^'\n]*)", "\n".join(li for li in text.splitlines() if li.lstrip()[0] not in "#/")
    )
    assert commands or path.name.startswith(("github", "pre-commit"))
    known = CliRunner().invoke(program, ["check", "--help"]).output
    for command in commands:
        words = shlex.split(command)
        for option, value in pairwise(words):
            assert not option.startswith("--") or option in known
            assert option != "--output" or value.split("=")[0] in FORMATS
