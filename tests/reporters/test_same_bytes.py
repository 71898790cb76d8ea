"""The same records give the same bytes: again, in another place, in another time zone, with another hash seed."""

from __future__ import annotations

import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from qmscheck.reporters import FORMATS
from qmscheck.testing import Repository

EXAMPLES = Path(__file__).parents[2] / "examples"
FLAWS = runpy.run_path(str(EXAMPLES / "flaws" / "make.py"))
BROKEN = ("CHG005", "DOC004", "INC010", "NCR003", "RSK001")


def flawed(root: Path) -> Repository:
    """The provider with some flaws and a file that cannot be read, in a commit that is the same everywhere."""
    shutil.copytree(EXAMPLES / "provider", root)
    for rule in BROKEN:
        for edit in FLAWS["read"](rule)["edits"]:
            FLAWS["apply"](edit, root)
    repository = Repository(root).write("changes/CHG-2026-999.yaml", "id: [not closed\n")
    repository.commit("Records", by="Ines Duarte <ines@merrow.example>", on="2026-08-31T18:00:00Z")
    return repository


def reports(root: Path, **environment: str) -> dict[str, bytes]:
    """What a run of its own writes in every format."""
    out = root.parent / "out"
    shutil.rmtree(out, ignore_errors=True)
    words = [word for name in FORMATS for word in ("--output", f"{name}={out / name.replace(':', '-')}")]
    done = subprocess.run(
        [sys.executable, "-m", "qmscheck", "check", "-vv", "--as-of", "2026-09-01", *words],
        cwd=root,
        env={**os.environ, "COLUMNS": "100", **environment},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, b"")
    return {"stdout": done.stdout, **{path.name: path.read_bytes() for path in sorted(out.iterdir())}}


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    return flawed(tmp_path_factory.mktemp("here") / "records").root


@pytest.fixture(scope="module")
def first(root) -> dict[str, bytes]:
    written = reports(root, TZ="UTC", PYTHONHASHSEED="1")
    assert len(written) == len(FORMATS) + 1
    return written


def test_on_a_second_run(root, first):
    assert reports(root, TZ="UTC", PYTHONHASHSEED="1") == first


def test_in_another_place(tmp_path, first):
    elsewhere = flawed(tmp_path / "dépôt of [records] & more" / "a" / "b").root
    assert reports(elsewhere, TZ="UTC", PYTHONHASHSEED="1") == first


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles"])
def test_in_another_time_zone(root, first, zone):
    assert reports(root, TZ=zone, PYTHONHASHSEED="1") == first


def test_with_another_hash_seed_and_language(root, first):
    assert reports(root, TZ="UTC", PYTHONHASHSEED="4711", LC_ALL="C", LANG="de_DE.UTF-8") == first


def test_no_absolute_path(root, first):
    assert [name for name, text in first.items() if str(root).encode() in text] == []
