from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from qmscheck import rulepack

ROOT = Path(__file__).parents[2]
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
OFFLINE = ["--no-deps", "--no-build-isolation", "--no-index"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([*PIP, "wheel", *OFFLINE, "--wheel-dir", str(folder), str(ROOT)], check=True, capture_output=True)
    (built,) = folder.glob("qmscheck-*.whl")
    return built


def run_installed(target: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(target)}
    return subprocess.run(
        [sys.executable, *arguments], cwd=target, env=environment, capture_output=True, text=True, check=False
    )


def test_the_wheel_carries_rules_schemas_and_type_marker(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    pack = {path.relative_to(ROOT).as_posix() for path in (ROOT / "rules").rglob("*.yaml")}
    assert {f"qmscheck/{name}" for name in pack} <= names
    assert {"qmscheck/py.typed", "qmscheck/schemas/rule.json"} <= names


def test_an_installed_wheel_finds_its_own_rules(wheel: Path, tmp_path: Path) -> None:
    subprocess.run([*PIP, "install", *OFFLINE, "--target", str(tmp_path), str(wheel)], check=True, capture_output=True)
    found = run_installed(tmp_path, "-c", "from qmscheck.rulepack import builtin_pack as p; print(p())")
    assert Path(found.stdout.strip()) == tmp_path / "qmscheck" / "rules"
    listing = run_installed(tmp_path, "-m", "qmscheck", "rules", "list")
    assert listing.returncode == 0, listing.stderr
    assert "CHG005" in listing.stdout


def test_an_editable_install_finds_the_rules_of_the_checkout() -> None:
    assert rulepack.builtin_pack() == ROOT / "rules"
