"""The example plugin is installed as a user would install it, and used."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from qmscheck.reporters import FORMATS

PLUGIN = Path(__file__).parents[2] / "examples" / "plugin"
CONFIG = """\
version: 1
collections:
  reviews: {type: access-review, files: "reviews/*.yaml"}
settings: {id_pattern: ""}
"""
REVIEW = """\
id: ACR-1
quarter: 2026-Q1
reviewed_on: 2026-04-02
scope: [ada, bo]
accounts:
  - {name: ada, decision: keep}
"""


SAME_NAME = """\
from qmscheck import hookimpl
from qmscheck.checks import Check

@hookimpl
def qmscheck_checks():
    return [Check(name="schema", record=print)]
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("site")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--target", str(target)]
    subprocess.run([*pip, *options, str(PLUGIN)], check=True, capture_output=True)
    return target


def run(site: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "qmscheck", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def records(tmp_path: Path) -> Path:
    (tmp_path / "reviews").mkdir()
    (tmp_path / "qmscheck.yaml").write_text(CONFIG)
    (tmp_path / "reviews" / "q1.yaml").write_text(REVIEW)
    return tmp_path


def test_its_rules_function_check_and_format_work(installed: Path, records: Path) -> None:
    done = run(installed, records, "check", "--as-of", "2026-09-01", "--select", "ACR", "--format", "lines")
    assert done.returncode == 1, done.stderr
    assert done.stdout.splitlines() == ["fail\tACR001\t'reviews/q1.yaml'", "fail\tACR002\t'reviews/q1.yaml'"]


def test_its_examples_are_proved(installed: Path, records: Path) -> None:
    done = run(installed, records, "rules", "test")
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_is_named_in_every_report_that_tells_more_than_findings(installed: Path, records: Path) -> None:
    named = [name for name in FORMATS if name not in ("csv", "gitlab")]
    outputs = [word for name in named for word in ("--output", f"{name}=report.{name.replace(':', '-')}")]
    done = run(installed, records, "check", "-qq", "--as-of", "2026-09-01", *outputs)
    assert done.returncode == 1, done.stderr
    for name in named:
        text = (records / f"report.{name.replace(':', '-')}").read_text("utf-8")
        assert re.search(r"qmscheck.access\W+(?:[a-z]+\W+)?1\.0\.0", text), name


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("raise RuntimeError('stale dependency')", "stale dependency"),
        ("from qmscheck import hookimpl\n@hookimpl\ndef qmscheck_rulez(): return []", "qmscheck_rulez"),
        (
            SAME_NAME,
            "plugin 'broken' (broken 1.0) offers a check called 'schema', and so does qmscheck itself",
        ),
    ],
)
def test_a_broken_plugin_stops_the_run_unless_disabled(tmp_path: Path, records: Path, code: str, message: str) -> None:
    site = tmp_path / "site"
    info = site / "broken-1.0.dist-info"
    info.mkdir(parents=True)
    (site / "broken_plugin.py").write_text(code)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[qmscheck]\nbroken = broken_plugin\n")
    (records / "qmscheck.yaml").write_text(CONFIG.replace("access-review", "change"))
    (records / "reviews" / "q1.yaml").write_text("id: A\n")

    stopped = run(site, records, "check")
    assert stopped.returncode == 2
    assert message in stopped.stderr
    assert "Traceback" not in stopped.stderr

    (records / "qmscheck.yaml").write_text(
        CONFIG.replace("access-review", "change") + "plugins: {disabled: [broken]}\n"
    )
    assert run(site, records, "check").returncode in (0, 1)
