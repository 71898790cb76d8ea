"""A run over what is staged parses no file again that an earlier one met, and says the same without."""

from __future__ import annotations

import json
import sys

import pytest

from qmscheck.memory import familiar, keeping
from qmscheck.memory.keeping import OFF
from qmscheck.readers import yaml


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """The folder of what is known, for runs over no more than a few files."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(familiar, "_FEW", 1)
    return tmp_path / "cache" / "qmscheck"


@pytest.fixture
def parsed(monkeypatch):
    """The texts of YAML that were parsed."""
    texts = []
    real = yaml.load
    monkeypatch.setattr(yaml, "load", lambda text, *a, **k: (texts.append(text), real(text, *a, **k))[1])
    return texts


@pytest.fixture
def staged(repository):
    repository.write("changes/1.yaml", "id: CHG-1\ntitle: Move it\nrelease_ref: REL-9\n").stage()
    return repository


def told(repository):
    report = repository.check(staged=True)
    return sorted((one.rule.id, one.subject, one.outcome, one.message) for one in report.results), report.extent


def test_what_is_known_is_not_parsed_again_and_judged_the_same(staged, shelf, parsed):
    first = told(staged)
    assert any("title: Summer" in text for text in parsed)
    parsed.clear()
    assert told(staged) == first
    assert not any("title: Summer" in text for text in parsed)
    assert ("CORE001", "changes/1.yaml") in {one[:2] for one in first[0]}


def test_another_content_is_read(staged, shelf):
    told(staged)
    staged.write("changes/1.yaml", "id: CHG-1\ntitle: Move it\nrelease_ref: REL-1\n").stage()
    outcomes = {one[:2]: one[2] for one in told(staged)[0]}
    assert outcomes["CORE004", "changes/1.yaml"] == "pass"


def test_another_configuration_reads_anew(staged, shelf, parsed):
    told(staged)
    text = (staged.root / "qmscheck.yaml").read_text()
    staged.write("qmscheck.yaml", text.replace("{type: release,", "{type: release, fields: {id: title},"))
    parsed.clear()
    told(staged)
    assert any("title: Summer" in text for text in parsed)


def tampered_database(files):
    database = files[1]
    database.write_bytes(database.read_bytes().replace(b"Summer", b"Winter"))


def no_database(files):
    files[1].unlink()


def another_database(files):
    """One that is whole, named as the file beside it says, and tells something else."""
    head, _, _ = files[0].read_bytes().partition(b"\n")
    files[1].write_bytes(files[1].read_bytes() + b"\0")
    keeping.write(files[0], json.loads(head)[1], [b"0" * 64])


def half_a_head(files):
    files[0].write_bytes(files[0].read_bytes()[:-8])


def a_database_that_others_write(files):
    files[1].chmod(0o666)


@pytest.mark.parametrize(
    "damage", [tampered_database, no_database, another_database, half_a_head, a_database_that_others_write]
)
def test_an_archive_that_is_not_as_it_was_written_is_not_read(staged, shelf, parsed, damage):
    first = told(staged)
    damage(sorted(shelf.iterdir(), key=lambda one: one.name))
    parsed.clear()
    assert told(staged) == first
    assert any("title: Summer" in text for text in parsed)


def test_what_is_no_archive_at_all_is_not_believed(staged, shelf, monkeypatch):
    first = told(staged)
    database = max(shelf.iterdir(), key=lambda one: len(one.name))
    database.write_bytes(b"no database")
    monkeypatch.setattr(keeping, "digest_of", lambda path: path.suffix[1:].ljust(64, "0"))
    monkeypatch.setattr(keeping, "read", lambda _path, _key: database.suffix[1:].ljust(64, "0").encode())
    assert told(staged) == first


def test_files_that_cannot_be_read_are_told_each_time(staged, shelf):
    staged.write("changes/2.yaml", "id: [\n").stage()
    first = told(staged)
    assert told(staged) == first
    assert ("CORE001", "changes/2.yaml", "error") in {one[:3] for one in first[0]}


def test_it_can_be_switched_off_and_is_not_kept_for_a_few_files(staged, shelf, monkeypatch):
    monkeypatch.setenv(OFF, "1")
    told(staged)
    monkeypatch.delenv(OFF)
    monkeypatch.setattr(familiar, "_FEW", 200)
    told(staged)
    assert not shelf.exists()


def test_a_little_news_is_not_worth_writing_all(staged, shelf, monkeypatch):
    told(staged)
    before = {file: file.read_bytes() for file in shelf.iterdir()}
    monkeypatch.setattr(familiar, "_SHARE", 1)
    staged.write("changes/2.yaml", "id: CHG-2\ntitle: Another\n").stage()
    told(staged)
    assert {file: file.read_bytes() for file in shelf.iterdir()} == before


def test_what_is_new_takes_the_place_of_what_was_known(staged, shelf):
    told(staged)
    before = {file.name for file in shelf.iterdir()}
    staged.write("changes/2.yaml", "id: CHG-2\ntitle: Another\n").stage()
    told(staged)
    after = {file.name for file in shelf.iterdir()}
    assert len(before) == len(after) == 2
    assert before != after


def test_other_rules_of_the_same_packs_know_what_was_read(staged, shelf, parsed):
    told(staged)
    parsed.clear()
    staged.check(staged=True, select=["CORE001"])
    staged.check(staged=True, select=["DOC011", "CHG017", "IMS003"])
    assert not any("title: Summer" in text for text in parsed)


def test_a_python_without_sqlite_reads_everything(staged, shelf, parsed, monkeypatch):
    first = told(staged)
    monkeypatch.setitem(sys.modules, "qmscheck.memory.familiar", None)
    parsed.clear()
    assert told(staged) == first
    assert any("title: Summer" in text for text in parsed)
