from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from qmscheck.cli import ExitCode, output, terminal
from qmscheck.errors import UsageError

AS_OF = ("--as-of", "2026-09-01")


@pytest.mark.usefixtures("tree")
def test_exit_codes(run, tree: Path) -> None:
    assert run(*AS_OF).exit_code == ExitCode.NOT_SATISFIED
    assert run(*AS_OF, "--exit-zero").exit_code == ExitCode.SATISFIED
    assert run(*AS_OF, "--select", "CORE001").exit_code == ExitCode.SATISFIED
    (tree / "changes/1.yaml").unlink()
    assert run(*AS_OF).exit_code == ExitCode.NOTHING_TO_CHECK
    (tree / "qmscheck.yaml").unlink()
    assert run(*AS_OF).exit_code == ExitCode.COULD_NOT_RUN
    assert run(*AS_OF, "--exit-zero").exit_code == ExitCode.COULD_NOT_RUN


@pytest.mark.usefixtures("tree")
def test_options_reach_the_run(run) -> None:
    rules = json.loads(run(*AS_OF, "--format", "json", "--select", "CHG005,CHG001", "--ignore", "CHG001").stdout)[
        "rules"
    ]
    assert [rule["id"] for rule in rules] == ["CHG005"]
    report = run(*AS_OF, "--format", "json", "--standard", "iso9001:2015", "--fail-on", "major").stdout
    assert "iso20000-1:2018/" not in report
    assert json.loads(report)["provenance"]["as_of"] == "2026-09-01"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--as-of", "soon"), "'soon' is not a day such as 2026-09-01"),
        (("--as-of", "2026-02-30"), "is not a day"),
        (("--format", "junti"), "unknown output format 'junti'; did you mean 'junit'?"),
        (("--output", "junit"), "'junit' is not FORMAT=PATH, such as junit=report.xml"),
        (("--output", "junit=-"), "use --format junit"),
        (("--output", "junit=a", "--output", "json=a"), "two outputs go to 'a'"),
        (("--output", "juni=a"), "unknown output format 'juni'"),
        (("--standard", "iso20001"), "ISO/IEC 20000-1"),
        (("--select", "CHG05"), "CHG05"),
        (("--config", "nowhere.yaml"), "nowhere.yaml"),
        (("--root", "nowhere"), "nowhere"),
    ],
)
@pytest.mark.usefixtures("tree")
def test_mistakes_are_told(run, arguments: tuple[str, ...], said: str) -> None:
    result = run("check", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in " ".join(result.stderr.split())


@pytest.mark.usefixtures("tree")
def test_outputs_beside_standard_output(run, tree: Path) -> None:
    result = run(
        *AS_OF, "--output", "junit=reports/new/junit.xml", "--output", "json=report.json", "--output", "text=a.txt"
    )
    assert "Not satisfied" in result.stdout
    assert ET.parse(tree / "reports/new/junit.xml").getroot().tag == "testsuites"
    assert json.loads((tree / "report.json").read_text("utf-8"))
    assert "\x1b" not in (tree / "a.txt").read_text("utf-8")
    assert sorted(path.name for path in tree.iterdir() if path.name.startswith(".")) == [".git"]


@pytest.mark.usefixtures("tree")
def test_quiet_and_verbose(run) -> None:
    normal = run(*AS_OF).stdout
    assert run(*AS_OF, "-qq").stdout == ""
    assert len(run(*AS_OF, "-q").stdout) <= len(normal)
    assert len(run(*AS_OF, "-v").stdout) > len(normal)


@pytest.mark.usefixtures("tree")
def test_a_root_and_a_configuration_elsewhere(run, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree.parent)
    assert run("--root", tree.name, *AS_OF).exit_code == ExitCode.NOT_SATISFIED
    (tree / "qmscheck.yaml").rename(tree / "other.yaml")
    result = run("--root", tree.name, "--config", f"{tree.name}/other.yaml", f"{tree.name}/changes", *AS_OF)
    assert result.exit_code == ExitCode.NOT_SATISFIED
    assert "changes/1.yaml:" in result.stdout


@pytest.mark.usefixtures("tree")
def test_two_runs_are_the_same(run) -> None:
    for form in ("text", "json", "junit"):
        assert run(*AS_OF, "--format", form).stdout == run(*AS_OF, "--format", form).stdout


@pytest.mark.usefixtures("tree")
class TestColour:
    def test_option_beats_environment(self, run) -> None:
        assert "\x1b[" in run(*AS_OF, "--color", "always", env={"NO_COLOR": "1"}).stdout
        assert "\x1b[" not in run(*AS_OF, "--color", "never", env={"FORCE_COLOR": "1"}).stdout

    def test_environment_beats_the_terminal(self, run) -> None:
        assert "\x1b[" in run(*AS_OF, env={"FORCE_COLOR": "1"}).stdout
        assert "\x1b[" not in run(*AS_OF, env={"FORCE_COLOR": "1", "NO_COLOR": "1"}).stdout
        assert "\x1b[" not in run(*AS_OF).stdout

    def test_a_terminal_gets_colour(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "stdout", Terminal())
        monkeypatch.setenv("TERM", "xterm")
        assert terminal.colour("auto")
        monkeypatch.setenv("TERM", "dumb")
        assert not terminal.colour("auto")


class Terminal:
    def isatty(self) -> bool:
        return True


class TestFiles:
    def test_whole_or_not_at_all(self, tmp_path: Path) -> None:
        def chunks():
            yield "half"
            raise LookupError("no more")

        file = tmp_path / "report.xml"
        file.write_text("before")
        with pytest.raises(LookupError, match="no more"):
            output.write_file(file, chunks())
        assert [path.read_text() for path in tmp_path.iterdir()] == ["before"]

    def test_any_text_is_written(self, tmp_path: Path) -> None:
        output.write_file(tmp_path / "a", ["\udcff\x00ü\n"])
        assert (tmp_path / "a").read_bytes() == "\\udcff\x00ü\n".encode()

    @pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
    def test_others_may_read_it(self, tmp_path: Path) -> None:
        mask = os.umask(0o022)
        try:
            output.write_file(tmp_path / "a", ["x"])
        finally:
            os.umask(mask)
        assert (tmp_path / "a").stat().st_mode & 0o777 == 0o644

    @pytest.mark.skipif(sys.platform == "win32", reason="POSIX links")
    def test_links_and_devices_stay(self, tmp_path: Path) -> None:
        (tmp_path / "link").symlink_to("goal")
        output.write_file(tmp_path / "link", ["x"])
        assert (tmp_path / "link").is_symlink()
        assert (tmp_path / "goal").read_text() == "x"
        output.write_file(Path("/dev/null"), ["x"])
        assert not Path("/dev/null").is_file()

    def test_what_cannot_be_written(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        for path in (tmp_path / "file/below.xml", tmp_path):
            with pytest.raises(UsageError, match="cannot be written"):
                output.write_file(path, ["x"])


class TestWaiting:
    def test_nothing_without_a_terminal_or_soon(self, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
        with terminal.Waiting(shown=True) as waiting:
            waiting("read", 1)
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
        with terminal.Waiting(shown=True) as waiting:
            waiting("read", 1)
        assert capsys.readouterr() == ("", "")

    def test_long_runs_on_a_terminal_show_stages(self, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
        monkeypatch.setattr(terminal, "_PATIENCE", -1)
        monkeypatch.setenv("TERM", "xterm")
        with terminal.Waiting(shown=True) as waiting:
            waiting("read", 256)
            waiting("judge", 512, 1024)
        out, err = capsys.readouterr()
        assert out == ""
        assert "judging" in err
