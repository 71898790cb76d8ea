"""``qmscheck history``: one record's life, with people, fields, trailers and earlier names."""

from __future__ import annotations

import json
import shutil
import subprocess

import jsonschema
import pytest

from qmscheck.definitions import schema_text

CONFIG = """\
version: 1
collections:
  changes: {type: change, files: "changes/**/*.yaml"}
  requests: {type: service-request, files: requests.yaml, split: {items: ""}}
settings: {id_pattern: ""}
"""
KIM = "Kim Ode <kim@example.org>"


def change(status: str = "draft", more: str = "") -> str:
    return f"id: CHG-1\ntitle: Move the mail server\nstatus: {status}\nrequested_by: bo\n{more}"


@pytest.fixture
def life(told):
    def life(*words: str) -> dict:
        code, out, err = told("history", "--format", "json", *words)
        assert (code, err) == (0, "")
        found = json.loads(out)
        jsonschema.validate(found, dict(schema_text("history")))
        return found

    return life


@pytest.fixture
def lived(repository):
    """A change that is drafted, approved, moved, and edited by a merged branch."""
    repository.commit({"qmscheck.yaml": CONFIG, "changes/1.yaml": change()}, on="2026-01-10", message="Draft")
    approved = change("approved", "approvals:\n  - {by: kim, at: 2026-01-12, decision: approved}\n")
    repository.commit(
        {"changes/1.yaml": approved}, by=KIM, on="2026-01-12",
        message="Approve\n\nApproved-by: Kim Ode <kim@example.org>\nCo-authored-by: Lu <lu@example.org>",
    )  # fmt: skip
    repository.commit({"other.txt": "x"}, on="2026-01-13")
    (repository.root / "changes/2026").mkdir()
    repository.git("mv", "changes/1.yaml", "changes/2026/1.yaml")
    repository.git("commit", "-q", "-m", "Tidy", on="2026-01-14")
    repository.commit(
        {"changes/2026/1.yaml": approved.replace("mail", "post")}, on="2026-01-15", message="New name"
    )  # fmt: skip
    return repository


def test_each_change_with_its_fields_people_and_names(lived, life) -> None:
    found = life("CHG-1")
    assert found["record"] == {
        "type": "change",
        "id": "CHG-1",
        "title": "Move the post server",
        "path": "changes/2026/1.yaml",
    }
    first, second, third, fourth = found["events"]
    assert (first["subject"], first["created"], first["author"]["name"]) == ("Draft", True, "Bo Berg")
    assert {one["field"] for one in first["fields"]} >= {"title", "status", "requested_by"}
    assert second["fields"] == [
        {"field": "status", "before": "draft", "after": "approved"},
        {"field": "approvals.0.by", "before": None, "after": "kim"},
        {"field": "approvals.0.at", "before": None, "after": "2026-01-12"},
        {"field": "approvals.0.decision", "before": None, "after": "approved"},
    ]
    assert second["co_authors"] == [{"name": "Lu", "email": "lu@example.org"}]
    assert second["trailers"][0] == {"key": "approved-by", "value": "Kim Ode <kim@example.org>"}
    assert (third["subject"], third["moved_from"], third["fields"]) == ("Tidy", "changes/1.yaml", [])
    assert fourth["fields"] == [{"field": "title", "before": "Move the mail server", "after": "Move the post server"}]
    assert found["uncommitted"] == []
    assert found["signatures"] == "not looked at"


def test_a_path_names_a_record_too_from_where_one_stands(lived, life, monkeypatch) -> None:
    whole = life("CHG-1")
    assert life("changes/2026/1.yaml") == whole
    monkeypatch.chdir(lived.root / "changes")
    assert life("2026/1.yaml") == whole


def test_as_it_was_known_then(lived, life) -> None:
    found = life("CHG-1", "--at", "2026-01-13")
    assert found["record"]["path"] == "changes/1.yaml"
    assert [one["subject"] for one in found["events"]] == ["Draft", "Approve"]
    assert found["revision"] == lived.git("rev-parse", "HEAD~2")


def test_what_is_not_committed_yet(lived, life) -> None:
    file = lived.root / "changes/2026/1.yaml"
    file.write_text(file.read_text().replace("status: approved", "status: implemented"))

    assert life("CHG-1")["uncommitted"] == [{"field": "status", "before": "approved", "after": "implemented"}]


def test_one_of_many_in_a_file(repository, life) -> None:
    one, two = "- {id: SRQ-1, status: open}\n", "- {id: SRQ-2, status: open}\n"
    repository.commit({"qmscheck.yaml": CONFIG, "requests.yaml": one}, on="2026-01-10", message="One")
    repository.commit({"requests.yaml": one + two}, on="2026-01-11", message="Two")
    repository.commit({"requests.yaml": one.replace("open", "closed") + two}, on="2026-01-12", message="Done")

    assert [event["subject"] for event in life("SRQ-1")["events"]] == ["One", "Done"]
    assert [event["subject"] for event in life("requests.yaml#SRQ-2")["events"]] == ["Two"]


def test_a_merge_that_joins_two_edits(repository, life) -> None:
    repository.commit({"qmscheck.yaml": CONFIG, "changes/1.yaml": change(more="owner: bo\n")}, on="2026-01-10")
    repository.git("checkout", "-q", "-b", "side")
    repository.commit({"changes/1.yaml": change(more="owner: kim\n")}, by=KIM, on="2026-01-11", message="Owner")
    repository.git("checkout", "-q", "main")
    repository.commit({"changes/1.yaml": change("approved", "owner: bo\n")}, on="2026-01-12", message="Status")
    repository.git("merge", "-q", "-X", "ours", "-m", "Join", "side", on="2026-01-13")

    events = life("CHG-1")["events"]
    assert [(one["subject"], one["merge"]) for one in events][1:3] == [("Owner", False), ("Status", False)]


def test_the_end_of_a_record_that_is_gone(lived, life) -> None:
    lived.commit({"changes/2026/1.yaml": None}, by=KIM, on="2026-02-01", message="Clean up")

    (event,) = life("CHG-1")["events"]
    assert (event["subject"], event["removed"], event["author"]["name"]) == ("Clean up", True, "Kim Ode")


@pytest.mark.parametrize(
    ("name", "said"),
    [("CHG-11", "no record is named 'CHG-11'; did you mean 'CHG-1'?"), ("requests.yaml", "names 2 records")],
)
def test_names_that_mean_no_record(lived, told, name: str, said: str) -> None:
    lived.commit({"requests.yaml": "- {id: SRQ-1}\n- {id: SRQ-2}\n"}, on="2026-01-16")

    code, _, err = told("history", name)
    assert code == 2
    assert said in err


def test_where_git_cannot_tell(lived, told, tmp_path) -> None:
    lived.git("clone", "-q", "--depth=1", f"file://{lived.root}", str(tmp_path / "shallow"))
    code, _, err = told("history", "CHG-1", "--root", str(tmp_path / "shallow"))
    assert code == 2
    assert "the clone is shallow, so its history is cut off; fetch the whole history" in err

    (lived.root / "changes/new.yaml").write_text(change().replace("CHG-1", "CHG-2"))
    code, _, err = told("history", "CHG-2")
    assert code == 2
    assert "commit it" in err


def test_text_for_people(lived, told) -> None:
    _, out, _ = told("history", "CHG-1")
    assert out.startswith("CHG-1 Move the post server\nchange, changes/2026/1.yaml: 4 commits by 3 people, 2026-01-10")
    assert "    Approved-by: Kim Ode <kim@example.org>\n" in out
    assert "    status                draft → approved\n" in out
    assert "    moved from changes/1.yaml\n" in out
    assert "signatures were not looked at" in out


def test_hostile_text_stays_text(repository, told, tmp_path) -> None:
    evil = '"\\e[2J<script>|@kim #1 https://evil.example\\u202e"'
    repository.commit(
        {"qmscheck.yaml": CONFIG, "changes/1.yaml": f"id: CHG-1\ntitle: {evil}\n"},
        by="\x1b[31mBo|<b> <bo@example.org>", on="2026-01-10", message="\x1b[2J| <img> @kim\n\nApproved-by: <b>|@kim",
    )  # fmt: skip

    code, out, err = told("history", "CHG-1", "--output", f"markdown={tmp_path / 'life.md'}")
    assert (code, err) == (0, "")
    assert "\x1b" not in out
    assert "\u202e" not in out
    page = (tmp_path / "life.md").read_text()
    for text in ("\x1b", "\u202e", "<script>", "<img>", "<b>", "@kim", "https://"):
        assert text not in page
    cells = [line for line in page.splitlines() if line.startswith("| title")]
    assert cells[0].replace("\\|", "").count("|") == 4


def test_long_texts_are_shown_where_they_differ() -> None:
    from qmscheck.lifeline import differences

    (one,) = differences({"text": "a" * 200 + "old" + "b" * 200}, {"text": "a" * 200 + "new" + "b" * 200})
    before, after = one.short
    assert (before[0], after[-1]) == ("…", "…")
    assert "aoldb" in before
    assert "anewb" in after
    assert len(before) < 80


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")
def test_signatures_where_keys_are_named(repository, life, told, report) -> None:
    key = repository.root.parent / "kim"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True, capture_output=True)
    signers = f'kim@example.org namespaces="git" {key.with_suffix(".pub").read_text()}'
    config = CONFIG.replace("settings: {", "settings: {allowed_signers: signers, ")
    repository.commit({"qmscheck.yaml": config, "signers": signers, "changes/1.yaml": change()}, on="2026-01-10")
    (repository.root / "changes/1.yaml").write_text(change("approved"))
    signing = ["-c", "gpg.format=ssh", "-c", f"user.signingKey={key}"]
    repository.git(*signing, "commit", "-q", "-a", "-S", "-m", "Approve", by=KIM, on="2026-01-12")

    found = life("CHG-1")
    assert found["signatures"] == "looked at"
    assert [one["signature"] for one in found["events"]] == [
        {"state": "none", "signer": ""},
        {"state": "good", "signer": "kim@example.org"},
    ]
    assert "    signature: good, kim@example.org\n" in told("history", "CHG-1")[1]
    (repository.root / "signers").write_text("")
    told_of = [one for one in report("--policy-from", "HEAD")["results"] if one["rule"] == "POL001"]
    assert [one["subject"] for one in told_of if one["outcome"] == "fail"] == ["signers"]
