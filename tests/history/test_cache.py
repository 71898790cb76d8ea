"""A second run reuses what the first one learned, and never believes what is not exactly about this history."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from qmscheck.history import Chronicle

A = "changes/a.yaml"
CLOSED = "id: A\nstatus: closed\noutcome: {}\n"


@pytest.fixture
def cache(tmp_path, monkeypatch):
    folder = tmp_path / "cache"
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder / "qmscheck"


@pytest.fixture
def reads(monkeypatch):
    """How often git was asked for the whole history."""
    asked = []
    real = Chronicle.__init__
    monkeypatch.setattr(Chronicle, "__init__", lambda *a, **k: (asked.append(1), real(*a, **k))[1])
    return asked


@pytest.fixture
def altered(repository):
    repository.commit(
        {A: CLOSED.format("failed"), "changes/b.yaml": "id: B\nretain_until: 2031-01-01\n"}, on="2026-03-01"
    )
    repository.commit({A: CLOSED.format("successful")}, by="Kim Ode <kim@example.org>", on="2026-03-02")
    repository.commit({"changes/b.yaml": None}, on="2026-03-03")
    return repository


def outcomes(repository):
    return [(one.rule.id, one.subject, one.outcome, one.message) for one in repository.check("CORE").results]


def file_of(cache: Path) -> Path:
    (file,) = cache.iterdir()
    return file


def test_a_second_run_asks_git_nothing_more_and_says_the_same(altered, cache, reads):
    first = outcomes(altered)
    assert len(reads) == 1
    assert outcomes(altered) == first
    assert len(reads) == 1
    assert {("CORE009", A, "fail"), ("CORE011", "changes/b.yaml", "fail")} <= {one[:3] for one in first}
    assert file_of(cache).stat().st_mode & 0o077 == 0


def rewritten(repository):
    repository.git("commit", "-q", "--amend", "-m", "Other words", on="2026-03-03")


def configured_otherwise(repository):
    file = repository.root / "qmscheck.yaml"
    file.write_text(file.read_text().replace('"changes/**/*.yaml"', '"changes/*.yaml"'))


def a_mailmap(repository):
    repository.write({".mailmap": "Kim Berg <kim@example.org>\n"})


def ignored(repository):
    repository.write({".git-blame-ignore-revs": repository.git("rev-parse", "HEAD~1")})


@pytest.mark.parametrize("happens", [rewritten, configured_otherwise, a_mailmap, ignored])
def test_another_history_or_another_way_to_read_it(altered, cache, reads, happens):
    before = outcomes(altered)
    happens(altered)
    after = outcomes(altered)
    assert len(reads) == 2
    if happens is a_mailmap:
        assert "Kim Berg" in str(after)
    if happens is ignored:
        assert after != before


def test_another_version_of_the_program(altered, cache, reads, monkeypatch):
    outcomes(altered)
    monkeypatch.setattr("qmscheck.reading.__version__", "999")
    outcomes(altered)
    assert len(reads) == 2


def cut_off(file):
    file.write_bytes(file.read_bytes()[:-100])


def one_word_changed(file):
    file.write_bytes(file.read_bytes().replace(b"successful", b"succeeeded"))


def no_json(file):
    file.write_bytes(b"\x80\x04\x95pickle")


def writable_by_others(file):
    file.chmod(0o666)


def a_link(file):
    goal = file.with_name("goal")
    file.rename(goal)
    file.symlink_to(goal)


def a_pipe(file):
    file.unlink()
    os.mkfifo(file)


def a_folder(file):
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize(
    "spoilt",
    [cut_off, one_word_changed, no_json, writable_by_others, a_link, a_pipe, a_folder],
    ids=lambda f: f.__name__,
)
def test_a_spoilt_file_is_as_if_there_were_none(altered, cache, reads, spoilt):
    first = outcomes(altered)
    spoilt(file_of(cache))
    assert outcomes(altered) == first
    assert len(reads) == 2


def test_text_of_another_shape_is_read_anew(altered, cache, reads, monkeypatch):
    first = outcomes(altered)
    monkeypatch.setattr(
        "qmscheck.memory.shelf._read", lambda path, key: {"changes\nchanges/a.yaml": '[[], {"": [[7, [9], {}, []]]}]'}
    )
    assert outcomes(altered) == first
    assert len(reads) == 2


@pytest.mark.parametrize("how", ["switched off", "nowhere to write"])
def test_without_a_cache(altered, cache, reads, monkeypatch, how):
    if how == "switched off":
        monkeypatch.setenv("QMSCHECK_NO_CACHE", "1")
    else:
        cache.parent.write_text("a file stands in the way")
    first = outcomes(altered)
    assert outcomes(altered) == first
    assert len(reads) == 2
    assert not cache.is_dir()


def test_what_is_kept_is_plain_data(altered, cache):
    outcomes(altered)
    head, *lines = filter(None, file_of(cache).read_text().splitlines())
    form, _, digest = json.loads(head)
    assert (form, len(digest)) == (3, 64)
    assert lines
    assert all(isinstance(json.loads(line.partition("\t")[2]), list) for line in lines)


def test_a_register_of_many_records_and_a_merge(repository, cache, reads):
    file = repository.root / "qmscheck.yaml"
    file.write_text(file.read_text().replace('files: "changes/**/*.yaml"', "files: register.csv"))
    repository.commit({"register.csv": "id,status,outcome\nA,closed,failed\nB,closed,failed\n"}, on="2026-03-01")
    repository.git("checkout", "-q", "-b", "side")
    repository.commit(
        {"register.csv": "id,status,outcome\nA,closed,failed\nB,closed,failed\n\nC,draft,\n"}, on="2026-03-02"
    )
    repository.git("checkout", "-q", "main")
    repository.commit({"register.csv": "id,status,outcome\nA,closed,successful\nB,closed,failed\n"}, on="2026-03-03")
    repository.git("merge", "-q", "--no-commit", "side", on="2026-03-04", check=False)
    repository.write({"register.csv": "id,status,outcome\nA,closed,successful\nB,closed,failed\nC,draft,\n"})
    repository.git("commit", "-q", "-a", "-m", "Merge", on="2026-03-04")
    first = outcomes(repository)
    assert outcomes(repository) == first
    assert len(reads) == 1
    assert ("CORE009", "register.csv#A", "fail") in {one[:3] for one in first}
