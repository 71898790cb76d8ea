import re
from dataclasses import replace

import pytest

from qmscheck.model import Location, Outcome, Policy
from qmscheck.reporters.github import render

COMMAND = re.compile(r"::(error|warning|notice) (.*?)::(.*)")


def commands(report):
    """The lines as the runner reads them: kind, properties, message."""
    found = []
    for line in "".join(render(report)).splitlines():
        kind, properties, message = COMMAND.fullmatch(line).groups()
        pairs = dict(pair.split("=", 1) for pair in properties.split(","))
        found.append((kind, {name: unescaped(value) for name, value in pairs.items()}, unescaped(message)))
    return found


def unescaped(text):
    for mark, sign in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(mark, sign)
    return text


def many(report, number, place=1):
    failing = report.results[place]
    return replace(report, results=tuple(replace(failing, subject=f"changes/{n}.yaml") for n in range(number)))


@pytest.mark.parametrize("which", ["report", "nothing", "satisfied"])
def test_golden(which, request, golden):
    golden(f"{which}.github.txt", "".join(render(request.getfixturevalue(which))))


def test_worst_first(report):
    kinds = [kind for kind, _, _ in commands(report)]
    assert kinds == sorted(kinds, key=["error", "warning", "notice"].index)


@pytest.mark.parametrize("number", [9, 10, 11, 12, 500])
def test_ten_of_a_type_and_the_rest_is_counted(report, number):
    found = commands(many(report, number))
    errors = [message for kind, _, message in found if kind == "error"]
    assert len(errors) == min(number, 10)
    assert errors[-1].startswith(f"{number - 9:,} more") == (number > 10)


def test_the_verdict_is_among_the_ten_notices(report):
    (noted,) = (number for number, one in enumerate(report.results) if one.rule.id == "DOC014")
    notices = [message for kind, _, message in commands(many(report, 30, noted)) if kind == "notice"]
    assert len(notices) == 10
    assert notices[-2].startswith("22 more")
    assert notices[-1].startswith("Satisfied")


def test_those_that_fail_the_run_go_before_others(report):
    unknown = next(one for one in report.results if one.outcome is Outcome.UNKNOWN)
    minor = next(one for one in report.results if one.rule.id == "DOC003" and one.outcome is Outcome.FAIL)
    results = (*(replace(unknown, subject=str(n)) for n in range(20)), minor)
    found = commands(replace(report, results=results, policy=Policy(unknown_fails=False)))
    assert found[0][1]["title"].startswith("DOC003")


def test_messages_keep_below_what_github_cuts(report):
    failing = report.results[1]
    long = replace(failing, problems=(replace(failing.problems[0], message="\N{FIRE}%" * 10_000),))
    (_, _, message), *_ = commands(replace(report, results=(long,)))
    assert len(message.encode("utf-16-le")) // 2 <= 4_096
    assert "more characters" in message


def test_files_count_from_the_top_of_the_repository(report):
    nested = replace(report, provenance=replace(report.provenance, prefix="teams/qa/"))
    assert all(one["file"].startswith("teams/qa/") for _, one, _ in commands(nested) if "file" in one)


def test_names_with_the_signs_of_commands(report):
    failing = report.results[1]
    odd = replace(failing, problems=(replace(failing.problems[0], location=Location("a:b,c=d%0A::e.yaml", 3, 4)),))
    (_, properties, _), *_ = commands(replace(report, results=(odd,)))
    assert properties["file"] == "a:b,c=d%0A::e.yaml"
    assert (properties["line"], properties["endLine"], properties["col"]) == ("3", "3", "4")


def test_a_shallow_checkout_says_what_to_write(report):
    (*_, (_, _, verdict)) = commands(replace(report, provenance=replace(report.provenance, shallow=True)))
    assert "fetch-depth: 0" in verdict
