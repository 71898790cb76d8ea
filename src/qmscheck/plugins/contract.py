"""What plugins have promised: that hooks return what they are to return, and that what is called does what it is to do.

Whoever breaks a promise is named, with the line; what comes with qmscheck is not watched.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from inspect import signature
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, TypeVar

from qmscheck.calendars import Untold
from qmscheck.checks import Check
from qmscheck.errors import PluginError, QmscheckError
from qmscheck.expression import BROKEN, Function
from qmscheck.hookspec import Collector, Reader, Reporter
from qmscheck.model import Location, Source, Unreadable
from qmscheck.plugins.origin import Origin, crash
from qmscheck.readers import Document

_CALLED = ("record", "whole", "call", "render", "read", "collect")
"""Attributes of what plugins offer that are functions."""
_PYTHON: Mapping[str, type | UnionType] = {
    "BOOL": bool,
    "BYTES": bytes,
    "DOUBLE": float | int,
    "DURATION": dt.timedelta,
    "INT": int,
    "LIST": list,
    "MAP": dict,
    "NULL": NoneType,
    "STRING": str,
    "TIMESTAMP": dt.datetime,
    "UINT": int,
}
"""The types that functions may take, and what they are in Python. CEL calls none with what is only known as DYN."""
_SUCH = """they are tuples of types, the last one the result's, such as (("STRING", "INT"), ("NULL", "INT"))"""
_LINE = 80

_Offered = TypeVar("_Offered", Check, Function, Reporter, Collector, Reader, Path)


def offered(origin: Origin, hook: str, call: Callable[[], object], wanted: type[_Offered]) -> Iterator[_Offered]:
    """What a plugin's hook returns. Raises PluginError for what is nothing of the kind."""
    try:
        returned = call()
        found = list(returned) if isinstance(returned, Iterable) and not isinstance(returned, str | bytes) else None
    except Exception as error:
        by_name = "; give all values by name" if isinstance(error, TypeError) and "positional" in str(error) else ""
        raise origin.wrong(f"fails in {hook}: {crash(error)}{by_name}") from error
    if found is None:
        raise origin.wrong(f"returns {_shown(returned)} from {hook}, which is no list of {wanted.__name__}")
    for one in found:
        if not isinstance(one, wanted):
            raise origin.wrong(f"returns {_shown(one)} from {hook}, which is no {wanted.__name__}")
        flaw = _flaw(one)
        if flaw:
            raise origin.wrong(f"returns from {hook} {flaw}")
        yield one


def _flaw(one: object) -> str:
    """What is wrong with an offer; empty if nothing is."""
    if isinstance(one, Path):
        return "" if one.is_dir() else f"{one}, which is no folder"
    kind, name = type(one).__name__, getattr(one, "name", None)
    if not isinstance(name, str) or not name.strip():
        return f"a {kind} whose name is {_shown(name)}, which is no word"
    if isinstance(one, Check) and (one.record is None) is (one.whole is None):
        return f"the Check {name!r} with {'both' if one.record else 'neither'} of record and whole: one is wanted"
    for word in _CALLED:
        if getattr(one, word, None) is not None and not callable(getattr(one, word)):
            return f"the {kind} {name!r} whose {word} is {_shown(getattr(one, word))}, which is no function"
    if isinstance(one, Function) and not _typed(one.overloads):
        return f"the Function {name!r} whose overloads are {_shown(one.overloads)}; {_SUCH}"
    return ""


def _typed(overloads: object) -> bool:
    return (
        isinstance(overloads, tuple)
        and bool(overloads)
        and all(isinstance(types, tuple) and types and types[-1] in (*_PYTHON, "DYN") for types in overloads)
        and all(_PYTHON.keys() >= set(types[:-1]) for types in overloads)
    )


def _calling(origin: Origin, function: Function) -> Callable[..., object]:
    told = f"the function {function.name!r} of {origin}"
    results = {types[-1] for types in function.overloads}
    wanted = tuple(_PYTHON.values() if "DYN" in results else (_PYTHON[name] for name in results))

    def call(*values: object) -> object:
        try:
            result = function.call(*values)
        except Untold:
            raise
        except Exception as error:
            raise RuntimeError(f"{BROKEN}{told} fails: {crash(error)}") from error
        if any(isinstance(result, kind) for kind in wanted):
            return result
        raise RuntimeError(f"{BROKEN}{told} returns {_shown(result)}, which is no {' or '.join(sorted(results))}")

    return call


def _rendering(origin: Origin, reporter: Reporter) -> Callable[..., Iterator[str]]:
    told = f"the format {reporter.name!r} of {origin}"

    def render(report: object, **options: object) -> Iterator[str]:
        try:
            signature(reporter.render).bind(report, **options)
        except TypeError as error:
            advice = "it is called as render(report, **options): take what it does not know with **_"
            raise PluginError(f"{told} cannot be called: {error}; {advice}") from error
        yield from _each(told, partial(reporter.render, report, **options), str, "text")

    return render


def _collecting(origin: Origin, collector: Collector) -> Callable[..., Iterable[Mapping[str, object]]]:
    told = f"the collector {collector.name!r} of {origin}"

    def collect(root: Path, **options: object) -> Iterator[Mapping[str, object]]:
        yield from _each(told, partial(collector.collect, root, **options), Mapping, "mapping")  # type: ignore[type-abstract]

    return collect


_Yielded = TypeVar("_Yielded")


def _each(told: str, call: Callable[[], Iterable[object]], wanted: type[_Yielded], named: str) -> Iterator[_Yielded]:
    """What a function yields, all of a kind; raises PluginError where it fails or yields something else."""
    try:
        for one in call():
            yield _of_kind(told, one, wanted, named)
    except (QmscheckError, Untold):
        raise
    except Exception as error:
        raise PluginError(f"{told} fails: {crash(error)}") from error


def _of_kind(told: str, one: object, wanted: type[_Yielded], named: str) -> _Yielded:
    if not isinstance(one, wanted):
        raise PluginError(f"{told} yields {_shown(one)}, which is no {named}")
    return one


def _reading(origin: Origin, reader: Reader) -> Callable[[Source, Mapping[str, object]], Document | Unreadable]:
    """A file on which the reader fails is one that cannot be read; the others go on."""
    told = f"the format {reader.name!r} of {origin}"

    def read(source: Source, options: Mapping[str, object]) -> Document | Unreadable:
        try:
            found: object = reader.read(source, options)
            reason = f"{told} returns {_shown(found)}, which is no Document"
        except Exception as error:  # noqa: BLE001 - one file must not hide what the others hold
            found, reason = None, f"{told} fails: {crash(error)}"
        if isinstance(found, Document | Unreadable):
            return found
        return Unreadable(location=Location(source.path, 1), reason=reason)

    return read


_WATCHED: Mapping[Any, tuple[str, Callable[[Origin, Any], Callable[..., object]]]] = {
    Function: ("call", _calling),
    Reporter: ("render", _rendering),
    Collector: ("collect", _collecting),
    Reader: ("read", _reading),
}
"""The function of each kind of offer, and how it is watched. Checks are watched by whoever judges."""


def watched(origin: Origin, one: _Offered) -> _Offered:
    """An offer whose function names the plugin where it fails."""
    found: Any = one
    for kind, (word, watch) in _WATCHED.items():
        if isinstance(one, kind):
            found = replace(found, **{word: watch(origin, one)})
    return found  # type: ignore[no-any-return]


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LINE else f"{text[: _LINE - 1]}…"
