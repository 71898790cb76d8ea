"""``check --staged``: the index is judged, not the work tree."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from qmscheck.errors import UsageError
from qmscheck.model import Outcome
from qmscheck.reporters.verdict import sentence

BROKEN = "id: [\n"


def test_the_staged_content_is_judged(repository, findings):
    repository.write("changes/1.yaml", BROKEN).stage().write("changes/1.yaml", "id: CHG-1\ntitle: Mended\n")
    seen_by = {("CORE004", "incidents.yaml#INC-1")}  # nobody can tell the id of a broken record
    assert findings(repository.check(staged=True)) == {("CORE001", "changes/1.yaml"), *seen_by}


def test_what_is_not_staged_does_not_count(repository, findings):
    repository.write("changes/1.yaml", "id: CHG-1\ntitle: Other\n").stage()
    repository.write("changes/1.yaml", BROKEN).write("changes/2.yaml", BROKEN).write("changes/3.yaml", BROKEN)
    assert findings(repository.check(staged=True)) == set()


def test_links_lead_into_the_index(repository, findings):
    repository.write("changes/2.yaml", "id: CHG-2\ntitle: Renew\nrelease_ref: REL-3\n").stage()
    repository.write("releases/3.yaml", "id: REL-3\ntitle: Not staged\n")
    assert findings(repository.check(staged=True)) == {("CORE004", "changes/2.yaml")}
    repository.stage().remove("releases/3.yaml")
    assert findings(repository.check(staged=True)) == set()


def test_a_staged_removal_is_missed(repository, findings):
    text = (repository.root / "releases/1.yaml").read_text()
    repository.remove("releases/1.yaml").stage()
    assert findings(repository.check(staged=True)) == {("CORE004", "changes/1.yaml")}
    repository.write("releases/1.yaml", text)
    assert findings(repository.check(staged=True)) == {("CORE004", "changes/1.yaml")}


def test_a_removal_that_is_not_staged_does_not_count(repository, findings):
    repository.remove("releases/1.yaml").write("changes/2.yaml", "id: CHG-2\ntitle: Renew\nrelease_ref: REL-1\n")
    repository._git("add", "changes/2.yaml")
    assert findings(repository.check(staged=True)) == set()


def test_places_are_those_of_the_staged_text(repository):
    repository.write("changes/1.yaml", "id: CHG-1\ntitle: Move\n\n\nrelease_ref: REL-9\n").stage()
    repository.write("changes/1.yaml", "id: CHG-1\n")
    (result,) = repository.check(staged=True).of(Outcome.FAIL)
    assert str(result.location).startswith("changes/1.yaml:5")


def test_before_the_first_commit(tmp_path, findings, repository):
    subprocess.run(["git", "init", "-q", str(tmp_path / "new")], check=True)
    fresh = type(repository)(tmp_path / "new").write("qmscheck.yaml", (repository.root / "qmscheck.yaml").read_text())
    report = fresh.write("changes/1.yaml", BROKEN).stage().check(staged=True)
    assert ("CORE001", "changes/1.yaml") in findings(report)


def test_nothing_is_staged(repository):
    repository.write("changes/1.yaml", BROKEN)
    assert sentence(repository.check(staged=True)) == "Nothing to judge: no record is staged."


def test_only_announced_files_are_not_staged(repository, findings):
    repository.write("changes/9.yaml", BROKEN)
    repository._git("add", "--intent-to-add", "changes/9.yaml")
    assert findings(repository.check(staged=True)) == set()


def test_a_conflict_is_said(repository, git):
    git("switch", "-qc", "side")
    repository.write("changes/1.yaml", "id: CHG-1\ntitle: Side\n").commit("Side")
    git("switch", "-q", "main")
    repository.write("changes/1.yaml", "id: CHG-1\ntitle: Main\n").commit("Main")
    subprocess.run(["git", "merge", "-q", "side"], cwd=repository.root, check=False, capture_output=True)
    (result,) = repository.check(staged=True).of(Outcome.ERROR)
    assert "in conflict" in result.reason


def test_a_configuration_that_is_not_staged_is_said(repository):
    text = (repository.root / "qmscheck.yaml").read_text()
    repository.write("changes/1.yaml", "id: CHG-1\ntitle: Other\n").stage().write("qmscheck.yaml", text + "# more\n")
    assert any(
        "qmscheck.yaml: has changes that are not staged" in note for note in repository.check(staged=True).left_out
    )


def test_rules_on_history_are_left_to_a_whole_run(repository):
    text = (repository.root / "qmscheck.yaml").read_text().replace("select: [", "history: true\nselect: [CORE009, ")
    repository.write("qmscheck.yaml", text).commit("History")
    report = repository.write("changes/1.yaml", "id: CHG-1\ntitle: Other\n").stage().check(staged=True)
    assert {rule.id for rule in report.rules}.isdisjoint({"CORE009"})
    assert any("what is staged has none yet" in note for note in report.left_out)


def test_tags_that_a_shallow_clone_does_not_have(repository, git, tmp_path, findings):
    config = (
        "version: 1\nselect: [CORE001, REL, LOG]\nsettings: {id_pattern: ''}\n"
        "collections:\n  log: {type: change-log-release, files: log.yaml, split: {items: ''}}\n"
        "  tags: {type: tag, from: git-tags}\n"
    )
    repository.write("qmscheck.yaml", config).commit("Tags")
    clone = tmp_path / "clone"
    git("clone", "-q", "--depth", "1", "--no-tags", f"file://{repository.root}", str(clone))
    there = type(repository)(clone)
    text = "- {id: '2', version: '2', date: 2026-03-02}\n- {id: '1', version: '1', date: 2026-02-01}\n"
    report = there.write("log.yaml", text).stage().check(staged=True)
    assert findings(report) == set()
    assert any("fetch-depth: 0" in note for note in report.left_out)


def test_a_sparse_checkout_is_whole_in_the_index(repository, git, findings):
    git("sparse-checkout", "set", "changes")
    assert not (repository.root / "releases/1.yaml").exists()
    repository.write("changes/1.yaml", "id: CHG-1\ntitle: Other\nrelease_ref: REL-1\n")
    git("add", "changes/1.yaml")
    assert findings(repository.check(staged=True)) == set()


def test_a_filter_of_the_configuration_is_not_started(repository, git):
    git("config", "filter.own.clean", f"touch {repository.root}/owned; cat")
    git("config", "filter.own.required", "true")
    (repository.root / ".git" / "info" / "attributes").write_text("*.yaml filter=own\n")
    file = repository.root / "changes/1.yaml"
    os.utime(file, (1, 1))
    repository.check(staged=True)
    repository.check(changed_since="HEAD")
    assert not (repository.root / "owned").exists()


SERVICES = """\
version: 1
select: [CTX009, CORE013]
settings: {id_pattern: ""}
collections:
  services: {type: service, files: "services/*.yaml"}
  suppliers: {type: supplier, files: "suppliers/*.yaml"}
  changes: {type: change, files: "changes/*.yaml"}
"""
SUPPLIER = "id: SUP-1\nkind: external\nprovides:\n  - {what: %s, ref: SVC-1}\n"


def test_a_rule_on_a_set_is_asked_when_what_it_looks_at_beside_changed(repository, findings):
    repository.write("qmscheck.yaml", SERVICES)
    service = "id: SVC-1\nstatus: live\nin_scope: true\ndelivered_by: [SUP-1]\n"
    repository.write("services/1.yaml", service).write("suppliers/1.yaml", SUPPLIER % "component").commit("Services")
    repository.write("suppliers/1.yaml", SUPPLIER % "service").stage()

    whole = findings(repository.check(as_of="2026-09-01"))
    assert whole == {("CTX009", "service")}
    assert findings(repository.check(as_of="2026-09-01", staged=True)) == whole
    repository.commit("All by others").write("changes/1.yaml", "id: CHG-1\ntitle: Other\n").stage()
    assert not findings(repository.check(as_of="2026-09-01", staged=True)), "nothing that it looks at changed"


def test_a_file_that_is_evidence_concerns_the_record_that_names_it(repository, findings):
    digest = "44b6f0ef3e1a23e8ca8bd9cdf0eb2eb4fd1ec7c6a7b57a3ecae9a6e0f3b1d1b7"
    repository.write("qmscheck.yaml", SERVICES).write("proof/run.txt", "green\n")
    repository.write("changes/1.yaml", f"id: CHG-1\ntest_evidence: [{{path: proof/run.txt, sha256: {digest}}}]\n")
    repository.write("changes/2.yaml", "id: CHG-2\n").commit("With proof")
    assert not findings(repository.check(as_of="2026-09-01", staged=True))

    repository.write("proof/other.txt", "x\n").stage()
    report = repository.check(as_of="2026-09-01", staged=True)
    assert not findings(report)
    assert report.extent.changed == 0
    repository.write("proof/run.txt", "red\n").stage()
    assert findings(repository.check(as_of="2026-09-01", staged=True)) == {("CORE013", "changes/1.yaml")}
    assert findings(repository.check(as_of="2026-09-01", changed_since="HEAD")) == {("CORE013", "changes/1.yaml")}
    repository.remove("proof/run.txt").stage()
    assert findings(repository.check(as_of="2026-09-01", staged=True)) == {("CORE013", "changes/1.yaml")}


def test_a_link_leads_to_the_staged_bytes(repository, findings):
    repository.write("shared/4.yaml", "id: CHG-4\ntitle: Shared\n")
    (repository.root / "changes/4.yaml").symlink_to("../shared/4.yaml")
    repository.commit("Link")
    repository.write("shared/4.yaml", BROKEN).stage().write("shared/4.yaml", "id: CHG-4\ntitle: Mended\n")
    repository.write("changes/1.yaml", "id: CHG-1\ntitle: Other\n")
    repository._git("add", "changes/1.yaml")
    unread = [one for one in repository.check(staged=True).read if one.collection == "changes"]
    assert unread[0].unreadable == 1


def test_a_link_that_is_another_in_the_work_tree_is_said(repository):
    (repository.root / "changes/4.yaml").symlink_to("2.yaml")
    repository.stage()
    (repository.root / "changes/4.yaml").unlink()
    (repository.root / "changes/4.yaml").symlink_to("3.yaml")
    (result,) = repository.check(staged=True).of(Outcome.ERROR)
    assert "is a link in the index and something else in the work tree" in result.reason


def test_line_ends_of_the_work_tree_do_not_count(repository, git, findings):
    git("config", "core.autocrlf", "true")
    (repository.root / "changes/1.yaml").write_bytes(b"id: CHG-1\r\ntitle: Other\r\nrelease_ref: REL-1\r\n")
    config = repository.root / "qmscheck.yaml"
    config.write_bytes(config.read_bytes().replace(b"\n", b"\r\n"))
    git("add", "changes/1.yaml")
    report = repository.check(staged=True)
    assert findings(report) == set()
    assert report.extent.changed == 1
    assert not any("not staged" in note for note in report.left_out)


def _files_of(report):
    return next(one.files for one in report.read if one.collection == "changes")


def test_an_empty_file_is_staged_and_one_that_is_announced_is_not(repository, judged):
    repository.write("changes/8.yaml", "").write("changes/9.yaml", "")
    repository._git("add", "--intent-to-add", "changes/9.yaml")
    repository._git("add", "changes/8.yaml")
    assert _files_of(repository.check(staged=True)) == 3
    repository.commit("Empty").write("changes/1.yaml", "id: CHG-1\ntitle: Other\n").stage()
    assert _files_of(repository.check(staged=True)) == 4


def test_evidence_that_is_not_staged_is_missed(repository, findings):
    repository.write("qmscheck.yaml", SERVICES).write(".gitignore", "proof/\n").commit("Settings")
    repository.write("proof/run.txt", "green\n")
    repository.write("changes/1.yaml", "id: CHG-1\ntest_evidence: [{path: proof/run.txt}]\n").stage()
    assert findings(repository.check(as_of="2026-09-01", staged=True)) == {("CORE013", "changes/1.yaml")}
    assert not findings(repository.check(as_of="2026-09-01"))
    repository._git("add", "-f", "proof/run.txt")
    assert not findings(repository.check(as_of="2026-09-01", staged=True))


def test_what_git_tells_its_hooks_of_the_repository(repository, git, findings, tmp_path, monkeypatch):
    """In a linked work tree a hook has GIT_DIR, and of a commit of named files an index of its own."""
    git("worktree", "add", "-q", str(tmp_path / "linked"), "-b", "linked")
    linked = type(repository)(tmp_path / "linked" / "sub")
    linked.write("qmscheck.yaml", (repository.root / "qmscheck.yaml").read_text()).write("changes/7.yaml", BROKEN)
    git("add", "sub", at=tmp_path / "linked")
    monkeypatch.setenv("GIT_DIR", str(repository.root / ".git" / "worktrees" / "linked"))
    assert findings(linked.check(staged=True)) == {("CORE001", "changes/7.yaml")}
    monkeypatch.delenv("GIT_DIR")

    repository.write("changes/1.yaml", BROKEN).write("changes/2.yaml", "id: CHG-2\ntitle: Other\n").stage()
    index = repository.root / ".git" / "of-named-files"
    monkeypatch.setenv("GIT_INDEX_FILE", str(index))
    git("read-tree", "HEAD")
    git("add", "changes/2.yaml")
    report = repository.check(staged=True)
    assert findings(report) == set()
    assert report.extent.changed == 1


def test_a_repository_that_lacks_objects_says_so(repository, git, tmp_path, findings):
    git("config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "partial"
    git("clone", "-q", "--no-local", "--filter=blob:none", "--no-checkout", f"file://{repository.root}", str(clone))
    git("read-tree", "HEAD", at=clone)
    there = type(repository)(clone)
    there.write("qmscheck.yaml", (repository.root / "qmscheck.yaml").read_text())
    there.write("changes/1.yaml", "id: CHG-1\ntitle: Other\n")
    git("add", "changes/1.yaml", at=clone)
    report = there.check(staged=True)
    assert any("the clone is partial" in note for note in report.left_out)
    assert {one.collection: one.unreadable for one in report.read}["changes"] == 1


@pytest.mark.parametrize("how", ["none", "bare", "no git"])
def test_where_nothing_can_be_staged(repository, git, tmp_path, monkeypatch, how):
    root = tmp_path / "other"
    git("init", "-q", *(["--bare"] if how == "bare" else []), str(root))
    if how == "none":
        shutil.rmtree(root / ".git")
    if how == "no git":
        monkeypatch.setenv("PATH", str(tmp_path))
    other = type(repository)(root).write("qmscheck.yaml", (repository.root / "qmscheck.yaml").read_text())
    words = {"none": "not a git repository", "bare": "the repository is bare", "no git": "git is not installed"}
    with pytest.raises(UsageError, match=f"--staged: .*{words[how]}"):
        other.check(staged=True)


def test_a_hook_waits_for_no_gitpython(repository):
    repository.write("changes/1.yaml", "id: CHG-1\ntitle: Other\n").stage()
    program = (
        "import sys\nfrom qmscheck.cli import program\n"
        "try: program.main(['check', '--staged'])\nfinally: print('git' in sys.modules, 'gitdb' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=repository.root, check=False, capture_output=True, text=True
    )
    assert "1 record changed or new" in " ".join(done.stdout.split())
    assert done.stdout.endswith("False False\n")


def test_where_a_staged_run_stood(repository, git):
    repository.write("changes/1.yaml", "id: CHG-1\ntitle: Other\n").stage()
    provenance = repository.check(staged=True).provenance
    assert (provenance.commit, provenance.dirty, provenance.shallow) == (git("rev-parse", "HEAD").strip(), True, False)
