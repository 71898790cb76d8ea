from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from qmscheck import app, config
from qmscheck.errors import ConfigError, RuleDefinitionError, UsageError
from qmscheck.model import Outcome, Report

CONFIG = """\
version: 1
collections:
  changes:
    type: change
    files: "changes/*.yaml"
settings: {id_pattern: ""}
"""
RULE = """\
id: OWN001
name: title-stated
title: A change has a title
record: change
controls: [C-CHG]
grade: major
basis: practice
detects: missing
requires: [title]
why: Nobody can talk about what has no name.
fix: Write a title.
examples:
  pass: [{title: Move the broker}]
  fail: [{status: draft}]
"""


def outcomes(report: Report, rule: str) -> dict[str, Outcome]:
    return {result.subject: result.outcome for result in report.results if result.rule.id == rule}


def test_every_record_gets_a_result_with_its_place(check: Callable[..., Report]) -> None:
    report = check(
        {
            "qmscheck.yaml": CONFIG,
            "changes/a.yaml": "id: A\nchange_type: normal\n",
            "changes/b.yaml": "id: B\napprovals:\n  - by: bo\n    decision: maybe\n",
            "changes/c.yaml": "id: [\n",
        },
        select=("CORE001",),
    )
    assert outcomes(report, "CORE001") == {
        "changes/a.yaml": Outcome.PASS,
        "changes/b.yaml": Outcome.FAIL,
        "changes/c.yaml": Outcome.ERROR,
    }
    places = {result.subject: str(result.location) for result in report.results}
    assert places["changes/b.yaml"] == "changes/b.yaml:4:5"
    assert not report.satisfied
    assert report.checked_anything


def test_two_runs_are_equal(check: Callable[..., Report]) -> None:
    files = {"qmscheck.yaml": CONFIG, **{f"changes/{name}.yaml": f"id: {name}\n" for name in "cab"}}
    first, second = check(files), check(files)
    assert [(r.rule.id, r.subject, r.outcome, r.message) for r in first.results] == [
        (r.rule.id, r.subject, r.outcome, r.message) for r in second.results
    ]


def test_unreadable_files_show_even_when_their_rule_is_not_selected(check: Callable[..., Report]) -> None:
    report = check({"qmscheck.yaml": CONFIG, "changes/c.yaml": "a: 1\na: 2\n"}, select=("CHG",))
    (error,) = report.of(Outcome.ERROR)
    assert error.location.line == 2
    assert "a" in error.reason


def test_nothing_to_check_is_told_apart(check: Callable[..., Report]) -> None:
    assert not check({"qmscheck.yaml": CONFIG}).checked_anything


def test_named_files_leave_out_what_needs_the_others(
    check: Callable[..., Report], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    files = {"qmscheck.yaml": CONFIG, "changes/a.yaml": "id: A\n", "changes/b.yaml": "id: A\n", "notes.md": "x"}
    (tmp_path / "changes").mkdir()
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    report = check({}, paths=("changes/a.yaml", "notes.md"))
    assert {result.subject for result in report.results} == {"changes/a.yaml"}
    assert not outcomes(report, "CORE002")
    assert any("CORE002" in sentence for sentence in report.left_out)
    assert any("notes.md" in sentence for sentence in report.left_out)


def test_a_crashing_check_is_an_error_that_names_the_rule(
    check: Callable[..., Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise RuntimeError("broken pipe dream")

    monkeypatch.setattr("qmscheck.schema.RecordType.accepts", crash)
    report = check({"qmscheck.yaml": CONFIG, "changes/a.yaml": "id: A\n"}, select=("CORE",))
    (error,) = report.of(Outcome.ERROR)
    assert "CORE001" in error.reason
    assert "broken pipe dream" in error.reason
    assert outcomes(report, "CORE002") == {"changes/a.yaml": Outcome.PASS}


def test_findings_that_only_time_caused_are_marked(check: Callable[..., Report]) -> None:
    pack = RULE.replace("requires: [title]", "expect: day(record.planned_end) >= day(as_of)").replace(
        "pass: [{title: Move the broker}]\n  fail: [{status: draft}]",
        "pass: [{planned_end: 2026-12-01}]\n  fail: [{planned_end: 2026-01-01}]",
    )
    files = {"qmscheck.yaml": CONFIG + "packs: [own]\n", "own/change/OWN001-title-stated.yaml": pack}
    report = check({**files, "changes/a.yaml": "id: A\nplanned_end: 2026-03-01\n"}, select=("OWN",))
    (result,) = report.results
    assert (result.outcome, result.time) == (Outcome.FAIL, True)


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        ({"standards": ("iso20001",)}, "ISO/IEC 20000-1"),
        ({"standards": ("iso9002:2015",)}, "did you mean 'iso9001:2015'"),
        ({"select": ("CHX005",)}, "did you mean"),
        ({"as_of": "tomorrow"}, "like 2026-09-01"),
        ({"paths": ("nowhere.yaml",)}, "does not exist"),
    ],
)
def test_wrong_wishes_say_what_is_right(check: Callable[..., Report], wishes: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        check({"qmscheck.yaml": CONFIG}, **wishes)


@pytest.mark.parametrize(
    ("config_text", "message"),
    [
        (CONFIG.replace("type: change", "type: chnge"), "did you mean 'change'"),
        (CONFIG.replace("type: change", "layout: keep-a-changlog"), "did you mean 'keep-a-changelog'"),
        (CONFIG.replace("id_pattern", "id_patern"), "did you mean 'id_pattern'"),
        (CONFIG + "people: people.yaml\n", "cannot be read"),
    ],
)
def test_wrong_configuration_says_what_is_right(check: Callable[..., Report], config_text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        check({"qmscheck.yaml": config_text})
    assert caught.value.location is not None


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (RULE.replace("requires: [title]", "requires: [titel]"), "did you mean 'title'"),
        (RULE.replace("requires: [title]", "expect: record.titel != null"), "did you mean 'title'"),
        (RULE.replace("requires: [title]", "expect: record.title =="), "at character"),
        (RULE.replace("requires: [title]", "check: nothing-like-it"), "which nothing provides"),
        (RULE.replace("requires: [title]\n", ""), "tests nothing"),
        (RULE.replace("C-CHG", "C-CHQ"), "did you mean 'C-"),
        (RULE.replace("record: change", "record: chang"), "did you mean 'change'"),
        (RULE.replace("grade: major", "grade: majr"), "did you mean 'major'"),
        (RULE.replace("requires:", "require:"), "did you mean 'requires'"),
        (RULE.replace("  fail: [{status: draft}]\n", ""), "'fail' is missing"),
        (RULE.replace("OWN001", "CORE001"), "defined twice"),
    ],
)
def test_a_wrong_rule_stops_the_run_with_its_file(check: Callable[..., Report], wrong: str, message: str) -> None:
    files = {"qmscheck.yaml": CONFIG + "packs: [own]\n", "own/change/OWN001-title-stated.yaml": wrong}
    with pytest.raises(RuleDefinitionError, match=message) as caught:
        check({**files, "changes/a.yaml": "id: A\n"})
    assert caught.value.location is not None
    assert caught.value.location.path == "own/change/OWN001-title-stated.yaml"


def git(root: Path, *arguments: str) -> None:
    identity = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in
                (("NAME", "Ada"), ("EMAIL", "ada@example.org"), ("DATE", "2026-05-01T09:00:00Z"))}  # fmt: skip
    subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, env={**os.environ, **identity})


CHANGE_LOG = """\
version: 1
collections:
  log: {layout: keep-a-changelog, files: CHANGELOG.md}
  tags: {layout: git-tags}
"""


def test_tags_come_from_git(write_tree: Callable[..., Path]) -> None:
    root = write_tree(
        {"qmscheck.yaml": CHANGE_LOG, "CHANGELOG.md": "# Changes\n\n## 1.1.0 - 2026-05-02\n\n## 1.0.0 - 2026-05-01\n"}
    )
    git(root, "init", "-q", "-b", "main")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "first")
    git(root, "tag", "-a", "v1.0.0", "-m", "first")
    report = app.run(config.load(root), app.Wishes(as_of="2026-09-01", select=("LOG003",)))
    assert outcomes(report, "LOG003") == {"CHANGELOG.md#1.0.0": Outcome.PASS, "CHANGELOG.md#1.1.0": Outcome.FAIL}
    assert report.provenance.commit
    assert report.provenance.dirty is False


def test_without_git_tags_cannot_be_told(write_tree: Callable[..., Path]) -> None:
    root = write_tree({"qmscheck.yaml": CHANGE_LOG, "CHANGELOG.md": "## 1.0.0 - 2026-05-01\n"})
    report = app.run(config.load(root), app.Wishes(as_of="2026-09-01", select=("LOG003",)))
    assert outcomes(report, "LOG003") == {"CHANGELOG.md#1.0.0": Outcome.UNKNOWN}
    assert any("not a git repository" in result.reason for result in report.results)
    assert not report.satisfied


def test_text_where_a_list_is_judged_item_by_item_cannot_be_told(check: Callable[..., Report]) -> None:
    config_text = CONFIG.replace("changes:\n    type: change", "changes:\n    type: incident-review")
    report = check(
        {"qmscheck.yaml": config_text, "changes/a.yaml": "id: A\nactions: see the board\n"}, select=("MIR003",)
    )
    (result,) = report.results
    assert (result.outcome, result.reason) == (Outcome.UNKNOWN, "actions is no list")
