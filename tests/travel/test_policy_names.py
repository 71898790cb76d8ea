"""``--policy-from``: who is who, what only formats, and whose keys count are not up to the proposal that is judged."""

from __future__ import annotations

import shutil
import subprocess

import pytest

BO, KIM = "Bo Berg <bo@example.org>", "Kim Ode <kim@example.org>"
CONFIG = """\
version: 1
history: true
people: people.yaml
collections:
  changes: {type: change, files: "changes/*.yaml"}
  commits: {type: commit, from: git-commits, options: {paths: ["changes/**"]}}
settings: {id_pattern: ""}
"""
PEOPLE = """\
people:
  - {key: bo, name: Bo Berg, emails: [bo@example.org], employed_from: 2020-01-01}
  - {key: kim, name: Kim Ode, emails: [kim@example.org], employed_from: 2020-01-01}
"""
CLOSED = "id: OLD\nstatus: closed\noutcome: {}\n"
APPROVED = "id: NEW\nstatus: approved\napprovals: [{by: kim, at: 2026-02-03, decision: approved}]\n"
RULE = """\
id: ORG001
name: tag-signed
title: A tag is signed by a key that we know
record: tag
controls: [C-REL]
grade: minor
basis: practice
detects: unauthorised
expect: record.signature == "good"
at: signature
message: "the signature is {signature}"
why: So that nobody else releases.
fix: Sign it.
examples:
  pass: [{id: v1, signature: good}]
  fail: [{id: v1, signature: bad}]
"""
TO_BO = f"{BO} <kim@example.org>\n"
TO_KIM = f"{KIM} <bo@example.org>\n"


@pytest.fixture
def proposal(repository):
    """A branch off main, checked out."""
    repository.commit(
        {"qmscheck.yaml": CONFIG, "people.yaml": PEOPLE, "changes/old.yaml": CLOSED.format("failed")}, on="2026-02-01"
    )
    repository.git("checkout", "-q", "-b", "proposal")
    return repository


@pytest.fixture
def outcome(report):
    """The outcome of a rule on a subject, without and with a policy that is taken from main."""

    def outcome(rule: str, subject: str = "") -> tuple[str, str]:
        def found(*words: str) -> str:
            results = report("--as-of", "2026-03-01", "--select", rule, *words)["results"]
            return next(
                one["outcome"] for one in results if one["rule"] == rule and (one["record"] or {}).get("id") == subject
            )

        return found(), found("--policy-from", "main")

    return outcome


@pytest.mark.parametrize("cached", [False, True])
def test_the_author_is_made_another_than_the_approver(proposal, outcome, report, monkeypatch, cached) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(proposal.root.parent / "cache"))
    proposal.commit({"changes/new.yaml": APPROVED}, by=KIM, on="2026-02-03")
    assert outcome("CHG028", "NEW") == ("fail", "fail")  # Kim wrote it, and approved it

    proposal.commit({".mailmap": TO_BO}, by=KIM, on="2026-02-04")
    if cached:
        outcome("CHG028", "NEW")
    assert outcome("CHG028", "NEW") == ("pass", "fail")
    told = report("--policy-from", "main", "--as-of", "2026-03-01")["results"]
    assert [one["subject"] for one in told if (one["rule"], one["outcome"]) == ("POL001", "fail")] == [".mailmap"]

    proposal.git("branch", "-f", "main")
    assert outcome("CHG028", "NEW") == ("pass", "pass")  # once it is accepted


def test_the_author_is_made_the_approver(proposal, outcome) -> None:
    proposal.commit({"changes/new.yaml": APPROVED}, by=BO, on="2026-02-03")
    assert outcome("CHG027", "NEW") == ("fail", "fail")  # Bo wrote down that Kim approved

    (proposal.root / ".mailmap").write_text(TO_KIM)  # not even committed
    assert outcome("CHG027", "NEW") == ("pass", "fail")


def test_what_main_says_of_names_counts_though_the_proposal_takes_it_away(proposal, outcome) -> None:
    proposal.git("checkout", "-q", "main")
    proposal.commit({".mailmap": f"{KIM} <kim@old.example>\n"}, on="2026-02-02")
    proposal.git("checkout", "-q", "-B", "proposal")
    proposal.commit({"changes/new.yaml": APPROVED}, by="K <kim@old.example>", on="2026-02-03")
    assert outcome("CHG028", "NEW") == ("fail", "fail")

    proposal.commit({".mailmap": None}, on="2026-02-04")
    assert outcome("CHG028", "NEW") == ("unknown", "fail")


def test_another_mailmap_of_the_settings_does_not_count(proposal, outcome) -> None:
    proposal.commit({"changes/new.yaml": APPROVED, "names": TO_BO}, by=KIM, on="2026-02-03")
    proposal.git("config", "mailmap.file", "names")
    assert outcome("CHG028", "NEW") == ("pass", "fail")
    proposal.git("config", "--unset", "mailmap.file")
    proposal.git("config", "mailmap.blob", "HEAD:names")
    assert outcome("CHG028", "NEW") == ("pass", "fail")


def test_in_a_linked_work_tree(proposal, outcome, monkeypatch) -> None:
    proposal.commit({"changes/new.yaml": APPROVED}, by=KIM, on="2026-02-03")
    proposal.commit({".mailmap": TO_BO}, by=KIM, on="2026-02-04")
    proposal.git("worktree", "add", "-q", "--detach", "../linked", "proposal")
    monkeypatch.chdir(proposal.root.parent / "linked")
    assert outcome("CHG028", "NEW") == ("pass", "fail")


def test_commits_as_records(proposal, outcome) -> None:
    message = f"New\n\nReviewed-by: {KIM}"
    proposal.commit({"changes/new.yaml": APPROVED}, by=KIM, on="2026-02-03", message=message)
    commit = proposal.git("rev-parse", "HEAD")
    assert outcome("COM002", commit) == ("fail", "fail")

    proposal.commit({".mailmap": TO_BO}, by=KIM, on="2026-02-04")
    assert outcome("COM002", commit) == ("pass", "fail")


def test_a_commit_that_declares_itself_mere_formatting(proposal, outcome, report) -> None:
    proposal.commit({"changes/old.yaml": CLOSED.format("successful")}, on="2026-02-03")
    assert outcome("CORE009", "OLD") == ("fail", "fail")

    proposal.commit({".git-blame-ignore-revs": proposal.git("rev-parse", "HEAD") + "\n"}, on="2026-02-04")
    assert outcome("CORE009", "OLD") == ("pass", "fail")
    proposal.git("branch", "-f", "main")
    assert outcome("CORE009", "OLD") == ("pass", "pass")


def test_a_partial_clone_that_lacks_the_names(proposal, told, tmp_path) -> None:
    proposal.git("checkout", "-q", "main")
    proposal.commit({".mailmap": TO_BO}, on="2026-02-02")
    proposal.git("checkout", "-q", "-B", "proposal")
    proposal.commit({".mailmap": None, "changes/new.yaml": APPROVED}, by=KIM, on="2026-02-03")
    proposal.git("config", "uploadpack.allowFilter", "true")
    url, partial = f"file://{proposal.root}", tmp_path / "partial"
    proposal.git("clone", "-q", "--filter=blob:none", url, str(partial))
    code, out, err = told("check", "--root", str(partial), "--policy-from", "origin/main", "--select", "CHG028")
    assert code != 0
    assert "the clone is partial" in out + err


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")
def test_keys_are_those_of_the_policy(proposal, outcome, report, tmp_path) -> None:
    for name in ("kim", "bo"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / name)]
        subprocess.run(command, check=True, capture_output=True)
    allowed = 'kim@example.org namespaces="git" '
    settings = 'settings: {id_pattern: "", signed_approvals: true, allowed_signers: signers}'
    tags = "  tags: {layout: git-tags, options: {allowed_signers: tag-signers}}\n"
    files = dict.fromkeys(("signers", "tag-signers"), allowed + (tmp_path / "kim.pub").read_text())
    config = CONFIG.replace('settings: {id_pattern: ""}', settings).replace("settings:", f"{tags}settings:")
    proposal.git("checkout", "-q", "main")
    files |= {"qmscheck.yaml": f"{config}packs: [pack]\n", "pack/tag/ORG001.yaml": RULE}
    proposal.commit(files, on="2026-02-02")
    proposal.git("checkout", "-q", "-B", "proposal")

    (proposal.root / "changes/new.yaml").write_text(APPROVED)
    proposal.git("add", "-A")
    signing = ["-c", "gpg.format=ssh", "-c", f"user.signingKey={tmp_path / 'bo'}"]
    proposal.git(*signing, "commit", "-q", "-S", "-m", "Approved", by=KIM, on="2026-02-03")
    proposal.git(*signing, "tag", "-s", "-m", "v1", "v1", on="2026-02-03")
    assert outcome("CHG030", "NEW") == ("unknown", "unknown")  # a key of nobody who is named

    proposal.commit(
        dict.fromkeys(("signers", "tag-signers"), allowed + (tmp_path / "bo.pub").read_text()), on="2026-02-04"
    )
    assert outcome("CHG030", "NEW") == ("pass", "unknown")
    assert outcome("ORG001", "v1") == ("pass", "fail")
    told = report("--policy-from", "main", "--as-of", "2026-03-01")["results"]
    failed = [one["subject"] for one in told if (one["rule"], one["outcome"]) == ("POL001", "fail")]
    assert failed == ["signers", "tag-signers"]
