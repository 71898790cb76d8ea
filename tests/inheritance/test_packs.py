"""Packs that a repository inherits: from a folder or an installed package, pinned; tightened, never loosened."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from qmscheck.cli import program
from qmscheck.inheritance import _within

RULE = """id: ACME001
name: team-named
title: A change names its team
record: change
controls: [C-CHG]
grade: observation
basis: expectation
detects: missing
requires: [{field: x_team, message: no team is named}]
why: Somebody has to answer.
fix: Write x_team.
never_unknown: It asks whether a team is named.
examples:
  pass: [{id: CHG-2026-0001, x_team: ops}]
  fail: [{id: CHG-2026-0001}]
"""
CONFIG = "version: 1\ncollections: {changes: {type: change, files: changes/*.yaml}}\n"
PINNED = 'packs: [{package: acme-qms-rules, version: "==1.4.*"}]\n'
FOLDER = "packs: [acme]\n"


def pack(folder: Path, requires: str = "") -> None:
    (folder / "change").mkdir(parents=True)
    (folder / "change" / "ACME001-team-named.yaml").write_text(RULE)
    if requires:
        (folder / "pack.yaml").write_text(f"pack: acme-qms-rules\nrequires:\n  {requires}\n")


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """An installed package that holds a pack, as pip leaves it."""

    def install(version: str = "1.4.2", entry: str = "[qmscheck.packs]\nacme = acme_rules.pack\n", requires: str = ""):
        site = tmp_path / "site"
        pack(site / "acme_rules" / "pack", requires)
        (site / "acme_rules" / "__init__.py").write_text("")
        info = site / f"acme_qms_rules-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: acme-qms-rules\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(entry)
        monkeypatch.syspath_prepend(str(site))

    return install


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "repository"
    (folder / "changes").mkdir(parents=True)
    (folder / "changes" / "1.yaml").write_text("id: CHG-2026-0001\ntitle: t\n")
    return folder


def check(root: Path, config: str, *options: str):
    (root / "qmscheck.yaml").write_text(CONFIG + config)
    words = ["check", "--root", str(root), "--as-of", "2026-09-01", "--format", "json", *options]
    return CliRunner().invoke(program, words)


def rules_of(done) -> set[str]:
    assert done.exit_code in (0, 1), done.stderr
    return {rule["id"] for rule in json.loads(done.stdout)["rules"]}


def test_a_pinned_package_judges_and_is_named_with_its_version(root, installed):
    installed()
    done = check(root, PINNED)
    assert "ACME001" in rules_of(done)
    assert "acme-qms-rules@1.4.2" in json.loads(done.stdout)["provenance"]["packs"]


@pytest.mark.parametrize(
    ("package", "config", "message"),
    [
        (("1.5.0",), PINNED, "acme-qms-rules 1.5.0 is installed, but ==1.4.* is asked for"),
        ((), PINNED, "the package acme-qms-rules is not installed"),
        (("1.4.2", "[console_scripts]\nx = y:z\n"), PINNED, "holds no rule pack"),
        (("1.4.2", "[qmscheck.packs]\nacme = acme_rules.nowhere\n"), PINNED, "no folder that can be found"),
        (("1.4.2", "[qmscheck.packs]\nacme = nowhere.pack\n"), PINNED, "nowhere"),
        (("1.4.2",), "packs: [{package: acme-qms-rules}]\n", "version"),
        (("1.4.2",), 'packs: [{package: acme-qms-rules, version: "1.4"}]\n', "no version specifier"),
        (
            ("1.4.2", "[qmscheck]\nacme = acme_rules\n"),
            PINNED + "plugins: {disabled: [acme]}\n",
            "plugins.disabled switches acme off",
        ),
    ],
)
def test_another_version_or_no_pack_stops_the_run_with_its_place(root, installed, package, config, message):
    if package:
        installed(*package)
    done = check(root, config)
    assert done.exit_code == 2
    assert message in done.stderr
    assert "qmscheck.yaml:3" in done.stderr


def test_a_preview_counts_where_it_is_asked_for(root, installed):
    installed("1.4.3rc1")
    assert "ACME001" in rules_of(check(root, PINNED))


LOOSER = [
    ("rules: [ACME]", "ignore: [ACME001]\n", "ignore: ACME001 leaves out ACME001"),
    ("rules: [ACME001]", "ignore: [C-CHG]\n", "ignore: C-CHG leaves out ACME001"),
    ("rules: [ACME]", "select: [CORE]\n", "select leaves out ACME001"),
    ("fail_on: minor", "fail_on: major\n", "fail_on: major is looser than minor"),
    ("on_unknown: fail", "on_unknown: pass\n", "on_unknown: pass is looser than fail"),
    ("history: true", "history: false\n", "history: false leaves rules out"),
    ("inline_ignores: false", "inline_ignores: true\n", "inline_ignores: true lets findings go"),
    ("placeholders: [to follow]", "placeholders: [TBD]\n", "placeholders leave out 'to follow'"),
    (
        "settings: {waiver_days: {at_most: 60}}",
        "settings: {waiver_days: 61}\n",
        "settings.waiver_days: 61 is not at most 60",
    ),
    (
        "settings: {document_review_grace: {at_most: P14D}}",
        "settings: {document_review_grace: P1M}\n",
        "settings.document_review_grace: P1M is not at most P14D",
    ),
    ("settings: {waiver_notice_days: {at_least: 14}}", "settings: {waiver_notice_days: 3}\n", "3 is not at least 14"),
    ("settings: {ci_types: {including: [service]}}", "settings: {ci_types: [host]}\n", "host is not including service"),
    ('settings: {id_pattern: {exactly: "x"}}', 'settings: {id_pattern: ""}\n', "is not exactly x"),
]


@pytest.mark.parametrize(("requires", "config", "message"), LOOSER)
def test_what_loosens_is_refused_with_both_places(root, requires, config, message):
    pack(root / "acme", requires)
    done = check(root, FOLDER + config)
    assert done.exit_code == 2
    assert "qmscheck.yaml:4:" in done.stderr
    assert message in done.stderr
    assert "the pack acme-qms-rules (acme/pack.yaml:3" in done.stderr


@pytest.mark.parametrize(
    ("requires", "config"),
    [
        ("rules: [ACME]", "select: [ACME001, CORE]\nignore: [CORE010]\n"),
        ("fail_on: minor", "fail_on: observation\n"),
        ("placeholders: [to follow]", "placeholders: [TBD, To Follow]\n"),
        ("settings: {waiver_days: {at_most: 60}}", "settings: {waiver_days: 60}\n"),
        ("settings: {document_review_grace: {at_most: P30D}}", "settings: {document_review_grace: P2W}\n"),
        ("settings: {ci_types: {including: [service]}}", "settings: {ci_types: [host, service]}\n"),
    ],
)
def test_what_tightens_is_taken(root, requires, config):
    pack(root / "acme", requires)
    assert "ACME001" in rules_of(check(root, FOLDER + config))


def test_what_is_left_unsaid_becomes_as_strict_as_asked(root):
    pack(root / "acme", "{fail_on: observation, placeholders: [to follow], rules: [ACME]}")
    (root / "changes" / "1.yaml").write_text("id: CHG-2026-0001\ntitle: t\nx_team: to follow\n")
    done = check(root, FOLDER + "select: [ACME]\n")
    assert done.exit_code == 1, "an observation fails the run, and `to follow` is no team"
    assert [one["outcome"] for one in json.loads(done.stdout)["results"]] == ["fail"]


def test_a_setting_left_alone_takes_the_bound(root):
    document = (
        "id: DOC-2026-0001\ntype: document\nstatus: approved\nlast_reviewed_on: 2025-08-20\nreview_interval: P12M\n"
    )
    (root / "docs").mkdir()
    (root / "docs" / "a.yaml").write_text(document)
    collection = "collections: {docs: {type: document, files: docs/*.yaml}}\nselect: [DOC003]\n"

    def outcome(more: str) -> str:
        (root / "qmscheck.yaml").write_text("version: 1\n" + collection + more)
        done = CliRunner().invoke(program, ["check", "--root", str(root), "--as-of", "2026-09-01", "--format", "json"])
        return json.loads(done.stdout)["results"][0]["outcome"]

    assert outcome("settings: {document_review_grace: P30D}\n") == "pass"
    pack(root / "acme", "settings: {document_review_grace: {exactly: P5D}}")
    assert outcome(FOLDER) == "fail"


@pytest.mark.parametrize(
    ("requires", "options", "message"),
    [
        ("rules: [ACME]", ["--ignore", "ACME001"], "--ignore ACME001 leaves out ACME001"),
        ("fail_on: minor", ["--fail-on", "major"], "--fail-on major is looser"),
        ("on_unknown: fail", ["--on-unknown", "pass"], "--on-unknown pass is looser"),
    ],
)
def test_the_command_line_loosens_nothing_either(root, requires, options, message):
    pack(root / "acme", requires)
    done = check(root, FOLDER, *options)
    assert done.exit_code == 2
    assert message in done.stderr


def test_looking_at_some_rules_says_which_are_missing(root):
    pack(root / "acme", "rules: [ACME]")
    done = check(root, FOLDER, "--select", "CORE001")
    assert any("packs ask for it: ACME001" in line for line in json.loads(done.stdout)["left_out"])


def test_a_rule_asked_for_judges_whatever_standard_is_chosen(root):
    pack(root / "acme", "rules: [SLA001, ACME001]")
    assert {"SLA001", "ACME001"} <= rules_of(check(root, FOLDER, "--standard", "iso9001:2015"))


@pytest.mark.parametrize(
    ("requires", "message"),
    [
        ("rules: [ACMEE]", "nothing is selected by 'ACMEE'"),
        ("settings: {nothing: {at_most: 1}}", "there is no setting 'nothing'"),
        ("settings: {waiver_days: {at_most: soon}}", "soon"),
        ("rulez: [ACME]", "rulez"),
    ],
)
def test_a_pack_that_asks_wrongly_is_told_with_its_place(root, requires, message):
    pack(root / "acme", requires)
    done = check(root, FOLDER)
    assert done.exit_code == 2
    assert "acme/pack.yaml:3" in done.stderr
    assert message in done.stderr


def test_the_stricter_of_two_packs_counts(root):
    pack(root / "acme", "settings: {waiver_days: {at_most: 60}}")
    (root / "team").mkdir()
    (root / "team" / "pack.yaml").write_text("pack: team\nrequires: {settings: {waiver_days: {at_most: 30}}}\n")
    done = check(root, "packs: [acme, team]\nsettings: {waiver_days: 45}\n")
    assert done.exit_code == 2
    assert "the pack team" in done.stderr


@given(st.integers(1, 400), st.integers(1, 400))
def test_periods_compare_as_numbers_do(first, second):
    assert _within(f"P{first}D", f"P{second}D") == (first <= second) == _within(first, second)


def test_periods_that_depend_on_the_month_are_within_neither_way():
    assert not _within("P1M", "P30D")
    assert _within("P1M", "P31D")
    assert _within("P28D", "P1M")
    assert not _within("P29D", "P1M")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("profile: observe\n", "profile observe fails nothing; at least that is asked for by the pack"),
        (
            "enforce_from: {ACME: 2027-01-01}\n",
            "enforce_from lets ACME001 wait; at least that is asked for by the pack",
        ),
        ("profile: start\n", ""),
        ("enforce_from: {CHG: 2027-01-01}\n", ""),
    ],
)
def test_no_profile_and_no_day_lets_go_what_a_pack_asks_for(root, words, said):
    pack(root / "acme", "{fail_on: observation, rules: [ACME001]}")
    done = check(root, FOLDER + words)
    assert (done.exit_code, said in done.output) == (2 if said else 1, True)
    assert said or "ACME001" in rules_of(done)
