"""A configuration file, found, read and checked; every mistake raises ConfigError with file, line and what to write."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from qmscheck.config.collections import collections
from qmscheck.config.discovery import find, home, is_bare, misnamed, no_file
from qmscheck.config.model import BASELINE, Config, Enforcement, Package, Past
from qmscheck.config.values import inside, mapping, text_of, words
from qmscheck.definitions import Definition, check
from qmscheck.definitions import load as load_definition
from qmscheck.errors import ConfigError
from qmscheck.model import FieldPath, Grade, Location


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
    if is_bare(start):
        return "this is a bare repository, with no work tree to check; name a revision with --at, such as --at HEAD"
    near, odd = misnamed(start), no_file(start)
    hint = f"; {near.name} is there, but the name must end in .yaml" if near is not None else ""
    hint = f"; {odd.name} is there, but is no file that can be read" if odd is not None else hint
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
    plugins = mapping(data.get("plugins"))
    return Config(
        root=root,
        path=definition.path,
        digest=hashlib.sha256(_content(file, definition.path)).hexdigest(),
        standards=words(data.get("standards")),
        adoption_date=_day(definition, "adoption_date"),
        packs=tuple(_packs(definition, home(file), past)),
        packages=tuple(_packages(definition)),
        select=words(data.get("select")),
        ignore=words(data.get("ignore")),
        profile=text_of(data.get("profile")),
        enforce_from=dict(_enforcements(definition)),
        fail_on=Grade(str(data["fail_on"])) if "fail_on" in data else None,
        on_unknown=text_of(data.get("on_unknown")),
        history=data.get("history") is True,
        inline_ignores=data.get("inline_ignores") is True,
        baseline=inside(definition, str(data.get("baseline", BASELINE)), ("baseline",)),
        people=inside(definition, str(data["people"]), ("people",)) if "people" in data else None,
        placeholders=words(data["placeholders"]) if "placeholders" in data else None,
        settings=mapping(data.get("settings")),
        disabled_plugins=words(plugins.get("disabled")),
        collections=tuple(collections(definition)),
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
    for selector, value in mapping(definition.data.get("enforce_from")).items():
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


def _paths(value: object, path: FieldPath) -> Iterator[FieldPath]:
    if path:
        yield path
    if isinstance(value, Mapping):
        for key, child in value.items():
            yield from _paths(child, (*path, key))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _paths(child, (*path, index))
