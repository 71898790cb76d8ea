"""Narrowing a run to what changed: the records that changed against a revision or are staged, and those that see them.

Everything is read, so that links lead somewhere; only what the change concerns is judged. What is gone counts as
changed: records that named it are judged, and the rules on the set that it was in.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from qmscheck.calendars import Untold
from qmscheck.checks.evidence import FILES_NAMED, UNCHANGED
from qmscheck.checks.presence import stands_for
from qmscheck.checks.waivers import targets
from qmscheck.collect import StagedTree, belongs, seconds_of
from qmscheck.config import Config
from qmscheck.errors import UsageError
from qmscheck.excusing import TYPE as WAIVER
from qmscheck.frozen import frozen
from qmscheck.judging import Engine, Focus
from qmscheck.model import Extent, Location, Record, Rule, Source, Unreadable
from qmscheck.policy import TYPE as POLICY
from qmscheck.reading import Reading
from qmscheck.registry import RecordSet, Sought
from qmscheck.sight import Sight
from qmscheck.staging import Changes, Index

_SHORT = 10
Key = tuple[str, str, str]
"""Collection, path and id of a record."""


@frozen
class Narrowing:
    """What changed, as the configuration sees it. ``which`` stands behind "what", as in `Extent`.

    ``files`` are those of collections; ``ruling`` those of the configuration, which concern every record; ``beside``
    others that may be evidence, where a rule looks at it; ``unstaged`` those of the configuration that the work tree
    has otherwise than the index. ``index`` is there where it is what is staged.
    """

    changes: Changes
    which: str
    files: frozenset[str]
    beside: frozenset[str] = frozenset()
    ruling: tuple[str, ...] = ()
    unstaged: tuple[str, ...] = ()
    index: Index | None = None

    @property
    def staged(self) -> bool:
        """Whether the run is over what is staged."""
        return self.index is not None

    def nothing(self, governing: Iterable[Record | Unreadable]) -> bool:
        """Whether no record can have changed; ``governing`` are those on files of the policy."""
        told = self.files or self.beside or self.ruling or self.changes.folders
        return not (told or any(map(_is_policy_change, governing)))

    def touches(self, path: str) -> bool:
        """Whether a file that is there changed, or the submodule that it lies in."""
        return path in self.changes.present or path.startswith(tuple(f"{one}/" for one in self.changes.folders))


def narrowed(
    reading: Reading, rules: Iterable[Rule], *, since: str | None = None, index: Index | None = None
) -> Narrowing | None:
    """What to narrow the run to; None when that is not asked for. Raises UsageError where git cannot tell.

    Where it is what is staged in the ``index``, ``reading`` reads the staged bytes from here on.
    """
    if since is None and index is None:
        return None
    root, ruling, globs = reading.config.root, _ruling(reading.config), list(_globs(reading))

    def governs(path: str) -> bool:
        return path in ruling or path.startswith(tuple(f"{folder}/" for folder in ruling))

    def wanted(path: str) -> bool:
        return governs(path) or any(belongs(path, *one) for one in globs)

    try:
        changes = index.changes(wanted) if index is not None else _changed_since(root, str(since), wanted)
        unstaged = index.differing(ruling) if index is not None else []
        reading.tree = StagedTree(root, index) if index is not None else reading.tree
    except Untold as reason:
        raise UsageError(f"{'--staged' if since is None else '--changed-since'}: {reason}") from None
    every = changes.present | changes.gone
    touched = sorted(filter(wanted, every))
    return Narrowing(
        changes=changes,
        which="is staged" if since is None else f"changed since {since}",
        files=frozenset(path for path in touched if not governs(path)),
        beside=every.difference(touched) if _looks_at_files(rules) else frozenset(),
        ruling=tuple(filter(governs, touched)),
        unstaged=tuple(unstaged),
        index=index,
    )


def _changed_since(root: Path, revision: str, wanted: Callable[[str], bool]) -> Changes:
    from qmscheck.history import changed_since  # noqa: PLC0415 - GitPython costs 80 ms

    return changed_since(root, revision, wanted)


def _looks_at_files(rules: Iterable[Rule]) -> bool:
    """Whether a rule looks at files that records name as evidence."""
    return any(rule.definition.get("check") == UNCHANGED for rule in rules)


def _ruling(config: Config) -> set[str]:
    """Files and folders of the work tree beside the records that decide how all of them are judged."""
    if config.policy is not None:
        return set()
    packs = (Path(os.path.relpath(pack, config.root)).as_posix() for pack in config.packs)
    return {path for path in (config.path, config.people, config.baseline, *packs) if path}


def _globs(reading: Reading) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Files and exceptions of every collection, and of the second files that complete its records."""
    for collection in reading.collections():
        yield collection.files, collection.exclude
        yield from seconds_of(collection)


def sought(engine: Engine) -> Sought:
    """By what a memory of records is asked, so that a run over what is staged need not look at all of them."""
    found = engine.rulebook.sought()
    return Sought((FILES_NAMED, *found.lookups), found.dates)


@frozen
class Part:
    """What part of a run is judged: everything, where there is no ``focus``. ``notes`` say what was left out.

    ``silent`` are the places of what cannot be read and did not change.
    """

    focus: Focus | None = None
    extent: Extent | None = None
    silent: frozenset[Location] = frozenset()
    notes: tuple[str, ...] = ()

    def concerns(self, unreadable: Unreadable) -> bool:
        """Whether something that could not be read belongs to the part."""
        return unreadable.location not in self.silent


WHOLE = Part()


def part(
    change: Narrowing, reading: Reading, unreadable: Sequence[Unreadable], records: RecordSet, sight: Sight
) -> Part:
    """The part of the records that a change concerns; all of them, when the configuration changed."""
    unstaged = [f"{path}: has changes that are not staged; they are in force all the same" for path in change.unstaged]
    if change.ruling:
        told = f"everything was judged, because {', '.join(change.ruling)} {change.which}{_commit(change)}"
        return Part(notes=(told, *unstaged))
    others = [item for item in unreadable if not change.touches(item.location.path)]
    found = _Concerned(change, reading, records)
    focus = Focus(
        changed=frozenset(found.changed),
        reached=frozenset(found.reached(sight) - found.changed),
        types=found.types | {one.type for one in unreadable if one not in others},
        files=change.files,
        blind=_blind(reading, others, records) if change.staged else frozenset(),
    )
    extent = found.extent(focus)
    return Part(
        focus=focus,
        extent=extent,
        silent=frozenset(item.location for item in others),
        notes=(_counted(change, extent), *unstaged, *_unread(others)),
    )


class _Concerned:
    """The records that a change concerns, among all that were read."""

    def __init__(self, change: Narrowing, reading: Reading, records: RecordSet) -> None:
        self._change = change
        self._reading = reading
        self._records = records
        earlier = self._earlier()
        present = [one for path in sorted(change.changes.present) for one in records.on(path)]
        present += records.below(change.changes.folders)
        present += filter(_is_policy_change, records.of(POLICY))
        self._alike = {one for one in present if _key(one) in earlier and earlier[_key(one)].fields == one.fields}
        alike = set(map(_key, self._alike))
        self._past = [one for key, one in earlier.items() if key not in alike]
        moved = set(present) - self._alike | self._completed() | self._proven()
        self._moved = [*records.ordered(moved), *self._past]
        self.changed = moved | {one for waiver in _waivers(self._moved) for one in targets(waiver, records)}

    @property
    def types(self) -> frozenset[str]:
        """The types of what changed, and those of which a nil return among it speaks."""
        return frozenset({one.type for one in self._moved} | {str(stands_for(one)) for one in self._moved})

    def reached(self, sight: Sight) -> set[Record]:
        """Records whose links, references, ids, waivers or sequences lead to something that changed."""
        found = {one for moved in self._moved for one in sight.seeing(moved)}
        found.update(filter(sight.compares, self._alike))
        if self._moved:
            found.update(self._records.of(*sight.far_sighted()))
        return found | {
            one for one in self._records.of(WAIVER) if self.changed.intersection(targets(one, self._records))
        }

    def extent(self, focus: Focus) -> Extent:
        """How much that is, in numbers."""
        removed = [one for one in self._past if not self._records.find(one.type, "id", one.id)]
        return Extent(
            which=self._change.which,
            base=self._change.changes.base,
            changed=len(focus.changed),
            removed=len(removed),
            reached=len(focus.reached),
            others=len(self._records) - len(focus.changed) - len(focus.reached),
        )

    def _earlier(self) -> dict[Key, Record]:
        """The records of the changed and removed files, as they stood before."""
        found = {}
        for path, content in self._change.changes.before.items():
            for collection in self._reading.collections():
                if collection.collector is None and belongs(path, collection.files, collection.exclude):
                    for record in self._reading.mapped(collection, Source(path, content)) or ():
                        found[_key(record)] = record
        return found

    def _completed(self) -> set[Record]:
        """Records that a second file completes which changed."""
        names = {
            collection.name
            for collection in self._reading.collections()
            if any(belongs(path, *one) for one in seconds_of(collection) for path in self._change.files)
        }
        return set(self._records.within(names))

    def _proven(self) -> set[Record]:
        """Records that name a file as evidence which changed or is gone."""
        return {one for path in self._change.beside for one in self._records.by(FILES_NAMED, path)}


def _key(record: Record) -> Key:
    return record.collection, record.path, record.id


def _waivers(records: Iterable[Record]) -> list[Record]:
    return [one for one in records if one.type == WAIVER]


def _is_policy_change(one: Record | Unreadable) -> bool:
    """Whether a record tells that a file changed that governs, seen from the policy's tree."""
    return isinstance(one, Record) and one.type == POLICY and one.fields.get("alteration") != "unchanged"


def _blind(reading: Reading, unreadable: Iterable[Unreadable], records: RecordSet) -> frozenset[str]:
    """Types that only collectors know which cannot tell."""
    places = {item.location for item in unreadable}
    silent = {one.type for one in reading.collections() if one.collector is not None and one.location in places}
    return frozenset(name for name in silent if not records.has(name) or name in records.untold)


def _counted(change: Narrowing, extent: Extent) -> str:
    if extent.empty:
        return f"nothing was judged: no record {change.which}{_commit(change)}"
    what = f"{_many(extent.changed, 'record')} changed or new, {extent.removed:,} removed, {extent.reached:,} linked"
    left = f"{_many(extent.others, 'other')} left out"
    return f"only what {change.which}{_commit(change)} was judged: {what}; {left}"


def _unread(others: Sequence[Unreadable]) -> Iterator[str]:
    if others:
        first = f"{others[0].location}: {others[0].reason}"
        yield f"{_many(len(others), 'source')} that did not change and cannot be read; the first is {first}"


def _commit(change: Narrowing) -> str:
    return f" (commit {change.changes.base[:_SHORT]})" if change.changes.base else ""


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
