"""What `qmscheck init` proposes for real repositories answers the questions about them, with no hand edit.

Asked of a copy of each corpus, and of the public repository that it comes from, at the same commit, with everything
else that is in it (in ``$QMSCHECK_REPOSITORIES`` or ``../shared/repositories``, as ``<owner>+<name>/repo``).

The questions are those of tests/corpora. What they bring along is only what they ask with: their rules, the setting
for the day of grace, and the private fields (``x_``) in which they define what they mean by a part of a review.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from qmscheck.cli import program
from qmscheck.model import Source, Unreadable
from qmscheck.readers import format_of, read

HERE = Path(__file__).parent
QUESTIONS = HERE.parent / "corpora"
CORPORA = Path(os.environ.get("QMSCHECK_CORPORA") or HERE.parents[1].parent / "shared" / "corpora")
REPOSITORIES = Path(os.environ.get("QMSCHECK_REPOSITORIES") or HERE.parents[1].parent / "shared" / "repositories")
COMES_FROM = {
    "document-review/analytical-platform": (
        "ministryofjustice+analytical-platform",
        "1239f0c0454261d778f8fb29da4d24570b197943",
    ),
    "document-review/cloud-platform": ("ministryofjustice+cloud-platform", "7f879f3af6cd39f8711ec99ee3b4d2163ff54024"),
    "document-review/engineering-guidance-and-standards": (
        "UKHomeOffice+engineering-guidance-and-standards",
        "f8af42b5098e329b9bc501e6894d8f2553a00900",
    ),
    "document-review/hmcts.github.io": ("hmcts+hmcts.github.io", "b1b8bd9919b8eb7b4cbb2dedf994ae33fb6a7f47"),
    "document-review/modernisation-platform": (
        "ministryofjustice+modernisation-platform",
        "ed8a7936d0d18f09f9ed74671d4884b3adfdc1aa",
    ),
    "document-review/technical-guidance": (
        "ministryofjustice+technical-guidance",
        "d0f7e2a92c88f0c3cca02946d750daabca3c0196",
    ),
    "incidents/dfds": ("dfds+postmortems", "2c902284250cfa7b5c3823665cb9dbb9e8d68e21"),
    "incidents/mybinder": ("jupyterhub+mybinder.org-deploy", "95860dbcba2031b930020dbd856e76cd37ba34c8"),
    "gds-way": ("alphagov+gds-way", "627911cd6b5685654df03c949fabaaa51d8b07c5"),
    "incidents/moj-cloud-platform": ("ministryofjustice+cloud-platform", "7f879f3af6cd39f8711ec99ee3b4d2163ff54024"),
}
ALSO_READ = {
    "changelogs/alertmanager": ("prometheus+alertmanager", "68fb2d5759b3a92c0bb2a1a13d4ef7ff5b06256d"),
    "changelogs/black": ("psf+black", "8947c48ef2077c3a301b03c1e814dc2e3f78436e"),
    "changelogs/govuk-frontend": ("alphagov+govuk-frontend", "4a1ae890d1b761ada8e47d9bcaf6ebc9856bd779"),
    "changelogs/keep-a-changelog": ("olivierlacan+keep-a-changelog", "e7c7c23e369d8936b7042d91a5c0d046f6ae03fd"),
    "changelogs/nhsuk-frontend": ("nhsuk+nhsuk-frontend", "540f1e324b3b56da48014fd5bcea24b6dea1cb03"),
    "changelogs/node-gyp": ("nodejs+node-gyp", "42367da5a2683115ff538b92caed5c32c322005f"),
    "changes/kep": ("kubernetes+enhancements", "64765b4b02389318f2113119dd9e491479f978a0"),
    "controlled-documents/comply": ("strongdm+comply", "aab484948d71417e35a079c0395bcf42e16a8dd9"),
    "controlled-documents/gstt": ("GSTT-CSC+QMS-Template", "e03bd2c8f4cd22939db506c965d5d2b0c9b07918"),
    "registers/cenedril-en": ("CenedrilTeam+iso27001-starter-kit", "b1daf5076fa0f447630d67fa91e24e952cdbf98b"),
    "services/govuk": ("alphagov+govuk-developer-docs", "972d1b4410ffd165f2f3e889eda30bcf7d1cc6b3"),
}
"""Repositories of which no questions are asked here: under what `init` proposes, they are read without errors."""
NOT_ASKED = {
    "incidents/moj-cloud-platform": {
        # `init` proposes no join: that the log beside the records lists them is not inferred
        "records_missing_from_log",
        "log_links_without_record",
        # its definition does not count what stands below "Actions following review"; the layout does
        "action_items",
    }
}
PLACES = ("corpus", "repository")
PICTURES = ("gif", "jpg", "png")
"""Left out of a checkout: snapshots of repositories may come without their largest files."""
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
    def prepare(name: str, place: str) -> tuple[Path, Path]:
        root = tmp_path_factory.mktemp("repository") / "copy"
        (_corpus if place == "corpus" else _repository)(name, root)
        done = CliRunner().invoke(program, ["init", "--yes", "--root", str(root)])
        assert done.exit_code == 0, done.output
        proposed = yaml.safe_load((root / "qmscheck.yaml").read_text("utf-8"))
        file = QUESTIONS / name / "qmscheck.yaml"
        theirs = read(Source(file.name, file.read_bytes()), "yaml").data
        asks = tmp_path_factory.mktemp("asks") / "qmscheck.yaml"
        asks.write_text(yaml.safe_dump(_with_question(proposed, theirs, QUESTIONS / name)), "utf-8")
        shutil.copy(QUESTIONS / name / "questions.yaml", asks.parent)
        return root, asks

    return prepare


def _corpus(name: str, root: Path) -> None:
    shutil.copytree(CORPORA / name, root)
    (root / "expected.json").unlink()


def _repository(name: str, root: Path) -> None:
    folder, commit = {**COMES_FROM, **ALSO_READ}[name]
    source = REPOSITORIES / folder / "repo"
    if not source.is_dir():
        pytest.skip(f"no repository: $QMSCHECK_REPOSITORIES holds no {folder}/repo")
    for words in (
        ["clone", "-q", "--shared", "--no-checkout", str(source), str(root)],
        ["-C", str(root), "update-ref", "--no-deref", "HEAD", commit],
        ["-C", str(root), "checkout", "-q", commit, "--", ".", *(f":(exclude)*.{ending}" for ending in PICTURES)],
    ):
        subprocess.run(["git", *words], check=True, capture_output=True)


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
    for name in COMES_FROM:
        file = CORPORA / name / "expected.json"
        for entry in json.loads(file.read_text("utf-8")) if file.is_file() else []:
            for place in PLACES if entry["id"] not in NOT_ASKED.get(name, ()) else ():
                yield pytest.param(name, place, entry, id=f"{name}:{entry['id']}:{place}")


_NONE = pytest.mark.skip(reason="no corpora: neither $QMSCHECK_CORPORA nor ../shared/corpora holds them")


@pytest.mark.parametrize(
    ("name", "place", "entry"), list(_cases()) or [pytest.param("", "", {}, id="none", marks=_NONE)]
)
def test_question(name: str, place: str, entry: dict, asked, monkeypatch):
    root, asks = asked(name, place)
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


def _errors(root: Path) -> list[dict]:
    done = CliRunner().invoke(program, ["check", "--root", str(root), "--as-of", "2026-09-01", "--format", "json"])
    assert done.exit_code in (0, 1, 3), done.stderr
    results = json.loads(done.stdout)["results"] if done.exit_code != 3 else []
    return [one for one in results if one["outcome"] == "error"]


def _is_readable(file: Path) -> bool:
    read_plainly = read(Source(file.name, file.read_bytes()), format_of(file.name) or "markdown")
    return not isinstance(read_plainly, Unreadable)


@pytest.mark.parametrize(
    "name",
    sorted(file.parent.relative_to(CORPORA).as_posix() for file in CORPORA.glob("*/*/expected.json"))
    or [pytest.param("", marks=_NONE)],
)
@pytest.mark.parametrize("place", PLACES)
def test_no_errors_by_the_mapping(name: str, place: str, tmp_path):
    """Whatever `init` proposes, `check` reads: an error is a file that nobody can read, however it is mapped."""
    root = tmp_path / "copy"
    if place == "repository" and name not in {*COMES_FROM, *ALSO_READ}:
        pytest.skip("its repository is read under another name")
    (_corpus if place == "corpus" else _repository)(name, root)
    done = CliRunner().invoke(program, ["init", "--yes", "--root", str(root)])
    assert done.exit_code in (0, 3), done.output
    assert [one for one in _errors(root) if _is_readable(root / one["subject"])] == []


def test_pages_with_a_history(tmp_path):
    """The seventh repository of review pages: which stated review dates does its own history not bear out?"""
    answers = CORPORA / "history" / "expected.json"
    if not answers.is_file():
        pytest.skip("no answers: neither $QMSCHECK_CORPORA nor ../shared/corpora holds history/expected.json")
    [entry] = [one for one in json.loads(answers.read_text("utf-8")) if one["id"] == "gds_way_review_backed"]
    root = tmp_path / "clone"
    _repository("gds-way", root)
    assert CliRunner().invoke(program, ["init", "--yes", "--root", str(root)]).exit_code == 0
    proposed = yaml.safe_load((root / "qmscheck.yaml").read_text("utf-8"))
    del proposed["adoption_date"]  # the question asks of all reviews, old ones too
    (root / "qmscheck.yaml").write_text(yaml.safe_dump({**proposed, "history": True, "select": ["DOC017"]}), "utf-8")
    done = CliRunner().invoke(program, ["check", "--root", str(root), "--as-of", "2026-09-01", "--format", "json"])
    results = [one for one in json.loads(done.stdout)["results"] if one["outcome"] not in ("pass", "not_applicable")]
    assert sorted(one["subject"] for one in results) == sorted(entry["items"])
    assert {one["outcome"] for one in results} == {"fail"}


def test_the_example_provider_needs_no_mapping(tmp_path):
    """Records in qmscheck's own names are found as what they are, and read without a field being mapped."""
    root = tmp_path / "provider"
    shutil.copytree(HERE.parents[1] / "examples" / "provider", root)
    (root / "qmscheck.yaml").unlink()
    assert CliRunner().invoke(program, ["init", "--yes", "--root", str(root)]).exit_code == 0
    proposed = yaml.safe_load((root / "qmscheck.yaml").read_text("utf-8"))["collections"]
    kept = {(own["type"], own["files"]) for own in proposed.values() if "type" in own and "fields" not in own}
    assert ("change", "changes/CHG-*.yaml") in kept
    assert ("audit", "audits/AUD-*.yaml") in kept
    assert ("audit-programme", "audits/APR-*.yaml") in kept
    assert len(kept) >= 20
    assert _errors(root) == []


def test_the_table_is_true():
    """The page on adoption shows what `init` finds in the corpora today."""
    if not list(CORPORA.glob("*/*/expected.json")):
        pytest.skip("no corpora: neither $QMSCHECK_CORPORA nor ../shared/corpora holds them")
    spec = importlib.util.spec_from_file_location("adoption_table", HERE / "table.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    page = (HERE.parents[1] / "docs" / "adoption.md").read_text("utf-8")
    assert page.partition("<!-- corpora -->\n")[2] == module.table(module.corpora(CORPORA))
