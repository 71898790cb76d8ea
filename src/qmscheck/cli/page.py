"""A page of text for a terminal: headings, paragraphs, lists, blocks."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

import click

from qmscheck.reporters.sanitise import prose, visible
from qmscheck.yaml_text import yaml_lines


class Page:
    """Collects lines of a given width, with or without colour."""

    def __init__(self, *, color: bool, width: int) -> None:
        self._color = color
        self._width = max(width, 40)
        self._lines: list[str] = []

    def title(self, name: str, text: str) -> None:
        """The first line: what the page is about."""
        self._lines.append(f"{self._bold(visible(name))}  {prose(text)}")

    def heading(self, text: str) -> None:
        """A section begins."""
        self._lines += ["", self._bold(text)]

    def text(self, text: str, indent: int = 2) -> None:
        """A paragraph, or several with blank lines between."""
        for number, paragraph in enumerate(text.strip().split("\n\n")):
            self._lines += [""] * bool(number)
            self._wrap(prose(paragraph), " " * indent, " " * indent)

    def item(self, name: str, text: str, indent: int = 2, gap: int = 2) -> None:
        """A name and what belongs to it, wrapped below itself."""
        head = f"{' ' * indent}{visible(name)}{' ' * gap}"
        self._wrap(f"{prose(text)}", head, " " * min(len(head), 30))

    def items(self, pairs: Iterable[tuple[str, str]], indent: int = 2) -> None:
        """Several of them, aligned."""
        listed = list(pairs)
        longest = min(max((len(name) for name, _ in listed), default=0), 34)
        for name, text in listed:
            self.item(name.ljust(longest), text, indent)

    def yaml(self, value: object, indent: int = 2) -> None:
        """Data as YAML."""
        self._lines += [visible(line) for line in yaml_lines(value, indent)]

    def lines(self, text: str, indent: int = 4) -> None:
        """Text whose line breaks mean something."""
        self._lines += [" " * indent + visible(line) for line in text.strip().splitlines()]

    def chunks(self) -> Iterator[str]:
        """The page, line by line."""
        return (f"{line.rstrip()}\n" for line in self._lines)

    def _wrap(self, text: str, first: str, later: str) -> None:
        wrapped = textwrap.wrap(
            text,
            self._width,
            initial_indent=first,
            subsequent_indent=later,
            break_long_words=False,
            break_on_hyphens=False,
        )
        self._lines += wrapped or [first]

    def _bold(self, text: str) -> str:
        return click.style(text, bold=True) if self._color else text
