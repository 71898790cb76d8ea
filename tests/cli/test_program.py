from __future__ import annotations

from pathlib import Path

import pytest

from qmscheck import __version__, app
from qmscheck.cli import VERBS, ExitCode
from qmscheck.errors import ConfigError
from qmscheck.model import Location


def test_version(run) -> None:
    assert run("--version").output == f"qmscheck {__version__}\n"


@pytest.mark.parametrize("verb", VERBS)
def test_every_help_explains_and_shows_examples(run, verb: str) -> None:
    result = run(verb, "--help")
    assert result.exit_code == 0
    assert len(result.output.splitlines()) > 10
    assert result.output.count(f"qmscheck {verb}") >= 3


def test_help_tells_the_exit_codes(run) -> None:
    output = run("-h").output
    assert [code for code in ExitCode if f"\n  {code.value} " not in output.replace("    ", "  ")] == [], output
    assert [verb for verb in VERBS if verb not in output] == []


@pytest.mark.parametrize(
    "arguments", [(), ("--as-of", "2026-09-01"), ("changes",), ("changes/1.yaml", "-q"), ("check",)]
)
@pytest.mark.usefixtures("tree")
def test_check_is_the_default(run, arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == ExitCode.NOT_SATISFIED
    assert "Not satisfied" in result.output


@pytest.mark.usefixtures("tree")
def test_a_mistyped_verb(run) -> None:
    result = run("chek")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "qmscheck: error: there is no command and no path 'chek'; did you mean 'check'?\n"


@pytest.mark.usefixtures("tree")
def test_a_path_that_is_not_there(run) -> None:
    result = run("nowhere.yaml")
    assert result.exit_code == 2
    assert "path 'nowhere.yaml' does not exist" in result.stderr


def test_usage_errors_end_with_two(run) -> None:
    result = run("check", "--fail-on", "majr")
    assert result.exit_code == 2
    assert "majr" in result.stderr


def test_errors_name_file_and_line(run, tree: Path) -> None:
    (tree / "qmscheck.yaml").write_text("version: 1\nselekt: []\n")
    result = run()
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "qmscheck: error: qmscheck.yaml:2:1: unknown key 'selekt': did you mean 'select'?\n"


@pytest.mark.usefixtures("tree")
class TestBoundary:
    @pytest.fixture
    def fails(self, monkeypatch: pytest.MonkeyPatch):
        def fails(error: BaseException) -> None:
            def run(*_: object, **__: object) -> None:
                raise error

            monkeypatch.setattr(app, "run", run)

        return fails

    def test_known_errors_are_told(self, run, fails) -> None:
        fails(ConfigError("wrong", Location("a.yaml", 3)))
        result = run()
        assert (result.exit_code, result.stderr) == (2, "qmscheck: error: a.yaml:3: wrong\n")

    def test_unexpected_errors_ask_for_a_report(self, run, fails) -> None:
        fails(KeyError("x" * 10_000))
        result = run()
        assert result.exit_code == 2
        assert "unexpected KeyError" in result.stderr
        assert "--debug" in result.stderr
        assert "Traceback" not in result.stderr
        assert len(result.stderr) < 1_000

    @pytest.mark.parametrize("arguments", [("--debug",), ("--debug", "check"), ("check", "--debug")])
    def test_debug_shows_the_traceback(self, run, fails, arguments: tuple[str, ...]) -> None:
        fails(KeyError("inside"))
        result = run(*arguments)
        assert result.exit_code == 2
        assert "Traceback" in result.stderr
        assert "KeyError: 'inside'" in result.stderr

    def test_interrupted(self, run, fails) -> None:
        fails(KeyboardInterrupt())
        result = run()
        assert result.exit_code == ExitCode.INTERRUPTED
        assert "interrupted" in result.stderr

    @pytest.mark.parametrize("error", [MemoryError(), RecursionError("deep"), UnicodeEncodeError("a", "b", 0, 1, "c")])
    def test_nothing_escapes(self, run, fails, error: Exception) -> None:
        fails(error)
        result = run()
        assert result.exit_code == 2
        assert result.stderr.startswith("qmscheck: error: ")
