"""Finding the plugins that are installed, and registering each; one that fails, or would do nothing, stops the run."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING

from qmscheck import hookspec
from qmscheck.plugins.origin import Origin, crash

if TYPE_CHECKING:
    import pluggy

GROUP = "qmscheck"

_HOOKS = tuple(name for name in vars(hookspec) if name.startswith("qmscheck_"))


def register(manager: pluggy.PluginManager, disabled: frozenset[str]) -> Iterator[Origin]:
    """Register every installed plugin that is not disabled by name."""
    if not _any_installed():
        return
    from importlib.metadata import entry_points  # noqa: PLC0415 - 35 ms that only judging runs pay

    import pluggy  # noqa: PLC0415

    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        if entry.name in disabled:
            continue
        origin = Origin(
            name=entry.name,
            package=entry.dist.name if entry.dist else entry.value,
            version=entry.dist.version if entry.dist else "",
        )
        try:
            plugin = entry.load()
            manager.register(plugin, entry.name)
            manager.check_pending()
        except pluggy.PluginValidationError as error:
            raise origin.wrong(f"breaks its contract: {error}") from error
        except Exception as error:
            raise origin.wrong(f"cannot be loaded: {crash(error)}") from error
        _offering(manager, plugin, origin)
        yield origin


def _offering(manager: pluggy.PluginManager, plugin: object, origin: Origin) -> None:
    """Raise PluginError for a plugin whose hooks would do nothing, for they are not marked."""
    for name in _HOOKS:
        if callable(getattr(plugin, name, None)) and manager.parse_hookimpl_opts(plugin, name) is None:
            raise origin.wrong(f"would do nothing by {name}: the function is not marked with @hookimpl")
    if not manager.get_hookcallers(plugin):
        raise origin.wrong(f"offers nothing: it has none of the functions {', '.join(_HOOKS)}")


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
        with open(f"{package}/entry_points.txt", "rb") as file:  # noqa: PTH123 - a third of the time
            return f"[{GROUP}]".encode() in file.read()
    except OSError:
        return False
