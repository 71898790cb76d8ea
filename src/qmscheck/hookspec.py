"""What a plugin may add. Built-ins come through the same hooks (prefix ``qmscheck_``, entry-point group ``qmscheck``).

A hook may return any iterable, a generator too. Order never matters: results are sorted by name. A plugin may not
redefine what exists.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pluggy

from qmscheck.frozen import frozen
from qmscheck.model import Source, Unreadable

if TYPE_CHECKING:
    from qmscheck.checks import Check
    from qmscheck.expression import Function
    from qmscheck.readers import Document

hookspec = pluggy.HookspecMarker("qmscheck")
hookimpl = pluggy.HookimplMarker("qmscheck")


@frozen
class Reader:
    """A file format: ``read(source, options)`` never raises for bad input; ``extensions`` are those it is used for."""

    name: str
    read: Callable[[Source, Mapping[str, object]], Document | Unreadable]
    extensions: tuple[str, ...] = ()


@frozen
class Reporter:
    """An output format: ``render(report, **options)`` yields chunks of text and does nothing else."""

    name: str
    render: Callable[..., Iterator[str]]


@frozen
class Moment:
    """A moment of the past: its last commit, when that was committed, and the instant to judge for; both in UTC."""

    commit: str
    committed: dt.datetime
    as_of: dt.datetime


@frozen
class Collector:
    """Data from beyond the work tree: ``collect(root)`` yields one mapping a record; ``origin`` is the path shown.

    ``options`` names the keyword arguments that ``collect`` also takes, from ``options:`` of the collection. One that
    can tell the ``past`` also takes ``moment``, a `Moment`, and leaves out what was not there yet. Where it cannot
    tell, it raises ``Untold`` with the remedy; after what it has yielded, when there may be more. ``nothing`` is told
    to who looks for a record where it yields none. ``files``: options that name a file of the repository, which is
    taken from where the configuration is. One that ``names`` people of git also takes ``names_from``, the commit whose
    ``.mailmap`` counts.
    """

    name: str
    origin: str
    collect: Callable[..., Iterable[Mapping[str, object]]]
    options: tuple[str, ...] = ()
    past: bool = False
    nothing: str = ""
    files: tuple[str, ...] = ()
    names: bool = False


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
