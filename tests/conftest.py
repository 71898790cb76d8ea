"""What several test folders share: writing a small work tree, and running the check on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import settings

from qmscheck import app, config
from qmscheck.model import Report

AS_OF = "2026-09-01"

settings.register_profile("untimed", deadline=None)  # a busy machine is no failure
settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """What runs learn is kept for the tests of one session, never in the user's own cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))


@pytest.fixture
def write_tree(tmp_path: Path) -> Callable[[Mapping[str, str | bytes]], Path]:
    """Write files (path -> text or bytes) below a temporary root and return the root."""

    def write(files: Mapping[str, str | bytes]) -> Path:
        for name, content in files.items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)
        return tmp_path

    return write


@pytest.fixture
def check(write_tree: Callable[[Mapping[str, str | bytes]], Path]) -> Callable[..., Report]:
    """Write files and judge them as of a fixed day; keyword arguments go into the wishes."""

    def run(files: Mapping[str, str | bytes], **wishes: object) -> Report:
        root = write_tree(files)
        return app.run(config.load(root), app.Wishes(**{"as_of": AS_OF, "provenance": False, **wishes}))

    return run
