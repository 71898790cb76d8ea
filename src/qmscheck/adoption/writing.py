"""A proposal as a commented ``qmscheck.yaml``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from qmscheck.adoption.proposal import Proposed
from qmscheck.yaml_text import flow, scalar, yaml_lines

_WIDTH = 118
_FREE = "settings: {id_pattern: ''}   # ids look in many ways here; write a regular expression, and they are held to it"
_FEWER = "# profile: start   # for the first days: few rules to begin with, instead of all (qmscheck explain start)"
_FOR_NOW = "# to begin with; without this line all rules are judged"


def configuration_text(
    proposals: Iterable[Proposed],
    *,
    adoption_date: str,
    standards: tuple[str, ...],
    schema: str | None = None,
    id_pattern: str = "",
    profile: str = "",
) -> str:
    """The whole file. ``schema`` is where editors find the JSON Schema of the configuration.

    ``profile`` is the name of the one to begin with; without one it is told that there is one.

    ``id_pattern`` is what ids look like unless the configuration says otherwise, which it does where these do not.
    """
    known = list(proposals)
    odd = any(not re.search(id_pattern, one) for proposed in known for one in proposed.ids)
    settings = [f"profile: {scalar(profile)}   {_FOR_NOW}" if profile else _FEWER, *([_FREE] if odd else [])]
    return "\n".join(_lines(known, adoption_date, standards, schema, settings)) + "\n"


def _lines(
    proposals: list[Proposed], adoption_date: str, standards: tuple[str, ...], schema: str | None, settings: list[str]
) -> Iterator[str]:
    if schema:
        yield f"# yaml-language-server: $schema={schema}"
    yield "# Proposed by `qmscheck init` from what it found; yours to change. `qmscheck records` shows what is read."
    yield "version: 1"
    if standards:
        yield f"standards: {flow(list(standards))}"
    else:
        yield "# standards: [iso9001:2015, iso20000-1:2018]   # then records that must exist at all are asked for, too"
    yield f"adoption_date: {adoption_date}   # commits, tags and releases before it are left alone"
    yield from settings
    yield "collections:" if proposals else "collections: {}   # nothing that looks like a record was found"
    for one in proposals:
        yield from _collection(one)


def _collection(one: Proposed) -> Iterator[str]:
    yield ""
    part = f"; figures of {one.read:,} files, evenly among them" if 0 < one.read < one.files else ""
    files = f"{_count(one.files, 'file')}, " if one.files else ""
    yield f"  # {files}{_count(one.records, 'record')} of type {one.type}{part}."
    for found in one.fields:
        yield from _comment(f"{found.name}: {found.via}, {found.count} of {one.records}{_such(found.samples)}")
    if one.absent:
        yield from _comment(f"not found in any: {', '.join(one.absent)}")
    for join in one.joins:
        yield from _comment(join.sentence)
        if not join.fields or "join" not in one.keys:
            yield from _comment(f"to read them together: join: {flow({join.name: join.spec})}")
    for what, count, samples in one.unmapped:
        yield from _comment(f"not mapped: {what}, {count} times{_such(samples)}")
    for doubt in one.doubts:
        yield from _comment(f"doubt: {doubt}")
    yield f"  {scalar(one.name)}:"
    yield from yaml_lines(dict(one.keys), 4)


def _comment(text: str) -> Iterator[str]:
    """One comment line: record text may hold anything, so nothing but printable signs is kept."""
    line = "".join(sign if sign.isprintable() else "?" for sign in f"  #   {text}")
    yield line if len(line) <= _WIDTH else f"{line[: _WIDTH - 1]}…"


def _such(samples: tuple[str, ...]) -> str:
    return f", such as {' | '.join(samples)}" if samples else ""


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
