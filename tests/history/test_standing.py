"""Where the work tree stands: told by git itself, and the same in all the places that a check may run in."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from qmscheck.standing import standing

FILES = {"qmscheck.yaml": "version: 1\n", "quality/changes/1.yaml": "{id: CHG-1}\n"}


@pytest.fixture
def clean(repository) -> Path:
    repository.commit(FILES, on="2026-01-01")
    return repository.root


def told(root: Path) -> tuple[object, ...] | None:
    head = standing(root)
    return None if head is None else (head.commit, head.dirty, head.shallow, head.prefix)


def test_a_clean_work_tree(repository, clean) -> None:
    commit = repository.git("rev-parse", "HEAD")
    assert told(clean) == (commit, False, False, "")
    assert told(clean / "quality") == (commit, False, False, "quality/")
    repository.git("checkout", "-q", "--detach")
    assert told(clean) == (commit, False, False, "")


@pytest.mark.parametrize("staged", [False, True])
def test_what_was_changed_and_not_committed(repository, clean, staged) -> None:
    repository.write({"quality/changes/1.yaml": "{id: CHG-2}\n"})
    if staged:
        repository.git("add", "-A")
    assert told(clean / "quality")[1:] == (True, False, "quality/")


def test_files_that_git_does_not_know_change_nothing(repository, clean) -> None:
    repository.write({"quality/changes/2.yaml": "{id: CHG-2}\n"})
    assert told(clean)[1] is False


def test_before_the_first_commit(repository) -> None:
    repository.write(FILES)
    assert told(repository.root / "quality") == (None, None, False, "quality/")


def test_a_shallow_clone_and_a_second_work_tree(repository, clean, tmp_path) -> None:
    repository.commit({"b.yaml": "b"}, on="2026-01-02")
    commit = repository.git("rev-parse", "HEAD")
    repository.git("clone", "-q", "--depth=1", f"file://{clean}", str(tmp_path / "shallow"))
    repository.git("worktree", "add", "-q", "--detach", str(tmp_path / "second"))
    assert told(tmp_path / "shallow") == (commit, False, True, "")
    assert told(tmp_path / "second") == (commit, False, False, "")


def test_where_git_cannot_tell(repository, clean, tmp_path, monkeypatch) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    assert told(tmp_path / "elsewhere") is None
    (tmp_path / "elsewhere/.git").mkdir()
    assert told(tmp_path / "elsewhere") is None
    repository.git("clone", "-q", "--bare", str(clean), str(tmp_path / "bare"))
    assert told(tmp_path / "bare") is None
    monkeypatch.setenv("PATH", str(tmp_path))
    assert told(clean) is None


def test_what_git_tells_its_hooks_leads_nowhere_else(repository, clean, tmp_path, monkeypatch) -> None:
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_PREFIX"):
        monkeypatch.setenv(name, str(tmp_path / "elsewhere"))
    assert told(clean / "quality") == (repository.git("rev-parse", "HEAD"), False, False, "quality/")


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX shell")
def test_no_program_of_the_repository_is_started(repository, clean, tmp_path) -> None:
    trace = tmp_path / "trace"
    program = f"echo seen >> {trace}; cat"
    repository.commit({".gitattributes": "*.yaml filter=own\n"}, on="2026-01-02")
    for name, value in (
        ("filter.own.clean", program),
        ("filter.own.required", "true"),
        ("filter.other.process", program),
        ("core.fsmonitor", program),
    ):
        repository.git("config", name, value)
    os.utime(clean / "quality/changes/1.yaml")
    assert told(clean)[1:] == (False, False, "")
    assert not trace.exists()


def test_a_check_that_tells_where_it_stood_waits_for_no_gitpython(repository, clean) -> None:
    repository.write(
        {"qmscheck.yaml": "version: 1\ncollections:\n  c: {type: change, files: quality/changes/*.yaml}\n"}
    )
    program = (
        "import sys\nfrom qmscheck.cli import program\n"
        "try: program.main(['check'])\nfinally: print('git' in sys.modules, 'gitdb' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=clean, check=False, capture_output=True, text=True)
    assert f"commit {repository.git('rev-parse', 'HEAD')[:12]} with uncommitted changes" in " ".join(
        done.stdout.split()
    )
    assert done.stdout.endswith("False False\n")
