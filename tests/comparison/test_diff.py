"""``qmscheck diff``: the base judged then and now, the work tree judged now, in three formats."""

from __future__ import annotations

import json
import subprocess

import jsonschema
import pytest
from click.testing import CliRunner

from qmscheck.cli import program
from qmscheck.definitions import schema_text
from qmscheck.reporters.markdown import MARKER
from qmscheck.testing import Repository

CONFIG = """\
version: 1
select: [CORE001, CORE004, DOC003]
settings: {id_pattern: ""}
collections:
  documents: {type: document, files: "documents/*.yaml"}
  changes: {type: change, files: "changes/*.yaml"}
"""
DUE = "id: DOC-1\ntitle: Policy\nstatus: approved\neffective_from: 2024-01-01\nreview_due_on: 2026-03-01\n"
ODD = "id: CHG-1\ntitle: Move\nodd_key: x\n"


@pytest.fixture
def repository(tmp_path):
    made = Repository(tmp_path).write("qmscheck.yaml", CONFIG).write("documents/1.yaml", DUE)
    return made.write("changes/1.yaml", ODD).commit("Records", on="2026-01-05T00:00:00Z")


@pytest.fixture
def diff(repository):
    def diff(base: str, *words: str):
        return CliRunner().invoke(
            program, ["diff", base, "--root", str(repository.root), "--as-of", "2026-09-01", *words]
        )

    return diff


def ids(part: list[dict[str, object]]) -> list[str]:
    return [str(result["rule"]) for result in part]


def test_worse_better_and_time(repository, diff):
    repository.write("changes/1.yaml", "id: CHG-1\ntitle: Move\nrelease_ref: [\n")
    repository.write("changes/2.yaml", "id: CHG-2\ntitle: Renew\nother_key: x\n")
    answer = diff("HEAD", "--format", "json")
    assert answer.exit_code == 1, answer.output
    found = json.loads(answer.stdout)
    jsonschema.Draft202012Validator(schema_text("comparison")).validate(found)
    entry = {**schema_text("report"), **schema_text("report")["$defs"]["result"]}
    for part in ("new", "fixed", "aged", "eased"):
        for result in found[part]:
            jsonschema.Draft202012Validator(entry).validate(result)
    assert [(one["rule"], one["location"]["path"]) for one in found["new"]] == [
        ("CORE001", "changes/1.yaml"),
        ("CORE001", "changes/2.yaml"),
    ]
    assert ids(found["fixed"]) == ["CORE001"]
    assert ids(found["aged"]) == ["DOC003"]
    assert found["base"]["on"] == "2026-01-05"


def test_not_worse(repository, diff):
    repository.write("changes/1.yaml", "# moved down\n\n" + ODD)
    answer = diff("HEAD")
    assert answer.exit_code == 0
    assert "✓ Not worse: no new finding." in answer.output
    assert "By time alone" in answer.output


def test_against_where_the_branches_parted(repository, diff):
    def git(*words: str) -> None:
        subprocess.run(["git", *words], cwd=repository.root, check=True, capture_output=True)

    git("switch", "-qc", "work")
    repository.write("changes/3.yaml", "id: CHG-3\ntitle: Mine\nodd_key: x\n").commit("Mine")
    git("switch", "-q", "main")
    repository.write("changes/1.yaml", "id: CHG-1\ntitle: Move\n").commit("Mended on main")
    git("switch", "-q", "work")
    found = json.loads(diff("main", "--format", "json").stdout)
    assert (ids(found["new"]), ids(found["fixed"])) == (["CORE001"], [])


def test_the_comment_of_a_pull_request(repository, diff, tmp_path):
    repository.write("changes/2.yaml", "id: CHG-2\ntitle: '@everyone | <script>'\n'::error::`x`|y': 1\n")
    file = tmp_path / "out" / "comment.md"
    assert diff("HEAD", "--output", f"markdown={file}", "--exit-zero").exit_code == 0
    text = file.read_text()
    assert text.startswith(f"{MARKER}\n## ❌ Worse: 1 new finding, 1 of which fail the run.")
    assert "### New: this change brings it (1)" in text
    assert "<details><summary>By time alone: it was in order when the base was committed (1)</summary>" in text
    assert "<script>" not in text
    assert "@everyone" not in text
    assert "\n::error" not in text


def test_a_base_without_configuration(tmp_path):
    repository = Repository(tmp_path).write("README.md", "\n").commit("Nothing yet")
    repository.write("qmscheck.yaml", CONFIG).write("changes/1.yaml", ODD)
    answer = CliRunner().invoke(program, ["diff", "HEAD", "--root", str(tmp_path)])
    assert answer.exit_code == 1
    assert "The base cannot be judged, so that every finding counts as new" in " ".join(answer.output.split())


def test_another_configuration_is_said(repository, diff):
    repository.write("qmscheck.yaml", CONFIG.replace("CORE001, ", ""))
    answer = diff("HEAD")
    assert "The configuration is another one" in answer.output
    assert "Fixed" in answer.output


def test_a_shallow_clone_says_what_to_write(repository, tmp_path_factory):
    repository.write("README.md", "\n").commit("More")
    clone = tmp_path_factory.mktemp("clones") / "clone"
    words = ["git", "clone", "-q", "--depth", "1", f"file://{repository.root}", str(clone)]
    subprocess.run(words, check=True)
    answer = CliRunner().invoke(program, ["diff", "HEAD~1", "--root", str(clone)])
    assert answer.exit_code == 2
    assert "fetch-depth: 0" in answer.output


def test_outside_of_git(tmp_path):
    (tmp_path / "qmscheck.yaml").write_text(CONFIG)
    answer = CliRunner().invoke(program, ["diff", "main", "--root", str(tmp_path)])
    assert answer.exit_code == 2
    assert "not a git repository" in answer.output
