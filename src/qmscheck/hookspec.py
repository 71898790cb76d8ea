"""What a plugin may add. Built-ins come through the same hooks (prefix ``qmscheck_``, entry-point group ``qmscheck``).

A hook may return any iterable, a generator too. Order never matters: results are sorted by name. A plugin may not
redefine what exists.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from pathlib import Path

    from qmscheck.checks import Check
    from qmscheck.expression import Function
    from qmscheck.plugins import Collector, Reporter
    from qmscheck.readers import Reader

hookspec = pluggy.HookspecMarker("qmscheck")
hookimpl = pluggy.HookimplMarker("qmscheck")


@hookspec
def qmscheck_packs() -> Iterable[Path]:  # type: ignore[empty-body]
    """Folders with rules, record types, layouts, standards: the same shape as ``rules/``."""


@hookspec
def qmscheck_checks() -> Iterable[Check]:  # type: ignore[empty-body]
    """Python checks that rule files may name under ``check:``."""


@hookspec
def qmscheck_functions() -> Iterable[Function]:  # type: ignore[empty-body]
    """Functions for the expressions of rules."""


@hookspec
def qmscheck_readers() -> Iterable[Reader]:  # type: ignore[empty-body]
    """File formats: a name, the extensions, and a function from a source to a document."""


@hookspec
def qmscheck_collectors() -> Iterable[Collector]:  # type: ignore[empty-body]
    """Sources beyond the work tree, for collections that say ``from: <name>``."""


@hookspec
def qmscheck_reporters() -> Iterable[Reporter]:  # type: ignore[empty-body]
    """Output formats: a name and a pure function from a report to chunks of text."""
