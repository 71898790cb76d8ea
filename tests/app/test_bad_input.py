"""Whatever stands where a record should: a clear result with its place, and the other records are still judged."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from qmscheck import app, config
from qmscheck.model import Outcome, Report

CONFIG = """\
version: 1
settings: {id_pattern: ""}
collections:
  changes: {type: change, files: "changes/*"}
"""
GOOD = "id: GOOD\ntitle: Move the broker\n"
DEEP = "a: " + "[" * 10_000 + "]" * 10_000
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)

CASES: dict[str, tuple[str, str | bytes, str, int]] = {
    "duplicate key": ("x.yaml", "id: A\ntitle: one\ntitle: two\n", "title", 3),
    "unclosed front matter": ("x.md", "---\nid: A\ntitle: no end\n\n# Text\n", "front matter", 1),
    "unquoted at sign": ("x.yaml", "id: A\nowner: @bo\n", "'@'", 2),
    "alias bomb": ("x.yaml", BOMB, "alias", 0),
    "deep nesting": ("x.yaml", DEEP, "deep", 1),
    "deep JSON": ("x.json", '{"a": ' + "[" * 10_000 + "]" * 10_000 + "}", "deep", 0),
    "unclosed list": ("x.yaml", "id: A\ntags: [one,\n", "the text ends where a value is expected", 3),
    "binary": ("x.yaml", bytes(range(256)), "", 0),
    "UTF-16": ("x.yaml", "id: A\n".encode("utf-16"), "UTF-8", 0),
    "Latin-1": ("x.yaml", "id: A\ntitle: Zur\xfcck\n".encode("latin-1"), "UTF-8", 2),
    "a list": ("x.yaml", "- one\n- two\n", "", 0),
    "a scalar": ("x.yaml", "just text\n", "", 0),
    "empty": ("x.yaml", "", "", 0),
    "not JSON": ("x.json", '{"id": "A",}', "", 1),
    "tag": ("x.yaml", "id: !!python/object:os.system x\n", "tag", 1),
    "two documents": ("x.yaml", "id: A\n---\nid: B\n", "document", 2),
}


def judged(report: Report) -> set[str]:
    return {result.subject for result in report.results if result.outcome is Outcome.PASS}


@pytest.mark.parametrize("case", CASES)
def test_bad_files_are_errors_with_their_place(check: Callable[..., Report], case: str) -> None:
    name, content, words, line = CASES[case]
    report = check(
        {"qmscheck.yaml": CONFIG, "changes/good.yaml": GOOD, f"changes/{name}": content}, select=("CORE001",)
    )
    found = [result for result in report.results if result.outcome in {Outcome.ERROR, Outcome.FAIL}]
    assert found, f"{case} passed silently"
    assert all(result.location.path == f"changes/{name}" for result in found)
    assert words.casefold() in found[0].message.casefold()
    assert found[0].location.line is not None
    if line:
        assert found[0].location.line == line
    assert "changes/good.yaml" in judged(report)


def test_impossible_dates_are_findings_not_crashes(check: Callable[..., Report]) -> None:
    report = check(
        {"qmscheck.yaml": CONFIG, "changes/x.yaml": "id: A\nrequested_at: 2026-13-45\n"}, select=("CORE001", "CORE006")
    )
    found = {result.rule.id: result for result in report.results}
    assert (found["CORE001"].outcome, str(found["CORE001"].location)) == (Outcome.FAIL, "changes/x.yaml:2:1")
    assert found["CORE006"].outcome is Outcome.UNKNOWN


@pytest.fixture
def tree(write_tree: Callable[..., Path]) -> Path:
    return write_tree({"qmscheck.yaml": CONFIG, "changes/good.yaml": GOOD})


def run(root: Path) -> Report:
    return app.run(config.load(root), app.Wishes(as_of="2026-09-01", select=("CORE001",), provenance=False))


def only_error(report: Report) -> tuple[str, str]:
    (error,) = report.of(Outcome.ERROR)
    assert "changes/good.yaml" in judged(report)
    return error.location.path, error.reason


def test_a_huge_file_is_not_read(tree: Path) -> None:
    with (tree / "changes" / "huge.yaml").open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    path, reason = only_error(run(tree))
    assert path == "changes/huge.yaml"
    assert "MB" in reason or "MiB" in reason


def test_a_folder_named_like_a_record(tree: Path) -> None:
    (tree / "changes" / "CHG-1.yaml").mkdir()
    assert only_error(run(tree))[0] == "changes/CHG-1.yaml"


def test_a_link_out_of_the_repository(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret.yaml"
    outside.write_text("id: SECRET\n")
    (tree / "changes" / "link.yaml").symlink_to(outside)
    report = run(tree)
    assert only_error(report)[0] == "changes/link.yaml"
    assert not any("SECRET" in result.message for result in report.results)


def test_a_dangling_link(tree: Path) -> None:
    (tree / "changes" / "link.yaml").symlink_to("nowhere.yaml")
    assert only_error(run(tree))[0] == "changes/link.yaml"


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file(tree: Path) -> None:
    (tree / "changes" / "locked.yaml").write_text("id: A\n")
    (tree / "changes" / "locked.yaml").chmod(0)
    assert only_error(run(tree))[0] == "changes/locked.yaml"


def test_a_pipe_does_not_block(tree: Path) -> None:
    os.mkfifo(tree / "changes" / "pipe.yaml")
    assert only_error(run(tree))[0] == "changes/pipe.yaml"


def test_names_that_are_no_text(tree: Path) -> None:
    name = os.fsencode(tree / "changes") + b"/\xff\xfe.yaml"
    try:
        with open(name, "wb") as file:  # noqa: PTH123 - a name that pathlib would refuse
            file.write(b"id: A\nid: B\n")
    except OSError:
        pytest.skip("this file system takes only text as names")
    path, _ = only_error(run(tree))
    assert path == "changes/\udcff\udcfe.yaml"


def test_an_empty_repository(write_tree: Callable[..., Path]) -> None:
    root = write_tree({"qmscheck.yaml": CONFIG})
    assert not run(root).checked_anything


@pytest.mark.skipif(os.name != "posix", reason="POSIX names")
def test_a_name_that_is_no_text_is_no_trouble_for_rules(tree: Path) -> None:
    name = os.fsencode(tree / "changes") + b"/\xff.yaml"
    try:
        with open(name, "wb") as file:  # noqa: PTH123 - a name that pathlib would refuse
            file.write(b"title: Move\nstatus: implemented\nchange_type: normal\n")
    except OSError:
        pytest.skip("this file system takes only text as names")
    report = app.run(config.load(tree), app.Wishes(as_of="2026-09-01", provenance=False))
    assert [one.message for one in report.of(Outcome.ERROR)] == []
    (record,) = {
        one.record for one in report.results if one.record is not None and one.record.path.endswith("\udcff.yaml")
    }
    assert record.id == "\\xff"


@pytest.mark.skipif(os.name != "posix", reason="POSIX names")
def test_management_figures_of_a_name_that_is_no_text(tree: Path) -> None:
    from qmscheck.verbs import measures

    with open(os.fsencode(tree / "changes") + b"/\xff.yaml", "wb") as file:  # noqa: PTH123
        file.write(b"id: A\nstatus: closed\nclosed_at: 2026-08-01\n")
    assert measures.of(config.load(tree), "2026-09-01", (), (), None).records == 2
