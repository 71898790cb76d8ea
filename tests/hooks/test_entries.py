""".pre-commit-hooks.yaml: what pre-commit reads, and its two entries run in a repository as pre-commit would."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from qmscheck.testing import Repository

ROOT = Path(__file__).parents[2]
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
CONFIG = "version: 1\nselect: [CORE001]\ncollections:\n  changes: {type: change, files: 'changes/*.yaml'}\n"
GOOD = "id: CHG-2026-0001\ntitle: Move the mail server\n"
BAD = "id: CHG-2026-0002\ntitle: [\n"


def hook(name: str, repository: Repository, **environment: str) -> int:
    """The exit code of a hook. Both run whatever is staged and get no names."""
    words = HOOKS[name]["entry"].split()
    assert words[0] == "qmscheck"
    command = [sys.executable, "-m", *words]
    done = subprocess.run(command, cwd=repository.root, env=os.environ | environment, capture_output=True, check=False)
    return done.returncode


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    made = Repository(tmp_path).write("qmscheck.yaml", CONFIG).write("changes/good.yaml", GOOD)
    return made.commit("A good record")


def test_what_pre_commit_needs():
    for chosen in HOOKS.values():
        assert {"id", "name", "description", "entry", "language"} <= chosen.keys()
        assert chosen["language"] == "python"
        assert chosen["require_serial"]
        assert chosen["always_run"]
        assert not chosen["pass_filenames"]
    assert "pre-push" in HOOKS["qmscheck-full"]["stages"]


def test_the_fast_hook_judges_what_is_staged(repository: Repository):
    assert hook("qmscheck", repository) == 0
    repository.write("changes/bad.yaml", BAD).write("README.md", "")
    assert hook("qmscheck", repository) == 0
    repository.stage()
    assert hook("qmscheck", repository) == 1


def test_the_fast_hook_judges_the_index_of_the_commit(repository: Repository, tmp_path: Path):
    """``git commit FILE`` gives hooks an index of its own."""
    index = tmp_path / ".git" / "next-index-1.lock"
    index.write_bytes((tmp_path / ".git" / "index").read_bytes())
    repository.write("changes/bad.yaml", BAD).stage()
    assert hook("qmscheck", repository) == 1
    assert hook("qmscheck", repository, GIT_INDEX_FILE=str(index)) == 0


def test_both_hooks_notice_removed_records(repository: Repository):
    repository.remove("changes/good.yaml").stage()
    assert hook("qmscheck", repository) == 3
    assert hook("qmscheck-full", repository) == 3


def test_the_full_hook_judges_everything(repository: Repository):
    assert hook("qmscheck-full", repository) == 0
    repository.write("changes/bad.yaml", BAD)
    assert hook("qmscheck-full", repository) == 1
