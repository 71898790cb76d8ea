"""Measure the HTML report in a real browser: size, time to load and to filter, for growing numbers of results.

    python benchmarks/page.py --results 1000 10000 30000

Needs what tests/browser needs (docs/reports.md). The records are those of examples/provider; their results are
repeated under other names until there are enough. Medians of several loads, and the ratio to the first number.
"""

from __future__ import annotations

import argparse
import gzip
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from qmscheck import app, config
from qmscheck.model import Report, Result
from qmscheck.reporters.html import render

PROVIDER = Path(__file__).parents[1] / "examples" / "provider"
AS_OF = "2026-11-20"
"""A day on which some reviews of the example are overdue, so that something fails."""
FILTER = """() => new Promise(resolve => {
    const began = performance.now(), box = document.querySelector('#filter input');
    box.value = 'CHG-2025-001.yaml';
    box.dispatchEvent(new Event('input', {bubbles: true}));
    const look = () => document.getElementById('shown').textContent
        ? requestAnimationFrame(() => resolve(performance.now() - began)) : setTimeout(look, 5);
    look();
})"""
LOADED = "performance.getEntriesByType('navigation')[0].loadEventEnd"


def repeated(report: Report, count: int) -> Report:
    """The same report with so many results."""

    def more() -> Iterator[Result]:
        for number in range(count):
            turn, place = divmod(number, len(report.results))
            result = first[place]
            yield replace(result, subject=f"{result.subject}-{turn}") if turn else result

    first = tuple(report.results)
    results = sorted(more(), key=lambda one: (one.rule.area, one.rule.id, one.subject))
    return replace(report, results=tuple(results))


def measured(browser: Browser, address: str, runs: int) -> tuple[float, float]:
    """Milliseconds until the page is loaded, and until a search is shown (120 of them are patience): medians."""
    loads, filters = [], []
    for _ in range(runs):
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(address)
        loads.append(page.evaluate(LOADED))
        filters.append(page.evaluate(FILTER))
        page.close()
    return statistics.median(loads), statistics.median(filters)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--results", type=int, nargs="+", default=[1_000, 10_000, 30_000])
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    found = shutil.which("chromium") or shutil.which("google-chrome")
    report = app.run(config.load(PROVIDER), app.Wishes(as_of=AS_OF, provenance=False))
    heads = ("results", "written, s", "MiB", "gzip, KiB", "load, ms", "filter, ms", "load ratio")
    print("".join(f"{head:>12}" for head in heads))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        base = 0.0
        for count in options.results:
            path, made = Path(folder) / "report.html", repeated(report, count)
            began = time.perf_counter()
            path.write_text("".join(render(made)), encoding="utf-8")
            written = time.perf_counter() - began
            load, filtered = measured(browser, path.as_uri(), options.runs)
            base = base or load
            size, packed = path.stat().st_size / 2**20, len(gzip.compress(path.read_bytes(), 6)) / 1024
            figures = (f"{written:.2f}", f"{size:.2f}", f"{packed:.0f}", f"{load:.0f}", f"{filtered:.0f}")
            print("".join(f"{figure:>12}" for figure in (f"{count:,}", *figures, f"{load / base:.1f}")))
        browser.close()


if __name__ == "__main__":
    main()
