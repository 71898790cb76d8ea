"""Every path that each commit touched, from one `git log --raw -z`, parsed by count: names may hold all but NUL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

RAW_OF_TREES = ("--raw", "-z", "-c", "--no-renames", "--no-abbrev", "--no-ext-diff", "--no-textconv", "--root")
RAW = (*RAW_OF_TREES, "--no-color", "--no-show-signature", "--topo-order", "--format=%H")
GITLINK = b"160000"
_MARKS = (b":", b"\n")


class Touched(NamedTuple):
    """One path in one commit: the blobs that the parents had, and the one that it left; empty text for none."""

    path: bytes
    before: tuple[str, ...]
    after: str
    submodule: bool


class Step(NamedTuple):
    """One commit: its id, and the raw entries (description, path) of what it touched."""

    id: bytes
    entries: list[tuple[bytes, bytes]]


def steps(blocks: Iterable[bytes]) -> Iterator[Step]:
    """The commits of the stream that touched anything, in its order."""
    rest = commit = description = b""
    entries: list[tuple[bytes, bytes]] = []
    for block in blocks:
        *tokens, rest = (rest + block).split(b"\0")
        for token in tokens:
            if description:
                entries.append((description, token))
                description = b""
            elif token[:1] in _MARKS:
                description = token
            elif token:  # merges have an empty one in front
                if entries:
                    yield Step(commit, entries)
                    entries = []
                commit = token
    if entries:
        yield Step(commit, entries)


def touched(entry: tuple[bytes, bytes]) -> Touched:
    """``:old new oid oid M`` has one parent; each further colon stands for one more."""
    meta, path = entry
    meta = meta.lstrip(b"\n")
    parents = len(meta) - len(meta.lstrip(b":"))
    words = meta[parents:].split()
    oids = [_blob(word) for word in words[parents + 1 : 2 * parents + 2]]
    return Touched(path, tuple(oids[:-1]), oids[-1], GITLINK in words[: parents + 1])


def _blob(word: bytes) -> str:
    return word.decode("ascii") if word.strip(b"0") else ""
