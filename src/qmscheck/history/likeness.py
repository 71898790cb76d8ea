"""Which removed file an added one was before: the same bytes, else the same name, else mostly the same lines."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

import git

from qmscheck.history.gateway import blob_at_once
from qmscheck.history.stream import Step, Touched, touched

_ALIKE = 0.5
"""Share of equal lines from which a removed and an added file count as one that moved."""
_COMPARED = 40
"""So many removed files are compared with an added one at most, those in the same folder first."""
_HELD = 256


class Removed:
    """The files that one commit removed, and that no added one has been found to be yet."""

    def __init__(self, step: Step) -> None:
        found = [touched(entry) for entry in step.entries if b" D" in entry[0][-6:]]
        self._files = {one.path: one for one in found if not one.after and not one.submodule}
        self._by_blob: dict[str, list[Touched]] = defaultdict(list)
        self._by_name: dict[bytes, list[Touched]] = defaultdict(list)
        self._by_kind: dict[bytes, list[Touched]] = defaultdict(list)
        for one in self._files.values():
            self._by_name[_name(one.path)].append(one)
            self._by_kind[_kind(one.path)].append(one)
            for blob in one.before:
                self._by_blob[blob].append(one)

    def same(self, added: Touched) -> Touched | None:
        """One with the very bytes."""
        return next(iter(self._left(self._by_blob.get(added.after, ()))), None)

    def namesakes(self, added: Touched) -> list[Touched]:
        """Those of the same name in other folders."""
        return self._left(self._by_name.get(_name(added.path), ()))[:_COMPARED]

    def others(self, added: Touched) -> list[Touched]:
        """Those of the same kind of file, nearest folder first."""
        found = self._left(self._by_kind.get(_kind(added.path), ()))
        if len(found) > _COMPARED:
            folder = added.path.rpartition(b"/")[0]
            found.sort(key=lambda one: one.path.rpartition(b"/")[0] != folder)
        return found[:_COMPARED]

    def take(self, one: Touched) -> None:
        """It has been found again."""
        self._files.pop(one.path, None)

    def _left(self, found: Iterable[Touched]) -> list[Touched]:
        return [one for one in found if one.path in self._files]


class Likeness:
    """Compares contents; one git process reads them all, and the last ones are held."""

    def __init__(self, repository: git.Repo) -> None:
        self._repository = repository
        self._lines: dict[str, Counter[bytes] | None] = {}

    def origin(self, added: Touched, removed: Removed) -> Touched | None:
        """The file that an added one was before."""
        same = removed.same(added)
        if same is not None:
            return same
        for one in removed.namesakes(added):
            if self._share(one, added) >= _ALIKE / 2:
                return one
        likeness = [(self._share(one, added), one) for one in removed.others(added)]
        share, best = max(likeness, key=lambda pair: pair[0], default=(0.0, None))
        return best if share >= _ALIKE else None

    def _share(self, removed: Touched, added: Touched) -> float:
        one, two = self._of(removed.before[0]), self._of(added.after)
        if one is None or two is None:
            return 0.0
        return (one & two).total() / max(one.total(), two.total(), 1)

    def _of(self, blob: str) -> Counter[bytes] | None:
        if blob not in self._lines:
            if len(self._lines) >= _HELD:
                del self._lines[next(iter(self._lines))]
            content = blob_at_once(self._repository, blob)
            self._lines[blob] = None if content is None else Counter(content.splitlines())
        return self._lines[blob]


def _name(path: bytes) -> bytes:
    return path.rpartition(b"/")[2]


def _kind(path: bytes) -> bytes:
    return _name(path).rpartition(b".")[2]
