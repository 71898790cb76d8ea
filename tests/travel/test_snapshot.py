"""The tree of a revision: which commit a word means, and which files come out of it."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest

from qmscheck.errors import UsageError
from qmscheck.history import moving, snapshot


def _files(root: Path) -> dict[str, str]:
    """Files and links below a folder, with their bytes as Latin-1, or where they lead to."""
    return {
        str(path.relative_to(root)): f"-> {path.readlink()}"
        if path.is_symlink()
        else path.read_bytes().decode("latin-1")
        for path in root.rglob("*")
        if path.is_symlink() or path.is_file()
    }


def _all(root: Path, asked: str = "HEAD") -> dict[str, str]:
    with snapshot(root, asked) as past:
        past.write(lambda _path: True)
        return _files(past.root)


@pytest.mark.parametrize(
    ("asked", "content"),
    [
        ("v1", "1"),
        ("HEAD~1", "2"),
        ("side", "s"),
        ("2026-03-01", "1"),
        ("2026-03-03", "1"),
        ("2026-03-04", "2"),
        ("2026-03-04T11:59:59Z", "1"),
        ("2026-03-04T12:00:00+00:00", "2"),
        ("2026-03-04T13:00:00+01:00", "2"),
        ("2026-03-31", "3"),
    ],
)
def test_a_revision_or_the_last_commit_by_a_date(repository, asked: str, content: str) -> None:
    repository.commit({"a": "1"}, on="2026-03-01")
    repository.git("tag", "v1")
    repository.git("checkout", "-q", "-b", "side")
    repository.commit({"a": "s"}, on="2026-03-02")
    repository.git("checkout", "-q", "main")
    repository.commit({"a": "2"}, on="2026-03-04")
    repository.commit({"a": "3"}, on="2026-03-06")

    assert _all(repository.root, asked) == {"a": content}


def test_a_day_lasts_to_its_last_second_in_utc(repository) -> None:
    repository.commit({"a": "1"}, on="2026-03-01T23:59:59+00:00")
    repository.commit({"a": "2"}, on="2026-03-02T00:30:00+02:00")  # 22:30 on the day before, in UTC
    repository.commit({"a": "3"}, on="2026-03-02T00:00:00+00:00")

    with snapshot(repository.root, "2026-03-01") as past:
        past.write(lambda _path: True)
        assert _files(past.root) == {"a": "2"}
        assert past.as_of == dt.datetime(2026, 3, 1, 23, 59, 59, tzinfo=dt.UTC)
        assert past.committed == dt.datetime(2026, 3, 1, 22, 30, tzinfo=dt.UTC)
        assert past.commit == repository.git("rev-parse", "HEAD~1")


def test_a_merged_branch_is_there_from_its_merge_on(repository) -> None:
    repository.commit({"a": "1"}, on="2026-03-01")
    repository.git("checkout", "-q", "-b", "side")
    repository.commit({"b": "x"}, on="2026-03-02")
    repository.git("checkout", "-q", "main")
    repository.git("merge", "-q", "--no-ff", "-m", "Merge", "side", on="2026-03-09")

    assert _all(repository.root, "2026-03-05") == {"a": "1"}
    assert _all(repository.root, "2026-03-09") == {"a": "1", "b": "x"}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("nothing", "git knows no revision 'nothing'"),
        ("--output=stolen", "git knows no revision '--output=stolen'"),
        ("", "git knows no revision ''"),
        ("a\0b", "git knows no revision"),
        ("HEAD:a", "git knows no revision"),
        ("2026-02-28", "lies before the history, which begins on 2026-03-01"),
        ("2026-13-01", "is not a day"),
        ("2026-03-02", "is a date and a name in git; write refs/tags/2026-03-02"),
    ],
)
def test_words_that_mean_no_commit(repository, asked: str, said: str) -> None:
    repository.commit({"a": "1"}, on="2026-03-01")
    repository.git("tag", "2026-03-02")

    with (
        pytest.raises(UsageError, match=r"git knows|lies before|is not|is a date") as raised,
        snapshot(repository.root, asked),
    ):
        pass
    assert said in str(raised.value)
    assert not (repository.root / "stolen").exists()


def test_no_repository_and_no_commit(tmp_path: Path, repository) -> None:
    with pytest.raises(UsageError, match="not a git repository"), snapshot(tmp_path, "HEAD"):
        pass
    with pytest.raises(UsageError, match="git knows no revision 'HEAD'"), snapshot(repository.root, "HEAD"):
        pass
    with pytest.raises(UsageError, match="cannot read the history"), snapshot(repository.root, "2026-03-01"):
        pass


def test_a_shallow_clone_says_how_to_deepen(repository, tmp_path: Path) -> None:
    first = repository.commit({"a": "1"}, on="2026-03-01")
    repository.commit({"a": "2"}, on="2026-03-04")
    repository.git("clone", "-q", "--depth=1", f"file://{repository.root}", str(tmp_path / "shallow"))
    shallow = tmp_path / "shallow"

    assert _all(shallow, "2026-03-05") == {"a": "2"}
    for asked in (first, "2026-03-01"):
        with pytest.raises(UsageError, match=r"shallow.*fetch-depth: 0"), snapshot(shallow, asked):
            pass


@pytest.mark.parametrize("kind", ["blob:none", "tree:0"])
def test_a_partial_clone_fetches_nothing_and_says_so(repository, tmp_path: Path, kind: str) -> None:
    repository.git("config", "uploadpack.allowFilter", "true")
    repository.commit({"a": "1", "b": "1"}, on="2026-03-01")
    repository.commit({"a": "2", "b": "2"}, on="2026-03-04")
    repository.git("clone", "-q", f"--filter={kind}", f"file://{repository.root}", str(tmp_path / "partial"))

    assert _all(tmp_path / "partial") == {"a": "2", "b": "2"}
    with pytest.raises(UsageError, match="partial: clone without a filter"):
        _all(tmp_path / "partial", "HEAD~1")


def test_only_what_is_wanted_is_written_and_more_can_be_asked_for(repository) -> None:
    repository.commit(
        {"q/c/a.yaml": "a", "q/c/b.md": "b", "q/x": "x", "q.yaml": "top", "other/y": "y"}, on="2026-03-01"
    )

    with snapshot(repository.root / "q", "HEAD") as past:
        assert _files(past.top) == {}
        past.write(lambda path: path.endswith(".yaml"))
        assert _files(past.root) == {"c/a.yaml": "a"}
        past.write_above(["q.yaml", "x", "none"])
        assert _files(past.top) == {"q/c/a.yaml": "a", "q/x": "x", "q.yaml": "top"}
        past.fetch(past.root / "c")
        past.fetch(repository.root / "other")
        assert sorted(_files(past.root)) == ["c/a.yaml", "c/b.md", "x"]
        assert sorted(past.paths()) == ["c/a.yaml", "c/b.md", "x"]
        past.rooted(past.top)
        past.fetch(past.root / "other" / "y")
        assert past.blob("other/y") == repository.git("rev-parse", "HEAD:other/y")
        kept = past.root
        assert kept.joinpath("other/y").read_text() == "y"
        assert kept.stat().st_mode & 0o077 == 0
    assert not kept.exists()


def test_bytes_are_raw_and_nothing_of_the_repository_changes(repository, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    hook = f'sh -c "touch {ran}; cat"'
    for key, value in {
        "filter.evil.smudge": hook,
        "filter.evil.required": "true",
        "core.autocrlf": "true",
        "core.hooksPath": "hooks",
        "core.fsmonitor": hook,
    }.items():
        repository.git("config", key, value)
    (repository.root / ".git/info/attributes").write_text("* filter=evil ident text eol=crlf\n")
    blob = repository.git("hash-object", "-w", "--stdin", given=b"$Id$\nline\r\n\xff\0")
    repository.git("update-index", "--add", "--cacheinfo", f"100644,{blob},raw")
    repository.git("commit", "-q", "-m", "Raw")
    (repository.root / "changed").write_text("not committed")
    ran.unlink(missing_ok=True)
    before = repository.state()

    assert _all(repository.root) == {"raw": "$Id$\nline\r\n\xff\0"}
    assert repository.state() == before
    assert not ran.exists()


def _tree(repository, *lines: bytes) -> str:
    return repository.git("mktree", "-z", "--missing", given=b"\0".join(lines) + b"\0")


def test_names_of_any_bytes(repository) -> None:
    blob = repository.git("hash-object", "-w", "--stdin", given=b"x").encode()
    names = [b"a\nb", b'quo"te', b"tab\t", b"latin\xe9", b"\xf0\x9f\x98\x80", b"-option", b" blank "]
    tree = _tree(repository, *(b"100644 blob " + blob + b"\t" + name for name in sorted(names)))
    commit = repository.git("commit-tree", tree, "-m", "Names")

    with snapshot(repository.root, commit) as past:
        past.write(lambda _path: True)
        assert sorted(os.fsencode(path.name) for path in past.root.iterdir()) == sorted(names)


def test_paths_that_lead_out_are_refused(repository, tmp_path: Path) -> None:
    blob = bytes.fromhex(repository.git("hash-object", "-w", "--stdin", given=b"x"))

    def tree(*entries: tuple[bytes, bytes, bytes]) -> bytes:
        raw = b"".join(mode + b" " + name + b"\0" + oid for mode, name, oid in entries)
        return bytes.fromhex(repository.git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", given=raw))

    inner = tree((b"100644", b"evil", blob))
    link = bytes.fromhex(repository.git("hash-object", "-w", "--stdin", given=os.fsencode(tmp_path)))
    top = tree(
        (b"40000", b"..", inner),
        (b"40000", b".", inner),
        (b"40000", b".GIT", inner),
        (b"100644", b".git", blob),
        (b"100644", b"/tmp/evil", blob),
        (b"120000", b"both", link),
        (b"40000", b"both", inner),
        (b"100644", b"good", blob),
    )
    commit = repository.git("commit-tree", top.hex(), "-m", "Hostile")

    with snapshot(repository.root, commit) as past:
        past.write(lambda _path: True)
        assert sorted(_files(past.root)) == ["both/evil", "good"]
        assert not (tmp_path / "evil").exists()
        assert past.refused == {
            "../evil": "has a path that leaves its folder",
            "./evil": "has a path that leaves its folder",
            ".GIT/evil": "has a path inside .git",
            ".git": "has a path inside .git",
            "/tmp/evil": "has a path that leaves its folder",
            "both": "stands in the tree beside another file of that name",
        }


def test_links_stay_links_and_bring_what_they_lead_to(repository) -> None:
    repository.commit({"real/a.yaml": "a", "real/deep/b": "b", "lone": "l"}, on="2026-03-01")
    (repository.root / "records").mkdir()
    for name, target in {
        "records/a.yaml": "../real/a.yaml",
        "records/folder": "../hop/deep",
        "hop": "real",
        "records/out": "../../outside",
        "records/far": "/etc/hostname",
        "records/loop": "loop",
        "records/none": "nothing",
    }.items():
        (repository.root / name).symlink_to(target)
    repository.git("add", "-A")
    repository.git("commit", "-q", "-m", "Links")

    with snapshot(repository.root, "HEAD") as past:
        past.write(lambda path: path.startswith("records/"))
        assert _files(past.root) == {
            "records/a.yaml": "-> ../real/a.yaml",
            "records/folder": "-> ../hop/deep",
            "records/out": "-> ../../outside",
            "records/far": "-> /etc/hostname",
            "records/loop": "-> loop",
            "records/none": "-> nothing",
            "hop": "-> real",
            "real/a.yaml": "a",
            "real/deep/b": "b",
        }
        assert (past.root / "records/folder/b").read_text() == "b"


def test_submodules_are_left_out_and_told(repository) -> None:
    first = repository.commit({"a": "1"}, on="2026-03-01")
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{first},q/vendor")
    repository.git("commit", "-q", "-m", "Submodule")

    with snapshot(repository.root / ".git" / "..", "HEAD") as past:
        past.write(lambda _path: True)
        assert _files(past.root) == {"a": "1"}
        assert past.submodules == ["q/vendor"]


def test_a_folder_that_is_wanted_is_made(repository) -> None:
    repository.commit({"changes/CHG-1.yaml/note": "n"}, on="2026-03-01")

    with snapshot(repository.root, "HEAD") as past:
        past.write(lambda path: path == "changes/CHG-1.yaml")
        assert (past.root / "changes/CHG-1.yaml").is_dir()


def test_a_bare_repository_has_trees_too(repository, tmp_path: Path) -> None:
    repository.commit({"a": "1"}, on="2026-03-01")
    repository.git("clone", "-q", "--bare", str(repository.root), str(tmp_path / "bare"))

    assert _all(tmp_path / "bare") == {"a": "1"}


def test_one_snapshot_moves_from_day_to_day(repository) -> None:
    repository.commit({"a": "1", "b/c": "1", "d/e/f": "1", "g": "1"}, on="2026-03-01")
    repository.commit({"a": "2", "b/c": None, "d/e/f": None, "g": None}, on="2026-03-03")
    (repository.root / "b").rmdir()
    (repository.root / "b").write_text("now a file")
    (repository.root / "g").mkdir()
    (repository.root / "g/h").symlink_to("../a")
    repository.commit({}, on="2026-03-05")

    with moving(repository.root, dt.date(2026, 2, 27), dt.date(2026, 3, 6)) as (days, past):
        assert [day.day for day in days.moments] == [1, 2, 3, 4, 5, 6]
        assert days.before == "it lies before the history, which begins on 2026-03-01"
        seen = []
        for moment in days.moments.values():
            past.move(moment)
            new = past.write(lambda _path: True)
            seen.append((new, _files(past.root)))
    first = {"a": "1", "b/c": "1", "d/e/f": "1", "g": "1"}
    last = {"a": "2", "b": "now a file", "g/h": "-> ../a"}
    assert seen == [(True, first), (False, first), (True, {"a": "2"}), (False, {"a": "2"}), (True, last), (False, last)]


def test_a_period_without_any_commit_has_no_snapshot(repository) -> None:
    repository.commit({"a": "1"}, on="2026-03-01")

    with moving(repository.root, dt.date(2026, 1, 1), dt.date(2026, 1, 31)) as (days, past):
        assert (days.moments, past) == ({}, None)


def test_clocks_that_went_wrong_take_the_newest_commit_of_the_line(repository) -> None:
    repository.commit({"a": "1"}, on="2026-03-01")
    repository.commit({"a": "2"}, on="2026-03-09")  # its clock was ahead
    repository.commit({"a": "3"}, on="2026-03-04")

    assert _all(repository.root, "2026-03-03") == {"a": "1"}
    assert _all(repository.root, "2026-03-05") == {"a": "3"}
    with moving(repository.root, dt.date(2026, 3, 1), dt.date(2026, 3, 10)) as (days, _):
        commits = [repository.git("log", "-1", "--format=%s %cs", one.commit) for one in days.moments.values()]
    assert [one[-1] for one in commits] == ["1"] * 3 + ["4"] * 7
