"""Whatever somebody writes wrongly in ``qmscheck.yaml``: exit code 2, the line, what to write, and no traceback."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from qmscheck.cli import program
from qmscheck.testing import Repository

START = "version: 1\ncollections:\n  changes: {type: change, files: 'changes/*.yaml'}\n"
COMMITS = "version: 1\ncollections:\n  commits: {type: commit, from: git-commits, options: {%s}}\n"
TAGS = "version: 1\ncollections:\n  tags: {type: tag, from: git-tags, options: {%s}}\n"
DEEP = "version: " + "[" * 5_000
CASES = [
    ("", "1:1: it is empty"),
    ("just text\n", "1:1: it is 'just text'; it must be an object"),
    ("version: 1\n\tselect: []\n", "2:1: a tab stands where blanks are expected"),
    (START + "version: 1\n", "4:1: the key 'version' occurs twice"),
    ("version: 1\ncollections: {\n", "3:1: the text ends where a value is expected"),
    (DEEP, "nested more than"),
    (bytes(range(256)), "looks like binary data"),
    ("version: 1\n".encode("utf-16"), "save it as UTF-8"),
    ("version: 1\n# caf\xe9\n".encode("latin-1"), "2:6: not UTF-8"),
    (START + "selekt: []\n", "4:1: unknown key 'selekt': did you mean 'select'?"),
    (START + "select: 5\n", "4:1: select is 5; it must be a list"),
    (START + "select: [NOPE1]\n", "4:1: select: nothing is selected by 'NOPE1'"),
    (START + "ignore: [NOPE1]\n", "4:1: ignore: nothing is selected by 'NOPE1'"),
    (START + "standards: [iso9002]\n", "4:1: standards: unknown standard 'iso9002'; did you mean 'iso9001'?"),
    (
        START + "settings: {backdating_dayz: 3}\n",
        "4:12: unknown setting 'backdating_dayz'; did you mean 'backdating_days'?",
    ),
    (START + "settings: {backdating_days: many}\n", "4:12: the setting backdating_days is 'many'; it must be a number"),
    (START + "settings: {backdating_days: -1}\n", "it must be a number from 0"),
    (START + "settings: {small_team: 'yes'}\n", "it must be true or false"),
    (START + "settings: {risk_review: soon}\n", "it must be a period such as P12M"),
    (START + "settings: {machines: bot}\n", "it must be a list"),
    (START + "settings: {secret_patterns: []}\n", "it must be an object"),
    (START + "settings: {id_pattern: '('}\n", "it must be a regular expression (missing )"),
    (START + "settings: {id_pattern: 5}\n", "it must be text"),
    (START + "settings: {working_days: [funday]}\n", "it must be a list of days such as [mon, tue]"),
    (START + "settings: {holidays: [christmas]}\n", "it must be a list of days such as [2026-12-25]"),
    (START + "settings: {holidays: 2026}\n", "it must be a list"),
    (COMMITS % "since: [1]", "3:3: collection 'commits': the option since is [1]; it must be text"),
    (COMMITS % "since: last week", "the option since is 'last week'; it must be a day such as 2026-01-01"),
    (COMMITS % "paths: src", "the option paths is 'src'; it must be a list of texts"),
    (COMMITS % 'paths: ["a\\0b"]', "it must be a list of texts"),
    (COMMITS % "rev: 5", "the option rev is 5; it must be text"),
    (COMMITS % "rev: --all", "is not the name of a revision"),
    (COMMITS % "merges: maybe", "the option merges is 'maybe'; it must be true or false"),
    (COMMITS % "change_trailers: 3", "it must be a list of texts"),
    (COMMITS % "change_ids: '('", "the option change_ids is no regular expression"),
    (COMMITS % "brought_in: 1", "it must be true or false"),
    (TAGS % "allowed_signers: [a]", "3:3: collection 'tags': the option allowed_signers is ['a']; it must be text"),
]


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    Repository(tmp_path).write("changes/1.yaml", "id: CHG-2026-0001\n").commit("One")

    def told(*words: str) -> tuple[int, str, str]:
        done = CliRunner().invoke(program, words)
        return done.exit_code, done.stdout, done.stderr

    return told


@pytest.mark.parametrize(("text", "says"), CASES, ids=[says for _, says in CASES])
def test_a_mistake_is_told_with_its_line_and_what_to_write(told, tmp_path: Path, text: str | bytes, says: str) -> None:
    (tmp_path / "qmscheck.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    code, out, err = told("check")
    assert (code, out) == (2, "")
    assert err.startswith("qmscheck: error: qmscheck.yaml:")
    assert says in err
    assert "unexpected" not in err


@pytest.mark.parametrize("verb", ["status", "metrics", "records", "fix", "diff HEAD", "history CHG-2026-0001"])
def test_every_command_tells_it(told, tmp_path: Path, verb: str) -> None:
    (tmp_path / "qmscheck.yaml").write_text(START + "settings: {holidays: [christmas]}\nselekt: 1\n")
    code, out, err = told(*verb.split())
    assert (code, out) == (2, "")
    assert "qmscheck.yaml:5:1: unknown key 'selekt'" in err


def a_folder(file: Path) -> None:
    file.mkdir()


def a_pipe(file: Path) -> None:
    os.mkfifo(file)


def a_loop(file: Path) -> None:
    file.symlink_to(file.name)


@pytest.mark.skipif(os.name != "posix", reason="POSIX files")
@pytest.mark.parametrize("kind", [a_folder, a_pipe, a_loop])
def test_a_configuration_that_is_no_file(told, tmp_path: Path, kind) -> None:
    kind(tmp_path / "qmscheck.yaml")
    code, out, err = told("check")
    assert (code, out) == (2, "")
    assert "qmscheck.yaml is there, but is no file that can be read" in err
