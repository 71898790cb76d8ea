"""Globs: ``*`` ``?`` ``[..]`` ``{a,b}`` ``**``, matched against POSIX paths relative to the root.

Wildcards stay inside one part of a path, but for ``**``, and do not match names that begin with a dot: editors and file
systems leave such files beside records. ``folder/`` means everything below the folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from qmscheck.frozen import frozen

_WILD = re.compile(r"[*?\[]")
_FOLDERS = r"(?:[^/.][^/]*/)*"
_NAME = r"[^/.][^/]*"
_MANY = 1_000
"""Alternatives that braces may stand for, all together."""


@frozen
class Glob:
    """One glob without braces. ``start`` is the folder that all matches lie below, ``""`` for the root.

    ``depth`` is how many folders deep below ``start`` matches can lie; None: any.
    """

    text: str
    start: str
    depth: int | None

    @property
    def literal(self) -> bool:
        """Whether the last part is a plain name."""
        return _WILD.search(self.text.rpartition("/")[2]) is None

    @property
    def home(self) -> str:
        """The folder that all matches lie below, or the only file that matches; empty where it can be anywhere."""
        return self.start or (self.text if self.literal and self.depth == 0 else "")


class Globs:
    """Several globs as one pattern."""

    __slots__ = ("_match", "globs")

    def __init__(self, texts: Iterable[str]) -> None:
        self.globs = tuple(_glob(text) for text in dict.fromkeys(one for text in texts for one in expand(text)))
        self._match = re.compile("|".join(_regex(glob.text) for glob in self.globs)).fullmatch

    def __bool__(self) -> bool:
        return bool(self.globs)

    def match(self, path: str) -> bool:
        """Whether any of the globs matches the path."""
        return bool(self.globs) and self._match(path) is not None

    def names(self, path: str) -> bool:
        """Whether a glob without wildcards in its last part matches the path: somebody means this very name."""
        return any(glob.literal and re.fullmatch(_regex(glob.text), path) for glob in self.globs)

    def reach(self, folder: str) -> bool:
        """Whether some path below the folder can match; ``""`` is the root."""
        return not folder or any(_reaches(glob.text.split("/"), folder.split("/")) for glob in self.globs)


@lru_cache(maxsize=1024)
def compiled(texts: tuple[str, ...]) -> Globs:
    """The globs, compiled once for each tuple of texts."""
    return Globs(texts)


def expand(text: str) -> Iterator[str]:
    """The globs without braces that a glob with braces stands for. Unbalanced braces are plain characters."""
    found = [text]
    while any(_braces(one) for one in found) and len(found) <= _MANY:
        found = [each for one in found for each in _expanded(one)]
    yield from found


def _expanded(text: str) -> Iterator[str]:
    span = _braces(text)
    if span is None:
        yield text
        return
    start, end = span
    for choice in _choices(text[start + 1 : end]):
        yield text[:start] + choice + text[end + 1 :]


def _braces(text: str) -> tuple[int, int] | None:
    """First opening brace that is closed, and its partner."""
    opened: list[int] = []
    for position, sign in enumerate(text):
        if sign == "{":
            opened.append(position)
        elif sign == "}" and opened:
            start = opened.pop()
            if not opened:
                return start, position
    return None


def _choices(inner: str) -> Iterator[str]:
    depth = begin = 0
    for position, sign in enumerate(inner):
        depth += (sign == "{") - (sign == "}")
        if sign == "," and depth == 0:
            yield inner[begin:position]
            begin = position + 1
    yield inner[begin:]


def _glob(text: str) -> Glob:
    text = text.removeprefix("./")
    if text.endswith("/"):
        text += "**"
    parts = text.split("/")
    plain = 0
    while plain < len(parts) - 1 and not _WILD.search(parts[plain]):
        plain += 1
    depth = None if "**" in parts else len(parts) - plain - 1
    return Glob(text=text, start="/".join(parts[:plain]), depth=depth)


def _reaches(wanted: list[str], folder: list[str]) -> bool:
    for position, part in enumerate(folder):
        if wanted[position] == "**":
            return not part.startswith(".")
        if position == len(wanted) - 1 or re.fullmatch(_part(wanted[position]), part) is None:
            return False
    return True


def _regex(text: str) -> str:
    """The pattern of a whole path.

    What stands behind each ``**`` but the last is matched as early as possible and never again (an atomic group): that
    finds every match, and no glob can make it slow.
    """
    first, *rest = _split(text.split("/"), "**")
    pattern = "".join(_part(part) + "/" for part in first)
    for number, parts in enumerate(rest, start=1):
        folders = "".join(_part(part) + "/" for part in parts)
        if number < len(rest):
            pattern += f"(?>{_FOLDERS}?{folders})" if folders else ""
        else:
            pattern += f"{_FOLDERS}{folders or _NAME}"
    return pattern.removesuffix("/")


def _part(text: str) -> str:
    """One part of a path; a wildcard at its beginning does not match a dot. Stars as in `_regex`."""
    first, *rest = _split(list(_signs(text)), "*")
    pattern = (r"(?!\.)" if text[:1] in {"*", "?", "["} and text != "[" else "") + "".join(first)
    for number, signs in enumerate(rest, start=1):
        chunk = "".join(signs)
        if number < len(rest):
            pattern += f"(?>[^/]*?{chunk})" if chunk else ""
        else:
            pattern += f"[^/]*{chunk}"
    return pattern


def _signs(text: str) -> Iterator[str]:
    """A pattern for each sign of one part; a star stays a star."""
    position = 0
    while position < len(text):
        sign = text[position]
        end = text.find("]", position + 2) if sign == "[" else -1
        if end > 0:
            yield _set(text[position + 1 : end])
            position = end
        else:
            yield {"*": "*", "?": "[^/]"}.get(sign) or re.escape(sign)
        position += 1


def _split(items: list[str], at: str) -> list[list[str]]:
    """The runs of items between the separators."""
    runs: list[list[str]] = [[]]
    for item in items:
        if item == at:
            runs.append([])
        else:
            runs[-1].append(item)
    return runs


def _set(inner: str) -> str:
    negated, inner = ("^/", inner[1:]) if inner[0] in "!^" else ("", inner)
    escaped = re.sub(r"([\\\[\]^&~|])", r"\\\1", inner)
    try:
        re.compile(f"[{escaped}]")
    except re.error:  # a range that runs backwards: plain characters
        escaped = escaped.replace("-", r"\-")
    return f"[{negated}{escaped}]"
