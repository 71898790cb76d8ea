"""Profiles and staged adoption: what is judged, what fails the run, and from which day on."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from qmscheck import app, config, plugins
from qmscheck.cli import program
from qmscheck.errors import ConfigError, UsageError
from qmscheck.model import Grade, Outcome
from qmscheck.testing import Repository

COLLECTIONS = """collections:
  changes: {type: change, files: changes/*.yaml}
  improvements: {type: improvement, files: improvements/*.yaml}
"""
CHANGE = "id: CHG-2026-0001\nowner: kim\nstatus: draft\n"
UNREPORTED = "id: IMP-2026-0001\nowner: kim\nstatus: closed\nimplemented_on: 2026-05-04\n"
KNOWN = app.knowledge_of(None, plugins.load())


@pytest.fixture
def repository(tmp_path):
    repository = Repository(tmp_path).write("changes/1.yaml", CHANGE)
    return repository.write("improvements/1.yaml", UNREPORTED)


def judged(repository, head="", as_of="2026-09-01", **wishes):
    repository.write("qmscheck.yaml", f"version: 1\n{head}{COLLECTIONS}")
    return app.run(config.load(repository.root), app.Wishes(as_of=as_of, provenance=False, **wishes))


def test_every_profile_names_rules_that_there_are():
    assert set(KNOWN.profiles) == {"observe", "start", "standard", "audit-ready"}
    for profile in KNOWN.profiles.values():
        assert profile.description
        for selector in (*profile.select, *profile.ignore):
            assert any(rule.id.startswith(selector) for rule in KNOWN.rules.values()), selector


def test_start_is_the_smallest_core_of_24_rules_and_those_on_excuses(repository):
    report = judged(repository, "profile: start\nhistory: true\n")
    core = [rule for rule in report.rules if rule.area not in ("WVR", "POL")]
    assert len(core) == 24
    assert f"profile start: {len(report.rules)} of {len(KNOWN.rules)} rules were judged" in report.left_out
    assert any("no standard is chosen" in sentence for sentence in report.left_out)


def test_observe_reports_everything_and_fails_nothing(repository):
    repository.write("changes/2.yaml", "id: [")
    report = judged(repository, "profile: observe\n")
    counts = report.counts()
    assert counts[Outcome.FAIL]
    assert counts[Outcome.ERROR]
    assert report.satisfied
    assert len(report.rules) == len(judged(repository).rules)
    assert not judged(repository).satisfied


def test_observe_says_that_nothing_can_fail(repository):
    judged(repository, "profile: observe\n")
    words = ["check", "--root", str(repository.root), "--as-of", "2026-09-01"]
    done = CliRunner().invoke(program, words)
    assert done.exit_code == 0
    assert "Satisfied: by profile observe nothing fails the run; noted: " in done.stdout
    assert json.loads(CliRunner().invoke(program, [*words, "--format", "json"]).stdout)["policy"] == {
        "profile": "observe",
        "enforced": False,
        "fail_on": "minor",
        "on_unknown": "fail",
        "time_findings": "fail",
        "pending": {},
    }


def test_standard_is_what_holds_without_a_profile(repository):
    one, other = judged(repository, "profile: standard\n"), judged(repository)
    assert [rule.id for rule in one.rules] == [rule.id for rule in other.rules]
    assert (one.policy.fail_on, one.policy.unknown_fails) == (other.policy.fail_on, other.policy.unknown_fails)


def test_audit_ready_fails_on_observations_and_knows_no_baseline(repository):
    known = "version: 1\nuntil: 2026-12-31\nfindings: []\n"
    repository.write("qmscheck-baseline.yaml", known)
    report = judged(repository, "profile: audit-ready\nselect: [IMP004, WVR]\n")
    [unreported] = [one for one in report.results if one.rule.id == "IMP004"]
    assert unreported.rule.grade is Grade.OBSERVATION
    assert report.fails_run(unreported)
    assert not [one for one in report.results if one.subject == "qmscheck-baseline.yaml"]
    assert len(judged(repository, "profile: audit-ready\n").rules) > len(judged(repository).rules)  # those on history


def test_what_the_file_says_goes_before_the_profile_and_the_command_line_before_both(repository):
    report = judged(repository, "profile: audit-ready\nfail_on: major\nselect: [IMP004]\n")
    assert (report.policy.fail_on, [rule.id for rule in report.rules]) == (Grade.MAJOR, ["IMP004"])
    report = judged(repository, "profile: audit-ready\nfail_on: major\n", profile="observe", fail_on=Grade.MINOR)
    assert (report.policy.profile, report.policy.fail_on) == ("observe", Grade.MINOR)


def test_an_unknown_profile_is_an_error_with_the_nearest_word(repository):
    with pytest.raises(ConfigError, match=r"qmscheck\.yaml:2:1: unknown profile 'audit'; did you mean 'audit-ready'"):
        judged(repository, "profile: audit\n")
    with pytest.raises(UsageError, match="unknown profile 'x'; known: audit-ready, observe, standard, start"):
        judged(repository, profile="x")


def test_a_pack_may_bring_a_profile_of_its_own(repository):
    repository.write("pack/profiles/mine.yaml", "profile: mine\ntitle: Ours\nselect: [IMP]\nfail_on: observation\n")
    report = judged(repository, "packs: [pack]\nprofile: mine\n")
    assert {rule.area for rule in report.rules} == {"IMP"}
    assert report.policy.fail_on is Grade.OBSERVATION
    repository.write("pack/profiles/mine.yaml", "profile: start\ntitle: Ours\n")
    with pytest.raises(Exception, match="profile 'start' is defined twice"):
        judged(repository, "packs: [pack]\nprofile: start\n")


@pytest.mark.parametrize(
    ("as_of", "fails"),
    [
        ("2026-12-31T23:59:59Z", False),
        ("2027-01-01T00:59:59+01:00", False),
        ("2027-01-01", True),
        ("2026-12-31T23:00:00-02:00", True),
    ],
)
def test_a_rule_before_its_day_reports_and_does_not_fail(repository, as_of, fails):
    report = judged(repository, "select: [CHG001]\nenforce_from: {CHG001: 2027-01-01}\n", as_of)
    [change] = report.of(Outcome.FAIL)
    assert report.fails_run(change) == fails
    assert report.satisfied != fails
    told = "reported, but not failing the run before 2027-01-01: CHG001"
    assert (told in report.left_out) != fails
    assert report.policy.pending == ({} if fails else {"CHG001": "2027-01-01"})


@pytest.mark.parametrize("form", ["text", "json", "junit", "csv", "github", "markdown", "tap"])
def test_every_report_treats_it_as_noted(repository, form):
    judged(repository, "select: [CHG001]\nenforce_from: {CHG: {on: 2027-01-01, owner: kim}}\n")
    words = ["check", "--root", str(repository.root), "--as-of", "2026-09-01", "--format", form]
    done = CliRunner().invoke(program, words)
    assert done.exit_code == 0
    if form == "text":
        assert "Noted, does not fail the run (1)" in done.stdout
        assert "not failing the run before 2027-01-01 (kim sees to it): CHG001" in " ".join(done.stdout.split())
        assert "Satisfied: no major or minor finding of the rules in force; noted: 1 major." in done.stdout
    if form == "junit":
        assert "<failure" not in done.stdout


@pytest.mark.parametrize(
    ("entries", "day"),
    [
        ("{CHG: 2027-03-01, CHG001: 2027-01-01}", "2027-01-01"),
        ("{CHG001: 2027-03-01, CHG: 2027-01-01}", "2027-03-01"),
        ("{CHG0: 2027-02-01, CHG: 2027-01-01, C-CHG: 2027-04-01}", "2027-02-01"),
        ("{recorded-and-classified: 2027-03-01, CHG0: 2027-01-01}", "2027-03-01"),
        ("{C-CHG: 2027-04-01, change: 2027-02-01}", "2027-02-01"),
    ],
)
def test_the_most_exact_word_counts(repository, entries, day):
    report = judged(repository, f"select: [CHG001]\nenforce_from: {entries}\n")
    assert report.policy.pending == {"CHG001": day}


def test_an_error_fails_before_the_day_all_the_same(repository):
    repository.write("changes/2.yaml", "id: [")
    report = judged(repository, "enforce_from: {CORE: 2027-01-01, CHG: 2027-01-01, IMP: 2027-01-01}\n")
    assert {one.outcome for one in report.results if report.fails_run(one)} == {Outcome.ERROR}


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ("{CHG999: 2027-01-01}", "qmscheck.yaml:2:.*nothing is selected by 'CHG999'"),
        ("{CHG001: soon}", "qmscheck.yaml:2:.*must be a day such as"),
        ("{CHG001: {owner: kim}}", "qmscheck.yaml:2:"),
        ("{CHG001: {on: 2027-02-30}}", "qmscheck.yaml:2:.*must be a day such as"),
    ],
)
def test_what_is_wrong_with_a_day_is_told_with_its_place(repository, entries, said):
    with pytest.raises(ConfigError, match=said):
        judged(repository, f"enforce_from: {entries}\n")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("start", "A change says what kind it is"),
        ("observe", "Nothing that is found."),
        ("audit-ready", "A baseline excuses nothing."),
        ("standard", "From the grade minor; unknown: fail."),
    ],
)
def test_a_profile_is_explained(name, said):
    done = CliRunner().invoke(program, ["explain", name])
    assert done.exit_code == 0
    assert KNOWN.profiles[name].title in done.stdout
    assert said in done.stdout
