"""What a configuration says, as frozen data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from qmscheck.frozen import frozen
from qmscheck.model import FieldPath, Grade, Location

if TYPE_CHECKING:
    import datetime as dt


class Past(Protocol):
    """A tree of the past that files are taken from, such as a `qmscheck.history.Snapshot`.

    ``root`` stands for the folder ``origin`` of the repository, ``top`` for its top; a file is there after `write` or
    `fetch`. ``as_of`` is the instant to judge for.
    """

    @property
    def root(self) -> Path: ...  # noqa: D102
    @property
    def top(self) -> Path: ...  # noqa: D102
    @property
    def origin(self) -> Path: ...  # noqa: D102
    @property
    def commit(self) -> str: ...  # noqa: D102
    @property
    def committed(self) -> dt.datetime: ...  # noqa: D102
    @property
    def as_of(self) -> dt.datetime: ...  # noqa: D102
    @property
    def submodules(self) -> list[str]: ...  # noqa: D102
    @property
    def refused(self) -> Mapping[str, str]: ...  # noqa: D102

    def write(self, wanted: Callable[[str], bool], folders: Iterable[str] = ("",)) -> bool:
        """Have the files below folders that are wanted, by their path below the root; tells whether any is new."""

    def fetch(self, file: Path) -> None:
        """Have one file, or all below one folder, by its path here."""

    def rooted(self, root: Path) -> None:
        """Take another folder below ``top`` as root."""


BASELINE: Final = "qmscheck-baseline.yaml"
"""Where the baseline is unless the configuration says otherwise."""


@frozen
class Collection:
    """Which files hold records of one type, and how they are read. ``location`` is where the configuration asks for it.

    ``type`` is empty when only the layout names it. ``collector`` is the key ``from``, ``options`` are its own.
    """

    name: str
    type: str
    files: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    collector: str | None = None
    options: Mapping[str, object] = field(default_factory=dict)
    format: str | None = None
    layout: str | None = None
    read: Mapping[str, object] = field(default_factory=dict)
    split: object = None
    where: Mapping[str, object] = field(default_factory=dict)
    fields: Mapping[str, object] | None = None
    keep: bool = False
    join: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    dates: tuple[str, ...] = ()
    location: Location


@frozen
class Package:
    """An installed package whose packs are used, and which versions of it may be: ``==1.4.*``."""

    name: str
    version: str
    location: Location


@frozen
class Enforcement:
    """The day (ISO) from which rules that were only reported fail the run, and who sees to it."""

    day: str
    owner: str = ""
    location: Location


@frozen
class Config:
    """What one repository asks for. ``root`` is absolute, all paths but ``packs`` are relative to it and POSIX.

    ``path`` and ``digest`` (SHA-256 of the file) are None and empty when there is no configuration. ``locations`` has
    the place of every key of the file. ``past`` is the tree that the records are taken from, ``policy`` the one that
    all that governs them is taken from: this configuration, rule packs, people, waivers, what is excused (`file`).
    Both are None for the work tree. ``base`` is the tree that the judged one and the policy have grown from, if known.
    """

    root: Path
    path: str | None = None
    digest: str = ""
    standards: tuple[str, ...] = ()
    adoption_date: str | None = None
    packs: tuple[Path, ...] = ()
    packages: tuple[Package, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    profile: str | None = None
    enforce_from: Mapping[str, Enforcement] = field(default_factory=dict)
    fail_on: Grade | None = None
    on_unknown: str | None = None
    history: bool = False
    inline_ignores: bool = False
    baseline: str = BASELINE
    people: str | None = None
    placeholders: tuple[str, ...] | None = None
    settings: Mapping[str, object] = field(default_factory=dict)
    disabled_plugins: tuple[str, ...] = ()
    collections: tuple[Collection, ...] = ()
    locations: Mapping[FieldPath, Location] = field(default_factory=dict)
    past: Past | None = None
    policy: Past | None = None
    base: Past | None = None

    @property
    def repository(self) -> Path:
        """The folder whose git repository tells the history: the root, or what it stands for."""
        return self.root if self.past is None else self.past.origin

    @property
    def revision(self) -> str:
        """Up to where the history counts."""
        return "HEAD" if self.past is None else self.past.commit

    @property
    def names_from(self) -> str:
        """The commit whose list of names and of formatting commits counts for the history; empty: the work tree's."""
        return "" if self.policy is None or self.policy is self.past else self.policy.commit

    @property
    def governed_from(self) -> Path:
        """The folder that the paths of this configuration itself are relative to."""
        return self.root if self.policy is None else self.policy.root

    def file(self, path: str) -> Path:
        """Where a file is that the configuration names and that governs: a register, what is excused. Not records."""
        file = self.governed_from / path
        if self.policy is not None:
            self.policy.fetch(file)
        return file
