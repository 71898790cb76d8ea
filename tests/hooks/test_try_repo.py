"""``pre-commit try-repo`` installs and runs both hooks from a clone of this repository without tags or history.

Without network: dependencies and the build back end come from the environment of the tests.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from qmscheck.testing import Repository

ROOT = Path(__file__).parents[2]
NEEDED = ("src", "rules", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")
CONFIG = """\
version: 1
select: [CORE001, CORE004]
settings: {id_pattern: ""}
collections:
  changes: {type: change, files: 'changes/*.yaml'}
  releases: {type: release, files: 'releases/*.yaml'}
"""
pytestmark = pytest.mark.skipif(
    shutil.which("pre-commit", path=f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ.get('PATH', '')}") is None,
    reason="pre-commit is not installed; it is in the dependency group test",
)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This repository as pre-commit fetches it: the last commit alone, no tag."""
    whole, shallow = (tmp_path_factory.mktemp(name) for name in ("whole", "shallow"))
    for name in NEEDED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, whole / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, whole / name)
    Repository(whole).commit("First").tag("v1").write("CHANGELOG.md", "\n").commit("Second")
    words = ["git", "clone", "--quiet", "--depth", "1", "--no-tags", f"file://{whole}", str(shallow / "qmscheck")]
    subprocess.run(words, check=True)
    return shallow / "qmscheck"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pre-commit keeps what it installs, once for all tests."""
    return tmp_path_factory.mktemp("store")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "records").write("qmscheck.yaml", CONFIG)
    made.write("changes/1.yaml", "id: CHG-1\ntitle: Move\nrelease_ref: REL-1\n")
    made.write("releases/1.yaml", "id: REL-1\ntitle: Spring\n").write("releases/2.yaml", "id: REL-2\ntitle: Summer\n")
    return made.commit("Records")


def tried(hook: str, repository: Repository, clone: Path, store: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {
        "PRE_COMMIT_HOME": str(store),
        "PYTHONPATH": sysconfig.get_path("purelib"),
        "PIP_NO_BUILD_ISOLATION": "0",
        "PIP_NO_DEPS": "1",
        "PIP_NO_INDEX": "1",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "protocol.file.allow",
        "GIT_CONFIG_VALUE_0": "always",
    }
    command = [sys.executable, "-m", "pre_commit", "try-repo", str(clone), hook, "--verbose", *words]
    return subprocess.run(command, cwd=repository.root, env=environment, capture_output=True, text=True, check=False)


def test_the_fast_hook(repository: Repository, clone: Path, store: Path):
    done = tried("qmscheck", repository, clone, store)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no record is staged" in done.stdout
    repository.write("changes/2.yaml", "id: [\n").stage()
    done = tried("qmscheck", repository, clone, store)
    assert done.returncode == 1
    assert "CORE001" in done.stdout


def test_the_fast_hook_notices_a_removed_record(repository: Repository, clone: Path, store: Path):
    repository.remove("releases/1.yaml").stage()
    done = tried("qmscheck", repository, clone, store)
    assert done.returncode == 1
    assert "'REL-1' leads to no release record" in done.stdout


def test_the_full_hook(repository: Repository, clone: Path, store: Path):
    whole = ("--hook-stage", "pre-push", "--all-files")
    done = tried("qmscheck-full", repository, clone, store, *whole)
    assert done.returncode == 0, done.stdout + done.stderr
    repository.write("changes/2.yaml", "id: [\n").stage()
    assert tried("qmscheck-full", repository, clone, store, *whole).returncode == 1
