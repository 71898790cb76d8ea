"""What to write, and where, in a layout that no record is written in by a program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qmscheck.drafting.sample import OPEN, Sample, leaves
from qmscheck.model import Record
from qmscheck.yaml_text import flow

_SHOWN = 80


def instructions(fields: Mapping[str, object], sample: Sample | None, among: Sequence[Record], files: str) -> str:
    """A sentence with the file and line, how the neighbour is spelt there, and what the record must say."""
    said = ", ".join(f"{'.'.join(map(str, path))}: {flow(value)}" for path, value in leaves(fields) if value != OPEN)
    open_ones = ", ".join(".".join(map(str, path)) for path, value in leaves(fields) if value == OPEN)
    text = f"Write it in {files}" if sample is None else _place(sample, among)
    return f"{text}. It says {said}" + (f"; and it needs {open_ones}" if open_ones else "")


def _place(sample: Sample, among: Sequence[Record]) -> str:
    """Above the first record where the newest stands first, else below the last one."""
    first, last = (among[0], among[-1]) if among else (sample.record, sample.record)
    newest_first = _newer(first, last)
    beside = first if newest_first else last
    lines = sample.document.text.splitlines()
    line = beside.line or 1
    shown = lines[line - 1].strip()[:_SHOWN] if line <= len(lines) else ""
    spelt = f", spelt as `{shown}` is" if shown else ""
    return f"Write it {'above' if newest_first else 'below'} the record of {beside.path}:{line}{spelt}"


def _newer(first: Record, last: Record) -> bool:
    """Whether the first record of a file is newer than its last, by what both say of a day, else by their numbers."""
    for name in ("date", "created_at", "reported_at", "requested_at", "occurred_at"):
        ours, theirs = first.fields.get(name), last.fields.get(name)
        if isinstance(ours, str) and isinstance(theirs, str) and ours != theirs:
            return ours > theirs
    return _numbers(first.id) > _numbers(last.id)


def _numbers(text: str) -> list[int]:
    return [int(part) for part in "".join(sign if sign.isdecimal() else " " for sign in text).split()]
