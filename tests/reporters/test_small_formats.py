"""GitLab code quality, CSV, TAP, JSON lines."""

import csv as stdlib_csv
import io
import json as stdlib_json
import re
from dataclasses import replace

import pytest

from qmscheck.model import Outcome
from qmscheck.reporters import csv, findings, gitlab, json, tap

EVERY = ["report", "nothing", "satisfied"]


def text(render, report, **options):
    return "".join(render(report, **options))


@pytest.mark.parametrize("which", EVERY)
def test_golden(which, request, golden):
    report = request.getfixturevalue(which)
    golden(f"{which}.gitlab.json", text(gitlab.render, report))
    golden(f"{which}.csv", text(csv.render, report))
    golden(f"{which}.tap", text(tap.render, report))
    golden(f"{which}.jsonl", text(json.render, report, lines=True))


@pytest.mark.parametrize("which", EVERY)
def test_gitlab_has_the_documented_fields(which, request):
    report = request.getfixturevalue(which)
    entries = stdlib_json.loads(text(gitlab.render, report))
    assert len(entries) == findings.count(report) + (not report.checked_anything)
    for entry in entries:
        assert entry.keys() == {"description", "check_name", "fingerprint", "severity", "location"}
        assert entry["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert entry["description"]
        assert isinstance(entry["location"]["lines"]["begin"], int)
        assert re.match(r"[^/.\s]", entry["location"]["path"])
    assert len({entry["fingerprint"] for entry in entries}) == len(entries)


def test_gitlab_paths_count_from_the_top_of_the_repository(report):
    nested = replace(report, provenance=replace(report.provenance, prefix="qa/"))
    entries = stdlib_json.loads(text(gitlab.render, nested))
    assert all(entry["location"]["path"].startswith("qa/") for entry in entries)


def test_gitlab_takes_an_empty_run_for_a_finding(nothing):
    (entry,) = stdlib_json.loads(text(gitlab.render, nothing))
    assert entry["severity"] == "blocker"


@pytest.mark.parametrize("which", EVERY)
def test_csv_has_a_row_a_result(which, request):
    report = request.getfixturevalue(which)
    rows = list(stdlib_csv.DictReader(io.StringIO(text(csv.render, report), newline="")))
    assert [row["fingerprint"] for row in rows] == [result.fingerprint for result in report.results]
    assert [row["fails_run"] == "yes" for row in rows] == [report.fails_run(result) for result in report.results]


def test_csv_lines_end_as_rfc_4180_says(report):
    rendered = text(csv.render, report)
    assert rendered.count("\r\n") == rendered.count("\n") == len(report.results) + 1


@pytest.mark.parametrize("which", EVERY)
def test_tap_counts_agree(which, request):
    report = request.getfixturevalue(which)
    lines = text(tap.render, report).splitlines()
    assert lines[1] == f"1..{len(report.results) + 1}"
    tests = [line for line in lines if re.match("(not )?ok ", line)]
    assert [int(re.search(r"\d+", line)[0]) for line in tests] == list(range(1, len(report.results) + 2))
    red = [line.startswith("not ok") and " # TODO " not in line for line in tests]
    assert red == [not report.checked_anything, *(report.fails_run(result) for result in report.results)]


@pytest.mark.parametrize("which", EVERY)
def test_json_lines_say_what_the_document_says(which, request):
    report = request.getfixturevalue(which)
    document = stdlib_json.loads(text(json.render, report))
    run, *others = map(stdlib_json.loads, text(json.render, report, lines=True).splitlines())
    assert run == {"kind": "run"} | {key: document[key] for key in document if key not in ("rules", "results")}
    assert others == [
        *({"kind": "rule"} | rule for rule in document["rules"]),
        *({"kind": "result"} | result for result in document["results"]),
    ]
    assert document["verdict"]["counts"][Outcome.FAIL] == report.counts()[Outcome.FAIL]
