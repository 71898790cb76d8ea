"""Completion in real shells: bash, zsh and fish are asked for the words that follow; skipped where one is not there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SHELLS = {name: os.environ.get(f"QMSCHECK_{name.upper()}") or shutil.which(name) for name in ("bash", "zsh", "fish")}
BASH = """
eval "$(_QMSCHECK_COMPLETE=bash_source qmscheck)"
COMP_WORDS=({words}); COMP_CWORD={last}
_qmscheck_completion qmscheck
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
ZSH = """
compdef() {{ : }}
_describe() {{ print -rl -- ${{(P)3}} }}
compadd() {{ print -rl -- ${{(P)@[-1]}} }}
_normal() {{ : }}
eval "$(_QMSCHECK_COMPLETE=zsh_source qmscheck)"
words=({words}); CURRENT={count}
_qmscheck_completion
"""
FISH = """
_QMSCHECK_COMPLETE=fish_source qmscheck | source
complete -C "{line}"
"""


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> str:
    """A path on which the command is, as it is after an installation."""
    folder = tmp_path_factory.mktemp("bin")
    command = folder / "qmscheck"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m qmscheck "$@"\n')
    command.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


def completed(shell: str, line: str, path: str, cwd: Path) -> set[str]:
    program = SHELLS[shell]
    if program is None:
        pytest.skip(f"no {shell} here")
    words = line.split(" ")
    script = {"bash": BASH, "zsh": ZSH, "fish": FISH}[shell].format(
        words=" ".join(f"'{word}'" for word in words), last=len(words) - 1, count=len(words), line=line
    )
    quiet = {"bash": ["--norc", "-c"], "zsh": ["-f", "-c"], "fish": ["--no-config", "-c"]}[shell]
    environment = {**os.environ, "PATH": path, "HOME": str(cwd)}
    done = subprocess.run(
        [program, *quiet, script], cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    lines = [found for found in done.stdout.splitlines() if found]
    assert lines, done.stderr
    return {found.partition("\t")[0].partition(":")[0] for found in lines}


@pytest.mark.parametrize("shell", SHELLS)
def test_verbs(shell, path, tmp_path):
    assert {"check", "records", "rules"} <= completed(shell, "qmscheck ", path, tmp_path)
    assert completed(shell, "qmscheck rec", path, tmp_path) == {"records"}


@pytest.mark.parametrize("shell", SHELLS)
def test_options_and_their_words(shell, path, tmp_path):
    assert {"--yes", "--dry-run"} <= completed(shell, "qmscheck init --", path, tmp_path)
    assert completed(shell, "qmscheck check --fail-on m", path, tmp_path) == {"major", "minor"}


@pytest.mark.parametrize("shell", SHELLS)
def test_record_types_and_rules(shell, path, tmp_path):
    assert {"change", "change-log-release"} <= completed(shell, "qmscheck new chan", path, tmp_path)
    assert "CHG005" in completed(shell, "qmscheck explain CHG00", path, tmp_path)
    assert "CHG005" in completed(shell, "qmscheck check --select CHG00", path, tmp_path)


def test_own_rules_too_and_no_noise_where_the_configuration_is_broken(path, tmp_path):
    (tmp_path / "rules" / "record-types").mkdir(parents=True)
    (tmp_path / "rules" / "record-types" / "drill.yaml").write_text("type: drill\ntitle: Drill\nschema: {}\n")
    (tmp_path / "qmscheck.yaml").write_text("version: 1\npacks: [rules]\n")
    assert completed("bash", "qmscheck new dri", path, tmp_path) == {"drill"}
    (tmp_path / "qmscheck.yaml").write_text("version: 2\n")
    with pytest.raises(AssertionError) as nothing:
        completed("bash", "qmscheck new dri", path, tmp_path)
    assert "error" not in str(nothing.value)
