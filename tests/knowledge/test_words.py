"""Nothing that we write or print says of anybody that requirements are met, or quotes a standard."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qmscheck import app, config
from qmscheck.reporters import FORMATS
from qmscheck.rulepack import builtin_pack

ROOT = Path(__file__).parents[2]
VERDICT = re.compile(
    r"\b(complian(t|ce)|compl(ies|ied|ying)|non-?compl\w+|certified|conform(s|ing|ant)\b)", re.IGNORECASE
)
OF_A_STANDARD = re.compile(
    r"\b(the organi[sz]ation shall|shall (be|ensure|determine|retain|maintain)|the standard requires)\b", re.IGNORECASE
)
WRITTEN = [
    path
    for folder in ("rules", "src", "docs", "examples")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in {".md", ".yaml", ".yml", ".py", ".csv", ".jsonl", ".json", ".html"}
    and "__pycache__" not in path.parts
]


def said(text: str) -> list[str]:
    return [match.group(0) for match in VERDICT.finditer(text)]


@pytest.mark.parametrize("folder", ["rules", "src", "docs", "examples"])
def test_nothing_written_gives_a_verdict_or_quotes(folder):
    files = [path for path in WRITTEN if path.relative_to(ROOT).parts[0] == folder]
    assert files
    found = {str(path): said(path.read_text("utf-8")) for path in files if said(path.read_text("utf-8"))}
    quoted = [str(path) for path in files if OF_A_STANDARD.search(path.read_text("utf-8"))]
    assert not found
    assert not quoted


@pytest.fixture(scope="session")
def reports():
    provider = config.load(ROOT / "examples" / "provider")
    return [app.run(provider, app.Wishes(as_of=day, provenance=False)) for day in ("2026-09-01", "2031-01-01")]


@pytest.mark.parametrize("name", FORMATS)
def test_no_report_gives_a_verdict(reports, name):
    from importlib import import_module

    module, dialect = FORMATS[name]
    for report in reports:
        text = "".join(import_module(f"qmscheck.reporters.{module}").render(report, color=False, width=100, **dialect))
        assert text
        assert not said(text)


def test_every_page_of_a_rule_sends_its_reader_to_a_licensed_copy():
    pages = [*(ROOT / "docs/reference/rules").glob("*.md"), *(ROOT / "docs/reference/standards").rglob("[0-9]*.md")]
    assert len(pages) > len(list(builtin_pack().rglob("[A-Z]*.yaml")))
    assert not [page.name for page in pages if "licensed copy" not in " ".join(page.read_text("utf-8").split())]
