"""What a whole run finds after a change, a run over the change alone finds too, and nothing else."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from qmscheck import app, plugins, terms
from qmscheck.testing import Repository

EXAMPLES = Path(__file__).parents[2] / "examples"


def _flaws() -> ModuleType:
    spec = importlib.util.spec_from_file_location("flaws", EXAMPLES / "flaws" / "make.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


FLAWS = _flaws()
CHOSEN = [
    "AUD002",
    "CORE002",
    "CORE004",
    "CORE015",
    "DOC006",
    "DPL001",
    "DPL004",
    "IMS001",
    "LOG005",
    "PRB010",
    "REL011",
    "REL014",
]
"""On one record, on links, on waivers, on whole sets, on sequences; files that are edited, added and removed."""


@pytest.mark.parametrize("name", CHOSEN)
def test_a_flaw_is_found_in_the_change_that_makes_it(tmp_path, findings, name):
    shutil.copytree(EXAMPLES / "provider", tmp_path / "provider")
    repository = Repository(tmp_path / "provider").commit("As it should be")
    for edit in FLAWS.read(name)["edits"]:
        FLAWS.apply(edit, repository.root)
    whole = findings(repository.check(as_of="2026-09-01"))
    assert name in {rule for rule, _ in whole}
    assert findings(repository.check(as_of="2026-09-01", changed_since="HEAD")) == whole
    assert findings(repository.stage().check(as_of="2026-09-01", staged=True)) == whole


LATE = {"WVR006", "WVR007", "WVR010"}
"""What became of waivers is asked when all is judged: a narrowed run says that it left these rules out."""


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    """The sound example, committed; what rules say is read once for all runs over it."""
    root = tmp_path_factory.mktemp("flaws") / "provider"
    shutil.copytree(EXAMPLES / "provider", root)
    knowledge = app.knowledge_of(None, plugins.load(()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(root.parent / "cache"))
        patch.setattr(terms, "knowledge_of", lambda *_, **__: knowledge)
        yield Repository(root).commit("As it should be")


@pytest.fixture
def flawed(provider: Repository) -> Iterator[Repository]:
    yield provider
    for words in (("reset", "--quiet", "--hard"), ("clean", "--quiet", "-d", "--force")):
        subprocess.run(["git", *words], cwd=provider.root, check=True, capture_output=True)


@pytest.mark.parametrize("name", FLAWS.names())
def test_every_flaw_is_found_where_it_is_staged(flawed: Repository, name: str) -> None:
    for edit in FLAWS.read(name)["edits"]:
        FLAWS.apply(edit, flawed.root)
    report = flawed.stage().check(as_of="2026-09-01", select=(name,), staged=True)
    told = _told(report, name)
    if name in LATE:
        assert not told
        assert any(name in line or line.startswith("nothing was judged") for line in report.left_out)
        return
    assert told == _told(flawed.check(as_of="2026-09-01", select=(name,)), name)
    assert told


def _told(report, name: str) -> set[tuple[str, str, str]]:
    """What somebody has to look at by one rule."""
    bad = report.of("fail", "unknown", "error")
    return {(one.subject, one.outcome, one.message) for one in bad if one.rule.id == name}
