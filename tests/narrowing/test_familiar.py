"""A run over what is staged parses no file again that an earlier one met, and says the same without."""

from __future__ import annotations

import json

import pytest

from qmscheck.memory import familiar
from qmscheck.memory.shelf import OFF
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


@pytest.mark.parametrize("damage", ["none", "not JSON", '[["change"]]', '{"a": 1}'])
def test_a_shelf_that_says_something_else_is_not_believed(staged, shelf, damage, monkeypatch):
    first = told(staged)
    (file,) = shelf.iterdir()
    monkeypatch.setattr(familiar.Shelf, "get", lambda _self, _name: damage)
    assert told(staged) == first
    assert file.exists()


def test_a_file_that_was_tampered_with_is_not_read(staged, shelf, parsed):
    told(staged)
    (file,) = shelf.iterdir()
    file.write_bytes(file.read_bytes().replace(b"Summer", b"Winter"))
    parsed.clear()
    told(staged)
    assert any("title: Summer" in text for text in parsed)


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
    (file,) = shelf.iterdir()
    before = file.read_bytes()
    monkeypatch.setattr(familiar, "_SHARE", 1)
    staged.write("changes/2.yaml", "id: CHG-2\ntitle: Another\n").stage()
    told(staged)
    assert file.read_bytes() == before
    assert all(json.loads(line.partition(b"\t")[2]) for line in before.splitlines()[1:-1])
