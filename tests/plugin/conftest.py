"""Plugins made on the spot: a module and the metadata by which it is found, without pip."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest


class Site:
    """A folder on Python's path, with plugins; and runs of qmscheck that see it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, name: str, code: str, files: Mapping[str, str] | None = None, version: str = "1.0") -> Site:
        """A plugin: its module, other files of its package, and what is known of the package."""
        package, info = self.folder / f"{name}_plugin", self.folder / f"{name}-{version}.dist-info"
        for path, text in {"__init__.py": code, **(files or {})}.items():
            file = package / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(f"[qmscheck]\n{name} = {name}_plugin\n")
        return self

    def run(self, cwd: Path, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "qmscheck", *words],
            cwd=cwd,
            env={**os.environ, "PYTHONPATH": str(self.folder)},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def site(tmp_path_factory) -> Site:
    return Site(tmp_path_factory.mktemp("site"))


@pytest.fixture
def change(tmp_path) -> Callable[[str], Path]:
    """A folder with one change; more of its configuration may be given."""

    def write(more: str = "") -> Path:
        (tmp_path / "qmscheck.yaml").write_text(
            f"version: 1\ncollections: {{changes: {{type: change, files: changes/*.yaml}}}}\n{more}"
        )
        (tmp_path / "changes").mkdir(exist_ok=True)
        (tmp_path / "changes" / "1.yaml").write_text("id: CHG-2026-0001\ntitle: New mail server\n")
        return tmp_path

    return write
