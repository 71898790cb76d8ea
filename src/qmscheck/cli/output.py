"""Writing reports: to standard output, and to files that are there whole or not at all."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Final

import click

from qmscheck.cli.options import one_of
from qmscheck.cli.terminal import nobody_reads
from qmscheck.errors import UsageError
from qmscheck.model import Report
from qmscheck.reporters import FORMATS

Render = Callable[..., Iterator[str]]

_BUFFER: Final = 1 << 18
"""Bytes that a file is given at a time: reports are large, and a call of the system for each page of one adds up."""


def renderer(name: str, disabled: Iterable[str]) -> Render:
    """The function that renders a format, built in or from a plugin. Raises UsageError for an unknown one."""
    if name in FORMATS:
        return partial(_render, *FORMATS[name])
    from qmscheck import plugins  # noqa: PLC0415 - looking for plugins costs 40 ms

    reporters = plugins.load(disabled).reporters
    one_of("output format", name, list(reporters))
    return reporters[name].render


def _render(module: str, dialect: Mapping[str, object], report: Report, **options: object) -> Iterator[str]:
    rendered: Iterator[str] = import_module(f"qmscheck.reporters.{module}").render(report, **options, **dialect)
    return rendered


def write_file(path: Path, chunks: Iterable[str]) -> None:
    """Write beside the file and rename, so that nobody ever sees half a report. Missing folders are made."""
    import tempfile  # noqa: PLC0415 - most runs write no file

    try:
        if path.exists() and not path.is_file() and not path.is_dir():  # /dev/stderr, a pipe: nothing to rename
            _fill(path, chunks)
            return
        goal = Path(os.path.realpath(path))
        goal.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=f".{goal.name}.", dir=goal.parent)
        try:
            _fill(descriptor, chunks)
            Path(name).chmod(_mode(goal))  # mkstemp makes files for the owner only
            Path(name).replace(goal)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None


def _fill(file: Path | int, chunks: Iterable[str]) -> None:
    with open(file, "w", _BUFFER, encoding="utf-8", errors="backslashreplace", newline="\n") as stream:  # noqa: PTH123
        stream.writelines(chunks)


def write_out(chunks: Iterable[str], *, color: bool) -> None:
    """Write to standard output. Whoever closes it early (``| head``) gets less, and the verdict stays the same."""
    try:
        for batch in _batches(chunks):
            click.echo(batch, nl=False, color=color)
    except BrokenPipeError:
        nobody_reads()


def print_report(report: Report, render: Render, *, color: bool, **options: object) -> None:
    """The report on standard output."""
    write_out(render(report, color=color, **options), color=color)


def _batches(chunks: Iterable[str], size: int = 1 << 16) -> Iterator[str]:
    """Fewer, larger pieces: a system call each would take longer than the report."""
    waiting: list[str] = []
    length = 0
    for chunk in chunks:
        waiting.append(chunk)
        length += len(chunk)
        if length >= size:
            yield "".join(waiting)
            waiting, length = [], 0
    yield "".join(waiting)


def _mode(file: Path) -> int:
    """The rights of a file that is replaced, else those of a new one."""
    return stat.S_IMODE(file.stat().st_mode) if file.exists() else 0o666 & ~_umask()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
