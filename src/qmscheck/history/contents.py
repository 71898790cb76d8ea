"""Contents of versions, read in batches that grow while one file after the other is asked for."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence

import git

from qmscheck.history.gateway import absent, contents

_MOST = 512
_OF_ONE_FILE = 64
_ENOUGH = 8 << 20
"""So many bytes in one batch are not to become more."""


class Contents:
    """Holds the contents of one batch. ``blobs`` tells which contents each file had, oldest first."""

    def __init__(self, repository: git.Repo, blobs: Mapping[bytes, Sequence[str]]) -> None:
        self._repository = repository
        self._blobs = blobs
        self._files = sorted(blobs)
        self._held: dict[str, bytes] = {}
        self._ahead = 1
        self._next = -1

    def of(self, blob: str, file: bytes = b"") -> bytes:
        """The bytes of a version of a file; raises ``Untold`` when they are not here."""
        if blob not in self._held:
            self._fetch(blob, file)
        if blob not in self._held:
            raise absent(self._repository, blob)
        return self._held[blob]

    def _fetch(self, blob: str, file: bytes) -> None:
        """With the blob fetch all of its file, or later ones; while files are asked for in order, the next ones too."""
        place = bisect_right(self._files, file)
        self._ahead = min(self._ahead * 2, _MOST) if place == self._next else 1
        own = [*self._blobs.get(file, ())]
        start = own.index(blob) if blob in own and len(own) > _OF_ONE_FILE else 0
        wanted = dict.fromkeys((blob, *own[start : start + _OF_ONE_FILE]))
        self._next = place + 1
        for following in self._files[place : place + self._ahead - 1]:
            wanted.update(dict.fromkeys([*self._blobs[following]][:_OF_ONE_FILE]))
            self._next += 1
        self._held = contents(self._repository, wanted)
        if sum(map(len, self._held.values())) > _ENOUGH:
            self._ahead = 1
