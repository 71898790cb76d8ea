from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from qmscheck.reporters.markdown import MARKER, render

BLOB = "https://example.org/merrow/records/blob/3f2a9c1b/"


def page(report, **options):
    return "".join(render(report, **options))


def many(report, number, text="x"):
    failing = report.results[1]
    problems = (replace(failing.problems[0], message=text),)
    return replace(
        report, results=tuple(replace(failing, subject=f"changes/{n}.yaml", problems=problems) for n in range(number))
    )


@pytest.mark.parametrize("which", ["report", "nothing", "satisfied"])
def test_golden(which, request, golden):
    report = request.getfixturevalue(which)
    golden(f"{which}.comment.md", page(report))
    golden(f"{which}.summary.md", page(report, summary=True, links=BLOB))


def test_a_comment_begins_with_its_marker(report, nothing, satisfied):
    for one in (report, nothing, satisfied):
        assert page(one).splitlines()[0] == MARKER
        assert MARKER not in page(one, summary=True)


@pytest.mark.parametrize(("summary", "limit"), [(False, 65_536), (True, 1 << 20)])
@pytest.mark.parametrize("row", ["x", "x" * 5_000, "|" * 1_000, "\N{FIRE}" * 1_000])
def test_never_longer_than_what_is_shown(report, summary, limit, row):
    text = page(many(report, 20_000, row), summary=summary)
    assert len(text.encode()) < limit
    assert "are not shown here" in text
    assert text.count("<details>") == text.count("</details>") <= 1


def test_a_flood_of_other_facts_is_cut(report):
    flooded = replace(report, left_out=tuple("left out " * 100 for _ in range(1_000)))
    assert len(page(flooded).encode()) < 65_536
    assert "the other reports have them" in page(flooded)


@pytest.mark.parametrize("number", [1, 20, 21, 25])
def test_the_first_stand_open_and_the_rest_is_folded(report, number):
    text = page(many(report, number))
    assert text.count("| **major** |") == number
    assert ("<details>" in text) == (number > 20)


def test_findings_link_to_the_line_at_the_commit(report):
    nested = replace(report, provenance=replace(report.provenance, prefix="qa/"))
    parsed = MarkdownIt("commonmark").enable("table").parse(page(nested, summary=True, links=BLOB))
    links = {one.attrs["href"] for token in parsed for one in token.children or () if one.type == "link_open"}
    assert f"{BLOB}qa/changes/CHG-2026-014.yaml#L12" in links
    assert f"{BLOB}qa/docs/on%20call.md?plain=1#L6" in links


def test_controls_are_counted(report):
    text = page(report, summary=True)
    (line,) = (line for line in text.splitlines() if line.startswith("| C-CHG |"))
    assert [cell.strip() for cell in line.split("|")[3:9]] == ["1", "4", "1", "", "1", "1"]


def test_a_shallow_clone_says_what_to_write(report):
    shallow = replace(report, provenance=replace(report.provenance, shallow=True))
    assert "fetch-depth: 0" in page(shallow)


def test_what_is_waived_is_listed_the_first_to_end_first(report):
    waived = next(one for one in report.results if one.outcome == "waived")
    days = ("2027-03-01", "2026-10-05", "2026-12-31")
    results = tuple(replace(waived, subject=day, reason=f"waived until {day} by Ines Duarte: on paper") for day in days)
    lines = page(replace(report, results=results)).splitlines()
    ends = [line.split("|")[1].strip() for line in lines if line.startswith("| 202")]
    assert ends == sorted(days)
    assert "<details><summary>What is waived: 3</summary>" in lines


@pytest.mark.parametrize("reason", ["x", "|" * 1_000])
def test_a_flood_of_waivers_leaves_room_for_what_fails(report, reason):
    waived = next(one for one in report.results if one.outcome == "waived")
    flood = tuple(replace(waived, subject=f"changes/{n}.yaml", reason=reason) for n in range(5_000))
    text = page(replace(report, results=(*report.results, *flood)))
    assert len(text.encode()) < 65_536
    assert text.count("| **major** |") == 4
    assert "more waived results are not shown here" in text
