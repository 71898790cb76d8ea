"""What git cannot tell is unknown, with the remedy; and nothing of the repository's own settings is run."""

from __future__ import annotations

import gc
import re
import subprocess
from dataclasses import replace

import pytest

from qmscheck import history
from qmscheck.calendars import Untold
from qmscheck.errors import ConfigError
from qmscheck.history import Chronicle
from qmscheck.standing import standing

A = "changes/a.yaml"
CLOSED = "id: A\nstatus: closed\noutcome: {}\n"


def chronicle(root):
    return Chronicle(root, lambda name: name.startswith("changes"))


def clone(repository, *options: str):
    target = repository.root.parent / "clone"
    repository.git("clone", "-q", *options, repository.root.as_uri(), str(target))
    return replace(repository, root=target)


def altered(repository):
    repository.commit({A: CLOSED.format("failed")}, on="2026-03-01")
    repository.commit({A: CLOSED.format("successful")}, on="2026-03-02")


def test_a_closed_record_was_altered(repository, told):
    altered(repository)
    ((outcome, message),) = told(repository.check("CORE009"), "CORE009").values()
    assert outcome == "fail"
    assert "outcome was altered" in message


def test_a_shallow_clone_is_unknown_and_names_the_fix(repository, told):
    altered(repository)
    shallow = clone(repository, "--depth=1")
    report = shallow.check("CORE009")
    ((outcome, message),) = told(report, "CORE009").values()
    assert outcome == "unknown"
    assert "fetch-depth: 0" in message
    assert not report.satisfied


def test_a_clone_without_contents_is_unknown_and_fetches_nothing(repository, told):
    altered(repository)
    repository.git("config", "uploadpack.allowFilter", "true")
    partial = clone(repository, "--filter=blob:none")
    before = partial.git("count-objects", "-v")
    ((outcome, message),) = told(partial.check("CORE009"), "CORE009").values()
    assert outcome == "unknown"
    assert "partial" in message
    assert "without a filter" in message
    assert partial.git("count-objects", "-v") == before


def test_a_clone_without_trees_is_unknown(repository):
    altered(repository)
    repository.git("config", "uploadpack.allowFilter", "true")
    partial = clone(repository, "--filter=tree:0")
    with pytest.raises(Untold, match="partial"):
        chronicle(partial.root).versions(A)


def test_no_repository(tmp_path):
    with pytest.raises(Untold, match="not a git repository"):
        chronicle(tmp_path)


def test_no_commit(repository):
    with pytest.raises(Untold, match="no commit yet"):
        chronicle(repository.root)


def test_not_committed(repository):
    repository.commit({A: "id: A\n"}, on="2026-03-01")
    with pytest.raises(Untold, match="not in the last commit"):
        chronicle(repository.root).versions("changes/new.yaml")


def test_inside_a_submodule(repository):
    other = repository.root.parent / "other"
    repository.git("clone", "-q", str(repository.root), str(other))
    part = replace(repository, root=other)
    part.commit({"a.yaml": "id: A\n"}, on="2026-03-01")
    repository.git("submodule", "add", "-q", str(other), "changes")
    repository.commit({}, on="2026-03-02")
    with pytest.raises(Untold, match=r"submodule changes"):
        chronicle(repository.root).versions("changes/a.yaml")


def test_git_is_not_installed(repository, monkeypatch):
    repository.commit({A: "id: A\n"}, on="2026-03-01")
    import git

    monkeypatch.setattr(git.Git, "GIT_PYTHON_GIT_EXECUTABLE", "no-such-git")
    with pytest.raises(Untold, match="git"):
        chronicle(repository.root)


def test_history_is_off_by_default(repository, told):
    altered(repository)
    file = repository.root / "qmscheck.yaml"
    file.write_text(file.read_text().replace("history: true\n", ""))
    report = repository.check("CORE")
    assert not told(report, "CORE009")
    assert any(re.search(r"not judged: \d rules on the git history .*history: true", line) for line in report.left_out)


@pytest.fixture
def trapped(repository):
    """A repository whose own configuration would start a program at every turn."""
    mark = repository.root.parent / "ran"
    program = repository.root.parent / "trap.sh"
    program.write_text(f"#!/bin/sh\necho ran >> '{mark}'\ncat\n")
    program.chmod(0o755)
    altered(repository)
    (repository.root / ".gitattributes").write_text("* filter=trap diff=trap\n")
    for hook in ("post-index-change", "reference-transaction", "fsmonitor-watchman"):
        path = repository.root / ".git" / "hooks" / hook
        path.parent.mkdir(exist_ok=True)
        path.write_text(program.read_text())
        path.chmod(0o755)
    settings = (
        "core.pager",
        "pager.log",
        "core.fsmonitor",
        "diff.external",
        "diff.trap.textconv",
        "diff.trap.command",
        "filter.trap.clean",
        "filter.trap.process",
        "core.sshCommand",
        "gpg.program",
    )
    for setting in settings:
        repository.git("config", setting, str(program))
    repository.git("config", "log.showSignature", "true")
    repository.git("config", "core.hooksPath", str(repository.root / ".git" / "hooks"))
    (repository.root / A).touch()
    return repository, mark


def test_nothing_of_the_repository_is_run(trapped, told):
    repository, mark = trapped
    subprocess.run(
        ["git", "status", "--porcelain"],
        cwd=repository.root,
        env=repository.environment,
        check=False,
        capture_output=True,
    )
    assert mark.exists(), "the trap works: plain git falls into it"
    mark.unlink()
    assert standing(repository.root).commit
    list(history.tags(repository.root))
    list(history.commits(repository.root, paths=["changes/**"]))
    ((outcome, _),) = told(repository.check("CORE009"), "CORE009").values()
    assert outcome == "fail"
    assert not mark.exists()


@pytest.mark.parametrize("rev", ["--output=stolen", "-x", "--all"])
def test_a_revision_is_never_an_option(repository, rev):
    repository.commit({A: "id: A\n"}, on="2026-03-01")
    with pytest.raises(ConfigError):
        list(history.commits(repository.root, rev=rev))
    assert not (repository.root / "stolen").exists()


def test_settings_of_the_user_do_not_change_what_is_seen(repository):
    repository.commit({A: "id: A\n"}, on="2026-03-01")
    for setting in (
        "log.showRoot=false",
        "log.follow=true",
        "diff.renames=copies",
        "log.diffMerges=off",
        "log.date=relative",
        "diff.noprefix=true",
        "diff.orderFile=nothing",
    ):
        repository.git("config", *setting.split("="))
    assert len(chronicle(repository.root).versions(A)) == 1


def test_git_is_stopped_when_nobody_asks(repository):
    repository.commit({A: "id: A\n"}, on="2026-03-01")
    begun = chronicle(repository.root)
    process = begun._ahead._process
    del begun
    gc.collect()
    assert process.proc.poll() is not None
