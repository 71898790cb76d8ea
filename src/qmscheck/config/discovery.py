"""Where the configuration is: the nearest file, upwards to the repository root."""

from __future__ import annotations

import os
from pathlib import Path

NAMES = ("qmscheck.yaml", ".qmscheck.yaml", ".github/qmscheck.yaml")
PYPROJECT = "pyproject.toml"


def find(start: Path, top: Path | None = None) -> Path | None:
    """The first configuration in ``start`` and the folders above it.

    The last folder asked is ``top``, or without it the repository root.
    """
    for folder in (start, *start.parents):
        for name in NAMES:
            if (folder / name).is_file():
                return folder / name
        if _has_table(folder / PYPROJECT):
            return folder / PYPROJECT
        if folder == top or (top is None and (folder / ".git").exists()):
            break
    return None


def misnamed(start: Path) -> Path | None:
    """A file that was perhaps meant as configuration."""
    for name in NAMES:
        file = start / name.replace(".yaml", ".yml")
        if file.is_file():
            return file
    return None


def no_file(start: Path) -> Path | None:
    """What has the name of a configuration and is none: a folder, a pipe, a link that leads nowhere."""
    return next(
        (start / name for name in NAMES if os.path.lexists(start / name) and not (start / name).is_file()), None
    )


def is_bare(folder: Path) -> bool:
    """Whether a folder looks like a git repository without a work tree."""
    return all((folder / name).exists() for name in ("HEAD", "objects", "refs"))


def home(file: Path) -> Path:
    """The folder that a configuration file speaks for: its own, or the one that holds ``.github``."""
    return file.parent.parent if file.parent.name == ".github" else file.parent


def _has_table(file: Path) -> bool:
    try:
        content = file.read_bytes()
    except OSError:
        return False
    if b"qmscheck" not in content:
        return False
    import tomllib  # noqa: PLC0415 - only projects with a table pay for it

    try:
        data = tomllib.loads(content.decode("utf-8", "replace"))
    except tomllib.TOMLDecodeError:
        return b"[tool.qmscheck" in content
    tool = data.get("tool")
    return isinstance(tool, dict) and "qmscheck" in tool
