"""Keys added to mappings of YAML text: where the lines go, told by where the values around them stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from qmscheck.drafting.rows import lines_of
from qmscheck.drafting.sample import CannotWrite
from qmscheck.frozen import frozen
from qmscheck.model import FieldPath, Location
from qmscheck.readers import Document
from qmscheck.yaml_text import yaml_lines

_IDLE = re.compile(r"\s*(?:#.*|-|\.\.\.|---.*)?\s*")
"""Lines between two records that belong to neither: blanks, comments, the signs that part items and documents."""
_FENCE = "---"
_PLACES = 20
"""Places that are tried below a mapping: a line that looks like a comment may be text of the value before it."""


@frozen
class Gap:
    """Where a key can stand in a mapping: behind one of so many lines, the likeliest first, and so far in."""

    behind: tuple[int, ...]
    indent: int


def closed_to_keys(document: Document, split: object) -> str | None:
    """What files like this one are called, if no key is added to any of them."""
    if document.format not in ("yaml", "markdown"):
        return f"{document.format} files"
    if document.format == "markdown" and document.front_matter != "yaml":
        return "pages without front matter in YAML"
    one = split in (None, "file")
    several = document.format == "yaml" and isinstance(split, Mapping) and set(split) <= {"items", "entries"}
    return None if one or several else "files that are split into records like this one"


def gap(document: Document, path: FieldPath) -> Gap:
    """The end of the mapping at a path of the data. Raises CannotWrite where no line can be added to it."""
    inside = _at(document.data, path)
    if not isinstance(inside, dict) or not inside:
        raise CannotWrite("there is no mapping to add a key to")
    first = document.position((*path, next(iter(inside))))
    line, column = first or (0, 0)
    lines = lines_of(document.text)
    end = _end(document, path, lines)
    if not line or _in_brackets(document, path, lines) or end <= line - 1:
        raise CannotWrite("the mapping is written in brackets")
    near = end
    while near > line and _IDLE.fullmatch(lines[near - 1]):
        near -= 1
    return Gap(behind=tuple(range(near, end + 1))[:_PLACES], indent=column - 1)


def with_keys(text: str, additions: Sequence[tuple[int, int, Mapping[str, object]]]) -> str:
    """The text with the keys of each addition behind as many lines as it says, so far in; all else stays as it is."""
    lines = lines_of(text)
    found = re.search(r"\r\n|\n|\r", text)
    end = found.group() if found else "\n"
    last_first = sorted(enumerate(additions), key=lambda one: (-one[1][0], -one[0]))
    for _, (behind, indent, keys) in last_first:
        if behind and not lines[behind - 1].endswith(("\n", "\r")):
            lines[behind - 1] += end
        lines[behind:behind] = [line + end for line in yaml_lines(dict(keys), indent)]
    return "".join(lines)


def home_of(document: Document, split: object, start: Location) -> FieldPath | None:
    """The path in the data of the record that begins at a place, in a file split into records; None if it has none."""
    if split in (None, "file"):
        return ()
    ((word, argument),) = split.items() if isinstance(split, Mapping) and len(split) == 1 else (("", ""),)
    path: FieldPath = tuple(str(argument).split(".")) if argument else ()
    if word not in ("items", "entries"):
        return None
    return next((one for one in _below(document, path) if document.position(one) == (start.line, start.column)), None)


def within(document: Document, home: FieldPath, names: FieldPath) -> FieldPath:
    """The innermost mapping on the way of a record's keys that is there already."""
    inside = home
    for step in names[:-1]:
        if _at(document.data, (*inside, step)) is None:
            break
        inside = (*inside, step)
    return inside


def _below(document: Document, path: FieldPath) -> Iterator[FieldPath]:
    held = _at(document.data, path)
    steps: Sequence[str | int] = (
        range(len(held)) if isinstance(held, list) else list(held) if isinstance(held, dict) else ()
    )
    yield from ((*path, step) for step in steps)


def _end(document: Document, path: FieldPath, lines: list[str]) -> int:
    """How many lines stand before whatever follows the mapping."""
    for depth in range(len(path), 0, -1):
        siblings = list(_below(document, path[: depth - 1]))
        behind = siblings[siblings.index(path[:depth]) + 1 :]
        if behind:
            return (document.position(behind[0]) or (0, 0))[0] - 1
    if document.format == "markdown":
        fences = [number for number, line in enumerate(lines) if line.strip("\ufeff \t\r\n") == _FENCE]
        return fences[1] if len(fences) > 1 else 0
    return len(lines)


def _in_brackets(document: Document, path: FieldPath, lines: list[str]) -> bool:
    """Whether a bracket is open where the first key of the mapping stands."""
    held = _at(document.data, path)
    line, column = document.position((*path, next(iter(held)))) or (1, 1) if isinstance(held, dict) else (1, 1)
    before = lines[line - 1][: column - 1].lstrip("\ufeff")
    return re.fullmatch(r"\s*(?:-\s+)*(?:[&!]\S+\s+)*", before) is None


def _at(value: object, path: FieldPath) -> object:
    for step in path:
        if isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            value = value.get(str(step)) if isinstance(value, dict) else None
    return value
