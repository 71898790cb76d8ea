"""Looking at the folders of records alone tells what looking at everything tells."""

from __future__ import annotations

import random

import pytest

from qmscheck.history import Chronicle

LONG = "".join(f"line_{number}: text\n" for number in range(20))


def told(repository, folders):
    chronicle = Chronicle(repository.root, lambda name: name.startswith("changes/"), folders=folders)
    now = repository.git("ls-files", "-z", "--", "changes").split("\0")
    lives = {path: chronicle.versions(path) for path in filter(None, now)}
    return lives, list(chronicle.gone()), chronicle._places


def ballast(repository):
    repository.commit({f"src/{number}": f"{number}\n" for number in range(20)}, on="2026-01-01")


def test_a_random_history(repository):
    rng = random.Random(4)
    ballast(repository)
    for number in range(25):
        name = f"changes/{rng.randrange(4)}.yaml"
        repository.commit({name: LONG + f"x: {number}\n", f"src/{number % 7}": f"{number}"}, on="2026-03-01")
        if number % 5 == 4:
            repository.git("checkout", "-q", "-b", f"side{number}", "HEAD~2")
            repository.commit({f"changes/{rng.randrange(4)}.yaml": LONG + f"y: {number}\n"}, on="2026-03-02")
            repository.git("checkout", "-q", "main")
            repository.git("merge", "-q", "-X", rng.choice(["ours", "theirs"]), "-m", "M", f"side{number}")
        if number % 8 == 7:
            repository.commit({name: None, f"changes/{number}.yaml": LONG + f"x: {number}\n"}, on="2026-03-03")
    lives, gone, places = told(repository, ["changes"])
    assert places == [b"changes"], "the folders alone are looked at"
    assert (lives, gone) == told(repository, [])[:2]
    assert sum(map(len, lives.values())) > 20


@pytest.mark.parametrize("edited", ["", "more: 1\n"])
def test_a_record_that_came_from_elsewhere(repository, edited):
    ballast(repository)
    repository.commit({"drafts/a.yaml": LONG}, on="2026-03-01")
    repository.commit({"drafts/a.yaml": LONG + "status: draft\n"}, on="2026-03-02")
    moved = {"drafts/a.yaml": None, "changes/a.yaml": LONG + "status: draft\n" + edited}
    repository.commit(moved, on="2026-03-03")
    lives, _, places = told(repository, ["changes"])
    assert places == [], "what was elsewhere before is looked for everywhere"
    assert len(lives["changes/a.yaml"]) == (3 if edited else 2)


def test_a_folder_with_most_of_the_files_is_no_narrowing(repository):
    repository.commit({"changes/a.yaml": LONG, "README": "x"}, on="2026-03-01")
    assert told(repository, ["changes"])[2] == []
