"""Golden files of every format over the integrated example and over the same with flaws in it.

Five rules, so that the files stay readable and change only when these, their records or a reporter do. Written anew,
like all golden files, by ``pytest tests/reporters --update-golden`` and by nothing else.
"""

from __future__ import annotations

import runpy
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from qmscheck import app, config
from qmscheck.model import Outcome, Report
from qmscheck.reporters import FORMATS

EXAMPLES = Path(__file__).parents[2] / "examples"
FLAWS = runpy.run_path(str(EXAMPLES / "flaws" / "make.py"))
BROKEN = ("CHG005", "DOC004", "INC010", "NCR003", "RSK001")
RULES = ("CORE001", *BROKEN)  # an unreadable file is told by CORE001, chosen or not
ENDINGS = {"github": "txt", "html": "html", "junit": "xml", "junit:strict": "xml", "oscal": "json", "gitlab": "json"}
ENDINGS |= {"github-summary": "md", "markdown": "md", "text": "txt"}


def judged(root: Path) -> Report:
    """The report, without what changes with every edit of the example that has nothing to do with these rules."""
    report = app.run(config.load(root), app.Wishes(as_of="2026-09-01", select=BROKEN, provenance=False))
    judged_types = {rule.record for rule in report.rules}
    return replace(
        report,
        read=tuple(one for one in report.read if one.type in judged_types),
        provenance=replace(report.provenance, version="0.1.0", packs=("rules@0.1.0",), config_digest="c0ffee" * 8),
    )


@pytest.fixture(scope="module")
def integrated() -> Report:
    return judged(EXAMPLES / "provider")


@pytest.fixture(scope="module")
def flawed(tmp_path_factory) -> Report:
    """One flaw for each rule, and a file that cannot be read."""
    root = tmp_path_factory.mktemp("flawed") / "records"
    shutil.copytree(EXAMPLES / "provider", root)
    for rule in BROKEN:
        for edit in FLAWS["read"](rule)["edits"]:
            FLAWS["apply"](edit, root)
    (root / "changes" / "CHG-2026-999.yaml").write_text("id: [not closed\n", encoding="utf-8")
    return judged(root)


def test_the_flaws_are_what_is_found(integrated, flawed):
    wrong = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.ERROR)
    assert list(integrated.of(*wrong)) == []
    assert sorted(result.rule.id for result in flawed.of(*wrong)) == sorted(RULES)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("which", ["integrated", "flawed"])
def test_golden(which, name, request, golden, rendered):
    text = rendered(name, request.getfixturevalue(which), width=100)
    golden(f"{which}/{name.replace(':', '-')}.{ENDINGS.get(name, name)}", text)
