"""A small work tree with one change that fails, and ways to run the command on it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from qmscheck.cli import program

CONFIG = """\
version: 1
collections:
  changes:
    type: change
    files: ["changes/**/*.yaml"]
"""
LATE = """\
id: CHG-2026-0001
title: Move the mail server
status: implemented
change_type: normal
implemented_from: 2026-03-02T09:00:00Z
approvals:
  - {by: bo, at: 2026-03-04T10:00:00Z, decision: approved}
"""
TREE = {"qmscheck.yaml": CONFIG, "changes/1.yaml": LATE}

Run = Callable[..., Result]


@pytest.fixture
def tree(write_tree: Callable[[Mapping[str, str | bytes]], Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    root = write_tree(TREE)
    (root / ".git").mkdir()
    monkeypatch.chdir(root)
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE"):
        monkeypatch.delenv(name, raising=False)
    return root


@pytest.fixture
def run() -> Run:
    """Run the command in this process."""

    def run(*arguments: str, **options: object) -> Result:
        return CliRunner().invoke(program, arguments, prog_name="qmscheck", **options)

    return run


@pytest.fixture
def process() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command as a process of its own."""

    def process(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "qmscheck", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, **options)  # type: ignore[call-overload, no-any-return]

    return process
