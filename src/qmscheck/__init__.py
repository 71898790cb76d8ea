"""qmscheck: checks whether management-system records hold up as evidence.

Public names for plugins: `hookimpl` marks what a plugin offers (see qmscheck.hookspec).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qmscheck.hookspec import hookimpl

__version__ = "0.1.0"
__all__ = ["__version__", "hookimpl"]


def __getattr__(name: str) -> object:
    # pluggy is imported only by those who offer hooks, so that `qmscheck --version` stays quick.
    if name == "hookimpl":
        from qmscheck.hookspec import hookimpl  # noqa: PLC0415

        return hookimpl
    raise AttributeError(name)
