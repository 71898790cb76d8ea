"""Where the history may be hard to tell: each situation of docs/history.md on a real repository, through `app.run`."""

from __future__ import annotations

import subprocess
from dataclasses import replace

import pytest

from qmscheck import history
from qmscheck.calendars import Untold

A = "changes/a.yaml"
CLOSED = "id: A\nstatus: closed\noutcome: {}\n"


@pytest.fixture
def altered(repository):
    repository.commit({A: CLOSED.format("failed")}, on="2026-03-01")
    repository.commit({A: CLOSED.format("successful")}, on="2026-03-02")
    return repository


def clone(repository, *options):
    target = repository.root.parent / "clone"
    repository.git("clone", "-q", *options, repository.root.as_uri(), str(target))
    return replace(repository, root=target)


def judged(repository, told):
    report = repository.check("CORE009", "CORE005", "CORE010")
    ((outcome, message),) = told(report, "CORE009").values()
    return outcome, message, report.satisfied


def shallow(repository):
    return clone(repository, "--depth=1")


def without_contents(repository):
    repository.git("config", "uploadpack.allowFilter", "true")
    return clone(repository, "--filter=blob:none")


def without_trees(repository):
    repository.git("config", "uploadpack.allowFilter", "true")
    return clone(repository, "--filter=tree:0")


def no_repository(repository):
    target = repository.root.parent / "export"
    target.mkdir()
    subprocess.run(f"git -C '{repository.root}' archive HEAD | tar -x -C '{target}'", shell=True, check=True)
    return replace(repository, root=target)


def no_commit(repository):
    target = no_repository(repository)
    target.git("init", "-q")
    return target


def not_committed(repository):
    repository.git("rm", "-q", "--cached", A)
    repository.git("commit", "-q", "-m", "Forget it", on="2026-03-03")
    return repository


def in_a_submodule(repository):
    other = repository.root.parent / "other"
    repository.git("clone", "-q", str(repository.root), str(other))
    outer = replace(repository, root=repository.root.parent / "outer")
    outer.root.mkdir()
    outer.git("init", "-q", "-b", "main")
    outer.git("submodule", "add", "-q", str(other), "part")
    configuration = (repository.root / "qmscheck.yaml").read_text().replace('"changes/', '"part/changes/')
    outer.commit({"qmscheck.yaml": configuration}, on="2026-03-03")
    return outer


@pytest.mark.parametrize(
    ("situation", "remedy"),
    [
        (shallow, "fetch-depth: 0"),
        (without_contents, "clone without a filter"),
        (without_trees, "clone without a filter"),
        (no_repository, "keep the records in git"),
        (no_commit, "commit the records"),
        (not_committed, "commit it"),
        (in_a_submodule, "check it there"),
    ],
)
def test_what_git_cannot_tell_is_unknown_names_the_remedy_and_fails(altered, told, situation, remedy):
    outcome, message, satisfied = judged(situation(altered), told)
    assert outcome == "unknown"
    assert remedy in message
    assert not satisfied


def detached(repository):
    repository.git("checkout", "-q", "--detach")
    return repository


def another_worktree(repository):
    target = repository.root.parent / "tree"
    repository.git("worktree", "add", "-q", "--detach", str(target))
    return replace(repository, root=target)


def without_tags(repository):
    return clone(repository, "--no-tags")


def grafted(repository):
    """Grafts and replace refs would hide the first commit."""
    repository.git("replace", "--graft", "HEAD")
    (repository.root / ".git" / "info").mkdir(exist_ok=True)
    (repository.root / ".git" / "info" / "grafts").write_text(repository.git("rev-parse", "HEAD") + "\n")
    return repository


@pytest.mark.parametrize("situation", [detached, another_worktree, without_tags, grafted])
def test_what_hides_nothing_is_judged(altered, told, situation):
    assert judged(situation(altered), told)[0] == "fail"


def test_squashed_history_is_judged_by_what_it_shows(altered, told):
    altered.git("reset", "-q", "--soft", "HEAD~1")
    altered.git("commit", "-q", "--amend", "-m", "All in one", on="2026-03-02")
    assert judged(altered, told)[0] == "pass"


def test_a_bare_repository_has_tags_and_commits_but_no_records(altered):
    altered.git("tag", "v1", on="2026-03-02")
    bare = clone(altered, "--bare")
    assert [tag["name"] for tag in history.tags(bare.root)] == ["v1"]
    assert len(list(history.commits(bare.root))) == 2
    assert history.Chronicle(bare.root, lambda name: name == A).versions(A)


def test_tags_of_a_clone_without_tags_are_unknown(altered, told):
    altered.git("tag", "v1", on="2026-03-02")
    bare = clone(altered, "--depth=1", "--no-tags")
    with pytest.raises(Untold, match="fetch-depth: 0"):
        list(history.tags(bare.root))


def test_no_tag_at_all_is_no_proof_that_nothing_was_released(altered, told):
    file = altered.root / "qmscheck.yaml"
    file.write_text(
        "select: [LOG003]\ncollections:\n  log: {layout: keep-a-changelog, files: CHANGELOG.md}\n"
        "  tags: {layout: git-tags}\n"
    )
    altered.commit({"CHANGELOG.md": "# Changelog\n\n## [1.0.0] - 2026-03-01\n\n- First\n"}, on="2026-03-01")
    assert [outcome for outcome, _ in told(altered.check("LOG003"), "LOG003").values()] == ["unknown"]
    altered.git("tag", "v1.0.0", on="2026-03-01")
    assert [outcome for outcome, _ in told(altered.check("LOG003"), "LOG003").values()] == ["pass"]


def test_a_history_older_than_the_adoption_date(altered, told):
    file = altered.root / "qmscheck.yaml"
    file.write_text(file.read_text() + "adoption_date: 2026-05-01\n")
    altered.commit({"changes/b.yaml": "id: B\nrequested_at: 2025-01-01\n"}, on="2026-04-01")
    found = told(altered.check("CORE010"), "CORE010")
    assert {outcome for outcome, _ in found.values()} == {"not_applicable"}


def test_a_cherry_picked_alteration_of_a_closed_record_is_told_once(repository, told):
    repository.commit({A: CLOSED.format("failed")}, on="2026-03-01")
    repository.git("checkout", "-q", "-b", "side")
    repository.commit({A: CLOSED.format("successful")}, on="2026-03-02")
    repository.git("checkout", "-q", "main")
    repository.commit({"other": "x"}, on="2026-03-03")
    repository.git("cherry-pick", "side", on="2026-03-04")
    repository.git("merge", "-q", "side", "-m", "Merge", on="2026-03-05")
    outcome, message, _ = judged(repository, told)
    assert outcome == "fail"
    assert message.count("commit ") == 1


def test_an_octopus_merge_and_an_empty_commit_alter_nothing(repository, told):
    repository.commit({A: CLOSED.format("failed")}, on="2026-03-01")
    for name in ("x", "y"):
        repository.git("checkout", "-q", "-b", name, "main")
        repository.commit({f"docs/{name}": "text\n"}, on="2026-03-02")
    repository.git("checkout", "-q", "main")
    repository.git("merge", "-q", "x", "y", "-m", "Octopus", on="2026-03-03")
    repository.commit({}, on="2026-03-04", message="Nothing")
    assert judged(repository, told)[0] == "pass"


def test_a_record_replaced_by_a_folder_is_another_record(repository, told):
    file = repository.root / "qmscheck.yaml"
    file.write_text(file.read_text().replace("changes/**/*.yaml", "changes/**"))
    repository.commit({"changes/a": "---\nid: A\nretain_until: 2031-01-01\n---\n"}, on="2026-03-01")
    repository.write({"changes/a": None})
    repository.commit({"changes/a/b": "---\nid: B\nstatus: draft\n---\n"}, on="2026-03-02")
    report = repository.check("CORE011", "CORE005")
    assert {subject: one for subject, (one, _) in told(report, "CORE011").items()} == {"changes/a": "fail"}
    assert {one for one, _ in told(report, "CORE005").values()} == {"pass"}
