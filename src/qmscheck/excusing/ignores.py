"""Comments in records that ignore findings, of grades below major: ``# qmscheck: ignore[CHG008] reason``.

In YAML and TOML, and in the front matter of Markdown, behind ``#``; in the body of Markdown ``<!-- ... -->``. JSON and
CSV have no comments. In a file with several records a comment belongs to the record that it stands in, or before.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from qmscheck.checks import Ignore
from qmscheck.frozen import frozen
from qmscheck.model import Grade, Location, Record, Result
from qmscheck.registry import RecordSet

Text = Callable[[str], str]
"""From the path of a file to its text; empty where it cannot be read."""
Start = Callable[[Record], int | None]
"""The line on which a record begins."""

_ASKS: Final = r"qmscheck:\s*ignore\b(?P<rest>.*?)"
_HASH: Final = re.compile(rf"(?:^|(?<=\s))#+\s*{_ASKS}\s*$")
_MARKUP: Final = re.compile(rf"<!--\s*{_ASKS}\s*-->")
_REST: Final = re.compile(r"\s*\[(?P<rules>[^\]]*)\]\s*(?P<reason>.*)")
_HASHED: Final = (".yaml", ".yml", ".toml")
_MARKDOWN: Final = (".md", ".markdown")
_FENCE: Final = "---"


@frozen
class _Comment:
    """A comment that asks to ignore: its line, the line of what it is about, its words, and what they mean."""

    line: int
    about: int
    said: str
    ignore: Ignore


class Ignores:
    """The comments of a run's records. Without ``text`` (not configured) there are none."""

    def __init__(self, records: RecordSet, text: Text | None = None, start: Start = lambda record: record.line) -> None:
        self._text = text
        self._start = start
        self._records = records
        self._comments: dict[str, list[_Comment]] = {}
        self._used: dict[tuple[str, int], set[str]] = defaultdict(set)

    def excuse(self, result: Result) -> str:
        """Where a result is ignored, and why; empty when it is not."""
        record, rule = result.record, result.rule
        if self._text is None or record is None or result.grade is Grade.MAJOR:
            return ""
        for comment in self._in(record.path):
            ignore = comment.ignore
            if rule.id in ignore.rules and ignore.reason and self._belongs(comment, record):
                self._used[record.path, comment.line].add(rule.id)
                return f"ignored in {record.path}:{comment.line}: {ignore.reason}"
        return ""

    def all(self) -> tuple[Ignore, ...]:
        """Every comment, with the rules whose findings it excused so far."""
        return tuple(
            replace(comment.ignore, excused=frozenset(self._used[path, comment.line]))
            for path in sorted({record.path for record in self._records} if self._text is not None else ())
            for comment in self._in(path)
        )

    def _in(self, path: str) -> list[_Comment]:
        if path not in self._comments:
            text = self._text(path) if self._text is not None else ""
            found = _comments(path, text) if "qmscheck:" in text else ()
            self._comments[path] = [comment for comment in found if not self._is_content(comment, path)]
        return self._comments[path]

    def _is_content(self, comment: _Comment, path: str) -> bool:
        """Whether what looks like a comment behind ``#`` is text of a record."""
        if not comment.said.startswith("#"):
            return False  # the body of a Markdown page holds its comments, too
        said = comment.said.partition("]")[0]
        return any(said in value for record in self._records.on(path) for value in _texts(record))

    def _belongs(self, comment: _Comment, record: Record) -> bool:
        if record.single:
            return True
        starts = [(self._start(one) or 1, number) for number, one in enumerate(self._records.on(record.path))]
        _, number = max((start for start in starts if start[0] <= comment.about), default=(0, -1))
        return number >= 0 and self._records.on(record.path)[number] is record


def _texts(record: Record) -> Iterator[str]:
    waiting: list[object] = [record.fields]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, Mapping):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def _comments(path: str, text: str) -> Iterator[_Comment]:
    lines = text.splitlines()
    for number, line in enumerate(lines, start=1):
        found = _asks(path, lines, number)
        if found is None:
            continue
        rest = _REST.fullmatch(found["rest"])
        names = rest["rules"].split(",") if rest else []
        ignore = Ignore(
            rules=tuple(name.strip() for name in names if name.strip()),
            reason=rest["reason"].strip() if rest else "",
            location=Location(path, number, found.start() + 1),
        )
        alone = not line[: found.start()].strip(" \t-#")
        about = _next(lines, number) if alone else number
        yield _Comment(line=number, about=about, said=found.group().strip(), ignore=ignore)


def _asks(path: str, lines: list[str], number: int) -> re.Match[str] | None:
    """What a line asks for in a comment, by the format of the file."""
    line, name = lines[number - 1], path.casefold()
    if name.endswith(_HASHED) or (name.endswith(_MARKDOWN) and _in_front_matter(lines, number)):
        return _HASH.search(line)
    found = _MARKUP.search(line) if name.endswith(_MARKDOWN) else None
    return None if found is None or _in_code(lines, number, found.start()) else found


def _in_code(lines: list[str], number: int, column: int) -> bool:
    """Whether a place in Markdown lies between backticks, or in a fenced block."""
    fences = sum(line.lstrip().startswith(("```", "~~~")) for line in lines[: number - 1])
    return fences % 2 == 1 or lines[number - 1][:column].count("`") % 2 == 1


def _in_front_matter(lines: list[str], number: int) -> bool:
    return lines[0].rstrip() == _FENCE and _FENCE not in (line.rstrip() for line in lines[1:number])


def _next(lines: list[str], number: int) -> int:
    """The next line that says something, behind comments; the last one when none does."""
    for later in range(number, len(lines)):
        if lines[later].strip() and not lines[later].lstrip().startswith(("#", "<!--")):
            return later + 1
    return len(lines)
