"""What `qmscheck init` proposes for real repositories answers the questions about them, with no hand edit.

The questions are those of tests/corpora. What they bring along is only what they ask with: their rules, the setting
for the day of grace, and the private fields (``x_``) in which they define what they mean by a part of a review.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import sys
from functools import cache
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from qmscheck.cli import program

HERE = Path(__file__).parent
QUESTIONS = HERE.parent / "corpora"
CORPORA = Path(os.environ.get("QMSCHECK_CORPORA") or HERE.parents[1].parent / "shared" / "corpora")
NAMES = [
    *(
        f"document-review/{name}"
        for name in (
            "analytical-platform",
            "cloud-platform",
            "engineering-guidance-and-standards",
            "hmcts.github.io",
            "modernisation-platform",
            "technical-guidance",
        )
    ),
    "incidents/dfds",
    "incidents/mybinder",
]
ASKED_WITH = ("packs", "select", "settings", "placeholders")


@cache
def _answers():
    spec = importlib.util.spec_from_file_location("adoption_answers", QUESTIONS / "answers.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["adoption_answers"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """A copy of a corpus with the configuration of `init`, and what the questions ask with beside it."""

    @cache
    def prepare(name: str) -> tuple[Path, Path]:
        root = tmp_path_factory.mktemp("repository") / "copy"
        shutil.copytree(CORPORA / name, root)
        (root / "expected.json").unlink()
        done = CliRunner().invoke(program, ["init", "--yes", "--root", str(root)])
        assert done.exit_code == 0, done.output
        proposed = yaml.safe_load((root / "qmscheck.yaml").read_text("utf-8"))
        theirs = yaml.safe_load((QUESTIONS / name / "qmscheck.yaml").read_text("utf-8"))
        asks = tmp_path_factory.mktemp("asks") / "qmscheck.yaml"
        asks.write_text(yaml.safe_dump(_with_question(proposed, theirs, QUESTIONS / name)), "utf-8")
        shutil.copy(QUESTIONS / name / "questions.yaml", asks.parent)
        return root, asks

    return prepare


def _with_question(proposed: dict, theirs: dict, home: Path) -> dict:
    whole = {**proposed, **{key: theirs[key] for key in ASKED_WITH if key in theirs}}
    whole["packs"] = [str((home / pack).resolve()) for pack in theirs.get("packs", [])]
    del whole["adoption_date"]  # the questions ask of all records, old ones too
    whole["collections"] = {}
    for name, own in proposed["collections"].items():
        layout = own.get("layout")
        match = next((key for key, one in theirs["collections"].items() if one.get("layout") == layout), None)
        match = match or ("other_pages" if layout == "uncontrolled-page" else name)
        private = theirs["collections"].get(match, {}).get("fields", {})
        fields = {**own.get("fields", {}), **{key: spec for key, spec in private.items() if key.startswith("x_")}}
        whole["collections"][match] = {**own, **({"fields": fields} if fields else {})}
    return whole


def _cases():
    for name in NAMES:
        file = CORPORA / name / "expected.json"
        for entry in json.loads(file.read_text("utf-8")) if file.is_file() else []:
            yield pytest.param(name, entry, id=f"{name}:{entry['id']}")


_NONE = pytest.mark.skip(reason="no corpora: neither $QMSCHECK_CORPORA nor ../shared/corpora holds them")


@pytest.mark.parametrize(("name", "entry"), list(_cases()) or [pytest.param("", {}, id="none", marks=_NONE)])
def test_question(name: str, entry: dict, asked, monkeypatch):
    root, asks = asked(name)
    answers = _answers()
    monkeypatch.setattr(answers, "HERE", asks.parent.parent)
    monkeypatch.setattr(answers, "_records", lambda root, _: answers._run("records", root, asks))
    question = answers.questions_of(asks.parent.name)[entry["id"]]
    found = list(answers.hits(question, root, asks.parent.name, entry["as_of"]))
    got = answers.items(question, found)
    if entry["items"] is not None:
        assert sorted(map(str, got)) == sorted(map(str, entry["items"]))
    count = sum(answers.value(hit, question["sum"]) for hit in found) if "sum" in question else len(got)
    assert count == entry["count"]


@pytest.mark.parametrize(
    "name",
    sorted(file.parent.relative_to(CORPORA).as_posix() for file in CORPORA.glob("*/*/expected.json"))
    or [pytest.param("", marks=_NONE)],
)
def test_no_errors_by_the_mapping(name: str, tmp_path):
    """Whatever `init` proposes, `check` reads: what cannot be read is a fault of the record, in its file."""
    root = tmp_path / "copy"
    shutil.copytree(CORPORA / name, root)
    done = CliRunner().invoke(program, ["init", "--yes", "--root", str(root)])
    assert done.exit_code in (0, 3), done.output
    report = CliRunner().invoke(program, ["check", "--root", str(root), "--format", "json"])
    assert report.exit_code in (0, 1, 3), report.stderr
    results = json.loads(report.stdout)["results"] if report.exit_code != 3 else []
    errors = [one for one in results if one["outcome"] == "error"]
    assert not [one for one in errors if one["rule"] != "CORE001"], errors
