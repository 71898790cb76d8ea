"""One rule, compiled for one record type: what the rule file says, ready to judge.

`Test` holds the conditions (``requires``, ``expect``); `CompiledRule` adds when it applies, on what, and how it speaks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from qmscheck.calendars import Untold
from qmscheck.checks import Check
from qmscheck.errors import RuleDefinitionError
from qmscheck.expression import VARIABLES, Language, Program, as_text
from qmscheck.facts import Facts
from qmscheck.model import FieldPath, Grade, Problem, Rule
from qmscheck.names import Scan, path_faults, shape_at
from qmscheck.registry import dotted
from qmscheck.schema import ANYTHING, IMPLICIT, RecordType, Shape

_PLACE = re.compile(r"\{([a-z_][\w.]*)\}")
_OF_A_SET = ("count", "total", "ids", "values", "without", "newest", "oldest")
_RECORDS = Shape(kind="object", fields=dict.fromkeys(_OF_A_SET, ANYTHING))
_LINK = re.compile(r"(?<![\w.])related\s*\.")
_MESSAGE_WORDS = frozenset({"item", "previous", "records", "settings", "as_of", "show", "record", "related"})

Activate = Callable[[Mapping[str, object]], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Required:
    """A field that must be filled."""

    path: FieldPath
    when: Program | None = None
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """An expression that must hold; ``clock`` tells that it reads the as-of day."""

    holds: Program
    when: Program | None = None
    at: FieldPath = ()
    message: str = ""
    clock: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Regrade:
    """Another grade for failures on which a condition holds."""

    grade: Grade
    when: Program


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
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
    return any(_LINK.search(source) for source in _sources(rule.definition))


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


class Compiler:
    """Compiles rules; every mistake in an expression raises ``RuleDefinitionError`` with the rule's file."""

    def __init__(self, language: Language, facts: Facts, checks: Mapping[str, Check]) -> None:
        self._language = language
        self._facts = facts
        self._checks = checks
        self._settings = Shape(kind="object", fields=dict.fromkeys(facts.settings, ANYTHING))

    def compile(self, rule: Rule, record_type: RecordType | None) -> CompiledRule:
        """Compile a rule for one record type (None: a rule on the whole set)."""
        return _RuleCompiler(self, rule, record_type).compiled()

    def program(self, source: str, *, proven: bool = False) -> Program:
        """Compile one expression; one that is proven only when it is first asked."""
        return self._language.program(source) if proven else self._language.compile(source)

    def check_named(self, name: str) -> Check | None:
        """A registered check."""
        return self._checks.get(name)

    def shapes(self, record_type: RecordType | None, item: Shape) -> dict[str, Shape]:
        """What each variable holds for a type."""
        own = _visible(record_type) if record_type else ANYTHING
        links = record_type.links if record_type else {}
        related = {name: self._link_shape(link.targets, many=link.many) for name, link in links.items()}
        return {
            "record": own,
            "previous": own,
            "item": item,
            "records": _RECORDS,
            "settings": self._settings,
            "related": Shape(kind="object", fields=related) if record_type else ANYTHING,
            "as_of": Shape(kind="when"),
        }

    def _link_shape(self, targets: tuple[str, ...], *, many: bool) -> Shape:
        known = [self._facts.types[name] for name in targets if name in self._facts.types]
        shape = _visible(known[0]) if len(known) == len(targets) == 1 else ANYTHING
        return Shape(kind="list", item=shape) if many else shape


def _visible(record_type: RecordType) -> Shape:
    fields = dict(record_type.shape.fields or {})
    return Shape(kind="object", fields={**fields, **{name: Shape(kind="text") for name in IMPLICIT}})


class Names:
    """Compiles the expressions of one rule or metric, and remembers which links and ``x_`` fields they name.

    ``proven`` expressions are known to be right: of them, only those that name such things are looked through.
    """

    def __init__(self, compiler: Compiler, shapes: Mapping[str, Shape], *, proven: bool = False) -> None:
        self._compiler = compiler
        self._shapes = shapes
        self._proven = proven
        self.links: set[str] = set()
        self.extra: set[str] = set()

    def program(self, source: str) -> Program:
        """Compile; raises ``ValueError`` for a field that no type knows and for what CEL refuses."""
        if self._proven and "related" not in source and "x_" not in source:
            return self._compiler.program(source, proven=True)
        scan = Scan(source, self._shapes)
        for unknown in scan.unknown:
            raise ValueError(str(unknown))
        for chain in scan.named:
            if chain[0] == "related" and len(chain) > 1:
                self.links.add(chain[1])
            if chain[0] in {"record", "previous"} and len(chain) > 1 and chain[1].startswith("x_"):
                self.extra.add(chain[1])
        return self._compiler.program(source, proven=self._proven)


class _RuleCompiler:
    """The work of compiling one rule."""

    def __init__(self, compiler: Compiler, rule: Rule, record_type: RecordType | None) -> None:
        self._compiler = compiler
        self._rule = rule
        self._data = rule.definition
        self._type = record_type
        each = self._data.get("each")
        self._each = str(each) if each is not None else None
        self._shape = record_type.shape if record_type else ANYTHING
        item = shape_at(self._each, self._shape).item or ANYTHING if self._each else ANYTHING
        self._item = item
        self._names = Names(compiler, compiler.shapes(record_type, item), proven=rule.proven)

    def compiled(self) -> CompiledRule:
        data = self._data
        check = self._check()
        show: Mapping[str, str] = data.get("show", {})  # type: ignore[assignment]
        if check is None and not any(key in data for key in ("requires", "expect")):
            self._wrong("tests nothing: it needs `requires`, `expect` or `check`")
        if self._each:
            self._path(self._each, self._shape)
        programs = {name: self._program(str(source)) for name, source in show.items()}
        return CompiledRule(
            rule=self._rule,
            when=self._optional("when"),
            because=str(data.get("because", "")),
            requires=tuple(self._requires()),
            expectations=tuple(self._expectations()),
            each=dotted(self._each) if self._each else None,
            where=self._optional("where"),
            among=self._optional("among"),
            check=check,
            options=data.get("with", {}),  # type: ignore[arg-type]
            show=programs,
            links=frozenset(self._names.links),
            extra=frozenset(self._names.extra),
            newest_by=self._field("newest_by"),
            gather=self._field("gather"),
            regrade=self._regrade(),
        )

    def _regrade(self) -> Regrade | None:
        if "regrade" not in self._data:
            return None
        other: Mapping[str, str] = self._data["regrade"]  # type: ignore[assignment]
        return Regrade(grade=Grade(other["grade"]), when=self._program(other["when"]))

    def _field(self, key: str) -> FieldPath | None:
        if key not in self._data:
            return None
        self._path(str(self._data[key]), self._shape)
        return dotted(str(self._data[key]))

    def _check(self) -> Check | None:
        if "check" not in self._data:
            return None
        check = self._compiler.check_named(str(self._data["check"]))
        if check is None:
            self._wrong(f"names the check {self._data['check']!r}, which nothing provides")
        return check

    def _requires(self) -> Iterator[Required]:
        items: list[object] = self._data.get("requires", [])  # type: ignore[assignment]
        base = self._item if self._each else self._shape
        for item in items:
            entry: Mapping[str, str] = {"field": item} if isinstance(item, str) else item  # type: ignore[assignment]
            self._path(entry["field"], base)
            when = self._program(entry["when"]) if "when" in entry else None
            yield Required(path=dotted(entry["field"]), when=when, message=self._message(entry.get("message", "")))

    def _expectations(self) -> Iterator[Expectation]:
        expect: object = self._data.get("expect", [])
        items = [{"expect": expect}] if isinstance(expect, str) else expect
        for item in items:  # type: ignore[attr-defined]
            source, at = str(item["expect"]), str(item.get("at", self._data.get("at", "")))
            yield Expectation(
                holds=self._program(source),
                when=self._program(str(item["when"])) if "when" in item else None,
                at=dotted(at) if at else (),
                message=self._message(str(item.get("message", self._data.get("message", "")))),
                clock="as_of" in source,
            )

    def _optional(self, key: str) -> Program | None:
        return self._program(str(self._data[key])) if key in self._data else None

    def _program(self, source: str) -> Program:
        try:
            return self._names.program(source)
        except ValueError as error:
            self._wrong(f"{error} (in: {source.strip()})")
            raise

    def _path(self, path: str, shape: Shape) -> None:
        name = path.split(".", 1)[0]
        if name.startswith("x_") and shape is self._shape:
            self._names.extra.add(name)
        for unknown in path_faults(path, shape, "item" if shape is self._item and self._each else "record"):
            self._wrong(str(unknown))

    def _message(self, template: str) -> str:
        for name in _PLACE.findall(template):
            head = name.split(".")[0]
            if head in _MESSAGE_WORDS or head in IMPLICIT:
                continue
            self._path(name, self._shape)
        return template

    def _wrong(self, message: str) -> None:
        kind = f" for record type {self._type.name}" if self._type and self._rule.record == "any" else ""
        raise RuleDefinitionError(f"rule {self._rule.id}{kind}: {message}", self._rule.location)


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

    return _PLACE.sub(value, template)


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
        if isinstance(value, list):
            return bool(value) and all(is_filled(item, path[depth:], facts) for item in value)
        if not isinstance(value, dict):
            return False
        value = value.get(part)
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
