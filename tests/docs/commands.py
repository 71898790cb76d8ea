"""The commands that the pages show: where they stand, how each is run, and which is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from types import ModuleType

import yaml
from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]
PAGES = (
    ROOT / "README.md",
    *sorted(
        page for page in (ROOT / "docs").rglob("*.md") if page.relative_to(ROOT).parts[:2] != ("docs", "reference")
    ),
    *sorted((ROOT / "examples").rglob("README.md")),
)
HOW = yaml.safe_load((Path(__file__).parent / "commands.yaml").read_text("utf-8"))

_SHELL = ("sh", "bash", "shell")
_PROGRAMS = ("qmscheck", "git", "python", "python3", "pip", "pytest", "npm", "apt-get", "pre-commit", "properdocs")
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_WHOLE = re.compile(r"<<|^(if|for|while)\b|^\s", re.MULTILINE)
_STEP = re.compile(r"(?:^|[-\s]|run: |script: |entry: )(qmscheck(?: [^|&;`]+)?)")


@dataclass(frozen=True, slots=True)
class Shown:
    """Commands that belong together: the lines of a block, or one within a sentence."""

    place: str
    lines: tuple[str, ...]


def shown(page: str, name: str) -> Iterator[Shown]:
    """The commands of a page: shell blocks, and spans of code that begin with a program."""
    text = _FRONT_MATTER.sub(lambda head: "\n" * head[0].count("\n"), page)
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        line = token.map[0] + 1 if token.map else 0
        if token.type == "fence" and token.info.split(" ")[0] in _SHELL:
            yield Shown(f"{name}:{line}", tuple(map(_in_other_words, commands(token.content))))
        for span in token.children or ():
            if span.type == "code_inline" and span.content.split(" ")[0] in _PROGRAMS and " " in span.content:
                yield Shown(f"{name}:{line}", (_in_other_words(span.content),))


def commands(block: str) -> tuple[str, ...]:
    """The commands of a shell block; one with loops, conditions or indented lines is a single command."""
    joined = re.sub(r"\\\n\s*", "", block)
    if _WHOLE.search(joined):
        return (joined,)
    lines = (re.sub(r"(^|\s)#.*", "", line).strip() for line in joined.splitlines())
    return tuple(part.removeprefix(".venv/bin/") for line in lines if line for part in line.split(" && "))


def steps(page: str, name: str) -> Iterator[tuple[str, str]]:
    """The qmscheck commands in the steps of pipelines that a page shows: place and command."""
    for token in MarkdownIt("commonmark").parse(page):
        if token.type == "fence" and token.info.split(" ")[0] in ("yaml", "groovy", "toml") and token.map:
            for number, line in enumerate(token.content.splitlines(), token.map[0] + 2):
                found = _STEP.search(line.split("#")[0])
                if found and re.match(r"qmscheck [a-z]+( |$)", found[1]):
                    yield f"{name}:{number}", found[1].strip()


def _in_other_words(command: str) -> str:
    words = HOW["words"]
    return re.sub(rf"\b({'|'.join(words)})\b", lambda word: words[word[0]], command)


def reason_not_to_run(command: str) -> str | None:
    """Why a command is not run, or None."""
    return next((entry["why"] for entry in HOW["not_run"] if fnmatchcase(command, entry["command"])), None)


def belongs_into_project(lines: tuple[str, ...]) -> bool:
    return any(fnmatchcase(line, pattern) for line in lines for pattern in HOW["in_the_project"])


def makes(lines: tuple[str, ...]) -> list[str]:
    """The files that must not be there yet."""
    return [entry["file"] for entry in HOW["makes"] if any(fnmatchcase(line, entry["command"]) for line in lines)]


def packages(lines: tuple[str, ...]) -> list[str]:
    """Folders of packages that the commands need, and that are installed for them beforehand."""
    return [entry["folder"] for entry in HOW["installed"] if any(fnmatchcase(line, entry["command"]) for line in lines)]


def good_ends(command: str) -> tuple[int, ...]:
    """What a command may end with."""
    if any(fnmatchcase(command, pattern) for pattern in HOW["must_find"]):
        return (1,)
    patterns = HOW["finds_for_a_day_too" if "--as-of" in command else "may_find"]
    return (0, 1) if any(fnmatchcase(command, pattern) for pattern in patterns) else (0,)


def run(lines: tuple[str, ...], follow: ModuleType, folder: Path) -> list[str]:
    """Run commands one after the other as a reader would; what went wrong, if anything."""
    shell = follow.Shell(folder)
    wrong = []
    for command in lines:
        if reason_not_to_run(command) is None:
            code, printed = shell.end(command)
            if code not in good_ends(command) or any("Traceback (most recent" in line for line in printed):
                wrong.append(f"{command}: ended with {code}: " + "\n".join(printed[-12:]))
    return wrong
