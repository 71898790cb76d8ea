"""What each merge brought into a branch, on real repositories and against what git itself says."""

from __future__ import annotations

from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qmscheck.history import commits
from qmscheck.history.merges import brought_in


@pytest.fixture
def branch(repository):
    """A repository with one commit, and a way to commit to a branch of it."""
    repository.commit({"a": "1"}, on="2026-03-01", message="First")

    def commit(name, title, change="", *, start=None):
        repository.git("checkout", "-q", *(["-b", name, start] if start else [name]))
        trailer = f"\n\nChange: {change}" if change else ""
        return repository.commit({f"{name}/{title}": title}, on="2026-03-02", message=f"{title}{trailer}")

    return commit


def merge(repository, title, *names, options=()):
    repository.git("checkout", "-q", "main")
    repository.git("merge", "-q", "--no-ff", *options, "-m", title, *names, on="2026-03-03")


def told(repository, **options):
    """Changes and number of commits that came in, by the subject of each commit of the branch."""
    found = commits(repository.root, mainline=True, **options)
    return {one["title"]: (one["change_refs"], len(one.get("brought_in", ()))) for one in found}


def test_a_merge_carries_the_changes_of_what_it_brought_in(repository, branch):
    branch("side", "One", "CHG-1", start="main")
    branch("side", "Two")
    branch("side", "Three", "CHG-2, CHG-1")
    merge(repository, "Merge\n\nChange: CHG-9", "side")
    assert told(repository) == {"Merge": (["CHG-9", "CHG-2", "CHG-1"], 3), "First": ([], 0)}
    assert told(repository, brought_in=False)["Merge"] == (["CHG-9"], 0)


def test_a_commit_comes_in_once(repository, branch):
    branch("side", "One", "CHG-1", start="main")
    merge(repository, "Early", "side")
    branch("side", "Two", "CHG-2")
    merge(repository, "Late", "side")
    found = told(repository)
    assert (found["Early"], found["Late"]) == ((["CHG-1"], 1), (["CHG-2"], 1))


def test_what_came_from_the_branch_itself_is_not_brought_in(repository, branch):
    branch("side", "One", "CHG-1", start="main")
    branch("main", "Own", "CHG-5")
    repository.git("checkout", "-q", "side")
    repository.git("merge", "-q", "--no-ff", "-m", "Catch up", "main", on="2026-03-02")
    merge(repository, "Merge", "side")
    found = told(repository)
    assert found["Merge"] == (["CHG-1"], 2)
    assert found["Own"] == (["CHG-5"], 0)


def test_an_octopus_brings_in_all_its_arms(repository, branch):
    branch("left", "One", "CHG-1", start="main")
    branch("right", "Two", "CHG-2", start="main")
    branch("far", "Three", "CHG-3", start="main")
    merge(repository, "Octopus", "left", "right", "far")
    assert told(repository)["Octopus"] == (["CHG-1", "CHG-2", "CHG-3"], 3)


def test_a_squash_is_one_commit_with_its_own_message(repository, branch):
    branch("side", "One", "CHG-1", start="main")
    repository.git("checkout", "-q", "main")
    repository.git("merge", "-q", "--squash", "side")
    repository.git("commit", "-q", "-m", "Squashed", on="2026-03-03")
    assert told(repository)["Squashed"] == ([], 0)


def test_a_merge_without_content_still_brings_in_commits(repository, branch):
    branch("side", "One", "CHG-1", start="main")
    merge(repository, "Theirs is dropped", "side", options=("-s", "ours"))
    assert told(repository)["Theirs is dropped"] == (["CHG-1"], 1)


def test_a_merge_of_what_was_there_brings_in_nothing(repository, branch):
    first = repository.git("rev-parse", "main").strip()
    branch("main", "Own")
    tree = repository.git("rev-parse", "main^{tree}").strip()
    empty = repository.git("commit-tree", tree, "-p", "main", "-p", first, "-m", "Empty", on="2026-03-03").strip()
    repository.git("reset", "-q", "--hard", empty)
    assert told(repository)["Empty"] == ([], 0)


def test_paths_choose_merges_and_not_what_they_carry(repository, branch):
    branch("side", "One", "CHG-1", start="main")
    branch("side", "Two", "CHG-2")
    merge(repository, "Merge", "side")
    branch("other", "Three", "CHG-3", start="main")
    merge(repository, "Elsewhere", "other")
    assert told(repository, paths=["side/Two"]) == {"Merge": (["CHG-2", "CHG-1"], 2)}


def test_two_processes_whatever_the_number_of_merges(repository, branch, monkeypatch):
    branch("side", "One", "CHG-1", start="main")
    merge(repository, "Merge 0", "side")
    for number in range(1, 4):
        branch("side", f"More {number}", f"CHG-{number}")
        merge(repository, f"Merge {number}", "side")
    assert _processes(repository, monkeypatch) == 2


def _processes(repository, monkeypatch):
    module = import_module("qmscheck.history.commits")
    real, calls = module.stream, []

    def counting(*words, **options):
        calls.append(words)
        return real(*words, **options)

    monkeypatch.setattr(module, "stream", counting)
    list(commits(repository.root, mainline=True))
    return len(calls)


GRAPHS = st.lists(st.lists(st.integers(0, 30), max_size=3, unique=True), min_size=1, max_size=14)


@given(GRAPHS)
def test_it_is_what_leads_to_a_merge_and_not_to_its_first_parent(graph):
    parents = {str(n): list(dict.fromkeys(str(p % n) for p in row)) if n else [] for n, row in enumerate(graph)}

    def reached(start):
        waiting, seen = [start], set()
        while waiting:
            one = waiting.pop()
            if one not in seen:
                seen.add(one)
                waiting += parents[one]
        return seen

    tip = str(len(graph) - 1)
    for one, found in brought_in(parents, tip).items():
        assert len(found) == len(set(found))
        assert set(found) == reached(one) - {one} - reached(parents[one][0])
