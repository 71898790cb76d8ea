"""Every question about the real records, answered by a check of them, exactly: none more, none fewer.

The corpora lie outside of the repository: in ``$QMSCHECK_CORPORA``, or in ``../shared/corpora`` beside it. Their
configurations, and how each question is answered (`answers`), lie here, one folder a corpus.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from qmscheck.cli import program

HERE = Path(__file__).parent
CORPORA = Path(os.environ.get("QMSCHECK_CORPORA") or HERE.parents[1].parent / "shared" / "corpora")


def _load_answers():
    spec = importlib.util.spec_from_file_location("corpora_answers", HERE / "answers.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["corpora_answers"] = module
    spec.loader.exec_module(module)
    return module


answers = _load_answers()


def _expected(name: str) -> list[dict]:
    return json.loads((CORPORA / name / "expected.json").read_text("utf-8"))


def _cases():
    for file in sorted(CORPORA.glob("*/*/expected.json")):
        name = file.parent.relative_to(CORPORA).as_posix()
        for entry in _expected(name):
            yield pytest.param(name, entry, id=f"{name}:{entry['id']}")


_NONE = pytest.mark.skip(reason="no corpora: neither $QMSCHECK_CORPORA nor ../shared/corpora holds them")
CASES = list(_cases()) or [pytest.param("", {"id": "", "details": {}}, id="none", marks=_NONE)]


def _sorted(values):
    return sorted(values, key=lambda value: (str(type(value)), str(value)))


@pytest.mark.parametrize(("name", "entry"), CASES)
def test_question(name: str, entry: dict):
    questions = answers.questions_of(name)
    assert questions is not None, f"tests/corpora/{name}/questions.yaml is missing"
    assert entry["id"] in questions, f"nothing says how the question {entry['id']!r} is answered: {entry['question']}"
    question = questions[entry["id"]]
    found = list(answers.hits(question, CORPORA / name, name, entry["as_of"]))
    got = answers.items(question, found)
    if entry["items"] is not None:
        assert _sorted(got) == _sorted(entry["items"])
    if "sum" in question:
        assert sum(answers.value(hit, question["sum"]) for hit in found) == entry["count"]
    else:
        assert len(got) == entry["count"]
    if "details" in question:
        assert _details(question, found, name, entry) == entry["details"]
    if "tally" in question:
        told = entry["details"][question["under"]] if "under" in question else entry["details"]
        assert answers.tally(question, found) == told


def _details(question, found, name, entry):
    if "details_from" not in question:
        return answers.details(question, found)
    other = question | question["details_from"]
    told = answers.details(other, list(answers.hits(other, CORPORA / name, name, entry["as_of"])))
    return {item: told.get(item) for item in answers.items(question, found)}


@pytest.mark.parametrize(
    "pack", sorted({file.parent.parent for file in HERE.glob("*/**/rules/*/*.yaml")}), ids=lambda pack: pack.parent.name
)
def test_extra_rules_hold_their_examples(pack: Path):
    done = CliRunner().invoke(program, ["rules", "test", str(pack)])
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("name", sorted({case.values[0] for case in CASES if case.values[0]}))
def test_no_answer_without_question(name: str):
    questions = answers.questions_of(name) or {}
    assert set(questions) <= {entry["id"] for entry in _expected(name)}


@pytest.mark.parametrize(("name", "entry"), [case for case in CASES if case.values[1].get("details")])
def test_details_are_compared(name: str, entry: dict):
    question = (answers.questions_of(name) or {}).get(entry["id"], {})
    assert {"details", "tally", "no_details"} & set(question), "the expected answer has details; say how they are told"
