"""``--at``: the tree of a moment, with all that governs it, judged as of that moment."""

from __future__ import annotations

import pytest

from qmscheck import __version__

CONFIG = """\
version: 1
collections:
  changes: {type: change, files: "changes/**/*.yaml"}
  incidents: {type: incident, files: "incidents/*.yaml"}
people: people.yaml
settings: {id_pattern: ""}
"""
PEOPLE = "people:\n  - {key: bo, name: Bo Berg, employed_from: 2020-01-01}\n"


def change(number: int = 1, status: str = "requested", by: str = "bo") -> str:
    return f"id: CHG-{number}\nchange_type: normal\nstatus: {status}\nrequested_at: 2026-01-05\nrequested_by: {by}\n"


def outcomes(report: dict, rule: str) -> dict[str, str]:
    return {one["subject"]: one["outcome"] for one in report["results"] if one["rule"] == rule}


def test_records_configuration_and_people_are_those_of_the_moment(repository, report) -> None:
    first = repository.commit(
        {"qmscheck.yaml": CONFIG, "people.yaml": PEOPLE, "changes/1.yaml": change()}, on="2026-01-10"
    )
    repository.commit({"changes/1.yaml": None, "changes/2.yaml": change(2, by="kim")}, on="2026-02-10")
    repository.commit({"people.yaml": PEOPLE.replace("bo", "kim")}, on="2026-03-10")
    (repository.root / "qmscheck.yaml").write_text("version: 9\n")  # today's does not matter
    before = repository.state()

    found = report("--at", "2026-01-31")
    assert outcomes(found, "CORE008") == {"changes/1.yaml": "pass"}
    assert found["provenance"]["commit"] == first
    assert found["provenance"]["dirty"] is False
    assert found["provenance"]["as_of"] == "2026-01-31T23:59:59Z"
    assert outcomes(report("--at", "2026-02-10"), "CORE008") == {"changes/2.yaml": "fail"}
    assert outcomes(report("--at", "main"), "CORE008") == {"changes/2.yaml": "pass"}
    assert report("--at", first)["provenance"]["as_of"] == "2026-01-10T12:00:00Z"
    assert report("--at", first, "--as-of", "2026-09-01")["provenance"]["as_of"] == "2026-09-01"
    assert repository.state() == before


def test_the_day_that_is_judged_is_that_of_the_moment(repository, report) -> None:
    repository.commit({"qmscheck.yaml": CONFIG.replace("people: people.yaml\n", "")}, on="2026-01-01")
    repository.commit({"changes/1.yaml": change() + "implemented_from: 2026-02-20\n"}, on="2026-01-10")

    days = ("2026-02-18", "2026-02-19", "HEAD")
    found = {day: outcomes(report("--at", day, "--select", "CORE006"), "CORE006") for day in days}
    told = {day: one["changes/1.yaml"] for day, one in found.items()}
    assert told == {"2026-02-18": "fail", "2026-02-19": "pass", "HEAD": "fail"}


def test_paths_on_the_command_line_are_those_of_then(repository, told, report) -> None:
    repository.commit(
        {"qmscheck.yaml": CONFIG.replace("people: people.yaml\n", ""), "changes/a/1.yaml": change()}, on="2026-01-10"
    )
    repository.commit({"changes/a/1.yaml": None, "changes/b/2.yaml": change(2)}, on="2026-02-10")

    assert set(outcomes(report("--at", "2026-01-31", "changes/a"), "CORE001")) == {"changes/a/1.yaml"}
    code, _, err = told("check", "--at", "2026-01-31", "changes/b")
    assert code == 2
    assert "path 'changes/b' does not exist at" in err


def test_a_configuration_below_the_top_and_a_pack_above_it(repository, report, monkeypatch) -> None:
    rule = """\
id: ORG001
name: has-a-title
title: A change has a title
record: change
controls: [C-CHG]
grade: minor
basis: practice
detects: missing
requires: [title]
why: People look for it.
fix: Write one.
examples:
  pass: [{id: A, title: T}]
  fail: [{id: A}]
"""
    own = "version: 1\npacks: [../org]\ncollections:\n  changes: {type: change, files: 'changes/*.yaml'}\n"
    repository.commit(
        {
            "quality/qmscheck.yaml": own,
            "quality/changes/1.yaml": change(),
            "quality/deep/x": "",
            "org/change/ORG001-x.yaml": rule,
        },
        on="2026-01-10",
    )
    repository.git("rm", "-qr", "org", "quality")
    repository.commit({"x": "x"}, on="2026-02-10")
    (repository.root / "quality/deep").mkdir(parents=True)
    monkeypatch.chdir(repository.root / "quality/deep")

    found = report("--at", "2026-01-31", "--select", "ORG001")
    assert outcomes(found, "ORG001") == {"changes/1.yaml": "fail"}
    assert found["provenance"]["packs"] == [f"rules@{__version__}", "../org"]


def test_without_a_configuration_then(repository, told) -> None:
    repository.commit({"a": "1"}, on="2026-01-10")
    repository.commit({"qmscheck.yaml": CONFIG}, on="2026-02-10")

    code, _, err = told("check", "--at", "2026-01-31")
    assert code == 2
    assert "no qmscheck.yaml here" in err
    assert f"(at {repository.git('rev-parse', 'HEAD~1')[:10]} of 2026-01-10)" in err
    code, _, err = told("check", "--at", "2026-01-31", "--config", "qmscheck.yaml")
    assert code == 2
    assert "does not exist at" in err


def test_history_tags_and_commits_end_with_the_moment(repository, report) -> None:
    config = """\
version: 1
history: true
collections:
  changes: {type: change, files: "changes/*.yaml"}
  tags: {layout: git-tags}
  commits: {type: commit, from: git-commits}
settings: {id_pattern: ""}
"""
    repository.commit({"qmscheck.yaml": config, "changes/1.yaml": change(status="closed")}, on="2026-01-10")
    repository.git("tag", "-m", "One", "v1", on="2026-01-11")
    repository.commit({"changes/1.yaml": change(status="closed") + "title: other\n"}, on="2026-02-10")
    repository.git("tag", "-m", "Two", "v2", on="2026-02-12")

    def read(asked: str) -> dict[str, int]:
        return {one["collection"]: one["records"] for one in report("--at", asked)["read"]}

    assert read("2026-01-10") == {"changes": 1, "tags": 1, "commits": 1}  # the tag of the commit itself
    assert read("2026-01-31") == {"changes": 1, "tags": 1, "commits": 1}
    assert read("2026-02-28") == {"changes": 1, "tags": 2, "commits": 2}
    for asked, outcome in {"2026-01-31": "pass", "2026-02-28": "fail"}.items():
        assert outcomes(report("--at", asked), "CORE009")["changes/1.yaml"] == outcome


def test_submodules_that_collections_reach_are_told(repository, report) -> None:
    first = repository.commit(
        {"qmscheck.yaml": CONFIG.replace("people: people.yaml\n", ""), "changes/1.yaml": change()}, on="2026-01-10"
    )
    for path in ("changes/vendor", "other/vendor"):
        repository.git("update-index", "--add", "--cacheinfo", f"160000,{first},{path}")
    repository.git("commit", "-q", "-m", "Submodules")

    said = [line for line in report("--at", "HEAD")["left_out"] if "submodule" in line]
    commit = repository.git("rev-parse", "--short=10", "HEAD")
    assert said == [
        f"the submodule changes/vendor has a history of its own; what it held at {commit} was not read",
    ]


@pytest.mark.parametrize("verb", ["records", "metrics", "coverage"])
def test_other_verbs_look_back_too(repository, told, verb: str) -> None:
    config = CONFIG.replace("people: people.yaml\n", "standards: [iso9001:2015]\n")
    repository.commit({"qmscheck.yaml": config, "changes/1.yaml": change()}, on="2026-01-10")
    repository.commit({"changes/1.yaml": None, "changes/2.yaml": change(2)}, on="2026-02-10")

    code, out, err = told(verb, "--at", "2026-01-31", "--format", "json")
    assert (code, err) == (0, "")
    assert "2026-01-31" in out or "changes/1.yaml" in out
    assert "changes/2.yaml" not in out
