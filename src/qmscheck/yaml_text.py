"""Plain data as YAML text, for pages that show examples as one would write them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

_PLAIN = re.compile(r"[A-Za-z0-9_/.][\w ./@+()%,'-]*(?::[\w./@-][\w ./@-]*)*")
_OTHER = re.compile(
    r"[-+]?(?:0x|0o)?[0-9][0-9_.eE+-]*|[-+]?\.(?:inf|nan|[0-9]+)|true|false|null|yes|no|on|off|y|n|~", re.IGNORECASE
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})?)?")
_PROSE = re.compile(r"\S[^\r\x85\u2028\u2029]*(?<!\n)\n[^\r\x85\u2028\u2029]*(?<=\S)\n?")
"""Text of several lines that a block scalar brings back letter for letter."""
_SHORT = 90


def yaml_lines(value: object, indent: int = 0) -> Iterator[str]:
    """The value in block form, a line each; what is short and flat stands in one line."""
    margin = " " * indent
    if isinstance(value, Mapping) and value:
        for key, child in value.items():
            yield from _entry(f"{margin}{scalar(str(key))}:", child, indent + 2)
    elif isinstance(value, list) and value:
        for child in value:
            if _flat(child):
                yield f"{margin}- {flow(child)}"
                continue
            first, *rest = yaml_lines(child, indent + 2)
            yield f"{margin}- {first.lstrip()}"
            yield from rest
    else:
        yield margin + flow(value)


def _entry(head: str, value: object, indent: int) -> Iterator[str]:
    if isinstance(value, str) and _PROSE.fullmatch(value):
        yield f"{head} |" + ("" if value.endswith("\n") else "-")
        yield from (f"{' ' * indent}{line}" if line else "" for line in value.splitlines())
    elif _flat(value):
        yield f"{head} {flow(value)}"
    else:
        yield head
        yield from yaml_lines(value, indent)


def _flat(value: object) -> bool:
    return not (isinstance(value, (Mapping, list)) and value) or len(flow(value)) <= _SHORT


def flow(value: object) -> str:
    """The value in one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(str(key), inside=True)}: {flow(child)}" for key, child in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(flow(child) for child in value) + "]"
    return scalar(value, inside=True)


def scalar(value: object, *, inside: bool = False) -> str:
    """Text, number or truth value as YAML 1.2 reads it back; ``inside`` brackets commas are quoted."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return json.dumps(value)
    plain = _DAY.fullmatch(value) or (
        _PLAIN.fullmatch(value) and not _OTHER.fullmatch(value) and value == value.strip()
    )
    if plain and not (inside and "," in value):
        return value
    if '"' in value and "'" not in value and value.isprintable():
        return f"'{value}'"
    return json.dumps(value, ensure_ascii=False)
