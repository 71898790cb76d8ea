"""The history rules on real repositories, through `app.run`."""

from __future__ import annotations

import pytest

BO, KIM, OLD_KIM = "Bo Berg <bo@example.org>", "Kim Ode <kim@example.org>", "kim <kim@old.example>"
A = "changes/a.yaml"
REASON = "reason: The old one is full, which was found out when it stopped.\ntitle: Move the broker\n"
DRAFT = "id: A\nstatus: {status}\n" + REASON
APPROVED = DRAFT.format(status="approved") + "approvals: [{by: kim, at: 2026-03-03, decision: approved}]\n"
PEOPLE = """\
people:
  - {key: kim, name: Kim Ode, emails: [kim@example.org]}
  - {key: bo, name: Bo Berg, emails: [bo@example.org]}
"""


@pytest.fixture
def team(repository):
    file = repository.root / "qmscheck.yaml"
    file.write_text(file.read_text() + "people: people.yaml\n")
    (repository.root / "people.yaml").write_text(PEOPLE)
    return repository


def outcome(repository, told, rule, **wishes):
    return [one for one, _ in told(repository.check(rule, **wishes), rule).values()]


def pair_work(team):
    team.commit({A: DRAFT.format(status="draft")}, on="2026-03-01", message=f"Draft\n\nCo-authored-by: {KIM}")
    team.commit({A: APPROVED}, on="2026-03-03")


def only_the_approval(team):
    team.commit({A: DRAFT.format(status="draft")}, on="2026-03-01")
    team.commit({A: APPROVED}, by=KIM, on="2026-03-03")


def merged_by_the_approver(team):
    team.commit({"README": "x"}, on="2026-03-01")
    team.git("checkout", "-q", "-b", "side")
    team.commit({A: DRAFT.format(status="draft")}, on="2026-03-02")
    team.git("checkout", "-q", "main")
    team.git("merge", "-q", "--no-ff", "-m", "Merge", "side", by=KIM, on="2026-03-02")
    team.commit({A: APPROVED}, on="2026-03-03")


def rebased_by_the_approver(team):
    team.commit({"README": "x"}, on="2026-02-01")
    team.git("checkout", "-q", "-b", "side")
    team.commit({A: DRAFT.format(status="draft")}, on="2026-03-01")
    team.git("checkout", "-q", "main")
    team.commit({"README": "y"}, on="2026-03-02")
    team.git("rebase", "-q", "main", "side", by=KIM, on="2026-03-02")
    team.commit({A: APPROVED}, by=KIM, on="2026-03-03")


def a_bot(team):
    team.commit({A: DRAFT.format(status="draft")}, on="2026-03-01")
    team.commit(
        {A: DRAFT.format(status="draft") + "priority: low\n"}, by="renovate[bot] <kim@example.org>", on="2026-03-02"
    )
    team.commit({A: APPROVED}, on="2026-03-03")


def an_old_address(team):
    team.commit(
        {A: DRAFT.format(status="draft"), ".mailmap": f"{KIM} <kim@old.example>\n"}, by=OLD_KIM, on="2026-03-01"
    )
    team.commit({A: APPROVED}, on="2026-03-03")


def a_stranger(team):
    team.commit({A: DRAFT.format(status="draft")}, by="Al <al@example.org>", on="2026-03-01")
    team.commit({A: APPROVED}, on="2026-03-03")


def an_edit_after_the_approval(team):
    only_the_approval(team)
    team.commit({A: APPROVED + "priority: low\n"}, by=KIM, on="2026-03-09")


@pytest.mark.parametrize(
    ("scenario", "expected"),
    [
        (pair_work, "fail"),
        (only_the_approval, "pass"),
        (merged_by_the_approver, "pass"),
        (rebased_by_the_approver, "fail"),
        (a_bot, "pass"),
        (an_old_address, "fail"),
        (a_stranger, "unknown"),
        (an_edit_after_the_approval, "pass"),
    ],
)
def test_who_really_approved(team, told, scenario, expected):
    scenario(team)
    assert outcome(team, told, "CHG028") == [expected]


def test_an_approval_that_only_others_wrote(team, told):
    team.commit({A: APPROVED}, on="2026-03-03")
    assert outcome(team, told, "CHG027") == ["fail"]
    team.commit({A: APPROVED + "priority: low\n"}, on="2026-03-04", message=f"Priority\n\nApproved-by: {KIM}")
    assert outcome(team, told, "CHG027") == ["pass"]


@pytest.mark.parametrize(
    ("rule", "record_type", "record"),
    [
        ("DOC021", "document", "id: A\ntitle: Leave\nversion: '1'\nstatus: approved\napproved_by: kim\n"),
        ("REL044", "release", "id: A\nversion: 1.0.0\nstatus: accepted\naccepted_by: kim\n"),
    ],
)
def test_traces_of_documents_and_releases(team, told, rule, record_type, record):
    file = team.root / "qmscheck.yaml"
    file.write_text(file.read_text().replace("type: change,", f"type: {record_type},"))
    team.commit({A: record}, on="2026-03-03")
    assert outcome(team, told, rule) == ["fail"]
    team.commit({A: record + "owner: bo\n"}, on="2026-03-04", message=f"Owner\n\nApproved-by: {KIM}")
    assert outcome(team, told, rule) == ["pass"]


def closed(outcome_: str) -> str:
    return DRAFT.format(status="closed") + f"outcome: {outcome_}\n"


def test_a_closed_record_altered_and_taken_back(repository, told):
    repository.commit({A: closed("failed")}, on="2026-03-01")
    repository.commit({A: closed("successful")}, on="2026-03-02")
    assert outcome(repository, told, "CORE009") == ["fail"]
    repository.git("revert", "--no-edit", "HEAD", on="2026-03-03")
    assert outcome(repository, told, "CORE009") == ["pass"]


def test_a_closed_record_moved_reordered_or_formatted(repository, told):
    repository.commit({A: closed("failed")}, on="2026-03-01")
    text = "\n".join(reversed(closed("failed").splitlines())) + "\n"
    repository.commit({A: None, "changes/2026/a.yaml": text}, by=KIM, on="2026-03-02")
    formatting = repository.commit({"changes/2026/a.yaml": text.replace("Move the", "Move  the")}, on="2026-03-03")
    assert outcome(repository, told, "CORE009") == ["fail"]
    repository.write({".git-blame-ignore-revs": f"# formatting\n{formatting}\n"})
    assert outcome(repository, told, "CORE009") == ["pass"]


def test_a_merge_that_alters_a_closed_record(repository, told):
    repository.commit({A: DRAFT.format(status="implemented")}, on="2026-03-01")
    repository.git("checkout", "-q", "-b", "side")
    repository.commit({A: DRAFT.format(status="implemented") + "priority: low\n"}, on="2026-03-02")
    repository.git("checkout", "-q", "main")
    repository.commit({A: DRAFT.format(status="closed")}, on="2026-03-03")
    repository.git("merge", "-q", "--no-commit", "side", by=KIM, on="2026-03-04", check=False)
    repository.write({A: DRAFT.format(status="closed") + "priority: low\n"})
    repository.git("commit", "-q", "-a", "-m", "Merge", by=KIM, on="2026-03-04")
    assert outcome(repository, told, "CORE009") == ["pass"], "what was merged had been written before it was closed"


def test_many_records_in_one_file(repository, told):
    file = repository.root / "qmscheck.yaml"
    file.write_text(file.read_text().replace('files: "changes/**/*.yaml"', "files: register.csv"))
    repository.commit({"register.csv": "id,status,outcome\nA,closed,failed\nB,closed,failed\n"}, on="2026-03-01")
    repository.commit({"register.csv": "id,status,outcome\nB,closed,failed\nA,closed,successful\n"}, on="2026-03-02")
    found = {subject: one for subject, (one, _) in told(repository.check("CORE009"), "CORE009").items()}
    assert found == {"register.csv#A": "fail", "register.csv#B": "pass"}


def test_removed_before_its_time(repository, told):
    kept = closed("failed") + "retain_until: 2031-01-01\n"
    repository.commit({A: kept, "changes/b.yaml": kept.replace("id: A", "id: B")}, on="2026-03-01")
    repository.commit({A: None}, on="2026-03-02")
    repository.commit({"changes/b.yaml": None, "changes/2026/b.yaml": kept.replace("id: A", "id: B")}, on="2026-03-03")
    found = told(repository.check("CORE011"), "CORE011")
    assert {subject: one for subject, (one, _) in found.items()} == {A: "fail"}
    assert "2031-01-01" in found[A][1]


def test_written_late_or_before_the_adoption_date(repository, told):
    repository.commit({A: "id: A\nrequested_at: 2025-01-01\n"}, on="2026-03-01")
    assert outcome(repository, told, "CORE010") == ["fail"]
    file = repository.root / "qmscheck.yaml"
    file.write_text(file.read_text() + "adoption_date: 2026-04-01\n")
    assert outcome(repository, told, "CORE010") == ["not_applicable"]


def test_steps_that_the_lifecycle_does_not_allow(repository, told):
    repository.commit({A: DRAFT.format(status="rejected")}, on="2026-03-01")
    repository.commit({A: DRAFT.format(status="approved")}, on="2026-03-02")
    assert outcome(repository, told, "CORE005") == ["fail"]


def test_a_version_that_cannot_be_read_hides_no_step(repository, told):
    repository.commit({A: DRAFT.format(status="rejected")}, on="2026-03-01")
    repository.commit({A: "id: [\n"}, on="2026-03-02")
    repository.commit({A: DRAFT.format(status="approved")}, on="2026-03-03")
    assert outcome(repository, told, "CORE005") == ["fail"]


def test_a_text_changed_after_its_approval(repository, told):
    file = repository.root / "qmscheck.yaml"
    file.write_text(
        file.read_text().replace('type: change, files: "changes/**/*.yaml"', 'type: document, files: "*.md"')
    )
    page = "---\nid: D\nstatus: approved\nversion: '1'\napproved_on: 2026-03-01\ntitle: {}\n---\n{}\n"
    repository.commit({"d.md": page.format("One", "Text.")}, on="2026-03-01")
    repository.commit({"d.md": page.format("Two", "Text.  ")}, on="2026-03-02")
    assert outcome(repository, told, "DOC004") == ["pass"], "title and blanks are no part of the text"
    repository.commit({"d.md": page.format("Two", "Other text.")}, on="2026-03-03")
    assert outcome(repository, told, "DOC004") == ["fail"]
    assert outcome(repository, told, "DOC005") == ["fail"]


def test_commits_go_back_to_changes(repository, told):
    (repository.root / "qmscheck.yaml").write_text(
        "collections:\n"
        '  changes: {type: change, files: "changes/*.yaml"}\n'
        '  commits: {type: commit, from: git-commits, options: {since: 2026-03-01, paths: ["src/**"]}}\n'
    )
    repository.commit({A: "id: CHG-2026-0001\n"}, on="2026-03-01")
    repository.commit({"src/a": "1"}, on="2026-03-02", message="One\n\nChange: CHG-2026-0001")
    repository.commit({"src/a": "2"}, on="2026-03-03", message="Two")
    assert sorted(outcome(repository, told, "COM003")) == ["fail", "pass"]


def test_a_wrong_option_names_the_nearest(repository):
    (repository.root / "qmscheck.yaml").write_text(
        "collections:\n  commits: {type: commit, from: git-commits, options: {sinse: 2026-03-01}}\n"
    )
    with pytest.raises(Exception, match="did you mean 'since'"):
        repository.check("COM")
