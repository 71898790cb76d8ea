from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from qmscheck import app, config
from qmscheck.model import Report

BO, KIM = "Bo Berg <bo@example.org>", "Kim Ode <kim@example.org>"
CONFIG = """\
version: 1
history: true
collections:
  changes: {type: change, files: "changes/**/*.yaml"}
settings: {id_pattern: ""}
"""


@dataclass(slots=True)
class Repository:
    """A repository whose commits have pinned names and days."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)

    def git(self, *arguments: str, by: str | bytes = BO, on: str = "2026-03-01", check: bool = True) -> str:
        name, _, email = os.fsdecode(by).partition(" <")
        moment = f"{on}T12:00:00+00:00" if "T" not in on else on
        names = {"NAME": name, "EMAIL": email.rstrip(">"), "DATE": moment}
        people = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in names.items()}
        done = subprocess.run(
            ["git", "-c", "commit.gpgsign=false", "-c", "protocol.file.allow=always", *arguments],
            cwd=self.root,
            env={**self.environment, **people},
            capture_output=True,
            check=False,
        )
        assert not check or done.returncode == 0, done.stderr.decode()
        return os.fsdecode(done.stdout).strip()

    def write(self, files: dict[str, str | None]) -> None:
        for name, text in files.items():
            path = self.root / name
            if text is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(os.fsencode(text))

    def commit(self, files: dict[str, str | None], *, by: str | bytes = BO, on: str, message: str = "Edit") -> str:
        self.write(files)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message, by=by, on=on)
        return self.git("rev-parse", "HEAD")

    def check(self, *select: str, as_of: str = "2026-09-01", paths: tuple[str, ...] = ()) -> Report:
        return app.run(config.load(self.root), app.Wishes(as_of=as_of, select=select, paths=paths))


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    root = tmp_path / "records"
    root.mkdir()
    home = tmp_path / "home"
    home.mkdir()
    clean = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    made = Repository(root, {**clean, "HOME": str(home), "XDG_CONFIG_HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1"})
    made.git("init", "-q", "-b", "main")
    (root / "qmscheck.yaml").write_text(CONFIG)
    return made


@pytest.fixture
def told() -> Callable[[Report, str], dict[str, tuple[str, str]]]:
    """Subject -> outcome and sentence of one rule."""

    def told(report: Report, rule: str) -> dict[str, tuple[str, str]]:
        return {one.subject: (str(one.outcome), one.message) for one in report.results if one.rule.id == rule}

    return told
