"""The files of a repository that may hold records, and globs that name those that do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile

from qmscheck.collect import Tree
from qmscheck.collect.globs import compiled
from qmscheck.frozen import frozen
from qmscheck.model import Source
from qmscheck.readers import Document, format_of, read

LARGEST = 1_000_000
"""Bytes; larger files are not looked into: no record of its own file is that long."""
_NOT_OURS = frozenset({"vendor", "node_modules", "third_party", "third-party", "site-packages", "venv", ".venv"})
"""Folders with the work of others, whose change logs and documents are not ours."""
_MOST_STRANGERS = 0.4
_PROBES = 20
"""Files whose size tells that of the others."""
_FEW = 3


@frozen
class Globs:
    """Files as a configuration names them."""

    files: tuple[str, ...]
    exclude: tuple[str, ...] = ()

    def of(self, paths: Iterable[str]) -> list[str]:
        """Those of the paths that are meant."""
        wanted, unwanted = compiled(self.files), compiled(self.exclude)
        return [path for path in paths if wanted.match(path) and not unwanted.match(path)]


def paths(tree: Tree) -> list[str]:
    """Every file in a format that qmscheck reads, hidden folders' files included."""
    found = tree.files(("**/*", "**/.*/**/*", ".*/**/*"))
    own = (path for path in found if isinstance(path, str) and _NOT_OURS.isdisjoint(path.split("/")))
    return [path for path in own if format_of(path) is not None]


def documents(tree: Tree, paths: Iterable[str], options: Mapping[str, object] | None = None) -> Iterator[Document]:
    """The files that can be read with these options of the reader."""
    for path in paths:
        source = tree.source(path)
        if isinstance(source, Source) and len(source.content) <= LARGEST:
            document = read(source, format_of(path) or "markdown", options or {})
            if isinstance(document, Document):
                yield document


def spread(tree: Tree, paths: list[str], most: int, size: int) -> list[str]:
    """The paths; where there are more than ``most``, or they hold more than ``size`` bytes, some evenly among them."""
    probe = paths[:: max(1, len(paths) // _PROBES)]
    sizes = [len(source.content) for source in map(tree.source, probe) if isinstance(source, Source)]
    each = sum(sizes) / len(sizes) if sizes else 0
    wanted = min(most, max(_PROBES, int(size / each)) if each else most)
    if len(paths) <= wanted:
        return paths
    return [paths[number * len(paths) // wanted] for number in range(wanted)]


def by_folder(paths: Iterable[str]) -> dict[str, list[str]]:
    """Paths by the folder that they stand in."""
    folders: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        folders[path.rpartition("/")[0]].append(path)
    return folders


def wide(fits: list[str]) -> Globs:
    """Globs over everything below the folders where such files stand, for layouts that pick records themselves."""
    tops = sorted({path.partition("/")[0] if "/" in path else "" for path in fits})
    endings = sorted({path.rpartition(".")[2] if suffix(path) else "" for path in fits})
    ending = "*" if "" in endings else "*." + _either(endings)
    return Globs(files=tuple(f"{_literal(top)}/**/{ending}" if top else ending for top in tops))


def same_named(fits: list[str]) -> Globs | None:
    """One glob for files that all have one name, each in a folder of its own; None for others."""
    names = {path.rpartition("/")[2] for path in fits}
    folders = [path.rpartition("/")[0] for path in fits]
    if len(fits) < _FEW or len(names) > 1 or len(set(folders)) < len(fits) or not all(folders):
        return None
    top = _common_start(folders).rpartition("/")[0] if "/" in _common_start(folders) else ""
    return Globs(files=(f"{_literal(top)}/**/{names.pop()}" if top else f"**/{names.pop()}",))


def narrow(fits: list[str], strangers: list[str], meant: Iterable[str], prefix: str = "") -> Globs | None:
    """Globs for the files of one folder that fit, as regular as their names; None where too many others match.

    ``strangers`` do not fit; those of them that are not ``meant`` at all (templates, indexes) are excluded by name, the
    others are records that lack something, and stay in. ``prefix`` begins the ids of such records: one file is enough
    to tell that the next will be called so.
    """
    allowed = set(meant)
    for pattern in _patterns(fits, prefix):
        globs = Globs(files=(pattern,))
        others = globs.of(strangers)
        records = [path for path in others if path in allowed]
        if len(records) <= _MOST_STRANGERS * (len(fits) + len(records)):
            return Globs(files=(pattern,), exclude=tuple(_literal(path) for path in others if path not in allowed))
    return Globs(files=tuple(map(_literal, fits))) if len(fits) <= _FEW else None


def suffix(path: str) -> str:
    """What ends a name: ``.md``, ``.html.md.erb``; nothing for a name that is no more than words."""
    name = path.rpartition("/")[2]
    parts = name.split(".")
    count = 0
    while count < len(parts) - 1 and parts[-1 - count].isalpha() and len(parts[-1 - count]) <= len("markdown"):
        count += 1
    return "".join(f".{part}" for part in parts[len(parts) - count :]) if count else ""


def _patterns(fits: list[str], prefix: str) -> Iterator[str]:
    named = prefix and all(path.rpartition("/")[2].startswith(f"{prefix}-") for path in fits)
    if len(fits) < _FEW and not named:
        return
    folder = fits[0].rpartition("/")[0]
    lead = f"{_literal(folder)}/" if folder else ""
    names = [path.rpartition("/")[2] for path in fits]
    suffixes = sorted({suffix(path) for path in fits})
    ending = "" if "" in suffixes else _either(suffixes)
    start = f"{prefix}-" if named else "".join(takewhile(lambda sign: not sign.isdigit(), _common_start(names)))
    if start and start not in suffixes:
        yield f"{lead}{_literal(start)}*{ending}"
    if all(name[0].isdigit() for name in names):
        yield f"{lead}[0-9]*{ending}"
    if ending:
        yield f"{lead}*{ending}"


def _common_start(names: list[str]) -> str:
    first, last = min(names), max(names)
    return "".join(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False)))


def _either(suffixes: list[str]) -> str:
    return suffixes[0] if len(suffixes) == 1 else "{" + ",".join(suffixes) + "}"


def _literal(path: str) -> str:
    """A path as a glob that matches only itself, or near enough: glob signs become any one sign."""
    return "".join("?" if sign in "*?[]{}\\!" else sign for sign in path)
