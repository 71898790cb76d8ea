"""One rule, compiled for one record type: what the rule file says, ready to judge, and how it speaks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any

from qmscheck.calendars import Untold
from qmscheck.checks import Check
from qmscheck.expression import VARIABLES, Program, as_text
from qmscheck.facts import Facts
from qmscheck.frozen import frozen
from qmscheck.model import FieldPath, Grade, Problem, Rule
from qmscheck.patterns import pattern

PLACE = pattern(r"\{([a-z_][\w.]*)\}")
"""A place in a message that is filled with a value."""
_LINK = pattern(r"(?<![\w.])related\s*\.")


@frozen
class Required:
    """A field that must be filled."""

    path: FieldPath
    when: Program | None = None
    message: str = ""


@frozen
class Expectation:
    """An expression that must hold; ``clock`` tells that it reads the as-of day."""

    holds: Program
    when: Program | None = None
    at: FieldPath = ()
    message: str = ""
    clock: bool = False


@frozen
class Regrade:
    """Another grade for failures on which a condition holds."""

    grade: Grade
    when: Program


@frozen(eq=False)
class CompiledRule:
    """A rule ready to judge records of one type. ``links`` and ``extra`` are what its expressions reach for."""

    rule: Rule
    when: Program | None = None
    because: str = ""
    requires: tuple[Required, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    each: FieldPath | None = None
    where: Program | None = None
    among: Program | None = None
    check: Check | None = None
    options: Mapping[str, object] = field(default_factory=dict)
    show: Mapping[str, Program] = field(default_factory=dict)
    links: frozenset[str] = frozenset()
    extra: frozenset[str] = frozenset()
    newest_by: FieldPath | None = None
    gather: FieldPath | None = None
    regrade: Regrade | None = None

    def looks_around(self) -> bool:
        """Whether the verdict on one record depends on others."""
        return bool(self.links) or self.rule.scope != "record" or (self.check is not None and self.check.looks_around)


def looks_around(rule: Rule, check: Check | None) -> bool:
    """Whether the verdict on one record depends on others, told from the rule file alone."""
    if rule.scope != "record" or (check is not None and check.looks_around):
        return True
    return any("related" in source and _LINK.search(source) for source in _sources(rule.definition))


def _sources(data: Mapping[str, Any]) -> Iterator[str]:
    """The expressions of a rule file."""
    yield from (str(data[key]) for key in ("when", "where", "among") if key in data)
    yield from map(str, data.get("show", {}).values())
    if "regrade" in data:
        yield str(data["regrade"]["when"])
    expect = data.get("expect", ())
    for item in (*data.get("requires", ()), *([{"expect": expect}] if isinstance(expect, str) else expect)):
        if not isinstance(item, str):
            yield from (str(item[key]) for key in ("when", "expect") if key in item)


def filled_in(template: str, variables: Mapping[str, object], shown: Mapping[str, object], facts: Facts) -> str:
    """A message with its places filled: record fields by bare name, other variables by their own."""
    fixed = {"settings": facts.settings, "as_of": facts.as_of, "show": shown}

    def value(match: re.Match[str]) -> str:
        head, *rest = match.group(1).split(".")
        if head in fixed:
            current: object = fixed[head]
        elif head in VARIABLES:
            current = variables.get(head)
        else:
            current, rest = variables.get("record"), [head, *rest]
        for step in rest:
            current = current.get(step) if isinstance(current, Mapping) else None
        return as_text(current) or "(nothing)"

    return PLACE.sub(value, template)


def missing(value: object, path: FieldPath, facts: Facts) -> Iterator[FieldPath]:
    """Where a required field is not filled: its own path, or that of the empty list or object on the way."""
    if not path:
        if not facts.filled(value):
            yield ()
        return
    if isinstance(value, list):
        if not value:
            yield ()
        for index, item in enumerate(value):
            yield from ((index, *rest) for rest in missing(item, path, facts))
        return
    child = value.get(path[0]) if isinstance(value, Mapping) else None
    yield from ((path[0], *rest) for rest in missing(child, path[1:], facts))


def is_filled(value: object, path: FieldPath, facts: Facts) -> bool:
    """Whether nothing is missing at a path: `missing`, in short."""
    for depth, part in enumerate(path):
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list):
            return bool(value) and all(is_filled(item, path[depth:], facts) for item in value)
        else:
            return False
    return facts.filled(value)


def problem_of_missing(
    required: Required, base: FieldPath, where: FieldPath, variables: Mapping[str, object], facts: Facts
) -> Problem:
    """The problem for a field that is not filled."""
    path = (*base, *where)
    name = ".".join(str(part) for part in where)
    message = filled_in(required.message, variables, {}, facts) if required.message else f"{name} is not stated"
    return Problem(message=message, path=path)


def shown_values(compiled: CompiledRule, activation: object) -> dict[str, object]:
    """The values that a failing rule's message shows."""
    values: dict[str, object] = {}
    for name, program in compiled.show.items():
        try:
            values[name] = program.value(activation)
        except Untold:
            values[name] = "(cannot be told)"
    return values
