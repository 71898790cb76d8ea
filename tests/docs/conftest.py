"""The script that follows pages, and where the pages are."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def follow() -> ModuleType:
    return load(ROOT / "docs" / "follow.py")


def load(file: Path) -> ModuleType:
    """A script as a module, registered so that its dataclasses work."""
    spec = importlib.util.spec_from_file_location(f"docs_{file.stem}", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
