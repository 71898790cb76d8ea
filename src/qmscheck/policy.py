"""Files that decide how records are judged, compared with the revision that the policy is taken from."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from pathlib import Path

from qmscheck.collect import Tree
from qmscheck.collect.intake import take
from qmscheck.config import Collection, Config, Past
from qmscheck.config.discovery import NAMES, PYPROJECT
from qmscheck.errors import ConfigError
from qmscheck.model import Record, Source
from qmscheck.readers.decode import MAX_MEGABYTES

TYPE = "policy-file"

_NAMES = (".mailmap", ".git-blame-ignore-revs")
"""Files at the top of a repository that tell who is who in its history, and what only formats."""
_KEYS = ("allowed_signers", "keyring")
"""Settings, and options of collectors, that name files with keys of people."""
_UNFIT = f"\0no plain file of at most {MAX_MEGABYTES} MB".encode()


def files(config: Config, collections: Iterable[Collection], excusing: frozenset[str]) -> Iterator[Record]:
    """A record for each file of the policy, or of the judged tree, that governs; none where both trees are one.

    ``collections`` are those of the policy; the ones of a type in ``excusing`` hold what excuses.
    """
    policy = config.policy
    if policy is None or policy is config.past:
        return
    sides = _sides(config, policy)
    found = dict(_named(config, policy, sides))
    for collection in collections:
        if collection.type in excusing:
            found |= dict.fromkeys((path for side in sides for path in side.matching(collection)), "excuse")
    for path, kind in sorted(found.items()):
        yield from _compared(config, policy, path, kind, sides)


def accepted(config: Config, path: str, text: str) -> str:
    """The text of a record's file without the comments for qmscheck that the policy's tree does not have there."""
    policy = config.policy
    if policy is None or policy is config.past:
        return text
    then = _sides(config, policy)[1].content(path) or b""
    known = Counter(line.strip() for line in then.decode("utf-8", "replace").splitlines())
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if "qmscheck:" in line:
            known[line.strip()] -= 1
            if known[line.strip()] < 0:
                lines[number] = ""
    return "\n".join(lines)


class _Side:
    """One of the trees that are compared. Paths are relative to its root and may lead above it, not above the top."""

    def __init__(self, root: Path, top: Path, past: Past | None) -> None:
        self.root = root
        self._top = os.path.realpath(top)
        self._past = past

    def content(self, path: str) -> bytes | None:
        """The bytes, with plain line ends; None where there is no such file."""
        file = os.path.normpath(self.root / path)
        if self._past is not None:
            self._past.fetch(Path(file))
        if not os.path.lexists(file):
            return None
        found = take(file, path, self._top)
        return found.content.replace(b"\r\n", b"\n") if isinstance(found, Source) else _UNFIT

    def matching(self, collection: Collection) -> Iterator[str]:
        """The files of a collection."""
        found = Tree(self.root, self._past).files(collection.files, collection.exclude)
        return (one if isinstance(one, str) else one.location.path for one in found)

    def below(self, folder: str) -> Iterator[str]:
        """All files below a folder."""
        start = os.path.normpath(self.root / folder)
        if self._past is not None:
            self._past.fetch(Path(start))
        for at, _, names in os.walk(start):
            yield from (_shown(Path(at, name), self.root) for name in names)


def _sides(config: Config, policy: Past) -> tuple[_Side, _Side]:
    """The judged tree and the policy's."""
    past = config.past
    above = len(policy.root.relative_to(policy.top).parts)
    top = (config.root, *config.root.parents)[above] if past is None else past.top
    return _Side(config.root, top, past), _Side(policy.root, policy.top, policy)


def _named(config: Config, policy: Past, sides: tuple[_Side, _Side]) -> Iterator[tuple[str, str]]:
    """Files that the configuration names, or that are found by their names, and what they decide."""
    for name in (*NAMES, PYPROJECT, *([config.path] if config.path else [])):
        yield name, "configuration"
    if config.people is not None:
        yield config.people, "people"
    yield config.baseline, "excuse"
    for named in (config.settings, *(one.options for one in config.collections)):
        for keys in filter(None, map(named.get, _KEYS)):
            yield str(keys), "people"
    for name in _NAMES:
        yield _shown(policy.top / name, policy.root), "names"
    for pack in config.packs:
        if pack.is_relative_to(policy.top):
            yield from ((path, "rules") for side in sides for path in side.below(_shown(pack, policy.root)))


def _compared(config: Config, policy: Past, path: str, kind: str, sides: tuple[_Side, _Side]) -> Iterator[Record]:
    now, then = (_deciding(path, side.content(path)) for side in sides)
    if now is None and then is None:
        return
    fields: dict[str, object] = {
        "id": path,
        "decides": kind,
        "alteration": "unchanged",
        "compared_with": policy.commit[:10],
    }
    base = config.base
    if now != then and (base is None or now != _deciding(path, _Side(base.root, base.top, base).content(path))):
        fields["alteration"] = "removed" if now is None else "added" if then is None else "changed"
        if base is None:
            fields["untold"] = "where the judged tree and the policy parted cannot be told: fetch the whole history"
    yield Record(type=TYPE, id=path, fields=fields, path=path, collection=TYPE, line=_first_difference(now, then))


def _deciding(path: str, content: bytes | None) -> bytes | None:
    """What of a file decides: of a ``pyproject.toml`` only its table."""
    if content is None or not path.endswith(PYPROJECT):
        return content
    from qmscheck.config.pyproject import read_table  # noqa: PLC0415 - only projects with a table pay for it

    try:
        document = read_table(content, path)
    except ConfigError:
        return content
    return repr(document.data).encode() if document.data else None


def _first_difference(now: bytes | None, then: bytes | None) -> int | None:
    if now is None or then is None or now == then:
        return None
    lines = zip_longest(now.splitlines(), then.splitlines())
    return next((number for number, (one, other) in enumerate(lines, start=1) if one != other), None)


def _shown(file: Path, root: Path) -> str:
    return Path(os.path.relpath(file, root)).as_posix()
