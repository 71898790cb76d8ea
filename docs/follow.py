"""Follows a page as a reader would: ``python docs/follow.py docs/tutorials/first-gate.md`` (``--write`` to renew it).

In an empty folder, from the top: a block with a title writes that file, a ``diff`` block with a title edits it, and a
``console`` block runs each line behind ``$`` and compares what it prints with what the page shows, but for figures that
grow with the shipped rules. A command that ends with anything but 0 must say so, as in ``qmscheck check; echo "exit
code $?"``. With ``--write`` the page afterwards shows what was really printed. The tests follow the pages in ``PAGES``.
"""

from __future__ import annotations

import argparse
import difflib
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

HERE = Path(__file__).resolve().parent
PAGES = ("tutorials/first-gate.md", "tutorials/existing-repository.md", "transcript.md")

_PROMPT, _MORE = "$ ", "> "
_TITLE = re.compile(r'title="([^"]+)"')
# What grows with the shipped rules and with each version, and is no news to a reader of the page.
_MOVING = re.compile(
    r"(?<=by )\d+(?= rules)|[\d,]+(?= (?:pass|not applicable)\b)|\d+(?= rules on)|\d+ of \d+(?= rules were)"
    r"|(?<=qmscheck )\d[\w.+]*"
)


class NotAsShownError(Exception):
    """The page cannot be followed: a command failed, or an edit does not fit."""


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, the file its title names, its text, and the page's lines that hold the text."""

    language: str
    title: str | None
    text: str
    lines: range


@dataclass(frozen=True, slots=True)
class Step:
    """One command of a session as it is written there, with the lines that are shown below it."""

    written: tuple[str, ...]
    shown: tuple[str, ...]

    @property
    def command(self) -> str:
        """What the shell gets: the prompts taken off."""
        return "\n".join(line[2:] for line in self.written)


def blocks(page: str) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    for token in MarkdownIt("commonmark").parse(page):
        if token.type == "fence" and token.map:
            language, _, rest = token.info.strip().partition(" ")
            title = _TITLE.search(rest)
            first, last = token.map
            yield Block(language, title[1] if title else None, token.content, range(first + 1, last - 1))


def steps(session: str) -> Iterator[Step]:
    """The commands of a session, each with what is shown below it."""
    written: list[str] = []
    shown: list[str] = []
    for line in session.splitlines():
        if line.startswith(_PROMPT) and written:
            yield Step(tuple(written), tuple(shown))
            written, shown = [], []
        if line.startswith(_PROMPT) or (line.startswith(_MORE) and written and not shown):
            written.append(line)
        elif written:
            shown.append(line)
        else:
            raise NotAsShownError(f"a session begins with `$ `, not with {line!r}")
    if written:
        yield Step(tuple(written), tuple(shown))


class Shell:
    """Runs one command after the other in a folder, with pinned names and a pinned moment for git."""

    def __init__(self, folder: Path) -> None:
        self._where = folder
        self._told = folder.with_name(f"{folder.name}.where")
        self._environment = _environment(folder)

    @property
    def where(self) -> Path:
        """The folder it is in now: `cd` lasts."""
        return self._where

    def run(self, command: str) -> list[str]:
        """The lines that a command prints, errors between them; it must end with 0."""
        code, printed = self.end(command)
        if code != 0:
            raise NotAsShownError("\n".join((f"`{command}` ended with {code}:", *printed)))
        return printed

    def end(self, command: str) -> tuple[int, list[str]]:
        """With what a command ends, and the lines that it prints."""
        script = f"trap 'pwd >{shlex.quote(str(self._told))}' EXIT\n{command}"
        done = subprocess.run(  # noqa: S603
            ["bash", "-c", script],  # noqa: S607
            cwd=self._where,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        self._where = Path(self._told.read_text(encoding="utf-8").rstrip("\n"))
        return done.returncode, [line.rstrip() for line in done.stdout.splitlines()]


def _environment(folder: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "QMSCHECK_", "PYTEST_"))}
    for unwanted in ("FORCE_COLOR", "CLICOLOR_FORCE", "CI", "COLUMNS"):
        kept.pop(unwanted, None)
    who = {"NAME": "Ada Lind", "EMAIL": "ada@acme.example", "DATE": "2026-11-28T09:00:00+00:00"}
    pinned = {f"GIT_{role}_{part}": value for role in ("AUTHOR", "COMMITTER") for part, value in who.items()}
    nobody = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "HOME": str(folder.parent)}
    path = os.pathsep.join((str(Path(sys.executable).parent), kept.get("PATH", "")))
    return kept | pinned | nobody | {"PATH": path, "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}


def follow(page: str, folder: Path) -> str:
    """The page as it would be if it showed what its commands print in ``folder``, an empty one."""
    lines = page.splitlines()
    shell = Shell(folder)
    renewed: list[tuple[range, list[str]]] = []
    for block in blocks(page):
        if block.language == "console":
            renewed.append((block.lines, _session(block.text, shell)))
        elif block.title and block.language == "diff":
            _edit(shell.where / block.title, block.text)
        elif block.title:
            file = shell.where / block.title
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, encoding="utf-8")
    for place, now in reversed(renewed):
        lines[place.start : place.stop] = now
    return "\n".join(lines) + "\n"


def _session(session: str, shell: Shell) -> list[str]:
    return [line for step in steps(session) for line in (*step.written, *shell.run(step.command))]


def _edit(file: Path, change: str) -> None:
    """Replace the lines of a diff that are kept or taken away, which occur once, by those that are kept or added."""
    lines = change.splitlines()
    old = "".join(f"{line[1:]}\n" for line in lines if not line.startswith("+"))
    new = "".join(f"{line[1:]}\n" for line in lines if not line.startswith("-"))
    text = file.read_text(encoding="utf-8")
    if text.count(old) != 1:
        raise NotAsShownError(f"{file.name} holds these lines {text.count(old)} times, not once:\n{old}")
    file.write_text(text.replace(old, new), encoding="utf-8")


def followed(file: Path) -> str:
    """`follow` for a page in a file, in a folder of its own that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "home"
        empty.mkdir()
        return follow(file.read_text(encoding="utf-8"), empty)


def differences(shown: str, now: str) -> list[str]:
    """What a reader would see otherwise than shown, as a diff; empty when nothing but moving figures differ."""
    then, there = (_MOVING.sub("#", page).splitlines() for page in (shown, now))
    return list(difflib.unified_diff(then, there, "shown", "now", lineterm=""))


def main() -> int:
    """The command line: 1 when a page does not show what happens, and --write is not said."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", nargs="*", type=Path, metavar="PAGE", help="default: every page that tests follow")
    parser.add_argument("--write", action="store_true", help="write what was really printed into the pages")
    options = parser.parse_args()
    differs = False
    for file in options.pages or [HERE / page for page in PAGES]:
        shown = file.read_text(encoding="utf-8")
        try:
            now = followed(file)
        except NotAsShownError as error:
            sys.exit(f"{file}: {error}")
        found = differences(shown, now)
        differs |= bool(found)
        sys.stdout.writelines(f"{line}\n" for line in found)
        if options.write:
            file.write_text(now, encoding="utf-8")
    return int(differs and not options.write)


if __name__ == "__main__":
    sys.exit(main())
