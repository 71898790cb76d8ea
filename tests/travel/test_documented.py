"""docs/time-travel.md is followed: its commands run in the example's history, and say what the page says."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "time-travel.md"
BLOCK = re.compile(r"^```console\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
VARYING = re.compile(r"\b[0-9a-f]{10,40}\b|(?<=qmscheck )\d+\.\d+\.\d+\S*|on \d+ trees with up to \d+ records")


def shown() -> list[tuple[str, str]]:
    """Each command of the page with the output that is shown below it."""
    found: list[tuple[str, str]] = []
    for block in BLOCK.finditer(PAGE.read_text("utf-8")):
        for part in re.split(r"(?m)^\$ ", block["text"])[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    program, *words = shlex.split(command)
    known = {"python": [sys.executable], "qmscheck": [sys.executable, "-m", "qmscheck"]}
    clean = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    return subprocess.run(
        [*known[program], *words],
        cwd=folder,
        env={**clean, "COLUMNS": "100", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository that the first commands of the page make."""
    folder = tmp_path_factory.mktemp("reader")
    (folder / "examples").symlink_to(ROOT / "examples")
    (make, output), (change, nothing) = shown()[:2]
    done = run(make, folder)
    assert (done.stdout, done.stderr, nothing) == (output, "", "")
    return folder / change.removeprefix("cd ")


@pytest.mark.parametrize(("command", "output"), [pytest.param(*one, id=one[0]) for one in shown()[2:]])
def test_a_command_says_what_the_page_says(year: Path, command: str, output: str) -> None:
    done = run(command, year)
    assert done.stderr == ""
    assert VARYING.sub("<...>", done.stdout) == VARYING.sub("<...>", output)
    assert done.returncode == (1 if "fail," in output or "Not satisfied" in output else 0)


def test_the_year_ends_with_the_provider_as_it_is(year: Path) -> None:
    def files(root: Path) -> dict[str, bytes]:
        found = (path for path in root.rglob("*") if path.is_file() and ".git" not in path.parts)
        return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}

    assert files(year) == files(ROOT / "examples" / "provider")


def test_the_year_has_many_commits_by_many_people_and_tags(year: Path) -> None:
    def git(*words: str) -> list[str]:
        done = subprocess.run(["git", *words], cwd=year, capture_output=True, encoding="utf-8", check=True)
        return done.stdout.splitlines()

    assert len(git("log", "--format=%H")) > 300
    assert len(set(git("log", "--format=%aN"))) > 8
    assert set(git("log", "--format=%cs")) > {"2025-09-01", "2026-04-17", "2026-08-31"}
    assert "v5.0.2" in git("tag")
    assert git("log", "--format=%s", "--", "changes/CHG-2026-009.yaml") == [
        "CHG-2026-009: scheduled",
        "CHG-2026-009: approved",
        "CHG-2026-009: assessed",
        "CHG-2026-009: what is new",
        "CHG-2026-009: recorded",
    ]
