"""Every command in README, docs/ and examples/ is run, or stands in commands.yaml with the reason why it is not."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from types import ModuleType

import click
import pytest

from qmscheck.cli import program

from .commands import (
    HOW,
    PAGES,
    ROOT,
    Shown,
    belongs_into_project,
    commands,
    good_ends,
    makes,
    packages,
    reason_not_to_run,
    run,
    shown,
    steps,
)

PROJECT = (
    "README.md",
    "CHANGELOG.md",
    "qmscheck.yaml",
    "pyproject.toml",
    "docs",
    "examples",
    "rules",
    "benchmarks",
    "src",
)


def _cases() -> list[Shown]:
    """Each group of commands once, at the first place that shows it."""
    found: dict[tuple[str, ...], Shown] = {}
    for page in PAGES:
        for group in shown(page.read_text("utf-8"), page.relative_to(ROOT).as_posix()):
            found.setdefault(group.lines, group)
    return list(found.values())


def _steps() -> list[tuple[str, str]]:
    return [step for page in PAGES for step in steps(page.read_text("utf-8"), page.relative_to(ROOT).as_posix())]


CASES = _cases()


def _found(command: str) -> tuple[click.Command, list[str]]:
    """The verb that a command names, and the words behind it."""
    words = shlex.split(re.split(r" [|>] ", command, maxsplit=1)[0])[1:]
    verb: click.Command = program
    with click.Context(program, **program.context_settings) as context:
        while isinstance(verb, click.Group) and words and not words[0].startswith("-"):
            found = verb.get_command(context, words[0])
            if found is None:
                raise click.UsageError(f"no command {words[0]}")
            verb, words = found, words[1:]
    return verb, words


def only_names(command: str) -> bool:
    """Whether it is the name of a verb that needs more words, as in a sentence on it."""
    if not command.startswith("qmscheck ") or "\n" in command or unknown_words(command):
        return False
    verb, words = _found(command)
    return not words and (isinstance(verb, click.Group) or any(parameter.required for parameter in verb.params))


def unknown_words(command: str) -> str | None:
    """What the command line would refuse: verb, options, values of options. Files need not be there."""
    try:
        verb, words = _found(command)
        with click.Context(program, **program.context_settings) as context:
            verb.make_parser(context).parse_args(words)
    except click.UsageError as error:
        return error.message
    return None


ELSEWHERE = {entry["page"]: ROOT / entry["test"] for entry in HOW["followed_elsewhere"]}
TO_RUN = [
    case
    for case in CASES
    if case.place.rpartition(":")[0] not in ELSEWHERE
    and not only_names(case.lines[0])
    and any(reason_not_to_run(line) is None for line in case.lines)
]


def _git(folder: Path, *words: str, on: str = "2026-08-31") -> None:
    who = {"NAME": "Ravi Menon", "EMAIL": "ravi.menon@merrow.example", "DATE": f"{on}T09:00:00+00:00"}
    pinned = {f"GIT_{role}_{part}": value for role in ("AUTHOR", "COMMITTER") for part, value in who.items()}
    clean = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    nobody = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", *words], cwd=folder, env=clean | pinned | nobody, check=True)


@pytest.fixture(scope="session")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The provider's records in a repository: begun without the newest change, which came a day before the end."""
    root = tmp_path_factory.mktemp("master") / "provider"
    shutil.copytree(ROOT / "examples" / "provider", root)
    newest = root / "changes" / "CHG-2026-009.yaml"
    kept = newest.read_text("utf-8")
    newest.unlink()
    _git(root, "init", "--quiet", "--initial-branch", "main")
    for on, message in (("2026-08-28", "Records"), ("2026-08-31", "CHG-2026-009")):
        _git(root, "add", "--all")
        _git(root, "commit", "--quiet", "--message", message, on=on)
        newest.write_text(kept, "utf-8")
    _git(root, "tag", "--annotate", "v5.0.0", "--message", "5.0.0", "HEAD~1")
    _git(root, "update-ref", "refs/remotes/origin/main", "HEAD~1")
    return root


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This repository without its history."""
    root = tmp_path_factory.mktemp("master") / "project"
    for name in PROJECT:
        whole = ROOT / name
        unwanted = shutil.ignore_patterns("__pycache__")
        if whole.is_dir():
            shutil.copytree(whole, root / name, ignore=unwanted)
        else:
            root.mkdir(exist_ok=True)
            shutil.copy(whole, root / name)
    _git(root, "init", "--quiet", "--initial-branch", "main")
    return root


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Where a package of this repository is installed, without an index."""

    @cache
    def install(folder: str) -> Path:
        home = tmp_path_factory.mktemp("installed")
        shutil.copytree(ROOT / folder, home / "source", ignore=shutil.ignore_patterns("__pycache__", "build"))
        options = ["--no-deps", "--no-build-isolation", "--no-index", "--target", str(home / "site")]
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
        subprocess.run([*pip, *options, str(home / "source")], check=True, capture_output=True)
        return home / "site"

    return install


@pytest.fixture
def with_packages(case: Shown, monkeypatch: pytest.MonkeyPatch, installed: Callable[[str], Path]) -> None:
    """The packages that a case installs are there."""
    if needed := packages(case.lines):
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join(str(installed(folder)) for folder in needed))


@pytest.mark.usefixtures("with_packages")
@pytest.mark.parametrize("case", TO_RUN, ids=lambda case: case.place)
def test_runs(case: Shown, follow: ModuleType, request: pytest.FixtureRequest, tmp_path: Path):
    master = request.getfixturevalue("project" if belongs_into_project(case.lines) else "provider")
    folder = tmp_path / "here"
    shutil.copytree(master, folder)
    (folder / "build").mkdir(exist_ok=True)
    for name in makes(case.lines):
        (folder / name).unlink()
    assert run(case.lines, follow, folder) == []


ALL_LINES = {
    **{line: case.place for case in CASES for line in case.lines},
    **{command: place for place, command in _steps()},
}


@pytest.mark.parametrize("command", [line for line in ALL_LINES if line.startswith("qmscheck ") and "\n" not in line])
def test_says_words_that_are_known(command: str):
    assert unknown_words(command) is None, ALL_LINES[command]


@pytest.mark.parametrize("page", ELSEWHERE)
def test_a_page_that_is_followed_elsewhere_is(page: str):
    assert page.rpartition("/")[2] in ELSEWHERE[page].read_text("utf-8")


@pytest.mark.parametrize("entry", HOW["not_run"], ids=lambda entry: entry["command"])
def test_what_is_not_run_is_shown_somewhere(entry: dict[str, str]):
    assert any(fnmatchcase(line, entry["command"]) for line in ALL_LINES)


def test_commands_are_found_where_they_stand():
    page = (
        "---\nid: A\n---\n\nSay `qmscheck explain RULE` or `qmscheck`.\n\n| a |\n| --- |\n| `git log` |\n\n"
        "```sh\n# first\nqmscheck check \\\n  --quiet   # quick\ncd a && .venv/bin/qmscheck fix\n```\n"
    )
    assert [(group.place, group.lines) for group in shown(page, "p")] == [
        ("p:5", ("qmscheck explain CHG005",)),
        ("p:9", ("git log",)),
        ("p:11", ("qmscheck check --quiet", "cd a", "qmscheck fix")),
    ]
    assert commands("for a in b; do\n  echo $a\ndone\n") == ("for a in b; do\n  echo $a\ndone\n",)
    step = "```yaml\n- run: qmscheck check -q # all\n- echo\n```\n"
    assert list(steps(step, "p")) == [("p:2", "qmscheck check -q")]


def test_a_command_that_does_not_work_is_found(follow: ModuleType, tmp_path: Path):
    assert run(("echo a", "qmscheck rules list --nothing"), follow, tmp_path)[0].startswith(
        "qmscheck rules list --nothing"
    )
    assert "--nothing" in (unknown_words("qmscheck rules list --nothing") or "")
    assert unknown_words("qmscheck chekc") == "no command chekc"
    assert only_names("qmscheck rules new")
    assert not only_names("qmscheck coverage")
    assert good_ends("qmscheck check --as-of 2026-09-01") == (0,)
    assert good_ends("qmscheck check") == (0, 1)
    assert good_ends("qmscheck check --as-of 2026-09-01 --select CHG005") == (1,)
