"""Writing one page of Markdown: headings, paragraphs, lists, tables, code, and links to other pages."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable

from qmscheck.reporters.markup import markdown
from qmscheck.reporters.sanitise import visible
from qmscheck.yaml_text import yaml_lines

MARK = "<!-- Written by `qmscheck reference`."
"""How every page begins; a file that begins otherwise is never overwritten or removed."""
_OURS = "rules/"

_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_LIMIT = 20_000


class Folder:
    """Where each page lies, below the folder of the reference."""

    @staticmethod
    def rule(name: str) -> str:
        """The page of a rule."""
        return f"rules/{_safe(name)}.md"

    @staticmethod
    def type(name: str) -> str:
        """The page of a record type."""
        return f"types/{_safe(name)}.md"

    @staticmethod
    def control(name: str) -> str:
        """The page of a control."""
        return f"controls/{_safe(name)}.md"

    @staticmethod
    def standard(name: str) -> str:
        """The page of an edition."""
        return f"standards/{_safe(name)}/README.md"

    @staticmethod
    def clause(reference: str) -> str:
        """The page of a clause: ``iso9001:2015/8.5.6``."""
        standard, _, number = reference.partition("/")
        return f"standards/{_safe(standard)}/{_safe(number)}.md"


class Page:
    """Collects the parts of the page at a path."""

    def __init__(self, path: str, title: str, file: str = _OURS) -> None:
        """``file``: what is changed where the page is to say something else."""
        self._path = path
        source = f"the files under {_OURS}" if file.startswith(_OURS) else visible(file).replace("--", "- -")
        self._parts = [f"{MARK} Change {source} instead. -->", f"# {said(title)}"]

    def to(self, path: str, label: str) -> str:
        """A link to another page."""
        target = posixpath.relpath(path, posixpath.dirname(self._path))
        return f"[{said(label)}]({target})"

    def heading(self, text: str) -> None:
        """A section begins."""
        self._parts.append(f"## {said(text)}")

    def lower_heading(self, text: str) -> None:
        """A part of a section begins."""
        self._parts.append(f"### {said(text)}")

    def text(self, text: str) -> None:
        """Paragraphs of a rule file: blank lines part them, words in backticks are code, nothing else is markup."""
        self._parts += [said(paragraph) for paragraph in text.strip().split("\n\n") if paragraph.strip()]

    def marked(self, text: str) -> None:
        """A paragraph that is Markdown already."""
        if text:
            self._parts.append(text)

    def items(self, lines: Iterable[str], otherwise: str = "") -> None:
        """A list of Markdown, or a sentence where it is empty."""
        listed = "\n".join(f"- {line}" for line in lines)
        self.marked(listed or otherwise)

    def table(self, head: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
        """A table of Markdown; nothing without rows."""
        names = list(head)
        lines = [f"| {' | '.join(row)} |" for row in rows]
        if lines:
            self._parts.append("\n".join([f"| {' | '.join(names)} |", f"|{' --- |' * len(names)}", *lines]))

    def yaml(self, value: object) -> None:
        """Data as a block of YAML."""
        text = "\n".join(visible(line) for line in yaml_lines(value))
        fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
        self._parts.append(f"{fence}yaml\n{text}\n{fence}")

    def written(self, *, alone: bool = False) -> str:
        """The page as text; ``alone``: it is shown once, and is no file of the reference."""
        return "\n\n".join(self._parts[alone:]) + "\n"


def said(text: str) -> str:
    """Prose of ours on one line; what stands in backticks stays code, all else shows as itself."""
    flat = " ".join(text.split())
    parts = _CODE.split(flat)
    return "".join(
        code(part) if number % 2 else markdown(part, _LIMIT, begins=not number) for number, part in enumerate(parts)
    )


def code(text: str) -> str:
    """A word as code, safe in a table too."""
    return f"`{visible(text).replace('`', chr(39)).replace('|', chr(92) + '|')}`"


def _safe(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name)
