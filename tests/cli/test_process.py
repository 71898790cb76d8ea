"""Real processes: exit codes, streams, start-up."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from qmscheck import __version__

AS_OF = ("--as-of", "2026-09-01")


def test_exit_codes(process, tree: Path) -> None:
    assert process("-qq", *AS_OF).returncode == 1
    assert process("-qq", *AS_OF, "--select", "CORE001").returncode == 0
    assert process("--nonsense").returncode == 2
    (tree / "changes/1.yaml").unlink()
    assert process("-qq", *AS_OF).returncode == 3


def test_no_traceback_for_a_broken_configuration(process, tree: Path) -> None:
    (tree / "qmscheck.yaml").write_text("collections: [\n")
    result = process()
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("qmscheck: error: qmscheck.yaml:")
    assert "Traceback" not in result.stderr


def test_debug_shows_the_traceback(process, tree: Path) -> None:
    (tree / "qmscheck.yaml").write_text("selekt: 1\n")
    result = process("--debug")
    assert result.returncode == 2
    assert result.stderr.startswith("Traceback")
    assert result.stderr.endswith("qmscheck: error: qmscheck.yaml:1:1: unknown key 'selekt': did you mean 'select'?\n")


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX names")
def test_any_name_can_be_printed(process, tree: Path) -> None:
    name = os.fsdecode(os.fsencode(tree) + b"/changes/\xff.yaml")
    try:
        Path(name).write_text("a: [")
    except OSError:
        pytest.skip("the file system wants UTF-8")
    for arguments in (("check", *AS_OF), ("records",), ("records", "--format", "json"), ("--format", "junit", *AS_OF)):
        result = process(*arguments, env={**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C"})
        assert result.returncode in {0, 1}, result.stderr
        assert "Traceback" not in result.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX pipes")
def test_a_reader_that_leaves_does_not_change_the_verdict(tree: Path) -> None:
    for number in range(2, 200):
        (tree / f"changes/{number}.yaml").write_text((tree / "changes/1.yaml").read_text())
    command = [sys.executable, "-m", "qmscheck", *AS_OF, "--format", "json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.read(10)
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait(60) == 1


def test_version_imports_next_to_nothing() -> None:
    heavy = (
        "click",
        "yaml",
        "jsonschema",
        "jsonschema_rs",
        "git",
        "rich",
        "cel_expr_python",
        "pluggy",
        "importlib.metadata",
    )
    code = (
        "import sys; sys.argv = ['qmscheck', '--version']; from qmscheck.__main__ import main; main(); "
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == f"qmscheck {__version__}\n[]\n"


def test_help_imports_no_machinery(tmp_path: Path) -> None:
    heavy = ("yaml", "jsonschema", "jsonschema_rs", "git", "rich", "cel_expr_python", "pluggy", "markdown_it")
    code = (
        "import sys; from qmscheck.cli import program\n"
        "try: program.main(['--help'], 'qmscheck')\n"
        "except SystemExit: pass\n"
        f"sys.stderr.write(str([name for name in {heavy!r} if name in sys.modules]))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert result.stderr == "[]"
    assert "Commands:" in result.stdout


def imported_by(folder: Path, *arguments: str) -> set[str]:
    """The modules that a command has imported when it ends."""
    code = (
        "import os, sys; from qmscheck import __main__ as process\n"
        "process._leave = lambda code: os.write(2, ' '.join(sys.modules).encode())\n"
        f"sys.argv = ['qmscheck', *{arguments!r}]; process.main()"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=folder)
    return set(result.stderr.split())


GOOD = """\
id: CHG-2026-0001
title: Move the mail server
status: draft
change_type: normal
category: infrastructure
requested_by: ada@example.org
reason: The old host leaves support in the autumn.
services: [SVC-2026-001]
owner: ada@example.org
priority: low
"""
ELSEWHERE = {
    *(
        "cel_expr_python",
        "concurrent.futures",
        "csv",
        "difflib",
        "git",
        "http",
        "icalendar",
        "importlib.metadata",
        "isodate",
    ),
    *("jsonschema", "junit_xml", "logging", "markdown_it", "multiprocessing", "packaging", "referencing", "rich"),
    *("sqlite3", "ssl", "subprocess", "tomllib", "traceback", "unittest", "urllib.request", "xml.etree", "zoneinfo"),
    *(
        f"qmscheck.{name}"
        for name in (
            *(
                "adoption",
                "agenda",
                "background",
                "comparison",
                "coverage",
                "drafting",
                "faults",
                "glossary",
                "history",
            ),
            *("lifeline", "metrics", "packages", "past", "period", "reference", "retold", "rulepack.soundness"),
            *("cli.period", "testing", "verbs", "yaml_text"),
            *("readers.csv", "readers.toml", "readers.toml_places", "readers.json", "readers.json_places"),
            *("readers.markdown", "readers.body", "readers.inline", "readers.yaml_reasons"),
            *("reporters.csv", "reporters.findings", "reporters.github", "reporters.gitlab", "reporters.html"),
            *("reporters.json", "reporters.junit", "reporters.markdown", "reporters.markup", "reporters.oscal"),
            *("reporters.sarif", "reporters.tap", "reporters.text"),
        )
    ),
}
"""Modules that a check of records in YAML, all of which are good, has no use for."""


def test_a_check_of_yaml_records_imports_only_what_it_needs(tree: Path) -> None:
    """A hook on a few files pays for every module that is imported."""
    (tree / "changes/CHG-2026-0001.yaml").write_text(GOOD)
    imported = imported_by(tree, "check", *AS_OF, "changes/CHG-2026-0001.yaml", "--quiet", "--quiet")
    assert {"qmscheck.readers.yaml", "qmscheck.judging.engine", "click"} <= imported
    assert sorted(imported & ELSEWHERE) == []
