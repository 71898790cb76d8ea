""".pre-commit-hooks.yaml: what pre-commit reads, and its two entries run in a repository as pre-commit would."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
CONFIG = "version: 1\nselect: [CORE001]\ncollections:\n  changes: {type: change, files: 'changes/*.yaml'}\n"
GOOD = "id: CHG-2026-0001\ntitle: Move the mail server\n"
BAD = "id: CHG-2026-0002\ntitle: [\n"

Tree = Callable[[Mapping[str, str]], Path]


def hook(name: str, folder: Path, *staged: str) -> int:
    """The exit code of a hook; pre-commit passes the staged files that match, and does not run it for none."""
    chosen = HOOKS[name]
    files = [path for path in staged if re.search(chosen.get("files", ""), path)]
    if not files and not chosen.get("always_run"):
        return 0
    words = chosen["entry"].split()
    assert words[0] == "qmscheck"
    command = [sys.executable, "-m", *words, *(files if chosen.get("pass_filenames", True) else ())]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode


def test_what_pre_commit_needs():
    for chosen in HOOKS.values():
        assert {"id", "name", "description", "entry", "language"} <= chosen.keys()
        assert chosen["language"] == "python"
        assert chosen["require_serial"]
    assert HOOKS["qmscheck-full"]["always_run"]
    assert not HOOKS["qmscheck-full"]["pass_filenames"]
    assert "pre-push" in HOOKS["qmscheck-full"]["stages"]


@pytest.mark.parametrize(
    ("staged", "code"),
    [
        (("changes/good.yaml",), 0),
        (("changes/bad.yaml",), 1),
        (("changes/good.yaml", "changes/bad.yaml", "README.md"), 1),
        (("README.md",), 0),
        (("qmscheck.yaml",), 0),
        (("main.py",), 0),
    ],
)
def test_the_fast_hook_judges_what_is_staged(write_tree: Tree, staged: tuple[str, ...], code: int):
    files = {
        "qmscheck.yaml": CONFIG,
        "changes/good.yaml": GOOD,
        "changes/bad.yaml": BAD,
        "README.md": "",
        "main.py": "",
    }
    assert hook("qmscheck", write_tree(files), *staged) == code


def test_the_full_hook_judges_everything(write_tree: Tree):
    folder = write_tree({"qmscheck.yaml": CONFIG, "changes/good.yaml": GOOD})
    assert hook("qmscheck-full", folder) == 0
    (folder / "changes" / "bad.yaml").write_text(BAD)
    assert hook("qmscheck-full", folder, "README.md") == 1


def test_the_full_hook_notices_deleted_records(write_tree: Tree):
    folder = write_tree({"qmscheck.yaml": CONFIG, "changes/good.yaml": GOOD})
    (folder / "changes" / "good.yaml").unlink()
    assert hook("qmscheck", folder) == 0
    assert hook("qmscheck-full", folder) == 3
