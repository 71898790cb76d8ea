"""Rule packs that installed packages hold, each pinned to versions of the package.

A package says where its packs lie by entry points of the group ``qmscheck.packs``; each names an importable folder. A
package that is a plugin (group ``qmscheck``) offers its packs itself: naming it pins its version.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import Distribution, EntryPoint, PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path

from packaging.specifiers import SpecifierSet

from qmscheck.config import Package
from qmscheck.errors import ConfigError
from qmscheck.plugins import GROUP

PACKS = f"{GROUP}.packs"


def packs_of(package: Package, disabled: tuple[str, ...] = ()) -> Iterator[tuple[str, Path]]:
    """The packs of a package: the name shown (``acme-qms-rules@1.4.2``) and the folder of each.

    Raises ConfigError, at the place that asks for the package, where no such version of it is installed, where it holds
    no pack, or where it is a plugin that the configuration switches off.
    """
    found = _pinned(package)
    shown = f"{package.name}@{found.version}"
    folders = [entry for entry in found.entry_points if entry.group == PACKS]
    for number, entry in enumerate(sorted(folders, key=lambda entry: entry.name)):
        yield (shown if number == 0 else f"{shown}/{entry.name}"), _folder(entry, package)
    plugins = [entry.name for entry in found.entry_points if entry.group == GROUP]
    off = sorted(set(plugins).intersection(disabled))
    if off:
        raise ConfigError(f"{package.name} is asked for, but plugins.disabled switches {off[0]} off", package.location)
    if not folders and not plugins:
        raise ConfigError(f"{shown} holds no rule pack: it has no entry point of the group {PACKS}", package.location)


def _pinned(package: Package) -> Distribution:
    wanted = f"{package.name}{package.version}"
    advice = f'python -m pip install "{wanted}"'
    try:
        found = distribution(package.name)
    except PackageNotFoundError:
        raise ConfigError(f"the package {package.name} is not installed: {advice}", package.location) from None
    if not SpecifierSet(package.version).contains(found.version, prereleases=True):
        told = f"{package.name} {found.version} is installed, but {package.version} is asked for: {advice}"
        raise ConfigError(told, package.location)
    return found


def _folder(entry: EntryPoint, package: Package) -> Path:
    try:
        spec = find_spec(entry.value)
    except ImportError as problem:
        raise ConfigError(f"the pack {entry.value} of {package.name}: {problem}", package.location) from None
    places = list(spec.submodule_search_locations or ()) if spec is not None else []
    if not places or not Path(places[0]).is_dir():
        raise ConfigError(f"the pack {entry.value} of {package.name} is no folder that can be found", package.location)
    return Path(places[0])
