"""The baseline: what was known on the first day is excused until a day, as it was; it shrinks and does not grow."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from qmscheck.cli import program
from qmscheck.excusing.baseline import _quoted
from qmscheck.model import Outcome, Source
from qmscheck.readers import read
from qmscheck.testing import Repository

NAME = "qmscheck-baseline.yaml"
CONFIG = """version: 1
select: [CHG001, DOC003, IMS001, WVR]
collections:
  changes: {type: change, files: changes/*.yaml}
  documents: {type: document, files: "documents/*.md"}
"""
CHANGE = "id: CHG-2026-0001\nowner: kim\nrequested_by: kim\nreason: More room.\nstatus: draft\n"
DOCUMENT = "---\nid: DOC-2026-0001\nstatus: approved\n---\n# Title\n"


@pytest.fixture
def repository(tmp_path):
    repository = Repository(tmp_path).write("qmscheck.yaml", CONFIG)
    return repository.write("changes/1.yaml", CHANGE).write("documents/1.md", DOCUMENT)


def run(repository, *words, as_of="2026-09-01"):
    return CliRunner().invoke(program, ["baseline", *words, "--root", str(repository.root), "--as-of", as_of])


def told(repository, as_of="2026-09-01"):
    """Outcome by rule; a finding on a baseline as its rule's outcome, too."""
    return {one.rule.id: one.outcome.value for one in repository.check(as_of=as_of).results}


@pytest.fixture
def known(repository):
    assert run(repository, "write", "--until", "2027-03-31").exit_code == 0
    return repository


def test_it_is_written_one_line_a_problem_and_excuses_everything_that_was_found(repository):
    assert (told(repository)["CHG001"], told(repository)["DOC003"]) == ("fail", "unknown")
    done = run(repository, "write", "--until", "2027-03-31")
    told_of = "4 known problems, the oldest since 2026-09-01 (0 days), until 2027-03-31 (211 days left)"
    assert done.output == f"{NAME}: {told_of}\n"
    lines = (repository.root / NAME).read_text("utf-8").splitlines()
    assert lines[2:5] == ["version: 1", "until: 2027-03-31", "findings:"]
    assert [line.split(", ")[0:3] for line in lines[5:]] == [
        ['  - {rule: "CHG001"', 'subject: "changes/1.yaml"', f'problem: "{name}"']
        for name in ("category", "change_type", "services")
    ] + [['  - {rule: "DOC003"', 'subject: "documents/1.md"', 'problem: "(cannot be told)"']]
    report = repository.check(as_of="2026-09-01")
    assert report.satisfied
    assert told(repository) == {
        "CHG001": "waived",
        "DOC003": "waived",
        "WVR008": "pass",
        "WVR009": "pass",
        "WVR010": "pass",
    }
    [change] = [one for one in report.of(Outcome.WAIVED) if one.rule.id == "CHG001"]
    assert change.reason.startswith("in the baseline since 2026-09-01, until 2027-03-31; ")


def test_a_changed_record_is_judged_anew(known):
    known.write("changes/1.yaml", CHANGE.replace("kim", "bo"))
    assert (told(known)["CHG001"], told(known)["DOC003"], told(known)["WVR010"]) == ("fail", "waived", "fail")
    known.write("changes/1.yaml", "# only a remark\n" + CHANGE)
    assert told(known)["CHG001"] == "waived"


def test_another_record_and_another_rule_are_not_excused(known):
    known.write("changes/2.yaml", CHANGE)
    outcomes = {
        one.subject: one.outcome.value for one in known.check(as_of="2026-09-01").results if one.rule.id == "CHG001"
    }
    assert outcomes == {"changes/1.yaml": "waived", "changes/2.yaml": "fail"}


def test_a_new_problem_of_a_known_finding_shows_the_whole_finding(known):
    text = (known.root / NAME).read_text("utf-8")
    known.write(NAME, "".join(line for line in text.splitlines(keepends=True) if 'problem: "services"' not in line))
    [change] = [one for one in known.check(as_of="2026-09-01").results if one.rule.id == "CHG001"]
    assert (change.outcome, len(change.problems)) == (Outcome.FAIL, 3)


@pytest.mark.parametrize(
    ("as_of", "chg", "in_force", "about_to_end"),
    [
        ("2027-03-16T23:59:59Z", "waived", "pass", "pass"),
        ("2027-03-17", "waived", "pass", "fail"),
        ("2027-03-31T23:59:59Z", "waived", "pass", "fail"),
        ("2027-04-01T01:59:59+02:00", "waived", "pass", "fail"),
        ("2027-04-01", "fail", "fail", "pass"),
        ("2027-03-31T23:00:00-02:00", "fail", "fail", "pass"),
    ],
)
def test_it_ends_with_the_target_day_in_utc(known, as_of, chg, in_force, about_to_end):
    outcomes = told(known, as_of)
    assert (outcomes["CHG001"], outcomes["WVR008"], outcomes["WVR009"]) == (chg, in_force, about_to_end)


def test_one_that_runs_too_long_excuses_nothing(known):
    text = (known.root / NAME).read_text("utf-8")
    known.write(NAME, text.replace("until: 2027-03-31", "until: 2027-09-02"))
    assert (told(known)["CHG001"], told(known)["WVR008"]) == ("fail", "fail")
    known.write(NAME, text.replace("until: 2027-03-31", "until: 2027-09-01"))
    assert (told(known)["CHG001"], told(known)["WVR008"]) == ("waived", "pass")


def test_what_is_missing_as_a_whole_is_known_without_content(repository):
    repository.write("qmscheck.yaml", CONFIG.replace("version: 1", "version: 1\nstandards: [iso9001:2015]"))
    run(repository, "write", "--until", "2027-03-31")
    assert '{rule: "IMS001", subject: "audit", problem: "audit", since: "2026-09-01"}' in (
        repository.root / NAME
    ).read_text("utf-8")
    assert repository.check(as_of="2026-09-01").satisfied


def test_it_does_not_grow_by_itself(known):
    known.write("changes/2.yaml", CHANGE.replace("0001", "0002"))
    before = (known.root / NAME).read_bytes()
    done = run(known, "write")
    assert done.exit_code == 2
    assert "3 found and not in it.\nA baseline may only shrink" in done.output
    assert run(known, "write", "--until", "2027-06-30").exit_code == 2
    assert run(known, "write", "--add", " ").exit_code == 2
    assert (known.root / NAME).read_bytes() == before


def test_it_grows_with_a_reason_that_stays_visible(known):
    known.write("changes/2.yaml", CHANGE.replace("0001", "0002"))
    done = run(known, "write", "--add", 'Imported "late"', as_of="2026-10-01")
    assert "added: CHG001 on changes/2.yaml (services)" in done.output
    lines = [line for line in (known.root / NAME).read_text("utf-8").splitlines() if "changes/2" in line]
    assert len(lines) == 3
    assert all(line.endswith('since: "2026-10-01", because: "Imported \\"late\\""}') for line in lines)
    reasons = [one.reason for one in known.check(as_of="2026-10-01").of(Outcome.WAIVED) if "2.yaml" in one.subject]
    assert reasons[0].startswith('in the baseline since 2026-10-01, until 2027-03-31: Imported "late"; ')


def test_what_is_mended_is_told_and_taken_out(known):
    known.write("changes/1.yaml", CHANGE + "category: network\nchange_type: normal\n")
    assert "gone: 3\n" in run(known, "show").output
    done = run(known, "prune", as_of="2026-10-01")
    assert done.output.splitlines() == [
        "taken out: CHG001 on changes/1.yaml (category)",
        "taken out: CHG001 on changes/1.yaml (change_type)",
        "taken out: CHG001 on changes/1.yaml (services)",
        f"{NAME}: 1 known problem, the oldest since 2026-09-01 (30 days), until 2027-03-31 (181 days left)",
    ]
    assert told(known)["CHG001"] == "fail"  # what is left of it, on a record that was changed
    assert told(known)["WVR010"] == "pass"


def test_pruning_keeps_what_was_not_judged(known):
    known.write("qmscheck.yaml", CONFIG.replace("CHG001, ", ""))
    before = (known.root / NAME).read_bytes()
    assert run(known, "prune").exit_code == 0
    assert (known.root / NAME).read_bytes() == before


def test_writing_is_deterministic_and_an_empty_one_is_sound(known):
    before = (known.root / NAME).read_bytes()
    (known.root / NAME).unlink()
    run(known, "write", "--until", "2027-03-31")
    assert (known.root / NAME).read_bytes() == before
    known.remove("documents/1.md").remove("changes/1.yaml")
    run(known, "prune")
    assert (known.root / NAME).read_text("utf-8").endswith("findings: []\n")
    assert "0 known problems, until 2027-03-31" in run(known, "show").output


def test_show_tells_size_age_and_end(known):
    shown = json.loads(run(known, "show", "--format", "json", as_of="2026-09-11").output)
    assert (shown["size"], shown["age_days"], shown["days_left"], shown["until"]) == (4, 10, 201, "2027-03-31")
    assert shown["by_rule"] == {"CHG001": 3, "DOC003": 1}
    text = run(known, "show", "-v", as_of="2027-04-01").output
    assert "its target day is over" in text
    assert "  DOC003 on documents/1.md ((cannot be told))" in text


@pytest.mark.parametrize(
    ("until", "said"),
    [
        ((), "--until DATE"),
        (("--until", "2026-08-31"), "is not within the 365 days"),
        (("--until", "2027-09-02"), "is not within the 365 days"),
    ],
)
def test_a_first_one_needs_a_target_day_that_is_near(repository, until, said):
    done = run(repository, "write", *until)
    assert (done.exit_code, said in done.output) == (2, True)
    assert not (repository.root / NAME).exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("version: 1\nuntil: 2027-03-31\nfindings:\n  - {rule: CHG001}\n", f"{NAME}:4:5: "),
        ("version: 1\nuntil: someday\nfindings: []\n", f"{NAME}:2:1: "),
        ("version: 1\nuntil: 2027-02-30\nfindings: []\n", f"{NAME}:2:1: cannot read '2027-02-30' as a date"),
        ("findings: [\n", f"{NAME}:"),
        (
            "version: 1\nuntil: 2027-03-31\nfindings:\n"
            + "  - {rule: CHG001, subject: a, problem: b, since: 2026-09-01}\n" * 2,
            f"{NAME}:4:5: CHG001 on a (b) stands here twice",
        ),
    ],
)
def test_a_malformed_one_stops_the_run_with_its_place(repository, text, said):
    repository.write(NAME, text)
    for words in (["check"], ["baseline", "show"], ["baseline", "write", "--until", "2027-03-31"]):
        done = CliRunner().invoke(program, [*words, "--root", str(repository.root)])
        assert (done.exit_code, said in done.output) == (2, True), done.output
    assert (repository.root / NAME).read_text() == text


def test_it_may_lie_elsewhere(repository):
    repository.write("qmscheck.yaml", CONFIG + "baseline: quality/known.yaml\n")
    assert run(repository, "write", "--until", "2027-03-31").exit_code == 0
    assert (repository.root / "quality" / "known.yaml").exists()
    assert repository.check(as_of="2026-09-01").satisfied


def test_auditors_see_it_without(known):
    words = ["check", "--root", str(known.root), "--as-of", "2026-09-01", "--no-waivers", "--format", "json"]
    outcomes = {one["rule"]: one["outcome"] for one in json.loads(CliRunner().invoke(program, words).stdout)["results"]}
    assert (outcomes["CHG001"], outcomes["WVR008"]) == ("fail", "not_applicable")


def test_a_named_file_is_excused_as_in_a_whole_run(known):
    report = known.check("changes/1.yaml", as_of="2026-09-01")
    assert {one.outcome for one in report.results if one.rule.id == "CHG001"} == {Outcome.WAIVED}


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_every_text_comes_back(text):
    found = read(Source("x.yaml", f"a: {_quoted(text)}\n".encode()), "yaml", {})
    assert found.data == {"a": text}
    assert "\n" not in _quoted(text)
