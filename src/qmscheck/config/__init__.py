"""``qmscheck.yaml``, or ``[tool.qmscheck]`` of a ``pyproject.toml``, as frozen data (docs/configuration.md).

`load` finds, reads and checks it; every mistake raises ConfigError with file, line and the nearest right word. What
only the rest of a run can know (record types, layouts, standards, settings) is checked there.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from qmscheck.config.discovery import find, home, misnamed
from qmscheck.definitions import Definition, check
from qmscheck.definitions import load as load_definition
from qmscheck.errors import ConfigError
from qmscheck.model import FieldPath, Grade, Location

if TYPE_CHECKING:
    import datetime as dt

__all__ = ["Collection", "Config", "Enforcement", "Package", "Past", "defaults", "find", "load"]


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


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """An installed package whose packs are used, and which versions of it may be: ``==1.4.*``."""

    name: str
    version: str
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Enforcement:
    """The day (ISO) from which rules that were only reported fail the run, and who sees to it."""

    day: str
    owner: str = ""
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
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
    def governed_from(self) -> Path:
        """The folder that the paths of this configuration itself are relative to."""
        return self.root if self.policy is None else self.policy.root

    def file(self, path: str) -> Path:
        """Where a file is that the configuration names and that governs: a register, what is excused. Not records."""
        file = self.governed_from / path
        if self.policy is not None:
            self.policy.fetch(file)
        return file


def defaults(root: Path) -> Config:
    """What holds without a configuration: no collections, built-in knowledge only."""
    return Config(root=_absolute(root))


def load(start: Path, explicit: Path | None = None, past: Past | None = None) -> Config:
    """The configuration for a folder.

    Found by looking upwards from ``start``, its own folder becomes the root; given as ``explicit``, the root is
    ``start``. With ``past``, whose tree ``start`` lies in, that is where everything comes from. Raises ConfigError when
    there is none or it is wrong.
    """
    start = _absolute(start)
    file = _absolute(explicit) if explicit is not None else find(start, past.top if past is not None else None)
    if file is None:
        raise ConfigError(_nothing_found(start))
    root = start if explicit is not None else home(file)
    if past is not None:
        past.rooted(root)
    return _config(_read(file, _shown(file, root)), root, file, past)


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 - links stay as they are written, `resolve` would follow them


def _shown(file: Path, root: Path) -> str:
    return Path(os.path.relpath(file, root)).as_posix()


def _nothing_found(start: Path) -> str:
    near = misnamed(start)
    hint = f"; {near.name} is there, but the name must end in .yaml" if near is not None else ""
    return (
        "no qmscheck.yaml here or in a folder above, up to the repository root"
        f"{hint}; create one (docs/configuration.md tells how) or name one with --config"
    )


def _read(file: Path, shown: str) -> Definition:
    if file.suffix != ".toml":
        return load_definition(file, shown, "config", ConfigError)
    from qmscheck.config.pyproject import read_table  # noqa: PLC0415 - only projects with a table pay for it

    document = read_table(_content(file, shown), shown)
    data = document.data
    definition = Definition(
        data=data if isinstance(data, dict) else {}, path=shown, places=document.position, error=ConfigError
    )
    check(definition, data, "config")
    return definition


def _content(file: Path, shown: str) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", Location(shown)) from None


def _config(definition: Definition, root: Path, file: Path, past: Past | None) -> Config:
    data = definition.data
    plugins = _mapping(data.get("plugins"))
    return Config(
        root=root,
        path=definition.path,
        digest=hashlib.sha256(_content(file, definition.path)).hexdigest(),
        standards=_words(data.get("standards")),
        adoption_date=_day(definition, "adoption_date"),
        packs=tuple(_packs(definition, home(file), past)),
        packages=tuple(_packages(definition)),
        select=_words(data.get("select")),
        ignore=_words(data.get("ignore")),
        profile=_text(data.get("profile")),
        enforce_from=dict(_enforcements(definition)),
        fail_on=Grade(str(data["fail_on"])) if "fail_on" in data else None,
        on_unknown=_text(data.get("on_unknown")),
        history=data.get("history") is True,
        inline_ignores=data.get("inline_ignores") is True,
        baseline=_inside(definition, str(data.get("baseline", BASELINE)), ("baseline",)),
        people=_inside(definition, str(data["people"]), ("people",)) if "people" in data else None,
        placeholders=_words(data["placeholders"]) if "placeholders" in data else None,
        settings=_mapping(data.get("settings")),
        disabled_plugins=_words(plugins.get("disabled")),
        collections=tuple(_collections(definition)),
        locations={path: definition.locate(path) for path in _paths(data, ())},
        past=past,
        policy=past,
    )


def _day(definition: Definition, key: str) -> str | None:
    return _iso(definition, key, definition.data[key], (key,)) if key in definition.data else None


def _iso(definition: Definition, name: str, value: object, at: FieldPath) -> str:
    """An ISO day. The schema's format is an annotation to most validators, so it is looked at here."""
    from datetime import date  # noqa: PLC0415 - few configurations name a day

    text = str(value)
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise definition.wrong(f"{name} is {text!r}; it must be a day such as 2025-01-01", at) from None


def _enforcements(definition: Definition) -> Iterator[tuple[str, Enforcement]]:
    for selector, value in _mapping(definition.data.get("enforce_from")).items():
        at: FieldPath = ("enforce_from", selector)
        told = value if isinstance(value, Mapping) else {"on": value}
        day = _iso(definition, f"enforce_from.{selector}", told["on"], at)
        yield selector, Enforcement(day=day, owner=str(told.get("owner", "")), location=definition.locate(at))


def _packs(definition: Definition, folder: Path, past: Past | None) -> Iterator[Path]:
    for index, pack in _pack_entries(definition):
        if isinstance(pack, Mapping):
            continue
        path = _absolute(folder / str(pack))
        if past is not None:
            past.fetch(path)
        if not path.is_dir():
            raise definition.wrong(f"rule pack {pack!r} is not a folder", ("packs", index))
        yield path


def _packages(definition: Definition) -> Iterator[Package]:
    for index, pack in _pack_entries(definition):
        if isinstance(pack, Mapping):
            at: FieldPath = ("packs", index)
            _specifier(definition, str(pack["version"]), (*at, "version"))
            yield Package(name=str(pack["package"]), version=str(pack["version"]), location=definition.locate(at))


def _specifier(definition: Definition, text: str, at: FieldPath) -> None:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415 - few configurations pin packages

    try:
        SpecifierSet(text)
    except InvalidSpecifier:
        raise definition.wrong(f"{text!r} is no version specifier such as ==1.4.* or ~=1.4", at) from None


def _pack_entries(definition: Definition) -> Iterator[tuple[int, object]]:
    packs = definition.data.get("packs")
    yield from enumerate(packs if isinstance(packs, list) else [])


def _collections(definition: Definition) -> Iterator[Collection]:
    for name, data in _mapping(definition.data.get("collections")).items():
        yield _collection(definition, name, _mapping(data))


def _collection(definition: Definition, name: str, data: Mapping[str, object]) -> Collection:
    at: FieldPath = ("collections", name)
    _complete(definition, data, at)
    read = dict(_mapping(data.get("read")))
    if "yaml" in read:
        read["yaml"] = str(read["yaml"])  # 1.1 without quotes is a number
    joins = {join: _mapping(spec) for join, spec in _mapping(data.get("join")).items()}
    for join, spec in joins.items():
        _globs(definition, spec.get("files"), (*at, "join", join, "files"))
    fields = data.get("fields")
    return Collection(
        name=name,
        type=str(data.get("type", "")),
        files=_globs(definition, data.get("files"), (*at, "files")),
        exclude=_globs(definition, data.get("exclude"), (*at, "exclude")),
        collector=_text(data.get("from")),
        options=_mapping(data.get("options")),
        format=_text(data.get("format")),
        layout=_text(data.get("layout")),
        read=read,
        split=data.get("split"),
        where=_mapping(data.get("where")),
        fields=_mapping(fields) if fields is not None else None,
        keep=data.get("keep") is True,
        join=joins,
        dates=_words(data.get("dates")),
        location=definition.locate(at),
    )


def _complete(definition: Definition, data: Mapping[str, object], at: FieldPath) -> None:
    """A collection needs a type and a place to look; a layout may give both."""
    name = at[-1]
    if "files" in data and "from" in data:
        raise definition.wrong(f"collection {name!r} has both 'files' and 'from'; keep one", (*at, "from"))
    if "layout" in data:
        return
    if "type" not in data:
        raise definition.wrong(f"collection {name!r} needs a 'type', such as type: change", at)
    if "files" not in data and "from" not in data:
        raise definition.wrong(f"collection {name!r} needs 'files', such as files: [\"changes/**/*.yaml\"]", at)


def _globs(definition: Definition, value: object, at: FieldPath) -> tuple[str, ...]:
    return tuple(
        _inside(definition, glob, (*at, index) if isinstance(value, list) else at)
        for index, glob in enumerate(_words(value))
    )


def _inside(definition: Definition, path: str, at: FieldPath) -> str:
    """A path or glob that stays below the root, without a leading ``./``."""
    while path.startswith("./"):
        path = path[2:]
    if path.startswith("/") or ".." in path.split("/"):
        raise definition.wrong(f"{path!r} leaves the root; paths are relative to it, such as changes/**/*.yaml", at)
    if "\\" in path and "/" not in path:
        raise definition.wrong(f"{path!r} has backslashes; write {path.replace(chr(92), '/')!r}", at)
    return path


def _paths(value: object, path: FieldPath) -> Iterator[FieldPath]:
    if path:
        yield path
    if isinstance(value, Mapping):
        for key, child in value.items():
            yield from _paths(child, (*path, key))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _paths(child, (*path, index))


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _words(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(str(word) for word in value) if isinstance(value, list) else (str(value),)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
