"""Every path that each commit touched, from one `git log --raw -z`, parsed by count: names may hold all but NUL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

RAW = (
    "--raw",
    "-z",
    "-c",
    "--no-renames",
    "--no-abbrev",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--no-show-signature",
    "--root",
    "--topo-order",
    "--format=%H%x00%P%x00%ct",
)
GITLINK = b"160000"


@dataclass(frozen=True, slots=True)
class Touched:
    """One path in one commit: the blobs that the parents had, and the one that it left (zeros: none)."""

    path: bytes
    before: tuple[str, ...]
    after: str
    submodule: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One commit: its id, how many parents it has, and what it touched."""

    id: str
    parents: int
    touched: list[Touched]


def steps(blocks: Iterable[bytes]) -> Iterator[Step]:
    """The commits of the stream, in its order."""
    tokens = _tokens(blocks)
    token = next(tokens, None)
    while token is not None:
        commit, parents = token.lstrip(b"\n"), next(tokens, b"")
        next(tokens, b"")
        touched: list[Touched] = []
        token = next(tokens, None)
        while token is not None and token.lstrip(b"\n")[:1] in (b":", b""):  # merges have an empty one in front
            if token:
                touched.append(_touched(token.lstrip(b"\n"), next(tokens, b"")))
            token = next(tokens, None)
        yield Step(commit.decode("ascii"), len(parents.split()), touched)


def _touched(meta: bytes, path: bytes) -> Touched:
    """``:old new oid oid M`` has one parent; each further colon stands for one more."""
    parents = len(meta) - len(meta.lstrip(b":"))
    words = meta[parents:].split()
    oids = [word.decode("ascii") for word in words[parents + 1 : 2 * parents + 2]]
    return Touched(path, tuple(oids[:-1]), oids[-1], GITLINK in words[: parents + 1])


def _tokens(blocks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for block in blocks:
        parts = (rest + block).split(b"\0")
        rest = parts.pop()
        yield from parts
    if rest:
        yield rest


def is_nothing(blob: str) -> bool:
    """Whether a blob id stands for no file (of either hash)."""
    return not blob.strip("0")
