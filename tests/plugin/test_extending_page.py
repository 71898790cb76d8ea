"""docs/extending.md is followed to the letter: its files become a package, which is installed, tested and used."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

PAGE = Path(__file__).parents[2] / "docs" / "extending.md"
BLOCK = re.compile(r"^(?P<indent> *)```(?P<language>\w+)\n(?P<text>.*?)^(?P=indent)```$", re.DOTALL | re.MULTILINE)


def block(language: str, word: str) -> str:
    """The first block of a language that holds a word, without its indentation."""
    for match in BLOCK.finditer(PAGE.read_text("utf-8")):
        if match["language"] == language and word in match["text"]:
            return re.sub(rf"^{match['indent']}", "", match["text"], flags=re.MULTILINE)
    raise AssertionError(f"no block with {word}")


@pytest.fixture(scope="module")
def package(tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("acme-keys")
    pack = home / "src" / "acme_keys" / "pack"
    files = {
        home / "pyproject.toml": block("toml", "[build-system]"),
        home / "src" / "acme_keys" / "__init__.py": block("python", "qmscheck_packs"),
        home / "tests" / "test_rules.py": block("python", "wrong_examples"),
        pack / "record-types" / "key-rotation.yaml": block("yaml", "type: key-rotation\n"),
        pack / "key-rotation" / "KEY001-rotated-in-time.yaml": block("yaml", "id: KEY001"),
        pack / "key-rotation" / "KEY002-ticket-of-its-own.yaml": block("yaml", "id: KEY002"),
    }
    for file, text in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--target", str(home / "site")]
    subprocess.run([*pip, *options, str(home)], check=True, capture_output=True)
    return home


def run(package: Path, cwd: Path, *words: str) -> subprocess.CompletedProcess[str]:
    found = os.pathsep.join((str(cwd / "src"), str(package / "site")))  # where there is a src, its module is used
    environment = {**os.environ, "PYTHONPATH": found, "PYTEST_ADDOPTS": ""}
    command = [sys.executable, "-m", *words]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def test_its_rules_hold_their_examples(package):
    done = run(package, package, "qmscheck", "rules", "test", "src/acme_keys/pack")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "of 2 rules:" in done.stdout


def test_its_tests_pass(package):
    done = run(package, package, "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "tests")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout


def test_its_format_is_offered(package, tmp_path):
    (tmp_path / "keys").mkdir()
    for number in (1, 2):
        text = f"id: KEY-2026-000{number}\nrotated_on: 2026-01-01\ninterval: P3M\nticket: T-1\n"
        (tmp_path / "keys" / f"{number}.yaml").write_text(text)
    (tmp_path / "qmscheck.yaml").write_text(block("yaml", "packs: [{package: acme-keys"))
    command = ("qmscheck", "check", "--as-of", "2026-09-01", "--select", "KEY", "--format", "prometheus")
    done = run(package, tmp_path, *command)
    assert done.returncode == 1, done.stderr
    assert 'qmscheck_results{rule="KEY001",outcome="fail"} 2\n' in done.stdout
    assert 'qmscheck_results{rule="KEY002",outcome="fail"} 2\n' in done.stdout
    new = run(package, tmp_path, "qmscheck", "new", "key-rotation", "--as-of", "2026-09-01")
    assert new.returncode == 0, new.stderr
    assert yaml.safe_load((tmp_path / "keys" / "KEY-2026-0003.yaml").read_text())["rotated_on"] == "TODO"


def test_what_it_says_of_packs_is_what_is_read(tmp_path):
    """The pack.yaml of the page asks for things that there are, and the refusal reads as shown."""
    asked = yaml.safe_load(block("yaml", "pack: acme-qms-rules"))
    asked["requires"]["rules"] = [word for word in asked["requires"]["rules"] if word != "ACME"]
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "pack.yaml").write_text(yaml.safe_dump(asked, sort_keys=False))
    (tmp_path / "qmscheck.yaml").write_text("version: 1\npacks: [acme]\nignore: [CHG005]\n")
    done = run(tmp_path, tmp_path, "qmscheck", "check")
    assert done.returncode == 2
    assert "ignore: CHG005 leaves out CHG005; at least that is asked for by the pack acme-qms-rules" in done.stderr
    (tmp_path / "qmscheck.yaml").write_text("version: 1\npacks: [acme]\n")
    assert run(tmp_path, tmp_path, "qmscheck", "check").returncode == 3


def _commands() -> list[str]:
    """The commands that the page shows, with the parts in brackets left out; those that are run elsewhere too."""
    spec = importlib.util.spec_from_file_location("docs_commands", PAGE.parents[1] / "tests" / "docs" / "commands.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    lines = [line for group in module.shown(PAGE.read_text("utf-8"), "page") for line in group.lines]
    return [re.sub(r" ?\[.*?\]", "", line) for line in lines if module.reason_not_to_run(line) is None]


def test_every_command_of_the_page_runs(package, tmp_path):
    """In the package as it grows: the first two before there is a rule, the others with one record to judge."""
    home = tmp_path / "acme-keys"
    shutil.copytree(package, home)
    rule = home / "src" / "acme_keys" / "pack" / "key-rotation" / "KEY001-rotated-in-time.yaml"
    rule.unlink()
    (home / "keys").mkdir()
    (home / "keys" / "1.yaml").write_text("id: KEY-2026-0001\nrotated_on: 2026-01-01\ninterval: P3M\n")
    (home / "qmscheck.yaml").write_text(
        "version: 1\nselect: [KEY]\ncollections: {keys: {type: key-rotation, files: keys/*.yaml}}\n"
    )
    commands = [command for command in _commands() if command.startswith(("qmscheck ", "pytest "))]
    assert len(commands) > 8
    for command in commands:
        done = run(package, home, *shlex.split(command))
        finds = command.startswith(("qmscheck check", "pytest --qmscheck"))
        assert done.returncode in ((0, 1) if finds else (0,)), f"{command}: {done.stdout}{done.stderr}"
