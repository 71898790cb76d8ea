"""The index of the built-in pack: nothing is read again that did not change, everything that did."""

from __future__ import annotations

import os
from dataclasses import asdict
from functools import partial
from pathlib import Path

import pytest

from qmscheck import definitions, pack_index
from qmscheck.kept import Kept
from qmscheck.pack_index import PackIndex
from qmscheck.rulepack import builtin_pack, load_packs

SAID = {"id": "A1", "why": "Because.", "examples": {"pass": [{"id": 1}]}}


@pytest.fixture
def file(tmp_path: Path) -> str:
    file = tmp_path / "pack" / "any" / "A1.yaml"
    file.parent.mkdir(parents=True)
    file.write_text("id: A1\n")
    return str(file)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch) -> Path:
    """A folder of its own to keep the index in."""
    monkeypatch.setattr(pack_index, "Kept", partial(Kept, folder=tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def ask(tmp_path: Path, cache: Path, file: str):
    """Ask a new index for the file; tells what it says, and whether it was read."""

    def ask(without: str = "") -> tuple[object, bool]:
        read = []
        index = PackIndex(tmp_path / "pack", without=without)
        said = index.get(file, lambda: read.append(1) or SAID)
        index.save()
        return said, bool(read)

    return ask


def test_a_file_is_read_once(ask) -> None:
    assert ask() == (SAID, True)
    assert ask() == (SAID, False)


def test_a_file_of_another_size_is_read_again(ask, file: str) -> None:
    ask()
    seen = Path(file).stat()
    Path(file).write_text("id: A10\n")
    os.utime(file, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    assert ask()[1]


def test_a_file_that_was_written_at_another_time_is_read_again(ask, file: str) -> None:
    ask()
    seen = Path(file).stat()
    Path(file).write_text("id: A2\n")
    os.utime(file, ns=(seen.st_atime_ns, seen.st_mtime_ns + 1))
    assert ask()[1]
    assert not ask()[1]


def test_a_file_that_is_gone_is_asked_for_again(ask, file: str) -> None:
    ask()
    Path(file).unlink()
    assert ask()[1]


def test_what_is_left_out_is_kept_apart(ask) -> None:
    lean = {"id": "A1", "why": "Because."}
    assert ask("examples") == (lean, True)
    assert ask() == (SAID, True)
    assert ask("examples") == (lean, False)
    assert ask() == (SAID, False)


def test_only_files_of_the_pack_belong_to_it(tmp_path: Path, file: str) -> None:
    index = PackIndex(tmp_path / "pack")
    assert file in index
    assert str(tmp_path / "pack-of-somebody" / "A1.yaml") not in index


def test_the_built_in_pack_is_the_same_by_its_index_and_needs_no_yaml(monkeypatch, cache: Path) -> None:
    reads = []
    whole = definitions.read
    monkeypatch.setattr(definitions, "read", lambda *asked: reads.append(asked) or whole(*asked))
    first, again = (load_packs([("rules", builtin_pack())], frozenset({"audit"}), examples=False) for _ in range(2))
    assert len(reads) > len(first.rules)
    assert [file.name.split(".")[0] for file in cache.iterdir()] == ["built-in-pack-without-examples"]
    assert len({source.path for source, *_ in reads}) == len(reads)
    assert [asdict(rule) for rule in first.rules.values()] == [asdict(rule) for rule in again.rules.values()]
    assert (first.standards, first.controls, first.layouts, first.profiles) == (
        again.standards,
        again.controls,
        again.layouts,
        again.profiles,
    )
    assert first.files == again.files
    assert all("examples" not in rule.definition for rule in first.rules.values())


def test_a_place_in_a_file_that_was_not_read_is_found_all_the_same() -> None:
    file = builtin_pack() / "settings.yaml"
    index = PackIndex(builtin_pack())
    definition = definitions.load(file, "rules/settings.yaml", "settings", index=index)
    plain = definitions.load(file, "rules/settings.yaml", "settings")
    assert definition.data == plain.data
    for path in ((), ("settings",), *(("settings", str(name)) for name in plain.data["settings"])):
        assert definition.locate(path) == plain.locate(path)
