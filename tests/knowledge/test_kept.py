"""Tables that outlive a run: whole or not at all, and of no worth to another version."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import pytest

from qmscheck import kept
from qmscheck.judging import plain
from qmscheck.kept import Kept
from qmscheck.testing import Repository

TABLE = {("a", 1): {"text": ["x", None, True, 1.5]}, "code": compile("lambda: 7", "<rule>", "eval")}


@pytest.fixture
def table(tmp_path: Path):
    return partial(Kept, "table", "readers", "expression.py", folder=tmp_path / "cache")


@pytest.fixture
def written(table) -> Kept:
    written = table()
    for key, value in TABLE.items():
        written[key] = value
    written.save()
    return written


def test_what_was_saved_is_there_again(table, written) -> None:
    assert table() == written == TABLE
    assert eval(table()["code"])() == 7


def test_nothing_is_written_that_did_not_change(table, written, tmp_path: Path) -> None:
    (file,) = (tmp_path / "cache").iterdir()
    before = file.stat()
    again = table()
    again.save()
    assert file.stat().st_ino == before.st_ino
    again["more"] = 1
    again.save()
    assert table()["more"] == 1
    assert len(list((tmp_path / "cache").iterdir())) == 1


@pytest.mark.parametrize("broken", [b"", b"no table", b"\xff" * 64, b"N", b")\x01N"])
def test_a_broken_file_is_an_empty_table(table, written, tmp_path: Path, broken: bytes) -> None:
    (file,) = (tmp_path / "cache").iterdir()
    file.write_bytes(broken)
    assert table() == {}


def test_another_version_or_python_or_module_begins_anew(table, written, monkeypatch, tmp_path: Path) -> None:
    with monkeypatch.context() as other:
        other.setattr(kept, "__version__", "99")
        assert table() == {}
    with monkeypatch.context() as other:
        other.setattr(kept.sys, "hexversion", 1)
        assert table() == {}
    assert Kept("table", "readers", folder=tmp_path / "cache") == {}
    assert table() == TABLE


def test_a_module_that_changed_is_noticed(tmp_path: Path, monkeypatch) -> None:
    module = tmp_path / "rooms" / "one.py"
    module.parent.mkdir()
    module.write_text("")
    monkeypatch.setattr(kept, "_HOME", tmp_path)
    for made_by in ("rooms", "rooms/one.py"):
        table = partial(Kept, made_by.replace("/", "-"), made_by, folder=tmp_path)
        first = table()
        first["a"] = 1
        first.save()
        assert table() == {"a": 1}
        seen = module.stat()
        os.utime(module, ns=(seen.st_atime_ns, seen.st_mtime_ns + 1))
        assert table() == {}


def test_a_folder_that_cannot_be_written_to_is_no_problem(table, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("no folder")
    first = table()
    first["a"] = 1
    first.save()
    assert table() == {}


CONFIG = "version: 1\npacks: [own]\ncollections:\n  changes: {type: change, files: changes/*.yaml}\n"
CHANGE = "{id: CHG-2026-001, title: A, status: closed, change_type: normal}\n"
RULE = """\
id: OWN001
name: own
title: Own.
record: change
grade: minor
basis: practice
detects: missing
controls: [C-CHG]
expect: record.title == "the words of somebody else"
why: Because.
fix: Mend it.
examples:
  pass: [{id: CHG-1, title: the words of somebody else}]
  fail: [{id: CHG-1, title: other}]
"""


def test_shipped_rules_are_translated_once_and_rules_of_others_are_not_kept(tmp_path: Path, monkeypatch) -> None:
    repository = Repository(tmp_path / "records")
    for path, text in (("qmscheck.yaml", CONFIG), ("changes/1.yaml", CHANGE), ("own/change/OWN001.yaml", RULE)):
        repository.write(path, text)
    monkeypatch.setattr(plain, "Kept", partial(Kept, folder=tmp_path / "cache"))
    translated: list[str] = []
    text = plain.Plain._text
    monkeypatch.setattr(plain.Plain, "_text", lambda self, *asked: translated.append(asked[0]) or text(self, *asked))
    first = repository.check(as_of="2026-09-01")
    assert len(translated) > 20
    translated.clear()
    again = repository.check(as_of="2026-09-01")
    assert set(translated) == {'record.title == "the words of somebody else"'}
    assert [(one.rule.id, one.outcome, one.message) for one in again.results] == [
        (one.rule.id, one.outcome, one.message) for one in first.results
    ]
    (file,) = (tmp_path / "cache").iterdir()
    assert b"somebody else" not in file.read_bytes()
