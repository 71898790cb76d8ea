"""Lives of records in real repositories: moves, merges, reverts, odd names."""

from __future__ import annotations

import os

import pytest

from qmscheck.history import Chronicle, commits

A = "changes/a.yaml"
LONG = "".join(f"line_{number}: text\n" for number in range(20))


def lines(repository, path=A):
    chronicle = Chronicle(repository.root, lambda name: name.startswith("changes"))
    return [chronicle.commit(version) for version in chronicle.versions(path)]


def test_commits_in_order_with_people_and_days(repository):
    repository.commit({A: "id: A\n"}, on="2026-03-01")
    repository.commit({"README": "no record\n"}, on="2026-03-02")
    repository.commit({A: "id: A\nstatus: draft\n"}, by="Kim Ode <kim@example.org>", on="2026-03-03")
    found = lines(repository)
    assert [(str(one.author), one.day.isoformat()) for one in found] == [
        ("Bo Berg <bo@example.org>", "2026-03-01"),
        ("Kim Ode <kim@example.org>", "2026-03-03"),
    ]


def test_trailers_and_co_authors(repository):
    message = "Edit\n\nText.\n\nReviewed-by: Kim <kim@example.org>\nCo-authored-by: Al <al@example.org>\nChange: CHG-1"
    repository.commit({A: "id: A\n"}, on="2026-03-01", message=message)
    (commit,) = lines(repository)
    assert commit.said("Reviewed-By") == ["Kim <kim@example.org>"]
    assert [one.name for one in commit.writers()] == ["Bo Berg", "Al"]
    assert commit.said("change") == ["CHG-1"]


@pytest.mark.parametrize("edited", [LONG, LONG + "status: draft\n"], ids=["as it was", "with an edit"])
def test_a_move_is_followed(repository, edited):
    repository.commit({"old/place.yaml": LONG, "qmscheck.lock": "x"}, on="2026-03-01")
    repository.commit({"old/place.yaml": None, A: edited}, on="2026-03-02")
    days = [one.day.isoformat() for one in lines(repository)]
    assert days == (["2026-03-01"] if edited == LONG else ["2026-03-01", "2026-03-02"])


def test_another_file_in_the_place_of_a_removed_one_is_no_move(repository):
    repository.commit({"changes/b.yaml": LONG}, on="2026-03-01")
    repository.commit({"changes/b.yaml": None, A: "id: A\n"}, on="2026-03-02")
    assert [one.day.isoformat() for one in lines(repository)] == ["2026-03-02"]
    chronicle = Chronicle(repository.root, lambda name: name.startswith("changes"))
    assert [path for path, _ in chronicle.gone()] == ["changes/b.yaml"]


def test_a_moved_record_is_not_gone(repository):
    repository.commit({"changes/b.yaml": LONG}, on="2026-03-01")
    repository.commit({"changes/b.yaml": None, A: LONG}, on="2026-03-02")
    assert not list(Chronicle(repository.root, lambda name: name.startswith("changes")).gone())


def both_edited(repository, *, resolve: str):
    repository.commit({A: "one: 1\n" + LONG + "two: 2\n"}, on="2026-03-01")
    repository.git("checkout", "-q", "-b", "side")
    repository.commit({A: "one: 1\n" + LONG + "two: 3\n"}, by="Kim <kim@example.org>", on="2026-03-02")
    repository.git("checkout", "-q", "main")
    repository.commit({A: "one: 4\n" + LONG + "two: 2\n"}, on="2026-03-03")
    repository.git("merge", "-q", "--no-commit", "side", by="Al <al@example.org>", on="2026-03-04")
    repository.write({A: resolve})
    repository.git("commit", "-q", "-a", "-m", "Merge", by="Al <al@example.org>", on="2026-03-04")


def test_a_merge_of_two_branches_that_both_edited(repository):
    both_edited(repository, resolve="one: 4\n" + LONG + "two: 3\n")
    found = lines(repository)
    assert {one.day.isoformat() for one in found} == {"2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04"}
    assert found[-1].parents == 2
    assert not found[-1].writers()


def test_a_side_that_the_merge_threw_away_is_left_out(repository):
    both_edited(repository, resolve="one: 4\n" + LONG + "two: 2\n")
    assert [one.day.isoformat() for one in lines(repository)] == ["2026-03-01", "2026-03-03"]


def test_a_revert(repository):
    repository.commit({A: "id: A\n"}, on="2026-03-01")
    repository.commit({A: "id: B\n"}, on="2026-03-02")
    repository.git("revert", "--no-edit", "HEAD", on="2026-03-03")
    assert [one.day.isoformat() for one in lines(repository)] == ["2026-03-01", "2026-03-02", "2026-03-03"]


def test_a_cherry_pick_counts_once(repository):
    repository.commit({A: "id: A\n"}, on="2026-03-01")
    repository.git("checkout", "-q", "-b", "side")
    repository.commit({A: "id: B\n"}, on="2026-03-02")
    repository.git("checkout", "-q", "main")
    repository.commit({"other": "x"}, on="2026-03-03")
    repository.git("cherry-pick", "side", on="2026-03-04")
    repository.git("merge", "-q", "side", "-m", "Merge", on="2026-03-05")
    assert len(lines(repository)) == 2


def test_mailmap(repository):
    repository.commit({A: "id: A\n"}, by="bo <bo@old.example>", on="2026-03-01")
    repository.write({".mailmap": "Bo Berg <bo@example.org> <bo@old.example>\n"})
    assert str(lines(repository)[0].author) == "Bo Berg <bo@example.org>"


def test_octopus_and_empty_commit(repository):
    repository.commit({A: "id: A\n"}, on="2026-03-01")
    for name in ("x", "y"):
        repository.git("checkout", "-q", "-b", name, "main")
        repository.commit({f"changes/{name}.yaml": f"id: {name}\n"}, on="2026-03-02")
    repository.git("checkout", "-q", "main")
    repository.git("merge", "-q", "x", "y", "-m", "Octopus", on="2026-03-03")
    repository.commit({}, on="2026-03-04", message="Nothing")
    repository.commit({A: "id: B\n"}, on="2026-03-05")
    assert [one.day.isoformat() for one in lines(repository)] == ["2026-03-01", "2026-03-05"]
    assert [one.day.isoformat() for one in lines(repository, "changes/y.yaml")] == ["2026-03-02"]


@pytest.mark.parametrize(
    "name", ["a\nb.yaml", "a\"b'.yaml", ":(glob)x.yaml", "-x.yaml", os.fsdecode(b"\xff\xfe.yaml"), "ä é.yaml"]
)
def test_odd_names(repository, name):
    repository.commit({f"changes/{name}": "id: A\n"}, on="2026-03-01")
    repository.commit({f"changes/{name}": "id: B\n"}, on="2026-03-02")
    assert len(lines(repository, f"changes/{name}")) == 2


def test_an_author_who_is_not_utf_8(repository):
    repository.git("config", "i18n.commitEncoding", "ISO-8859-1")
    repository.commit({A: "id: A\n"}, by="J\udcfcrgen <j@example.org>", on="2026-03-01")
    assert lines(repository)[0].author.name == "Jürgen"
    repository.git("config", "--unset", "i18n.commitEncoding")
    repository.commit({A: "id: B\n"}, by="J\udcfcrgen <j@example.org>", on="2026-03-02")
    assert lines(repository)[-1].author.name.startswith("J")


def test_a_file_replaced_by_a_folder(repository):
    repository.commit({"changes/x": "id: A\n"}, on="2026-03-01")
    repository.write({"changes/x": None})
    repository.commit({"changes/x/a.yaml": "id: new\nother: thing\n"}, on="2026-03-02")
    assert len(lines(repository, "changes/x/a.yaml")) == 1


def test_records_below_a_folder_of_the_repository(repository):
    repository.commit({"quality/changes/a.yaml": "id: A\n"}, on="2026-03-01")
    chronicle = Chronicle(repository.root / "quality", lambda name: name.startswith("changes"))
    assert len(chronicle.versions(A)) == 1


def test_replace_refs_and_grafts_are_not_looked_at(repository):
    first = repository.commit({A: "id: A\n"}, by="Kim <kim@example.org>", on="2026-03-01")
    second = repository.commit({A: "id: B\n"}, on="2026-03-02")
    repository.git("replace", "--graft", second)
    (repository.root / ".git" / "info").mkdir(exist_ok=True)
    (repository.root / ".git" / "info" / "grafts").write_text(f"{second}\n")
    assert [one.id for one in lines(repository)] == [first, second]


def test_commits_of_a_period(repository):
    repository.commit({A: "id: A\n"}, on="2026-03-01T00:00:00+00:00")
    repository.commit(
        {"src/x": "1"}, on="2026-03-31T23:59:59+00:00", message="Two\n\nReviewed-by: Kim <kim@example.org>"
    )
    repository.commit({A: "id: B\n"}, on="2026-04-01T00:00:00+00:00")
    found = list(commits(repository.root, since="2026-03-01", until="2026-04-01"))
    assert [one["committed_at"][:10] for one in found] == ["2026-03-31", "2026-03-01"]
    assert found[0]["reviewers"] == [{"name": "Kim", "email": "kim@example.org"}]
    assert len(list(commits(repository.root, paths=["changes/**"]))) == 2


def test_contents_come_in_bounded_batches(repository, monkeypatch):
    from qmscheck.history import contents

    batches = []
    real = contents.contents
    monkeypatch.setattr(contents, "_OF_ONE_FILE", 3)
    monkeypatch.setattr(contents, "contents", lambda repo, blobs: batches.append(len(blobs)) or real(repo, blobs))
    for day in range(1, 9):
        repository.commit({A: f"id: A\ntitle: '{day}'\n"}, on=f"2026-03-0{day}")
    for name in ("b", "c", "d"):
        repository.commit({f"changes/{name}.yaml": f"id: {name}\n"}, on="2026-03-09")
    chronicle = Chronicle(repository.root, lambda name: name.startswith("changes"))
    for path in (A, "changes/b.yaml", "changes/c.yaml", "changes/d.yaml"):
        for version in chronicle.versions(path):
            assert path[8].encode() in chronicle.content(version.after, path).lower()
    assert max(batches) <= 5
    assert len(batches) < 7
