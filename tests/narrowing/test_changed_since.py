"""``check --changed-since``: what changed and what looks at it is judged, removals included; the rest is said."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from qmscheck.cli import program
from qmscheck.errors import UsageError
from qmscheck.reporters.verdict import Verdict, sentence, verdict


def test_only_what_changed_and_what_sees_it_is_judged(repository, judged, git):
    git("switch", "-qc", "work")
    repository.write("releases/1.yaml", "id: REL-1\ntitle: Spring, again\n").commit("Edit")
    report = repository.check(changed_since="main")
    found = judged(report)
    assert found["CORE001"] == {"releases/1.yaml"}
    assert "changes/1.yaml" in found["CORE004"]
    assert "changes/2.yaml" not in found["CORE004"]
    assert "releases/2.yaml" not in found["CORE002"]
    assert (report.extent.changed, report.extent.reached, report.extent.removed) == (1, 1, 0)
    assert any("1 record changed or new, 0 removed, 1 linked; 6 others left out" in note for note in report.left_out)


def test_everything_is_read_so_that_links_resolve(repository, findings):
    repository.write("changes/2.yaml", "id: CHG-2\ntitle: Renew\nrelease_ref: REL-2\n")
    assert findings(repository.check(changed_since="HEAD")) == set()
    repository.write("changes/2.yaml", "id: CHG-2\ntitle: Renew\nrelease_ref: REL-3\n")
    assert findings(repository.check(changed_since="HEAD")) == {("CORE004", "changes/2.yaml")}


def test_a_removed_record_is_missed_by_those_that_name_it(repository, findings):
    repository.remove("releases/1.yaml")
    report = repository.check(changed_since="HEAD")
    assert findings(report) == {("CORE004", "changes/1.yaml")}
    assert report.extent.removed == 1


def test_a_removed_record_of_a_list_is_missed_too(repository, findings):
    repository.write("changes/2.yaml", "id: CHG-2\ntitle: Renew\nlinks: {related_to: [INC-2]}\n").commit("Link")
    repository.write("incidents.yaml", "- {id: INC-1, title: Down, caused_by_change: CHG-1}\n")
    assert findings(repository.check(changed_since="HEAD")) == {("CORE004", "changes/2.yaml")}


def test_a_changed_id_is_missed_under_the_old_one(repository, findings):
    repository.write("releases/1.yaml", "id: REL-9\ntitle: Spring\n")
    assert ("CORE004", "changes/1.yaml") in findings(repository.check(changed_since="HEAD"))


def test_of_a_file_with_many_records_only_those_that_changed(repository, judged):
    repository.write(
        "incidents.yaml", "# by number\n- {id: INC-1, title: Down, caused_by_change: CHG-1}\n- {id: INC-2}\n"
    )
    assert judged(repository.check(changed_since="HEAD"))["CORE001"] == {"incidents.yaml#INC-2"}


def test_twins_are_found(repository, findings):
    repository.write("changes/3.yaml", "id: chg-1\ntitle: Again\n")
    found = findings(repository.check(changed_since="HEAD"))
    assert {("CORE002", "changes/3.yaml"), ("CORE002", "changes/1.yaml")} <= found


OWN = """\
id: OWN001
name: caused-nothing
title: A change causes no incident
record: change
controls: [C-CHG]
grade: minor
basis: practice
detects: inconsistent
expect: [{expect: size(related.incidents) == 0, message: it caused one}]
why: Tests need it.
fix: Nothing.
examples: {pass: [{record: {id: A}}], fail: [{record: {id: A}}], unknown: [{record: {id: A}}]}
"""


def test_a_link_read_from_the_other_end(repository, findings, judged):
    """A rule on changes sees the incidents that name them: one more concerns the change, where a rule follows it."""
    text = (repository.root / "qmscheck.yaml").read_text()
    two = "- {id: INC-1, title: Down, caused_by_change: CHG-1}\n- {id: INC-2, caused_by_change: CHG-2}\n"
    repository.write("incidents.yaml", two)
    assert judged(repository.check(changed_since="HEAD"))["CORE004"] == {"incidents.yaml#INC-2"}

    repository.write("own/change/OWN001-caused-nothing.yaml", OWN).write("incidents.yaml", "[]\n")
    repository.write("qmscheck.yaml", text.replace("select: [", "packs: [own]\nselect: [OWN001, ")).commit("Own rule")
    repository.write("incidents.yaml", two)
    expected = {("OWN001", "changes/1.yaml"), ("OWN001", "changes/2.yaml")}
    assert findings(repository.check(changed_since="HEAD")) == expected
    assert findings(repository.stage().check(staged=True)) == expected


def test_a_sequence_is_judged_around_the_change(repository, findings, judged):
    text = "- {id: '2', version: '2', date: 2026-01-01}\n- {id: '1', version: '1', date: 2026-02-01}\n"
    repository.write("log.yaml", text)
    report = repository.check(changed_since="HEAD")
    assert findings(report) == {("LOG005", "log.yaml#1")}
    assert judged(report)["CORE001"] == {"log.yaml#2"}


def test_files_that_git_does_not_know_yet_count(repository, findings, git):
    repository.write(".gitignore", "changes/private*\n").commit("Ignore")
    repository.write("changes/4.yaml", "id: [\n").write("changes/private.yaml", "id: [\n")
    assert findings(repository.check(changed_since="HEAD")) == {("CORE001", "changes/4.yaml")}


def test_the_other_side_of_the_fork_does_not_count(repository, judged, git):
    git("switch", "-qc", "work")
    repository.write("changes/3.yaml", "id: CHG-3\ntitle: Mine\n").commit("Mine")
    git("switch", "-q", "main")
    repository.write("changes/4.yaml", "id: CHG-4\ntitle: Theirs\n").commit("Theirs")
    git("switch", "-q", "work")
    assert judged(repository.check(changed_since="main"))["CORE001"] == {"changes/3.yaml"}
    git("merge", "-q", "main")
    assert judged(repository.check(changed_since="main"))["CORE001"] == {"changes/3.yaml"}


def test_rules_on_sets_that_changed(repository, judged):
    config = "version: 1\nstandards: [iso9001:2015]\ncollections:\n  changes: {type: change, files: 'changes/*.yaml'}\n"
    repository.write("qmscheck.yaml", config + "  documents: {type: document, files: 'documents/*.yaml'}\n")
    repository.write("documents/1.yaml", "id: DOC-1\ntitle: Policy\n").commit("Document")
    repository.write("changes/1.yaml", "id: CHG-1\ntitle: Other\n")
    found = judged(repository.check(changed_since="HEAD", select=["IMS001", "DOC006"]))
    assert found == {"IMS001": {"change"}}
    repository.remove("documents/1.yaml")
    report = repository.check(changed_since="HEAD", select=["IMS001", "DOC006"])
    found = judged(report)
    assert found["IMS001"] == {"change", "document"}
    assert "DOC006" in found
    assert verdict(report) is Verdict.NOT_SATISFIED


def test_the_last_record_of_all_is_missed(repository):
    config = "version: 1\ncollections:\n  changes: {type: change, files: 'changes/*.yaml'}\n"
    repository.write("qmscheck.yaml", config).commit("Only changes")
    repository.remove("changes/1.yaml").remove("changes/2.yaml")
    assert verdict(repository.check(changed_since="HEAD")) is Verdict.NOTHING_CHECKED


def test_nothing_changed(repository, findings):
    repository.write("changes/5.yaml", "id: [\n").commit("Broken for long")
    repository.write("README.md", "New\n")
    report = repository.check(changed_since="HEAD")
    assert findings(report) == set()
    assert verdict(report) is Verdict.SATISFIED
    assert sentence(report) == "Nothing to judge: no record changed since HEAD."
    assert report.read == ()


def test_what_cannot_be_read_and_did_not_change_is_said(repository, findings):
    repository.write("changes/5.yaml", "id: [\n").commit("Broken for long")
    repository.write("changes/2.yaml", "id: CHG-2\ntitle: Renew it\n")
    report = repository.check(changed_since="HEAD")
    assert findings(report) == set()
    assert any(
        "1 source that did not change and cannot be read; the first is changes/5.yaml:" in note
        for note in report.left_out
    )


@pytest.mark.parametrize("path", ["qmscheck.yaml", "people.yaml", "pack/rules/x.yaml"])
def test_a_changed_configuration_concerns_everything(repository, judged, path):
    repository.write("people.yaml", "people:\n  - {key: bo}\n").write("pack/README.md", "\n")
    config = (repository.root / "qmscheck.yaml").read_text() + "people: people.yaml\npacks: [pack]\n"
    repository.write("qmscheck.yaml", config).commit("People")
    assert "CORE001" not in judged(repository.check(changed_since="HEAD"))
    file = repository.root / path
    repository.write(path, (file.read_text() if file.exists() else "") + "# more\n")
    if path.startswith("pack/"):
        file.rename(file.with_suffix(".md"))
        path = "pack/rules/x.md"
    report = repository.check(changed_since="HEAD")
    assert len(judged(report)["CORE001"]) == 8
    assert any(f"everything was judged, because {path} changed since HEAD" in note for note in report.left_out)


def test_records_that_a_second_file_completes(repository, judged):
    config = """\
version: 1
select: [CORE001]
collections:
  changes:
    type: change
    files: "changes/*.yaml"
    keep: true
    join: {more: {files: more.csv, key: id, on: id}}
    fields: {reason: {joined: more, key: reason}}
"""
    repository.write("qmscheck.yaml", config).write("more.csv", "id,reason\nCHG-1,Old\n").commit("Second file")
    repository.write("more.csv", "id,reason\nCHG-1,New\n")
    assert judged(repository.check(changed_since="HEAD"))["CORE001"] == {"changes/1.yaml", "changes/2.yaml"}


def test_a_configuration_below_the_top(repository, judged, git, tmp_path):
    git("init", "-q", "-b", "main", at=tmp_path)
    (repository.root / ".git").rename(tmp_path / "gone")
    git("add", "-A", at=tmp_path)
    git("commit", "-qm", "All", at=tmp_path)
    (tmp_path / "other.yaml").write_text("id: 1\n")
    repository.write("changes/1.yaml", "id: CHG-1\ntitle: Other\n")
    assert judged(repository.check(changed_since="HEAD"))["CORE001"] == {"changes/1.yaml"}
    assert judged(repository.check(changed_since="main"))["CORE001"] == {"changes/1.yaml"}


def test_names_that_are_no_text(repository, judged):
    import os

    name = "changes/\udcff new\nline.yaml"
    (repository.root / os.fsdecode(os.fsencode(name))).write_text("id: CHG-7\ntitle: Odd\n")
    assert judged(repository.check(changed_since="HEAD"))["CORE001"] == {name}


@pytest.mark.parametrize("revision", ["no-such-branch", "--output=owned", "-n", ""])
def test_a_revision_that_is_none(repository, revision):
    with pytest.raises(UsageError, match="knows no revision"):
        repository.check(changed_since=revision)
    assert not (repository.root / "owned").exists()


def test_a_shallow_clone_says_what_to_write(repository, git, tmp_path):
    repository.write("changes/3.yaml", "id: CHG-3\ntitle: New\n").commit("More")
    clone = tmp_path / "clone"
    git("clone", "-q", "--depth", "1", "--no-tags", f"file://{repository.root}", str(clone))
    answer = CliRunner().invoke(program, ["check", "--root", str(clone), "--changed-since", "HEAD~1"])
    assert answer.exit_code == 2
    assert "fetch-depth: 0" in answer.output


def test_outside_of_git(tmp_path):
    (tmp_path / "qmscheck.yaml").write_text("version: 1\ncollections: {}\n")
    answer = CliRunner().invoke(program, ["check", "--root", str(tmp_path), "--changed-since", "main"])
    assert answer.exit_code == 2
    assert "not a git repository" in answer.output


def test_only_one_way_to_narrow(repository):
    for words in (["--staged", "--changed-since", "HEAD"], ["--staged", "x"], ["--changed-since", "HEAD", "x"]):
        answer = CliRunner().invoke(program, ["check", "--root", str(repository.root), *words])
        assert answer.exit_code == 2


def test_the_json_report_has_the_numbers(repository):
    repository.write("releases/1.yaml", "id: REL-1\ntitle: Spring, again\n")
    words = ["check", "--root", str(repository.root), "--changed-since", "HEAD", "--format", "json"]
    answer = CliRunner().invoke(program, words)
    extent = json.loads(answer.stdout)["extent"]
    assert extent["which"] == "changed since HEAD"
    assert len(extent["base"]) == 40
    assert {name: extent[name] for name in ("changed", "removed", "reached", "others")} == {
        "changed": 1,
        "removed": 0,
        "reached": 1,
        "others": 6,
    }


def test_a_changed_policy_is_told_even_if_no_record_changed(repository, git):
    git("switch", "-qc", "work")
    config = (repository.root / "qmscheck.yaml").read_text().replace("LOG005]", "LOG005, POL001]")
    repository.write("qmscheck.yaml", config).commit("Mine")
    git("branch", "-qf", "main", "HEAD")
    repository.write("qmscheck.yaml", config + "fail_on: major\n")
    words = ["check", "--root", str(repository.root), "--changed-since", "main", "--policy-from", "main", "-q"]
    answer = CliRunner().invoke(program, words)
    assert answer.exit_code == 1
    assert "1 major" in answer.output


def test_a_partial_clone_says_what_to_fetch(repository, git, tmp_path):
    repository.write("releases/1.yaml", "id: REL-1\ntitle: Spring, again\n").commit("More")
    git("config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    git("clone", "-q", "--filter=blob:none", f"file://{repository.root}", str(clone))
    answer = CliRunner().invoke(program, ["check", "--root", str(clone), "--changed-since", "HEAD~1"])
    assert answer.exit_code == 2
    assert "clone without a filter" in answer.output


def test_a_nil_return_is_judged_by_what_is_new(repository, findings):
    config = (repository.root / "qmscheck.yaml").read_text().replace("LOG005]", "IMS002]")
    repository.write("qmscheck.yaml", config + "  nil: {type: nil-return, files: nil.yaml}\n")
    nil = "id: NIL-1\ntitle: No problem\nrecord_type: incident\nperiod_from: 2026-01-01\nperiod_to: 2026-03-31\n"
    repository.write("nil.yaml", nil).commit("Nothing occurred")
    text = (repository.root / "incidents.yaml").read_text()
    repository.write("incidents.yaml", text + "- {id: INC-3, title: Late, detected_at: 2026-02-01}\n")
    assert ("IMS002", "nil.yaml") in findings(repository.check(changed_since="HEAD"))
