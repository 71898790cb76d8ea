"""Plugins: built-ins and installed packages, registered through the same hooks, each loaded on its own.

A plugin that fails to load stops the run unless it is disabled by name: a missing one must not quietly drop checks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from qmscheck.checks import Check
from qmscheck.errors import PluginError
from qmscheck.expression import Function, standard_functions
from qmscheck.facts import Facts
from qmscheck.frozen import frozen
from qmscheck.hookspec import Collector, Reader, Reporter
from qmscheck.plugins.contract import offered, watched
from qmscheck.plugins.installed import GROUP, register
from qmscheck.plugins.origin import OURS, Origin

if TYPE_CHECKING:
    import pluggy

__all__ = ["GROUP", "Plugins", "load"]


@frozen
class Plugins:
    """What all plugins add, by name. Packs are named as pinned packages are: ``acme-keys@1.4.0``."""

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
    manager.register(builtin, OURS.name)
    origins = {origin.name: origin for origin in register(manager, frozenset(disabled))}
    hooks = _Hooks(manager, {**origins, OURS.name: OURS})
    return Plugins(
        checks=hooks.by_name("checks", Check),
        functions=tuple(hooks.by_name("functions", Function, *_of_language()).values()),
        packs=tuple(sorted(_shown_packs(hooks.of("packs", Path)))),
        reporters=hooks.by_name("reporters", Reporter),
        collectors=hooks.by_name("collectors", Collector),
        readers=hooks.by_name("readers", Reader),
        versions=tuple(sorted(f"{one.package} {one.version}".strip() for one in origins.values())),
    )


_Named = TypeVar("_Named", Check, Function, Reporter, Collector, Reader)
_Offered = TypeVar("_Offered", Check, Function, Reporter, Collector, Reader, Path)


class _Hooks:
    """The hooks of all plugins, each asked on its own, so that it is known who offers what."""

    def __init__(self, manager: pluggy.PluginManager, origins: Mapping[str, Origin]) -> None:
        self._hook = manager.hook
        self._origins = origins

    def of(self, kind: str, wanted: type[_Offered]) -> Iterator[tuple[Origin, _Offered]]:
        """What all plugins offer of a kind."""
        name = f"qmscheck_{kind}"
        for implementation in getattr(self._hook, name).get_hookimpls():
            origin = self._origins[implementation.plugin_name]
            for one in offered(origin, name, implementation.function, wanted):
                yield origin, one

    def by_name(self, kind: str, wanted: type[_Named], *taken: str) -> dict[str, _Named]:
        """The same by name; raises PluginError where two offer one name, or one that is ``taken`` by qmscheck."""
        found: dict[str, _Named] = {}
        owners = dict.fromkeys(taken, OURS)
        for origin, one in self.of(kind, wanted):
            if one.name in owners:
                raise _twice(kind.removesuffix("s"), one.name, origin, owners[one.name])
            owners[one.name] = origin
            found[one.name] = one if origin is OURS else watched(origin, one)
        return dict(sorted(found.items()))


def _twice(kind: str, name: str, *origins: Origin) -> PluginError:
    first, second = sorted(origins, key=lambda one: (bool(one.package), one.name))
    return second.wrong(f"offers a {kind} called {name!r}, and so does {first}")


def _of_language() -> Iterator[str]:
    """The functions that expressions always have."""
    return (one.name for one in standard_functions(Facts(as_of=dt.datetime.now(dt.UTC))))


def _shown_packs(packs: Iterable[tuple[Origin, Path]]) -> Iterator[tuple[str, Path]]:
    """The first pack of a plugin is named as its package is, further ones by their folder as well."""
    named: set[str] = set()
    for origin, folder in packs:
        shown = f"{origin.package}@{origin.version}" if origin.version else origin.package
        if shown in named:
            shown = f"{shown}/{folder.name}"
        if shown in named:
            raise origin.wrong(f"offers two packs of one name: {folder.name}")
        named.add(shown)
        yield shown, folder
