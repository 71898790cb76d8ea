"""Coverage of the integrated example: both standards from one set of records."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from qmscheck import app, config, plugins
from qmscheck.coverage import Coverage, Status, coverage_of, html, markdown, text
from qmscheck.coverage import json as as_json
from qmscheck.definitions import schema_text

PROVIDER = Path(__file__).parents[2] / "examples" / "provider"
BOTH = ("iso20000-1:2018", "iso9001:2015")

pytestmark = pytest.mark.skipif(not (PROVIDER / "qmscheck.yaml").is_file(), reason="the example is not there")


@pytest.fixture(scope="module")
def coverage() -> Coverage:
    loaded = config.load(PROVIDER)
    report = app.run(loaded, app.Wishes(as_of="2026-09-01", standards=BOTH, provenance=False))
    return coverage_of(report, app.knowledge_of(loaded, plugins.load(loaded.disabled_plugins)), BOTH)


def test_golden_words(coverage, golden):
    words = {
        one.standard.id: {clause.clause.number: clause.status.value for clause in one.clauses}
        for one in coverage.standards
    }
    golden("provider.json", json.dumps(words, indent=1) + "\n")


def test_nothing_presses(coverage):
    pressing = {Status.GAPS, Status.STALE, Status.UNTOLD, Status.NO_RECORD, Status.NOT_JUDGED}
    found = {
        f"{clause.clause.reference}: {clause.status}"
        for one in coverage.standards
        for clause in one.clauses
        if clause.status in pressing
    }
    assert not found


def test_one_set_of_records_serves_both(coverage):
    groups = {group.standards: group for group in coverage.serving}
    assert sum(group.records for group in coverage.serving) == coverage.records
    assert groups[BOTH].records > coverage.records / 2
    for name in ("change", "release", "incident-review", "problem", "supplier", "risk", "objective", "audit"):
        assert groups[BOTH].types.get(name), f"{name} records give evidence to both standards"


def test_both_standards_see_the_same_change(coverage):
    clauses = {clause.clause.reference: clause for one in coverage.standards for clause in one.clauses}
    first, second = clauses["iso9001:2015/8.5.6"], clauses["iso20000-1:2018/8.5.1.2"]
    assert first.records == first.shared == second.records == second.shared
    assert first.newest == second.newest


def test_every_format_is_written(coverage):
    document = json.loads("".join(as_json.render(coverage)))
    jsonschema.Draft202012Validator(schema_text("coverage")).validate(document)
    for renderer in (text, markdown, html):
        shown = "".join(renderer.render(coverage, width=100, verbose=1))
        assert "8.5.1.3" in shown
        assert "8.5.6" in shown
