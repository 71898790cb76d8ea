import re
from dataclasses import replace

import pytest

from qmscheck.model import Grade, Outcome, Policy
from qmscheck.reporters.text import render

STYLE = re.compile(r"\x1b\[[0-9;]+m")


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("report.80.txt", {"width": 80}),
        ("report.120.v.txt", {"width": 120, "verbose": 1}),
        ("report.100.vv.txt", {"width": 100, "verbose": 2}),
        ("report.quiet.txt", {"width": 80, "verbose": -1}),
        ("report.color.txt", {"width": 80, "color": True}),
    ],
)
def test_golden(report, golden, name, options):
    golden(name, "".join(render(report, **options)))


@pytest.mark.parametrize("which", ["nothing", "satisfied"])
def test_golden_of_other_verdicts(which, request, golden):
    golden(f"{which}.80.txt", "".join(render(request.getfixturevalue(which))))


def test_colour_only_adds_styles(report):
    plain = "".join(render(report, verbose=2))
    assert "\x1b" not in plain
    assert STYLE.sub("", "".join(render(report, verbose=2, color=True))) == plain


@pytest.mark.parametrize("width", [40, 80, 120])
def test_sentences_keep_to_the_width(report, width):
    for line in "".join(render(report, width=width)).splitlines():
        assert len(line) <= width or len(line.split()) < 5 or not line.startswith(" "), line


def test_ends_with_verdict_and_next_step(report):
    *_, verdict, step = "".join(render(report, width=120)).splitlines()
    assert verdict.startswith("✗ Not satisfied: 4 major, 2 minor, 1 error, 1 unknown")
    assert "qmscheck explain CHG005" in step


@pytest.mark.parametrize(
    ("policy", "sentence"),
    [
        (Policy(fail_on=Grade.MAJOR), "Not satisfied: 4 major, 1 error; noted: 2 minor, 1 observation, 1 unknown, 1 w"),
        (
            Policy(fail_on=Grade.OBSERVATION),
            "Not satisfied: 4 major, 2 minor, 1 observation, 1 error, 1 unknown; noted",
        ),
        (Policy(unknown_fails=False), "Not satisfied: 4 major, 2 minor, 1 error; noted: 1 observation, 1 unknown, 1 w"),
    ],
)
def test_policy_decides_what_is_a_finding(report, policy, sentence):
    assert sentence in "".join(render(replace(report, policy=policy), width=150))


@pytest.mark.parametrize(
    ("fail_on", "bar"),
    [
        (Grade.MAJOR, "no major finding"),
        (Grade.MINOR, "no major or minor finding"),
        (Grade.OBSERVATION, "no major, minor or observation finding"),
    ],
)
def test_satisfied_names_the_bar(satisfied, fail_on, bar):
    clean = tuple(satisfied.of(Outcome.PASS))
    text = "".join(render(replace(satisfied, results=clean, policy=Policy(fail_on=fail_on))))
    assert f"✓ Satisfied: {bar}." in text


def test_many_results_of_one_rule_are_counted(report):
    failing, noted = report.results[1], next(one for one in report.results if one.rule.id == "DOC014")
    many = [replace(failing, subject=f"changes/{n}.yaml") for n in range(1_254)]
    some = [replace(noted, subject=f"docs/{n}.md", record=None) for n in range(30)]
    report = replace(report, results=(*many, *some))
    text = "".join(render(report))
    assert text.count("✗ major CHG005") == 20
    assert "1,234 more of 1,254; all of them: qmscheck check -v --select CHG005" in text
    assert "and 10 more" in text
    assert "".join(render(report, verbose=1)).count("✗ major CHG005") == 1_254


def test_many_problems_of_one_result_are_counted(report):
    failing = report.results[1]
    many = replace(failing, problems=failing.problems * 25)
    assert "and 5 more" in "".join(render(replace(report, results=(many,))))


def test_long_sentences_are_cut(saying):
    text = "".join(render(saying("x" * 1_000_000), verbose=2))
    assert len(text) < 20_000
    assert "more characters" in text


@pytest.mark.parametrize("word", ["compliant", "certified", "conforms"])
def test_claims_no_conformity(report, nothing, satisfied, word):
    for one in (report, nothing, satisfied):
        assert word not in "".join(render(one, verbose=2)).lower()
