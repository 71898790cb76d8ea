"""A real terminal (a pty) on standard output or standard error, narrow and wide; and files, in which nothing moves."""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

fcntl = pytest.importorskip("fcntl", reason="no pseudo-terminals on this system")
pty = pytest.importorskip("pty", reason="no pseudo-terminals on this system")
termios = pytest.importorskip("termios", reason="no pseudo-terminals on this system")

STYLE = re.compile(r"\x1b\[[\d;]*m")
PROGRAM = (
    "from qmscheck.cli import program, terminal\n"
    "terminal._PATIENCE = 0.0\n"  # as if every run were a long one
    "program(prog_name='qmscheck')\n"
)
Ran = tuple[str, str]
Attached = Callable[..., Ran]


@pytest.fixture
def attached(tree: Path, tmp_path: Path) -> Attached:
    """Runs the command with a terminal of so many columns as one stream, a file as the other; answers with both."""

    def run(*words: str, stream: str, columns: int = 80, **environment: str) -> Ran:
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "TERM")}
        with (tmp_path / "other").open("w+b") as other:
            streams = {"stdout": other, "stderr": other, stream: theirs}
            process = subprocess.Popen(
                [sys.executable, "-c", PROGRAM, *words],
                cwd=tree,
                env={"TERM": "xterm", **kept, **environment},
                **streams,
            )
            os.close(theirs)
            seen = _everything(ours)
            process.wait(timeout=60)
            other.seek(0)
            written = other.read().decode()
        return (seen, written) if stream == "stdout" else (written, seen)

    return run


def _everything(terminal: int) -> str:
    """What is written to a terminal until nobody has it open."""
    found = b""
    try:
        while chunk := os.read(terminal, 1 << 16):
            found += chunk
    except OSError:  # how Linux says so
        pass
    finally:
        os.close(terminal)
    return found.decode().replace("\r\n", "\n")  # a terminal adds \r


CHECK = ("check", "--as-of", "2026-09-01")


@pytest.mark.parametrize("columns", [40, 80, 120, 200])
def test_text_fits_the_terminal(attached: Attached, columns: int):
    out, _ = attached(*CHECK, stream="stdout", columns=columns)
    lines = [STYLE.sub("", line) for line in out.splitlines()]
    assert all(len(line) <= columns for line in lines), lines
    assert max(map(len, lines)) > min(columns, 120) * 3 // 4


def test_a_terminal_gets_colour_and_a_dumb_one_none(attached: Attached):
    plain, _ = attached(*CHECK, stream="stdout", TERM="dumb")
    coloured, _ = attached(*CHECK, stream="stdout")
    assert "\x1b" not in plain
    assert STYLE.sub("", coloured) == plain
    assert "\x1b" in coloured
    assert attached(*CHECK, stream="stdout", NO_COLOR="1")[0] == plain
    assert attached(*CHECK, "--color", "never", stream="stdout")[0] == plain


def test_progress_is_told_on_a_terminal_only(attached: Attached, tree: Path):
    for number in range(300):
        (tree / "changes" / f"draft-{number}.yaml").write_text(f"id: CHG-{number:04}\nstatus: draft\n")
    out, err = attached(*CHECK, stream="stderr")
    assert "reading" in err
    assert "judging" in err
    assert "\x1b" not in out
    quiet, silent = attached(*CHECK, "-q", stream="stderr")
    assert silent == ""
    assert out.endswith(quiet)
    _, untold = attached(*CHECK, stream="stdout")
    assert untold == ""


@pytest.mark.parametrize("form", ["json", "jsonl", "junit", "sarif", "csv", "tap", "github", "oscal", "gitlab"])
def test_what_programs_read_is_the_same_on_a_terminal(attached: Attached, form: str):
    out, _ = attached(*CHECK, "--format", form, stream="stdout")
    filed, _ = attached(*CHECK, "--format", form, stream="stderr")
    assert "\x1b" not in out
    assert out.replace("\r\n", "\n") == filed.replace("\r\n", "\n")
