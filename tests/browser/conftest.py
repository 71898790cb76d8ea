"""A real browser without a window, and pages made from real records; skips, and says why, where there is none."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from qmscheck import app, config
from qmscheck.model import Outcome
from qmscheck.reporters.html import render

PROVIDER = Path(__file__).parents[2] / "examples" / "provider"
HOSTILE = "\"><script>window.hit=1</script><img src='x' onerror='window.hit=1'></title></svg>"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


@pytest.fixture(scope="session")
def browser():
    """Chromium, started once."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (group test)")
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip(f"no browser: none of {', '.join(NAMES)} is on the path")
    with playwright.sync_playwright() as started:
        try:
            launched = started.chromium.launch(executable_path=found, args=["--no-sandbox"], timeout=30_000)
        except playwright.Error as reason:
            pytest.skip(f"{found} does not start: {str(reason).splitlines()[0]}")
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def reported(tmp_path_factory):
    """The report of the provider's records, some of them spoiled, one of them hostile."""
    root = tmp_path_factory.mktemp("provider")
    shutil.copytree(PROVIDER, root, dirs_exist_ok=True)
    changes = sorted((root / "changes").glob("*.yaml"))
    for path in changes[:3]:
        lines = path.read_text().splitlines(keepends=True)
        path.write_text("".join(line for line in lines if not line.startswith(("implemented_by:", "requested_by:"))))
    changes[3].write_text("id: [not closed\n")
    text = changes[4].read_text()
    escaped = HOSTILE.replace('"', '\\"')
    changes[4].write_text(
        "".join(
            f'title: "{escaped}"\n' if line.startswith("title:") else line for line in text.splitlines(keepends=True)
        )
    )
    return app.run(config.load(root), app.Wishes(as_of="2026-11-20", provenance=False))


@pytest.fixture(scope="session")
def address(reported, tmp_path_factory):
    """The page of that report, as a file."""
    return written(tmp_path_factory.mktemp("page") / "report.html", reported)


@pytest.fixture(scope="session")
def brief(reported, tmp_path_factory):
    """Everything that fails, and some of the rest: every element of the page, in a size that axe goes through fast."""
    kept = {}
    for result in reported.results:
        kept.setdefault(result.outcome, []).append(result)
    results = [result for found in kept.values() for result in found[:12]]
    results += [
        replace(kept["fail"][0], outcome=outcome, reason="until 2027-01-31")
        for outcome in (Outcome.UNKNOWN, Outcome.WAIVED)
    ]
    results.sort(key=lambda one: (one.rule.area, one.rule.id, one.subject))
    told = reported.background()
    standards = tuple(replace(one, clauses=one.clauses[:25]) for one in told.standards)
    background = replace(told, standards=standards)
    short = replace(reported, results=tuple(results), background=lambda: background)
    return written(tmp_path_factory.mktemp("brief") / "report.html", short)


@pytest.fixture(scope="session")
def large(reported, tmp_path_factory):
    """The same with ten thousand results more, nine of ten of them passes."""
    passed = [result for result in reported.results if result.outcome == "pass"][:90]
    failed = [result for result in reported.results if result.outcome == "fail"][:10]
    more = (replace(one, subject=f"{one.subject}-{turn}") for turn in range(100) for one in (*passed, *failed))
    results = sorted([*reported.results, *more], key=lambda one: (one.rule.area, one.rule.id, one.subject))
    return written(tmp_path_factory.mktemp("large") / "report.html", replace(reported, results=tuple(results)))


def written(path, report) -> str:
    path.write_bytes("".join(render(report, links="https://example.org/records/blob/1/")).encode())
    return path.as_uri()
