"""The formats of a report at the command line, and what hooks and CI servers ask for."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from qmscheck import plugins
from qmscheck.cli.links import links
from qmscheck.reporters import FORMATS

Run = Callable[..., object]


def test_help_names_every_format(run: Run):
    shown = "".join(run("check", "--help").output.split())
    assert ",".join(FORMATS) in shown


def test_plugins_see_the_same_formats():
    assert set(FORMATS) <= set(plugins.load().reporters)


def test_every_format_in_one_run(run: Run, tree: Path):
    outputs = [word for name in FORMATS for word in ("--output", f"{name}=out/{name.replace(':', '-')}")]
    found = run("check", "--as-of", "2026-09-01", "-qq", *outputs)
    assert found.exit_code == 1
    assert found.output == ""
    assert len(list((tree / "out").iterdir())) == len(FORMATS)
    assert all(path.stat().st_size for path in (tree / "out").iterdir())


@pytest.mark.parametrize("name", FORMATS)
def test_the_exit_code_is_the_same_in_every_format(run: Run, tree: Path, name: str):
    assert run("check", "--as-of", "2026-09-01", "--format", name).exit_code == 1


def test_a_hook_may_name_files_that_are_no_records(run: Run, tree: Path):
    (tree / "README.md").write_text("# Read me\n")
    assert run("check", "README.md").exit_code == 3
    assert run("check", "--if-any", "README.md").exit_code == 0
    assert run("check", "--if-any", "--as-of", "2026-09-01", "README.md", "changes/1.yaml").exit_code == 1


def test_if_any_is_for_named_files_only(run: Run, tree: Path):
    (tree / "changes" / "1.yaml").unlink()
    assert run("check", "--if-any").exit_code == 3


GITHUB = {"GITHUB_SERVER_URL": "https://github.example", "GITHUB_REPOSITORY": "merrow/records"}
GITLAB = {"CI_PROJECT_URL": "https://gitlab.example/merrow/records"}


@pytest.mark.parametrize(
    ("environment", "commit", "address"),
    [
        ({}, "abc", ""),
        (GITHUB, "abc", "https://github.example/merrow/records/blob/abc/"),
        (GITHUB | {"GITHUB_SHA": "def"}, None, "https://github.example/merrow/records/blob/def/"),
        (GITHUB, None, ""),
        (GITLAB, "abc", "https://gitlab.example/merrow/records/-/blob/abc/"),
        (GITLAB | {"CI_COMMIT_SHA": "def"}, None, "https://gitlab.example/merrow/records/-/blob/def/"),
        ({"CI_PROJECT_URL": "javascript:alert(1)//"}, "abc", ""),
        ({"CI_PROJECT_URL": "https://x/) [y"}, "abc", ""),
    ],
)
def test_where_files_can_be_seen(environment: dict[str, str], commit: str | None, address: str):
    assert links(environment, commit) == address


@pytest.mark.parametrize("name", ["junit", "junit:strict"])
def test_a_case_of_junit_is_a_rule_on_a_record_or_a_whole_rule(run: Run, tree: Path, name: str):
    words = ("check", "--as-of", "2026-09-01", "-qq")
    outputs = ("--output", f"{name}=out.xml", "--output", "json=out.json")
    cases = {}
    for size in ("record", "rule"):
        run(*words, *outputs, "--junit-granularity", size)
        cases[size] = (tree / "out.xml").read_text().count("<testcase ")
    results = json.loads((tree / "out.json").read_text())["results"]
    assert cases == {"record": len(results) + 1, "rule": len({one["rule"] for one in results}) + 1}
