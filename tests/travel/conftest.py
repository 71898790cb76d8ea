from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from qmscheck.cli import program

BO, KIM = "Bo Berg <bo@example.org>", "Kim Ode <kim@example.org>"


@dataclass(slots=True)
class Repository:
    """A repository whose commits have pinned names and times."""

    root: Path
    environment: dict[str, str]

    def git(self, *arguments: str, by: str = BO, on: str = "2026-03-01", given: bytes = b"") -> str:
        name, _, email = by.partition(" <")
        moment = f"{on}T12:00:00+00:00" if "T" not in on else on
        names = {"NAME": name, "EMAIL": email.rstrip(">"), "DATE": moment}
        people = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in names.items()}
        done = subprocess.run(
            ["git", "-c", "commit.gpgsign=false", "-c", "protocol.file.allow=always", *arguments],
            cwd=self.root,
            env={**self.environment, **people},
            input=given,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        return os.fsdecode(done.stdout).strip()

    def commit(self, files: dict[str, str | None], *, by: str = BO, on: str, message: str = "Edit") -> str:
        for name, text in files.items():
            path = self.root / name
            if text is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(os.fsencode(text))
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message, by=by, on=on)
        return self.git("rev-parse", "HEAD")

    def state(self) -> dict[str, tuple[int, bytes]]:
        """Every file of work tree and ``.git``: time of change and content."""
        files = (path for path in self.root.rglob("*") if path.is_file() and not path.is_symlink())
        return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    home = tmp_path / "home"
    home.mkdir()
    clean = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    return {**clean, "HOME": str(home), "XDG_CONFIG_HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1"}


@pytest.fixture
def repository(tmp_path: Path, environment: dict[str, str]) -> Repository:
    root = tmp_path / "records"
    root.mkdir()
    made = Repository(root, environment)
    made.git("init", "-q", "-b", "main")
    return made


@pytest.fixture
def told(repository, monkeypatch):
    """Run the command line in the repository: exit code, standard output, standard error."""
    monkeypatch.chdir(repository.root)

    def told(*words: str) -> tuple[int, str, str]:
        done = CliRunner().invoke(program, words)
        return done.exit_code, done.stdout, done.stderr

    return told


@pytest.fixture
def report(told):
    """The JSON report of a check."""

    def report(*words: str) -> dict:
        code, out, err = told("check", "--format", "json", *words)
        assert code in {0, 1}, err
        return json.loads(out)

    return report
