"""Plugins: built-ins and installed packages, registered through the same hooks, each loaded on its own.

A plugin that fails to load stops the run unless it is disabled by name: a missing one must not quietly drop checks.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TypeVar

from qmscheck.checks import Check
from qmscheck.errors import PluginError
from qmscheck.expression import Function
from qmscheck.hookspec import Collector, Reader, Reporter

GROUP = "qmscheck"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugins:
    """What all plugins add, by name."""

    checks: Mapping[str, Check] = field(default_factory=dict)
    functions: tuple[Function, ...] = ()
    packs: tuple[tuple[str, Path], ...] = ()
    reporters: Mapping[str, Reporter] = field(default_factory=dict)
    collectors: Mapping[str, Collector] = field(default_factory=dict)
    readers: Mapping[str, Reader] = field(default_factory=dict)
    versions: tuple[str, ...] = ()


def load(disabled: Iterable[str] = ()) -> Plugins:
    """Load built-ins and every installed plugin that is not disabled by name."""
    import pluggy  # noqa: PLC0415 - `--version` and `--help` need no plugins

    from qmscheck import builtin, hookspec  # noqa: PLC0415

    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(hookspec)
    manager.register(builtin, "qmscheck")
    versions = sorted(_register_installed(manager, frozenset(disabled)))
    hook = manager.hook
    return Plugins(
        checks=_by_name(hook.qmscheck_checks(), "check"),
        functions=tuple(_by_name(hook.qmscheck_functions(), "function").values()),
        packs=tuple(sorted((path.name, path) for paths in hook.qmscheck_packs() for path in paths)),
        reporters=_by_name(hook.qmscheck_reporters(), "reporter"),
        collectors=_by_name(hook.qmscheck_collectors(), "collector"),
        readers=_by_name(hook.qmscheck_readers(), "reader"),
        versions=tuple(versions),
    )


def _any_installed() -> bool:
    """Whether some package on the path may offer a plugin. Looks at the plain files: what they mean is read later.

    Most runs find none, and need not import what understands packages. An archive on the path, or a finder of somebody
    else's, may hold anything.
    """
    if any(hasattr(finder, "find_distributions") and finder is not PathFinder for finder in sys.meta_path):
        return True
    for folder in dict.fromkeys(sys.path):
        try:
            names = os.listdir(folder or ".")  # noqa: PTH208 - a third of the time
        except NotADirectoryError:
            return True
        except OSError:
            continue
        for name in names:
            if name.endswith((".dist-info", ".egg-info", ".egg")) and _offers(f"{folder or '.'}/{name}"):
                return True
    return False


def _offers(package: str) -> bool:
    if package.endswith(".egg"):
        return True
    try:
        return f"[{GROUP}]".encode() in Path(package, "entry_points.txt").read_bytes()
    except OSError:
        return False


def _register_installed(manager: object, disabled: frozenset[str]) -> Iterator[str]:
    if not _any_installed():
        return
    from importlib.metadata import entry_points  # noqa: PLC0415 - 35 ms that only judging runs pay

    import pluggy  # noqa: PLC0415

    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        if entry.name in disabled:
            continue
        distribution = f"{entry.dist.name} {entry.dist.version}" if entry.dist else entry.value
        try:
            manager.register(entry.load(), entry.name)  # type: ignore[attr-defined]
            manager.check_pending()  # type: ignore[attr-defined]
        except pluggy.PluginValidationError as error:
            raise PluginError(f"plugin {entry.name!r} ({distribution}) breaks its contract: {error}") from error
        except Exception as error:
            advice = f"mend it, or name it under plugins.disabled in qmscheck.yaml: {entry.name}"
            raise PluginError(f"plugin {entry.name!r} ({distribution}) cannot be loaded: {error}; {advice}") from error
        yield distribution


_Named = TypeVar("_Named", Check, Function, Reporter, Collector, Reader)


def _by_name(groups: Iterable[Iterable[_Named]], kind: str) -> dict[str, _Named]:
    found: dict[str, _Named] = {}
    for group in groups:
        for one in group:
            if one.name in found:
                raise PluginError(f"two plugins define a {kind} called {one.name!r}")
            found[one.name] = one
    return dict(sorted(found.items()))
