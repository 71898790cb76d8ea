"""From hostile records to a JUnit file that an independent reader agrees with."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from junitparser import Error, Failure, JUnitXml, Skipped

from qmscheck.cli import program

CONFIG = """\
version: 1
settings: {id_pattern: ""}
collections:
  changes: {type: change, files: "changes/*"}
"""
HOSTILE = [
    "]]>",
    "\x1b[31mred",
    "\ufffe",
    "<script>alert(1)</script>",
    "::error::x",
    "\u202eevil",
    "&amp;",
    "x" * 1_000_000,
]


@pytest.fixture
def root(write_tree: Callable[..., Path]) -> Path:
    records = {
        f"changes/{number}.json": json.dumps({"id": f"C{number}", "title": text, "status": text, "owner": text})
        for number, text in enumerate(HOSTILE)
    }
    root = write_tree({"qmscheck.yaml": CONFIG, **records, "changes/broken.yaml": "id: [\n"})
    try:
        with open(os.fsencode(root) + b"/changes/\xff].yaml", "wb") as file:  # noqa: PTH123 - no text can name it
            file.write(b"id: odd\nstatus: nowhere\n")
    except OSError:
        pass
    return root


def report(root: Path, name: str) -> tuple[bytes, dict[str, object]]:
    junit, whole = root / f"{name}.xml", root / f"{name}.json"
    arguments = ["check", "--root", str(root), "--as-of", "2026-09-01", "-qq"]
    done = CliRunner().invoke(program, [*arguments, "--output", f"junit={junit}", "--output", f"json={whole}"])
    assert done.exit_code == 1, done.output
    return junit.read_bytes(), json.loads(whole.read_text())


def test_an_independent_reader_counts_the_same(root: Path) -> None:
    first, whole = report(root, "first")
    second, _ = report(root, "second")
    assert first == second
    ET.fromstring(first)
    found: Counter[str] = Counter()
    for suite in JUnitXml.fromstring(first):
        for case in suite:
            kinds = {Failure: "fail", Error: "error", Skipped: "skipped"}
            found[next((kinds[type(one)] for one in case.result if type(one) in kinds), "pass")] += 1
    results: list[dict[str, object]] = whole["results"]  # type: ignore[assignment]
    failing = Counter(str(result["outcome"]) for result in results if result["fails_run"])
    assert found["fail"] == failing["fail"]
    assert found["error"] == failing["error"] + failing["unknown"]
    assert sum(found.values()) == len(results) + 1  # and one case that says that records were read
    names = [(case.classname, case.name) for suite in JUnitXml.fromstring(first) for case in suite]
    assert len(names) == len(set(names))


def test_every_failing_case_names_file_and_line(root: Path) -> None:
    first, _ = report(root, "first")
    for suite in ET.fromstring(first):
        for case in suite.iter("testcase"):
            if case.find("failure") is not None or case.find("error") is not None:
                assert case.get("file")
                assert int(case.get("line", "0")) > 0
