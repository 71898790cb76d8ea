"""The lives of a run's records: what git kept of their files, read and mapped the way the records are today.

What a run learned is kept for the next one (`shelf`), for the same commit, the same configuration and the same program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from qmscheck.calendars import Untold
from qmscheck.collect.globs import compiled
from qmscheck.config import Collection
from qmscheck.lives import Commit, Fields, Gone, Signature, State
from qmscheck.memory import memoir
from qmscheck.memory.shelf import Shelf
from qmscheck.model import Record, Source
from qmscheck.readers.yaml_entries import Entries
from qmscheck.reading import Reading

if TYPE_CHECKING:
    from qmscheck.history import Chronicle, Version

_ONLY = ""
"""Stands for the id of the only record of a file, which may change."""
_GONE = "gone"
_MISREAD = (ValueError, TypeError, KeyError, IndexError, OverflowError, OSError)


class _Ground:
    """Where the files of collections lie, and lay."""

    def __init__(self, collections: Sequence[Collection]) -> None:
        self.collections = collections
        self._globs = [(one, compiled(one.files), compiled(one.exclude)) for one in collections]

    def at(self, path: str) -> list[Collection]:
        """The collections that read a file."""
        return [found for found, files, exclude in self._globs if files.match(path) and not exclude.match(path)]

    def holds(self, path: str) -> bool:
        """Whether any does."""
        return bool(self.at(path))

    def folders(self) -> list[str]:
        """The folders that hold all files; empty where they can be anywhere."""
        found = {glob.home for _, files, _ in self._globs for glob in files.globs}
        return [] if "" in found else sorted(found)


class GitLives:
    """Lives from git; of old versions, one file's are held at a time.

    `begin` lets git read ahead; `end` keeps what was learned.
    """

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._ground = _Ground([one for one in reading.collections() if one.collector is None])
        self._known: Chronicle | Untold | None = None
        self._shelf: Shelf | None = None
        self._signatures: dict[str, Signature] = {}
        self._by_name = {collection.name: collection for collection in self._ground.collections}
        self._file: tuple[str, str] = ("", "")
        self._lives: Mapping[str, Sequence[State]] | Untold = {}

    def begin(self) -> None:
        """Start git, so that it reads while something else is done; nothing to do where an earlier run did it."""
        if not self._learned():
            self._start()

    def end(self) -> None:
        """Keep what was learned for the next run."""
        if self._shelf is not None:
            self._shelf.close()

    def states(self, record: Record) -> Sequence[State]:
        """How the record came to be what is committed now, oldest first; nothing for what no file holds."""
        if record.collection not in self._by_name:
            return []
        if self._file != (record.collection, record.path):
            self._file, self._lives = (record.collection, record.path), self._of_file(record)
        if isinstance(self._lives, Untold):
            raise Untold(str(self._lives))
        return self._lives.get(_ONLY if record.single else record.id, [])

    def gone(self) -> Iterator[Gone]:
        """Records whose files were removed and not moved, as they last stood."""
        shelf = self._learned()
        told = shelf.get(_GONE)
        if told is not None:
            try:
                yield from memoir.gone_of(told)
            except _MISREAD:
                shelf.clear()
            else:
                return
        found = list(self._gone())
        _keep(shelf, _GONE, lambda: memoir.of_gone(found))
        yield from found

    def signature(self, commit: Commit) -> Signature:
        """Whether a commit is signed, going by the keys that the settings name."""
        if commit.id not in self._signatures:
            from qmscheck.history import Keys, signatures  # noqa: PLC0415 - as above

            config = self._reading.config
            files = [config.settings.get(name) for name in ("allowed_signers", "keyring")]
            if not any(files):
                raise Untold("no keys are named to look at signatures with (settings allowed_signers, keyring)")
            keys = Keys(*(config.file(str(file)) if file else None for file in files))
            self._signatures |= signatures(config.repository, [commit.id], keys)
        return self._signatures.get(commit.id, Signature("none"))

    def _gone(self) -> Iterator[Gone]:
        chronicle = self._chronicle()
        for path, version in chronicle.gone():
            for collection in self._ground.at(path):
                blob = next(filter(None, version.before))
                for record in self._reading.mapped(collection, Source(path, chronicle.content(blob))) or ():
                    yield Gone(record=record, commit=chronicle.commit(version))

    def _learned(self) -> Shelf:
        """What an earlier run learned of the same history, read the same way."""
        if self._shelf is None:
            from qmscheck.history import identity  # noqa: PLC0415 - only runs that ask pay for git

            config = self._reading.config
            try:
                place, state = identity(config.repository, config.revision, config.names_from)
            except Untold:
                place, state = "", ""
            way = self._reading.way(self._ground.collections)
            self._shelf = Shelf(place, f"{state} {way}" if state else "")
        return self._shelf

    def _start(self) -> None:
        if self._known is not None:
            return
        from qmscheck.history import Chronicle as Read  # noqa: PLC0415 - as above

        config = self._reading.config
        try:
            self._known = Read(
                config.repository,
                self._ground.holds,
                folders=self._ground.folders(),
                revision=config.revision,
                names_from=config.names_from,
            )
        except Untold as reason:
            self._known = Untold(str(reason))

    def _chronicle(self) -> Chronicle:
        self._start()
        if self._known is None or isinstance(self._known, Untold):
            raise Untold(str(self._known))
        return self._known

    def _of_file(self, record: Record) -> Mapping[str, Sequence[State]] | Untold:
        shelf, name = self._learned(), f"{record.collection}\n{record.path}"
        told = shelf.get(name)
        if told is not None:
            try:
                return memoir.lives_of(told, record.path)
            except _MISREAD:
                shelf.clear()
        try:
            chronicle = self._chronicle()
            lives = self._states(record, chronicle, chronicle.versions(record.path))
        except Untold as reason:
            return Untold(str(reason))
        if not self._by_name[record.collection].join:  # what is joined may change without a commit
            _keep(shelf, name, lambda: memoir.of_lives(lives))
        return lives

    def _states(self, record: Record, chronicle: Chronicle, versions: list[Version]) -> dict[str, list[State]]:
        """The versions that changed each record of a file. One that cannot be read counts as the one before it."""
        lives: dict[str, list[State]] = {}
        told: dict[str, dict[str, Fields]] = {}
        entries = self._entries(record, chronicle, versions)
        for version in versions:
            parents = [told.get(blob, {}) if blob else {} for blob in version.before] or [{}]
            found = self._found(record, version.after, chronicle, entries)
            if found is None:
                told[version.after] = next(filter(None, parents), {})
                continue
            commit = chronicle.commit(version)
            told[version.after] = found
            for name, fields in found.items():
                before = tuple(parent.get(name) for parent in parents)
                if fields not in before:
                    state = State(commit=commit, fields=fields, before=before, path=record.path)
                    lives.setdefault(name, []).append(state)
                else:
                    found[name] = next(one for one in before if one == fields)  # one copy is enough
        return lives

    def _entries(self, record: Record, chronicle: Chronicle, versions: list[Version]) -> Entries:
        if not versions or not versions[-1].after:
            return Entries()
        content = chronicle.content(versions[-1].after, record.path)
        return self._reading.entries_of(self._by_name[record.collection], record, content)

    def _found(self, record: Record, blob: str, chronicle: Chronicle, entries: Entries) -> dict[str, Fields] | None:
        """The records of a version by id; None when it cannot be read."""
        source = Source(record.path, chronicle.content(blob, record.path))
        records = self._reading.mapped(self._by_name[record.collection], source, entries)
        if records is None:
            return None
        if record.single and len(records) == 1:
            return {_ONLY: records[0].fields}
        found: dict[str, Fields] = {}
        for one in records:
            found.setdefault(_ONLY if record.single and one.id == record.id else one.id, one.fields)
        return found


def _keep(shelf: Shelf, name: str, text: Callable[[], str]) -> None:
    try:
        shelf.put(name, text())
    except _MISREAD:
        return  # what a plugin's reader made is no plain data
