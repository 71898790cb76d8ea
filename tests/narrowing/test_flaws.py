"""What a whole run finds after a change, a run over the change alone finds too, and nothing else."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from types import ModuleType

import pytest

from qmscheck.testing import Repository

EXAMPLES = Path(__file__).parents[2] / "examples"


def _flaws() -> ModuleType:
    spec = importlib.util.spec_from_file_location("flaws", EXAMPLES / "flaws" / "make.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


FLAWS = _flaws()
CHOSEN = ["AUD002", "CORE002", "CORE004", "CORE015", "DOC006", "IMS001", "LOG005", "PRB010", "REL011"]
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
