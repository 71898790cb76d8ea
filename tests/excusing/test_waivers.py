"""Waivers: only one that is in order excuses, only what it names, only as it was, and everything waived is shown."""

from __future__ import annotations

import json

import pytest
import yaml
from click.testing import CliRunner

from qmscheck.checks.waivers import content_of
from qmscheck.cli import program
from qmscheck.model import Outcome
from qmscheck.testing import Repository

CHANGE = "id: CHG-2026-0001\nowner: kim\nstatus: draft\n"
CONFIG = """version: 1
select: [CHG001, IMS001, CORE001, CORE006, CORE008, WVR]
people: people.yaml
collections:
  changes: {type: change, files: changes/*.yaml}
  waivers: {type: waiver, files: waivers/*.yaml}
"""
PEOPLE = "people:\n  - {key: ada, emails: [ada@example.org]}\n  - {key: bo}\n  - {key: kim}\n"
SOUND = {
    "id": "WVR-2026-0001",
    "rule": "CHG001",
    "record": "CHG-2026-0001",
    "reason": "The form is being replaced.",
    "requested_by": "ada",
    "approved_by": "bo",
    "starts_on": "2026-08-01",
    "expires_on": "2026-09-30",
}


@pytest.fixture
def repository(tmp_path):
    repository = Repository(tmp_path).write("qmscheck.yaml", CONFIG).write("people.yaml", PEOPLE)
    return repository.write("changes/1.yaml", CHANGE)


def content(repository) -> str:
    return content_of(
        next(one for one in repository.check(as_of="2026-09-01").results if one.rule.id == "CHG001").record
    )


def waive(repository, **changes):
    fields = {**SOUND, "content": content(repository), **changes}
    fields = {name: value for name, value in fields.items() if value is not None}
    return repository.write("waivers/1.yaml", yaml.safe_dump(fields))


def outcome(repository, as_of: str = "2026-09-01", rule: str = "CHG001", record: str = ""):
    found = [one for one in repository.check(as_of=as_of).results if one.rule.id == rule]
    return next(one for one in found if one.record is None or one.record.id == (record or one.record.id))


def test_a_sound_waiver_excuses_and_is_shown(repository):
    assert outcome(repository).outcome is Outcome.FAIL
    result = outcome(waive(repository))
    assert result.outcome is Outcome.WAIVED
    assert "waived until 2026-09-30 by bo (WVR-2026-0001): The form is being replaced." in result.reason
    assert repository.check(as_of="2026-09-01").satisfied


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"approved_by": "ada"}, "WVR001"),
        ({"approved_by": "Ada@Example.org"}, "WVR001"),
        ({"reason": None}, "WVR001"),
        ({"reason": "TBD"}, "WVR001"),
        ({"requested_by": None}, "WVR001"),
        ({"expires_on": None}, "WVR001"),
        ({"expires_on": "2026-08-31"}, "WVR002"),
        ({"starts_on": "2024-08-01"}, "WVR005"),
        ({"rule": "CHG999"}, "WVR004"),
        ({"record": "CHG-2026-0002"}, "WVR004"),
        ({"content": "sha256:0123456789abcdef"}, "WVR004"),
        ({"content": None}, "WVR004"),
        ({"starts_on": "2026-06-01", "expires_on": "2026-09-01"}, "WVR005"),
        ({"approved_by": "zoe"}, "CORE008"),
        ({"requested_by": "zoe"}, "CORE008"),
        ({"approved_on": "2026-09-05"}, "CORE006"),
        ({"expires_on": "2026-09-30T23:00:00-05:00"}, "CORE001"),
        ({"expires_on": "30 September 2026"}, "CORE001"),
    ],
)
def test_a_waiver_that_is_not_in_order_excuses_nothing_and_is_told(repository, changes, rule):
    waive(repository, **changes)
    assert outcome(repository).outcome is Outcome.FAIL
    assert outcome(repository, rule=rule, record="WVR-2026-0001").outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("changes", "excuses"),
    [
        ({"starts_on": "2026-09-02"}, False),
        ({"starts_on": "2026-09-01"}, True),
        ({"starts_on": "2026-05-01", "expires_on": "2026-09-01"}, False),
        ({"starts_on": "2026-06-10", "expires_on": "2026-09-08"}, True),
        ({"starts_on": "some day"}, False),
        ({"expires_on": "never"}, False),
    ],
)
def test_when_a_waiver_holds(repository, changes, excuses):
    """CHG001 is major: 90 days at most."""
    waive(repository, **changes)
    assert (outcome(repository).outcome is Outcome.WAIVED) == excuses


@pytest.mark.parametrize(
    ("as_of", "excuses"),
    [
        ("2026-09-30", True),
        ("2026-09-30T23:59:59Z", True),
        ("2026-10-01T01:59:59+02:00", True),
        ("2026-10-01", False),
        ("2026-09-30T23:00:00-02:00", False),
        ("2026-07-31T23:59:59Z", False),
        ("2026-08-01", True),
    ],
)
def test_the_last_day_counts_to_its_end_in_utc(repository, as_of, excuses):
    waive(repository)
    assert (outcome(repository, as_of).outcome is Outcome.WAIVED) == excuses


def test_changed_content_voids_it(repository):
    waive(repository)
    assert outcome(repository).outcome is Outcome.WAIVED
    repository.write("changes/1.yaml", CHANGE + "title: Something else\n")
    assert outcome(repository).outcome is Outcome.FAIL
    repository.write("changes/1.yaml", "# only a remark\n" + CHANGE)
    assert outcome(repository).outcome is Outcome.WAIVED


def test_the_message_tells_the_digest_to_write(repository):
    waive(repository, content=None)
    message = outcome(repository, rule="WVR004").message
    waive(repository, content=message.rpartition(" ")[2])
    assert outcome(repository).outcome is Outcome.WAIVED


def test_a_waiver_excuses_nothing_else(repository):
    waive(repository)
    repository.write("changes/2.yaml", CHANGE.replace("0001", "0002"))
    outcomes = {
        one.subject: one.outcome for one in repository.check(as_of="2026-09-01").results if one.rule.id == "CHG001"
    }
    assert outcomes == {"changes/1.yaml": Outcome.WAIVED, "changes/2.yaml": Outcome.FAIL}


def test_waivers_cannot_be_waived(repository):
    waive(repository)
    bad = {**SOUND, "id": "WVR-2026-0002", "rule": "WVR002", "record": "WVR-2026-0003", "content": "x"}
    repository.write("waivers/2.yaml", yaml.safe_dump(bad))
    dead = {**SOUND, "id": "WVR-2026-0003", "expires_on": "2026-08-31"}
    repository.write("waivers/3.yaml", yaml.safe_dump(dead))
    assert not repository.check(as_of="2026-09-01").satisfied


def test_auditors_see_it_without(repository):
    waive(repository)
    words = ["check", "--root", str(repository.root), "--as-of", "2026-09-01", "--format", "json"]
    with_them = CliRunner().invoke(program, words)
    without = CliRunner().invoke(program, [*words, "--no-waivers"])
    assert (with_them.exit_code, without.exit_code) == (0, 1)
    assert {one["outcome"] for one in json.loads(with_them.stdout)["results"]} >= {"waived"}
    assert "waived" not in {one["outcome"] for one in json.loads(without.stdout)["results"]}


def test_a_hook_on_one_file_excuses_as_the_whole_run_does(repository):
    waive(repository)
    report = repository.check("changes/1.yaml", as_of="2026-09-01")
    assert {one.rule.id: one.outcome for one in report.results}["CHG001"] is Outcome.WAIVED


def test_one_that_is_not_needed_any_more_is_told(repository):
    waive(repository)
    assert outcome(repository, rule="WVR006").outcome is Outcome.PASS
    waive(repository, rule="WVR001", record="CHG-2026-0001")  # a rule that is not about changes
    unused = outcome(repository, rule="WVR006")
    assert unused.outcome is Outcome.FAIL
    assert unused.message == "it excuses nothing: WVR001 finds nothing on CHG-2026-0001"
    assert str(unused.location) == "waivers/1.yaml:1"


@pytest.mark.parametrize(
    "changes", [{"expires_on": "2026-08-31"}, {"content": "sha256:0"}, {"starts_on": "2026-09-02"}, {"rule": "DOC001"}]
)
def test_one_that_cannot_excuse_or_whose_rule_was_not_judged_is_not_called_unused(repository, changes):
    waive(repository, **changes)
    assert outcome(repository, rule="WVR006").outcome is Outcome.NOT_APPLICABLE


def test_a_renewal_stands_beside_the_one_that_ended(repository):
    waive(repository)
    old = {**SOUND, "id": "WVR-2026-0000", "expires_on": "2026-08-15", "content": content(repository)}
    repository.write("waivers/0.yaml", yaml.safe_dump(old))
    assert outcome(repository).outcome is Outcome.WAIVED


def test_of_two_that_overlap_none_is_unused_and_the_last_to_end_is_told(repository):
    waive(repository)
    new = {**SOUND, "id": "WVR-2026-0002", "expires_on": "2026-10-15", "content": content(repository)}
    repository.write("waivers/2.yaml", yaml.safe_dump(new))
    assert "waived until 2026-10-15 by bo (WVR-2026-0002)" in outcome(repository).reason
    uses = [one.outcome for one in repository.check(as_of="2026-09-01").results if one.rule.id == "WVR006"]
    assert uses == [Outcome.PASS, Outcome.PASS]


def test_a_waiver_of_several_records_excuses_those_it_is_bound_to(repository):
    bound = {}
    for number in "234":
        repository.write(f"changes/{number}.yaml", CHANGE.replace("0001", f"000{number}"))
    for one in repository.check(as_of="2026-09-01").results:
        if one.rule.id == "CHG001":
            bound[one.record.id] = content_of(one.record)
    del bound["CHG-2026-0004"]
    bound["CHG-2026-0003"] = "sha256:0"
    waive(repository, record="changes/*.yaml", content=bound)
    found = {
        one.record.id: one.outcome for one in repository.check(as_of="2026-09-01").results if one.rule.id == "CHG001"
    }
    assert [found[f"CHG-2026-000{number}"].value for number in "1234"] == ["waived", "waived", "fail", "fail"]
    assert [problem.path for problem in outcome(repository, rule="WVR004").problems] == [("content", "CHG-2026-0003")]


def test_what_is_missing_as_a_whole_can_be_waived(repository):
    repository.write("qmscheck.yaml", CONFIG.replace("version: 1", "version: 1\nstandards: [iso9001:2015]"))

    def found():
        results = repository.check(as_of="2026-09-01").results
        return {one.subject: one.outcome.value for one in results if one.rule.id == "IMS001"}

    assert (found()["audit"], found()["audit-programme"]) == ("fail", "fail")
    waive(repository, rule="IMS001", record="audit", content=None)
    assert (found()["audit"], found()["audit-programme"]) == ("waived", "fail")
    assert outcome(repository, rule="WVR004").outcome is Outcome.PASS
    assert outcome(repository, rule="WVR006").outcome is Outcome.PASS


def test_what_is_found_on_a_collection_or_a_standard_can_be_waived(repository):
    repository.write(
        "qmscheck.yaml",
        CONFIG.replace("version: 1", "version: 1\nstandards: [iso9001:2015]").replace("IMS001", "DEC004, AUD002")
        + "  choices: {layout: nygard-decision, files: decisions/*.md}\n"
        + "  audits: {type: audit, files: audits/*.yaml}\n",
    )
    for number in (1, 3):
        repository.write(f"decisions/{number:04}-a.md", f"# {number}. A\n\n## Status\n\nAccepted\n")
    repository.write("audits/1.yaml", "id: AUD-2026-0001\n")
    assert (outcome(repository, rule="DEC004").subject, outcome(repository, rule="AUD002").subject) == (
        "choices",
        "iso9001:2015",
    )
    for rule, whole in (("DEC004", "choices"), ("AUD002", "iso9001:2015")):
        assert outcome(repository, rule=rule).outcome is Outcome.FAIL
        waive(repository, rule=rule, record=whole, content=None)
        assert outcome(repository, rule=rule).outcome is Outcome.WAIVED
        assert outcome(repository, rule="WVR004").outcome is Outcome.PASS


def test_what_could_not_be_read_cannot_be_waived(repository):
    waive(repository, rule="CORE001", record="change", content=None)
    repository.write("changes/2.yaml", "id: [")
    assert [one.outcome for one in repository.check(as_of="2026-09-01").of(Outcome.ERROR)] == [Outcome.ERROR]


@pytest.mark.parametrize("form", ["text", "markdown", "html", "junit", "csv", "sarif"])
def test_everything_waived_is_shown(repository, form):
    waive(repository)
    words = ["check", "-v", "--root", str(repository.root), "--as-of", "2026-09-01", "--format", form]
    done = CliRunner().invoke(program, words)
    assert "The form is being replaced." in done.stdout
