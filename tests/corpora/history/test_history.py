"""The questions about histories, answered on the public repositories that they come from.

The answers lie beside the other corpora (``history/expected.json``); the repositories, as ``<owner>+<name>/repo`` git
directories, in ``$QMSCHECK_REPOSITORIES``. Without both, the tests are skipped.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from qmscheck import app, config

HERE = Path(__file__).parent
ANSWERS = Path(os.environ.get("QMSCHECK_CORPORA") or HERE.parents[2].parent / "shared" / "corpora") / "history"
REPOSITORIES = Path(os.environ.get("QMSCHECK_REPOSITORIES") or HERE.parents[2].parent / "shared" / "repositories")


@pytest.fixture(scope="module")
def answers():
    file = ANSWERS / "expected.json"
    if not file.is_file():
        pytest.skip("no answers: neither $QMSCHECK_CORPORA nor ../shared/corpora holds history/expected.json")
    return {entry["id"]: entry for entry in json.loads(file.read_text("utf-8"))}


@pytest.fixture(scope="module")
def report(request, tmp_path_factory):
    owner, name, commit = request.param
    source = REPOSITORIES / f"{owner}+{name}" / "repo"
    if not source.is_dir():
        pytest.skip(f"no repository: $QMSCHECK_REPOSITORIES holds no {owner}+{name}/repo")
    clone = tmp_path_factory.mktemp(name) / "clone"
    for words in (
        ["clone", "-q", "--shared", "--no-checkout", str(source), str(clone)],
        ["-C", str(clone), "checkout", "-q", commit],
    ):
        subprocess.run(["git", *words], check=True, capture_output=True)
    return app.run(config.load(clone, HERE / name / "qmscheck.yaml"), app.Wishes(as_of="2026-09-01"))


GDS = ("alphagov", "gds-way", "627911cd6b5685654df03c949fabaaa51d8b07c5")
GYP = ("nodejs", "node-gyp", "42367da5a2683115ff538b92caed5c32c322005f")


def failing(report, rule):
    return sorted(result.subject for result in report.results if result.rule.id == rule and result.outcome == "fail")


@pytest.mark.parametrize("report", [GDS], indirect=True)
def test_gds_way_review_backed(report, answers):
    entry = answers["gds_way_review_backed"]
    assert failing(report, "DOC017") == sorted(entry["items"])
    judged = [result for result in report.results if result.rule.id == "DOC017"]
    assert len(judged) == 64
    assert not [result for result in judged if result.outcome not in ("pass", "fail")]
    for result in judged:
        if result.outcome == "fail":
            what = entry["details"][result.subject]["what"]  # "declared 2024-04-24, commit 17596a8cdb 2024-03-25"
            _, declared, _, commit, day = what.replace(",", "").split()
            assert {declared, commit, day} <= set(
                result.message.replace(",", " ").replace("(", " ").replace(")", " ").split()
            )


@pytest.mark.parametrize("report", [GYP], indirect=True)
def test_node_gyp(report, answers):
    ids = [line.rpartition("#")[2] for line in failing(report, "COM001")]
    assert sorted(ids) == sorted(answers["node_gyp_without_review_trailer"]["items"])
    assert failing(report, "COM002") == answers["node_gyp_reviewed_only_by_author"]["items"]
    assert report.read[0].records == answers["node_gyp_commits"]["count"]
    told = {result.outcome for result in report.results if result.rule.id == "COM002"}
    assert told == {"pass", "not_applicable"}
