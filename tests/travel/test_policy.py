"""``--policy-from``: what is judged changes nothing of what it is judged by, and every try is told."""

from __future__ import annotations

from pathlib import Path

import pytest

CONFIG = """\
version: 1
packs: [pack]
people: people.yaml
collections:
  changes: {type: change, files: "changes/*.yaml"}
  waivers: {type: waiver, files: "waivers/*.yaml"}
settings: {id_pattern: ""}
"""
PEOPLE = "people:\n  - {key: ada, employed_from: 2020-01-01}\n  - {key: cleo, employed_from: 2020-01-01}\n"
CHANGE = "id: CHG-1\nchange_type: normal\nstatus: requested\nrequested_at: 2026-01-05\nrequested_by: bo\n"
RULE = """\
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
FILES = {
    "qmscheck.yaml": CONFIG,
    "people.yaml": PEOPLE,
    "pack/change/ORG001-has-a-title.yaml": RULE,
    "changes/1.yaml": CHANGE,
}
WAIVER = """\
id: WVR-1
rule: ORG001
record: CHG-1
reason: It needs none
requested_by: ada
approved_by: cleo
approved_on: 2026-02-01
starts_on: 2026-02-01
expires_on: 2026-04-30
content: {content}
"""


@pytest.fixture
def proposal(repository):
    """A branch off main, checked out."""
    repository.commit(FILES, on="2026-02-01")
    repository.git("checkout", "-q", "-b", "proposal")
    return repository


def _outcome(report: dict, rule: str, subject: str = "changes/1.yaml") -> str:
    return next(one["outcome"] for one in report["results"] if (one["rule"], one["subject"]) == (rule, subject))


def _told(report: dict) -> dict[str, str]:
    """The files of the policy that were changed, with the sentence and line of the finding."""
    found = [one for one in report["results"] if one["rule"] == "POL001" and one["outcome"] != "pass"]
    return {one["subject"]: one["outcome"] for one in found}


@pytest.fixture
def judged(report):
    return lambda *words: report("--policy-from", "main", "--as-of", "2026-03-01", *words)


def _content() -> str:
    from qmscheck.checks.waivers import content_of
    from qmscheck.model import Record

    fields = {
        "id": "CHG-1", "change_type": "normal", "status": "requested", "requested_at": "2026-01-05",
        "requested_by": "bo",
    }  # fmt: skip
    return content_of(Record(type="change", id="CHG-1", fields=fields, path="changes/1.yaml", collection="changes"))


def test_a_proposal_that_leaves_the_policy_alone(proposal, judged) -> None:
    proposal.commit({"changes/2.yaml": CHANGE.replace("CHG-1", "CHG-2")}, on="2026-02-02")

    report = judged()
    assert report["provenance"]["policy"] == proposal.git("rev-parse", "main")
    assert _told(report) == {}
    assert {one["subject"] for one in report["results"] if one["rule"] == "POL001"} == {
        "qmscheck.yaml",
        "people.yaml",
        "pack/change/ORG001-has-a-title.yaml",
    }
    assert _outcome(report, "ORG001", "changes/2.yaml") == "fail"


def test_a_waiver_of_ones_own(proposal, judged, report) -> None:
    proposal.commit({"waivers/1.yaml": WAIVER.format(content=_content())}, on="2026-02-02")

    assert _outcome(report("--as-of", "2026-03-01"), "ORG001") == "waived"
    found = judged()
    assert _outcome(found, "ORG001") == "fail"
    assert _told(found) == {"waivers/1.yaml": "fail"}
    proposal.git("checkout", "-q", "main")
    proposal.git("merge", "-q", "proposal")
    found = judged()
    assert _outcome(found, "ORG001") == "waived"  # once it is accepted
    assert _told(found) == {}


def test_a_baseline_of_ones_own(proposal, judged, report) -> None:
    known = f'{{rule: ORG001, subject: changes/1.yaml, problem: title, content: "{_content()}", since: 2026-02-02}}'
    proposal.commit(
        {"qmscheck-baseline.yaml": f"version: 1\nuntil: 2026-12-31\nfindings:\n  - {known}\n"}, on="2026-02-02"
    )

    assert _outcome(report("--as-of", "2026-03-01"), "ORG001") == "waived"
    found = judged()
    assert _outcome(found, "ORG001") == "fail"
    assert _told(found) == {"qmscheck-baseline.yaml": "fail"}
    proposal.git("branch", "-f", "main")
    assert _outcome(judged(), "ORG001") == "waived"  # once it is accepted


def test_a_loosened_configuration(proposal, judged, report) -> None:
    proposal.commit({"qmscheck.yaml": CONFIG.replace("settings:", "ignore: [ORG001]\nsettings:")}, on="2026-02-02")

    assert "ORG001" not in {one["rule"] for one in report()["results"]}
    found = judged()
    assert _outcome(found, "ORG001") == "fail"
    assert _told(found) == {"qmscheck.yaml": "fail"}
    (finding,) = [one for one in found["results"] if one["rule"] == "POL001" and one["outcome"] == "fail"]
    assert (finding["location"]["path"], finding["location"]["line"]) == ("qmscheck.yaml", 7)
    assert "the configuration was changed by what is judged; it has no effect here" in finding["message"]


def test_a_configuration_that_takes_the_records_away(proposal, judged) -> None:
    proposal.commit({"qmscheck.yaml": "version: 1\ncollections: {}\n"}, on="2026-02-02")
    found = judged()
    assert _outcome(found, "ORG001") == "fail"
    assert _told(found) == {"qmscheck.yaml": "fail"}

    proposal.commit({"qmscheck.yaml": None, ".qmscheck.yaml": "version: 1\n"}, on="2026-02-03")
    found = judged()
    assert _outcome(found, "ORG001") == "fail"
    assert _told(found) == {"qmscheck.yaml": "fail", ".qmscheck.yaml": "fail"}


@pytest.mark.parametrize("text", [RULE.replace("[title]", "[id]"), None])
def test_an_edited_or_removed_rule(proposal, judged, text: str | None) -> None:
    proposal.commit({"pack/change/ORG001-has-a-title.yaml": text, "pack/x": ""}, on="2026-02-02")

    found = judged()
    assert _outcome(found, "ORG001") == "fail"
    assert _told(found) == {"pack/change/ORG001-has-a-title.yaml": "fail", "pack/x": "fail"}


def test_somebody_who_adds_himself_to_the_people(proposal, judged, report) -> None:
    more = PEOPLE + "  - {key: bo, name: Bo, employed_from: 2020-01-01}\n"
    proposal.commit({"people.yaml": more}, on="2026-02-02")

    assert _outcome(report(), "CORE008") == "pass"
    found = judged()
    assert _outcome(found, "CORE008") == "fail"
    assert _told(found) == {"people.yaml": "fail"}


def test_what_is_not_committed_counts_as_well(proposal, judged) -> None:
    (proposal.root / "people.yaml").write_text("people: []\n")
    (proposal.root / ".mailmap").write_text("Bo <bo@example.org> Kim <kim@example.org>\n")

    assert _told(judged()) == {"people.yaml": "fail", ".mailmap": "fail"}


def test_a_policy_that_moved_on_is_no_change_of_the_proposal(proposal, judged) -> None:
    proposal.commit({"changes/2.yaml": CHANGE.replace("CHG-1", "CHG-2")}, on="2026-02-02")
    proposal.git("checkout", "-q", "main")
    proposal.commit({"people.yaml": PEOPLE + "  - {key: bo, name: Bo, employed_from: 2020-01-01}\n"}, on="2026-02-03")
    proposal.git("checkout", "-q", "proposal")

    found = judged()
    assert _outcome(found, "CORE008") == "pass"  # by the register of main
    assert _told(found) == {}


def test_a_few_named_files_are_judged_by_the_policy_too(proposal, judged) -> None:
    waiver = WAIVER.format(content=_content())
    proposal.commit({"waivers/1.yaml": waiver, "qmscheck.yaml": CONFIG + "ignore: [ORG]\n"}, on="2026-02-02")

    found = judged("changes/1.yaml")
    assert _outcome(found, "ORG001") == "fail"
    assert _told(found) == {"qmscheck.yaml": "fail", "waivers/1.yaml": "fail"}


def test_line_ends_and_other_tables_are_no_change(proposal, judged) -> None:
    table = (
        '[tool.qmscheck]\nversion = 1\n[tool.qmscheck.collections.changes]\ntype = "change"\nfiles = "changes/*.yaml"\n'
    )
    proposal.git("checkout", "-q", "main")
    proposal.commit({"qmscheck.yaml": None, "pyproject.toml": table}, on="2026-02-02")
    proposal.git("checkout", "-q", "-B", "proposal")

    (proposal.root / "pyproject.toml").write_bytes((table + "[project]\nname = 'x'\n").replace("\n", "\r\n").encode())
    assert _told(judged()) == {}
    (proposal.root / "pyproject.toml").write_text(table.replace("version = 1", "version = 1\nignore = ['CORE']"))
    assert _told(judged()) == {"pyproject.toml": "fail"}


def test_a_shallow_clone_cannot_tell_who_changed_it(proposal, tmp_path: Path, told) -> None:
    proposal.commit({"people.yaml": "people: []\n"}, on="2026-02-02")
    for branch in ("main", "proposal"):
        proposal.git("checkout", "-q", branch)
        proposal.commit({"x": branch}, on="2026-02-03")
    proposal.git("clone", "-q", "--depth=1", "--no-single-branch", f"file://{proposal.root}", str(tmp_path / "shallow"))

    code, out, err = told(
        "check", "--root", str(tmp_path / "shallow"), "--policy-from", "origin/main", "--select", "POL001"
    )
    assert (code, err) == (1, "")
    assert "people.yaml" in out
    assert "fetch the whole history" in out


def test_a_link_does_not_hide_what_governs(proposal, judged) -> None:
    (proposal.root / "people.yaml").unlink()
    (proposal.root / "people.yaml").symlink_to("/dev/null")

    assert _told(judged()) == {"people.yaml": "fail"}


def test_the_past_is_judged_by_the_rules_of_today(proposal, report) -> None:
    proposal.commit({"pack/change/ORG001-has-a-title.yaml": RULE.replace("[title]", "[owner]")}, on="2026-02-05")
    proposal.commit({"changes/1.yaml": CHANGE + "owner: bo\n"}, on="2026-02-10")

    found = report("--at", "2026-02-05", "--policy-from", "HEAD")
    assert _outcome(found, "ORG001") == "fail"
    assert _told(found) == {}
    assert _outcome(report("--at", "2026-02-10", "--policy-from", "HEAD"), "ORG001") == "pass"


def test_comments_that_ignore_count_once_they_are_accepted(proposal, judged, report) -> None:
    proposal.git("checkout", "-q", "main")
    proposal.commit({"qmscheck.yaml": CONFIG + "inline_ignores: true\n"}, on="2026-02-02")
    proposal.git("checkout", "-q", "-B", "proposal")
    proposal.commit({"changes/1.yaml": CHANGE + "# qmscheck: ignore[ORG001] needs none\n"}, on="2026-02-03")

    assert _outcome(report(), "ORG001") == "waived"
    assert _outcome(judged(), "ORG001") == "fail"
    proposal.git("branch", "-f", "main")
    assert _outcome(judged(), "ORG001") == "waived"
    (proposal.root / "changes/1.yaml").write_text(CHANGE + "# qmscheck: ignore[ORG001] needs none\nowner: bo\n")
    assert _outcome(judged(), "ORG001") == "waived"


@pytest.mark.parametrize("word", ["nothing", "--exec=x", "origin/none"])
def test_a_policy_that_is_not_there(proposal, told, word: str) -> None:
    code, _, err = told("check", "--policy-from", word)
    assert code == 2
    assert f"git knows no revision {word!r}" in err


def test_a_narrowed_run_tells_changes_of_the_policy_too(proposal, judged) -> None:
    proposal.commit(
        {"people.yaml": "people: []\n", "changes/2.yaml": CHANGE.replace("CHG-1", "CHG-2")}, on="2026-02-02"
    )

    found = judged("--changed-since", "main")
    assert _outcome(found, "ORG001", "changes/2.yaml") == "fail"
    assert _told(found) == {"people.yaml": "fail"}


def test_a_baseline_of_ones_own_and_the_one_of_the_policy(proposal, told, judged) -> None:
    code, _, err = told("baseline", "write", "--as-of", "2026-03-01", "--until", "2026-06-30")
    assert code == 0, err
    assert (proposal.root / "qmscheck-baseline.yaml").exists()

    found = judged()
    assert _outcome(found, "ORG001") == "fail"
    assert _told(found) == {"qmscheck-baseline.yaml": "fail"}
    proposal.git("checkout", "-q", "main")
    proposal.git("add", "-A")
    proposal.git("commit", "-q", "-m", "Baseline", on="2026-02-20")
    proposal.git("checkout", "-q", "-B", "proposal")
    assert _outcome(judged(), "ORG001") == "waived"
    (proposal.root / "qmscheck-baseline.yaml").unlink()
    found = judged()
    assert _outcome(found, "ORG001") == "waived"  # removing it has no effect either
    assert _told(found) == {"qmscheck-baseline.yaml": "fail"}


def test_a_configuration_that_is_named_is_that_of_the_policy(proposal, report) -> None:
    proposal.git("checkout", "-q", "main")
    proposal.commit({"ci/strict.yaml": CONFIG.replace("packs: [pack]", "packs: [../pack]")}, on="2026-02-02")
    proposal.git("checkout", "-q", "-B", "proposal")
    proposal.commit({"ci/strict.yaml": "version: 1\n"}, on="2026-02-03")

    words = ("--config", "ci/strict.yaml", "--as-of", "2026-03-01")
    found = report("--policy-from", "main", *words)
    assert _outcome(found, "ORG001") == "fail"
    assert _told(found) == {"ci/strict.yaml": "fail"}


def test_records_below_the_top_with_rules_above_them(proposal, report, told, monkeypatch) -> None:
    proposal.git("checkout", "-q", "main")
    files = {f"quality/{name}": text for name, text in FILES.items() if not name.startswith("pack")}
    files["quality/qmscheck.yaml"] = CONFIG.replace("packs: [pack]", "packs: [../pack]")
    proposal.commit({**files, "qmscheck.yaml": None, "people.yaml": None, "changes/1.yaml": None}, on="2026-02-02")
    proposal.git("checkout", "-q", "-B", "proposal")
    proposal.commit({"pack/change/ORG001-has-a-title.yaml": None, "pack/x": ""}, on="2026-02-03")
    monkeypatch.chdir(proposal.root / "quality" / "changes")

    found = report("--policy-from", "main", "--as-of", "2026-03-01")
    assert _outcome(found, "ORG001") == "fail"
    assert _told(found) == {"../pack/change/ORG001-has-a-title.yaml": "fail", "../pack/x": "fail"}
    _, out, _ = told("check", "--policy-from", "main", "--select", "POL001", "--format", "github")
    assert "file=pack/change/ORG001-has-a-title.yaml," in out
