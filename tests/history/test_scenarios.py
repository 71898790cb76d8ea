"""The scenarios of docs/history.md, each on a real repository: who wrote, who approved, what the rules make of it."""

from __future__ import annotations

import pytest

BO, KIM, AL = "Bo Berg <bo@example.org>", "Kim Ode <kim@example.org>", "Al Ash <al@example.org>"
FORGE = "GitHub <noreply@github.com>"
A = "changes/a.yaml"
PEOPLE = """\
people:
  - key: kim
    name: Kim Ode
    emails: [kim@example.org]
    employed_to: 2026-12-31
    roles: [{role: change_authority, from: 2025-01-01, to: 2026-12-31}]
  - key: bo
    name: Bo Berg
    emails: [bo@example.org, bo@old.example]
    roles: [{role: change_authority, from: 2026-04-01}]
  - {key: al, name: Al Ash, emails: [al@example.org]}
"""
TEXT = "id: A\nchange_type: normal\nrisk_level: high\nreason: The old one is full.\nstatus: {}\n"
DRAFT = TEXT.format("draft")


def approved(by="kim", more=""):
    return TEXT.format("approved") + f"approvals: [{{by: {by}, at: 2026-03-03, decision: approved}}]\n{more}"


@pytest.fixture
def team(repository):
    file = repository.root / "qmscheck.yaml"
    file.write_text(file.read_text() + "people: people.yaml\n")
    (repository.root / "people.yaml").write_text(PEOPLE)
    repository.commit({"README": "x"}, on="2026-02-01")
    return repository


def setting(team, line):
    file = team.root / "qmscheck.yaml"
    file.write_text(file.read_text().replace('settings: {id_pattern: ""', f'settings: {{id_pattern: "", {line}'))


def committed_by(team, committer, files, *, by=BO, on, message="Edit"):
    """A commit whose committer is not its author."""
    team.write(files)
    team.git("add", "-A")
    moment = f"--date={on}T12:00:00+00:00"
    team.git("commit", "-q", "-m", message, f"--author={by}", moment, by=committer, on=on)


def pair_work(team):
    team.commit({A: DRAFT}, on="2026-03-01", message=f"Draft\n\nCo-authored-by: {KIM}")
    team.commit({A: approved()}, by=KIM, on="2026-03-03")


def written_and_approved_by_two(team):
    team.commit({A: DRAFT}, on="2026-03-01")
    team.commit({A: approved()}, by=KIM, on="2026-03-03")


def rebased_by_the_approver(team):
    team.git("checkout", "-q", "-b", "side")
    team.commit({A: DRAFT}, on="2026-03-01")
    team.git("checkout", "-q", "main")
    team.commit({"README": "y"}, on="2026-03-02")
    team.git("rebase", "-q", "main", "side", by=KIM, on="2026-03-02")
    team.commit({A: approved()}, by=KIM, on="2026-03-03")


def rebased_where_committers_only_carry(team):
    setting(team, "committers_wrote: false")
    rebased_by_the_approver(team)


def cherry_picked_by_the_approver(team):
    team.git("checkout", "-q", "-b", "side")
    team.commit({A: DRAFT}, on="2026-03-01")
    team.git("checkout", "-q", "main")
    team.commit({"README": "y"}, on="2026-03-02")
    team.git("cherry-pick", "-x", "side", by=KIM, on="2026-03-02")
    team.commit({A: approved()}, by=KIM, on="2026-03-03")


def squashed_by_the_forge(team):
    committed_by(team, FORGE, {A: DRAFT}, on="2026-03-01", message="Draft (#7)")
    team.commit({A: approved()}, by=KIM, on="2026-03-03")


def squashed_with_co_author(team):
    committed_by(team, FORGE, {A: DRAFT}, on="2026-03-01", message=f"Draft (#7)\n\nCo-authored-by: {KIM}")
    team.commit({A: approved()}, by=KIM, on="2026-03-03")


def suggestion_of_the_approver(team):
    team.commit({A: DRAFT}, on="2026-03-01")
    words = f"Apply suggestion\n\nCo-authored-by: {KIM}"
    committed_by(team, FORGE, {A: DRAFT.replace("full", "too full")}, on="2026-03-02", message=words)
    team.commit({A: approved().replace("full", "too full")}, by=KIM, on="2026-03-03")


def merged_by_a_bot(team):
    team.git("checkout", "-q", "-b", "side")
    team.commit({A: DRAFT}, on="2026-03-01")
    team.git("checkout", "-q", "main")
    team.git("merge", "-q", "--no-ff", "-m", "Merge", "side", by="mergify[bot] <m@example.org>", on="2026-03-02")
    team.commit({A: approved()}, by=KIM, on="2026-03-03")


def written_by_a_bot(team):
    team.commit({A: DRAFT}, by="renovate[bot] <kim@example.org>", on="2026-03-01")
    team.commit({A: approved()}, by=KIM, on="2026-03-03")


def written_by_a_machine_of_ones_own(team):
    setting(team, 'machines: ["^deployer "]')
    team.commit({A: DRAFT}, by="Deployer <kim@example.org>", on="2026-03-01")
    team.commit({A: approved()}, by=KIM, on="2026-03-03")


def merged_by_the_approver(team):
    team.git("checkout", "-q", "-b", "side")
    team.commit({A: DRAFT}, on="2026-03-01")
    team.git("checkout", "-q", "main")
    team.git("merge", "-q", "--no-ff", "-m", "Merge", "side", by=KIM, on="2026-03-02")
    team.commit({A: approved()}, by=KIM, on="2026-03-03")


def merged_and_approved_by_the_author(team):
    team.git("checkout", "-q", "-b", "side")
    team.commit({A: DRAFT}, on="2026-03-01")
    team.commit({A: approved("bo")}, on="2026-03-02")
    team.git("checkout", "-q", "main")
    team.git("merge", "-q", "--no-ff", "-m", "Merge", "side", on="2026-03-02")


def renamed_address(team):
    team.commit({A: DRAFT}, by="bo <bo@old.example>", on="2026-03-01")
    team.commit({A: approved("bo")}, by=KIM, on="2026-03-03")


def renamed_by_the_mailmap(team):
    team.write({".mailmap": f"{KIM} <kim@ancient.example>\n"})
    team.commit({A: DRAFT}, by="K <kim@ancient.example>", on="2026-03-01")
    team.commit({A: approved()}, by=KIM, on="2026-03-03")


def approver_who_left_later(team):
    written_and_approved_by_two(team)  # judged in 2027, when Kim is gone


def delegate_without_the_role(team):
    team.commit({A: DRAFT}, on="2026-03-01")
    team.commit({A: approved("al")}, by=AL, on="2026-03-03")


def role_given_later(team):
    team.commit({A: DRAFT}, by=AL, on="2026-03-01")
    team.commit({A: approved("bo")}, on="2026-03-03")


def written_down_by_another(team):
    team.commit({A: DRAFT}, on="2026-03-01")
    team.commit({A: approved()}, on="2026-03-03")


def written_down_with_a_trailer(team):
    team.commit({A: DRAFT}, on="2026-03-01")
    team.commit({A: approved()}, on="2026-03-03", message=f"Approved\n\nApproved-by: {KIM}")


def altered_after_the_approval(team):
    written_and_approved_by_two(team)
    team.commit({A: approved().replace("full", "slow")}, on="2026-03-09")


def formatted_after_the_approval(team):
    written_and_approved_by_two(team)
    commit = team.commit({A: approved().replace("The old", "The  old")}, on="2026-03-09")
    team.write({".git-blame-ignore-revs": commit})


def a_stranger(team):
    team.commit({A: DRAFT}, by="Zoe <zoe@example.org>", on="2026-03-01")
    team.commit({A: approved()}, by=KIM, on="2026-03-03")


SCENARIOS = [  # wrote it (CHG028), trace of the approver (CHG027), role on the day (CHG022), as it stands (CHG029)
    (pair_work, "fail", "pass", "pass", "pass"),
    (written_and_approved_by_two, "pass", "pass", "pass", "pass"),
    (rebased_by_the_approver, "fail", "pass", "pass", "pass"),
    (rebased_where_committers_only_carry, "pass", "pass", "pass", "pass"),
    (cherry_picked_by_the_approver, "pass", "pass", "pass", "pass"),
    (squashed_by_the_forge, "pass", "pass", "pass", "pass"),
    (squashed_with_co_author, "fail", "pass", "pass", "pass"),
    (suggestion_of_the_approver, "fail", "pass", "pass", "pass"),
    (merged_by_a_bot, "pass", "pass", "pass", "pass"),
    (written_by_a_bot, "pass", "pass", "pass", "pass"),
    (written_by_a_machine_of_ones_own, "pass", "pass", "pass", "pass"),
    (merged_by_the_approver, "pass", "pass", "pass", "pass"),
    (merged_and_approved_by_the_author, "fail", "pass", "fail", "pass"),
    (renamed_address, "fail", "fail", "fail", "pass"),
    (renamed_by_the_mailmap, "fail", "pass", "pass", "pass"),
    (approver_who_left_later, "pass", "pass", "pass", "pass"),
    (delegate_without_the_role, "pass", "pass", "fail", "pass"),
    (role_given_later, "pass", "pass", "fail", "pass"),
    (written_down_by_another, "pass", "fail", "pass", "pass"),
    (written_down_with_a_trailer, "pass", "pass", "pass", "pass"),
    (altered_after_the_approval, "pass", "pass", "pass", "fail"),
    (formatted_after_the_approval, "pass", "pass", "pass", "pass"),
    (a_stranger, "unknown", "pass", "pass", "pass"),
]


@pytest.mark.parametrize(
    ("scenario", "expected"), [(one[0], one[1:]) for one in SCENARIOS], ids=lambda one: getattr(one, "__name__", "")
)
def test_who_really_approved(team, told, scenario, expected):
    scenario(team)
    rules = ("CHG028", "CHG027", "CHG022", "CHG029")
    report = team.check(*rules, as_of="2027-06-01")
    assert [[one for one, _ in told(report, rule).values()] for rule in rules] == [[one] for one in expected]


def test_the_message_says_that_a_committer_only_committed(team, told):
    rebased_by_the_approver(team)
    ((_, message),) = told(team.check("CHG028"), "CHG028").values()
    assert "committed " in message
    assert "of Bo Berg" in message
