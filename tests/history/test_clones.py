"""``qmscheck check`` as a process on real clones: what git cannot tell fails the run and says what to run."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace

import pytest

CONFIG = """\
version: 1
history: true
settings: {id_pattern: ""}
collections:
  changes: {type: change, files: "changes/*.yaml"}
  log: {layout: keep-a-changelog, files: CHANGELOG.md}
  tags: {layout: git-tags}
  commits: {type: commit, from: git-commits, options: {since: 2026-03-01}}
"""
LOG = "# Changelog\n\n## [1.1.0] - 2026-03-02\n\n- B\n\n## [1.0.0] - 2026-03-01\n\n- A\n"
CHANGE = "id: A\nstatus: closed\nclosed_at: 2026-03-01T11:00:00Z\noutcome: {}\n"
SELECT = ("CORE001", "CORE009", "CORE010", "LOG003", "COM001")
UNSHALLOW, UNFILTER, TAGS = "git fetch --unshallow", "git fetch --refetch --no-filter", "git fetch --tags"
WHOLE = {
    ("CORE009", "fail"): 1,  # altered on the second day
    ("CORE010", "pass"): 3,  # the change, two releases of the change log
    ("LOG003", "pass"): 2,
    ("COM001", "fail"): 3,  # an observation on each commit
    ("CORE001", "pass"): 8,
}


@pytest.fixture
def origin(repository):
    """Two releases, and a closed change that was altered between them."""
    repository.git("config", "uploadpack.allowFilter", "true")
    repository.commit(
        {"qmscheck.yaml": CONFIG, "changes/a.yaml": CHANGE.format("failed"), "CHANGELOG.md": LOG}, on="2026-03-01"
    )
    repository.git("tag", "-a", "-m", "v1.0.0", "v1.0.0", on="2026-03-01")
    repository.commit({"changes/a.yaml": CHANGE.format("successful")}, on="2026-03-02")
    repository.git("tag", "-a", "-m", "v1.1.0", "v1.1.0", on="2026-03-02")
    repository.commit({"x": "x"}, on="2026-03-03")
    return repository


@pytest.fixture
def cloned(origin):
    """A clone of it, made with these options, in a folder of that name."""

    def cloned(name: str, *options: str):
        target = origin.root.parent / name
        origin.git("clone", "-q", *options, origin.root.as_uri(), str(target))
        return replace(origin, root=target)

    return cloned


def run(repository, *words: str):
    return subprocess.run(
        [sys.executable, "-m", "qmscheck", "check", *words],
        env={**repository.environment, "QMSCHECK_NO_CACHE": "1"},
        cwd=repository.root,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def check(repository, *words: str):
    """The exit code, the number of results of each rule and outcome that applies, and what people see, on one line."""
    report = repository.root.parent / "report.json"
    asked = ("--as-of", "2026-09-01", "--select", ",".join(SELECT), "--color", "never", "--output", f"json={report}")
    done = run(repository, *asked, *words)
    assert done.stderr == ""
    results = json.loads(report.read_text())["results"]
    found = Counter((one["rule"], one["outcome"]) for one in results if one["outcome"] != "not_applicable")
    return done.returncode, found, " ".join(done.stdout.split())


def objects(repository) -> str:
    return repository.git("count-objects", "-v")


def test_a_whole_clone_can_tell(cloned):
    code, found, out = check(cloned("whole"))
    assert (code, found) == (1, WHOLE)
    assert "outcome was altered after the record was closed (2026-03-02, Bo Berg" in out


def test_depth_1(cloned):
    shallow = cloned("shallow", "--depth=1")
    before = objects(shallow)
    code, found, out = check(shallow)
    assert code == 1
    assert found == {
        ("CORE001", "unknown"): 2,  # tags, commits
        ("CORE001", "pass"): 3,
        ("CORE009", "unknown"): 1,
        ("CORE010", "unknown"): 3,
        ("LOG003", "unknown"): 2,
    }
    assert "nothing is known of 'tags': the clone is shallow and has no tags; fetch the whole history" in out
    assert out.count(UNSHALLOW) == 5  # tags, commits, and once for each rule
    assert "fetch-depth: 0" in out
    assert objects(shallow) == before


def test_what_the_message_names_is_the_remedy(cloned):
    shallow = cloned("shallow", "--depth=1")
    shallow.git("fetch", "-q", "--unshallow", "--tags")
    assert check(shallow)[1] == WHOLE
    partial = cloned("partial", "--filter=blob:none")
    partial.git("config", "fetch.writeCommitGraph", "false")
    partial.git(*UNFILTER.split()[1:], "-q")
    assert check(partial)[1] == WHOLE
    tagless = cloned("tagless", "--no-tags")
    tagless.git(*TAGS.split()[1:], "-q")
    assert check(tagless)[1] == WHOLE


def test_depth_1_at_a_tag_misses_no_tag_falsely(cloned):
    code, found, out = check(cloned("shallow", "--depth=1", "--branch=v1.1.0"))
    assert code == 1
    assert (found["LOG003", "pass"], found["LOG003", "unknown"], found["LOG003", "fail"]) == (1, 1, 0)
    assert "the clone is shallow and may lack tags" in out
    assert UNSHALLOW in out


@pytest.mark.parametrize("kind", ["blob:none", "tree:0"])
def test_a_partial_clone(cloned, kind):
    partial = cloned("partial", f"--filter={kind}")
    before = objects(partial)
    code, found, out = check(partial)
    assert code == 1
    asked = {key: count for key, count in found.items() if key[0] in ("CORE009", "CORE010")}
    assert found == {**{key: count for key, count in WHOLE.items() if key[0] not in ("CORE009", "CORE010")}, **asked}
    assert (
        asked
        == {
            "blob:none": {("CORE009", "unknown"): 1, ("CORE010", "unknown"): 1, ("CORE010", "pass"): 2},
            "tree:0": {("CORE009", "unknown"): 1, ("CORE010", "unknown"): 3},
        }[kind]
    )
    assert "the clone is partial" in out
    assert UNFILTER in out
    assert objects(partial) == before, "nothing was fetched"


def test_a_clone_without_tags(cloned):
    code, found, out = check(cloned("tagless", "--no-tags"))
    assert code == 1
    assert (found["LOG003", "unknown"], found["LOG003", "pass"], found["CORE001", "unknown"]) == (2, 0, 1)
    assert out.count(f"the clone was made without tags; run `{TAGS}`") == 2


def test_no_tag_at_all(origin):
    origin.git("tag", "-d", "v1.0.0", "v1.1.0")
    code, found, out = check(origin)
    assert code == 1
    assert (found["LOG003", "unknown"], found["CORE001", "unknown"]) == (2, 0)
    assert f"there is no tag here; run `{TAGS}`, or tag what was released" in out


@pytest.mark.parametrize("way", ["replace", "graft"])
def test_a_history_cut_off_by_replacing_is_judged_as_it_is(cloned, way):
    other = cloned("other")
    commit = other.git("rev-parse", "HEAD~1")
    if way == "replace":
        other.git("replace", "--graft", commit)
    else:
        (other.root / ".git/info/grafts").write_text(f"{commit}\n")
    assert len(other.git("log", "--format=%h").splitlines()) == 2, "plain git falls for it"
    assert check(other)[:2] == (1, WHOLE)


def test_no_repository(cloned):
    plain = cloned("plain")
    (plain.root / ".git").rename(plain.root.parent / "away")
    code, found, out = check(plain)
    assert code == 1
    assert {outcome for (rule, outcome) in found if rule != "CORE001"} == {"unknown"}
    assert found["CORE001", "unknown"] == 2
    assert "this is not a git repository; keep the records in git to have a history" in out


def test_a_bare_repository(cloned):
    bare = cloned("bare.git", "--bare")
    assert check(bare, "--at", "main")[:2] == (1, WHOLE)
    done = run(bare)
    assert (done.returncode, done.stdout) == (2, "")
    assert "no work tree" in done.stderr
    assert "--at" in done.stderr


def test_a_detached_head(cloned):
    detached = cloned("detached")
    detached.git("checkout", "-q", "--detach", "origin/main")
    assert check(detached)[:2] == (1, WHOLE)


def test_a_linked_work_tree(origin):
    origin.git("worktree", "add", "-q", "--detach", "../linked")
    assert check(replace(origin, root=origin.root.parent / "linked"))[:2] == (1, WHOLE)


def test_a_submodule_knows_and_what_holds_it_does_not(origin):
    holder = replace(origin, root=origin.root.parent / "holder")
    holder.root.mkdir()
    holder.git("init", "-q", "-b", "main")
    holder.git("submodule", "add", "-q", origin.root.as_uri(), "part")
    shown = CONFIG.replace("changes/*.yaml", "part/changes/*.yaml").replace("CHANGELOG", "part/CHANGELOG")
    holder.commit({"qmscheck.yaml": shown}, on="2026-03-04")
    assert check(replace(holder, root=holder.root / "part"))[:2] == (1, WHOLE)
    code, found, out = check(holder)
    assert code == 1
    assert (found["CORE009", "unknown"], found["CORE010", "unknown"], found["CORE009", "pass"]) == (1, 3, 0)
    assert "it lies in the submodule part, which has a history of its own; check it there" in out


def test_a_squashed_history_shows_that_it_was_written_late(cloned):
    squashed = cloned("squashed")
    squashed.git("reset", "-q", "--soft", "v1.0.0")
    squashed.git("commit", "-q", "--amend", "-m", "Squashed", on="2026-08-01")
    code, found, out = check(squashed)
    assert (code, found["CORE009", "pass"], found["CORE010", "fail"]) == (0, 1, 3)  # an observation
    assert "closed_at is 2026-03-01T11:00:00Z, but it was written 153 days later, on 2026-08-01" in out
