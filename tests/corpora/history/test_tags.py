"""The tag questions about change logs, answered on the public repositories that they come from: tags as git lists them.

`test_history` tells where answers and repositories lie. Every tag counts, not only those merged into the branch.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from qmscheck import app, config

HERE = Path(__file__).parent
ANSWERS = Path(os.environ.get("QMSCHECK_CORPORA") or HERE.parents[2].parent / "shared" / "corpora") / "changelogs"
REPOSITORIES = Path(os.environ.get("QMSCHECK_REPOSITORIES") or HERE.parents[2].parent / "shared" / "repositories")
SOURCES = {
    "alertmanager": ("prometheus", "68fb2d5759b3a92c0bb2a1a13d4ef7ff5b06256d"),
    "black": ("psf", "8947c48ef2077c3a301b03c1e814dc2e3f78436e"),
    "govuk-frontend": ("alphagov", "4a1ae890d1b761ada8e47d9bcaf6ebc9856bd779"),
    "keep-a-changelog": ("olivierlacan", "e7c7c23e369d8936b7042d91a5c0d046f6ae03fd"),
    "nhsuk-frontend": ("nhsuk", "540f1e324b3b56da48014fd5bcea24b6dea1cb03"),
    "node-gyp": ("nodejs", "42367da5a2683115ff538b92caed5c32c322005f"),
}
QUESTIONS = {"releases_without_tag": ("LOG003", "id"), "tags_without_release": ("LOG004", "version")}


@pytest.mark.parametrize("name", SOURCES)
def test_tags_and_change_log(name, tmp_path):
    owner, commit = SOURCES[name]
    source = REPOSITORIES / f"{owner}+{name}" / "repo"
    if not source.is_dir() or not (ANSWERS / name).is_dir():
        pytest.skip(f"no repository or no answers: $QMSCHECK_REPOSITORIES holds no {owner}+{name}/repo")
    clone = tmp_path / "clone"
    for words in (
        ["clone", "-q", "--shared", "--no-checkout", str(source), str(clone)],
        ["-C", str(clone), "checkout", "-q", commit],
    ):
        subprocess.run(["git", *words], check=True, capture_output=True)
    told = (HERE.parent / "changelogs" / name / "qmscheck.yaml").read_text()
    told = told.replace("layout: tags-tsv", "layout: git-tags").replace("    files: tags.tsv\n", "")
    own = tmp_path / "qmscheck.yaml"
    own.write_text(told.replace("packs: [../rules]\n", "").replace(", XLOG]", "]"))
    report = app.run(config.load(clone, own), app.Wishes(as_of="2026-09-01"))
    answers = {entry["id"]: entry for entry in json.loads((ANSWERS / name / "expected.json").read_text("utf-8"))}
    for question, (rule, item) in QUESTIONS.items():
        failing = [one for one in report.results if one.rule.id == rule and one.outcome == "fail"]
        found = sorted(str(one.record.id if item == "id" else one.record.fields[item]) for one in failing)
        assert found == sorted(answers[question]["items"]), question
