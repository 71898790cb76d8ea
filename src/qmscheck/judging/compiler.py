"""From rule files to compiled rules; every mistake in an expression is an error with the rule's file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qmscheck.checks import Check
from qmscheck.errors import RuleDefinitionError
from qmscheck.expression import VARIABLES, Language, Program
from qmscheck.facts import Facts
from qmscheck.judging.compiled import PLACE, CompiledRule, Expectation, Regrade, Required
from qmscheck.model import FieldPath, Grade, Rule
from qmscheck.names import Scan, path_faults, shape_at
from qmscheck.patterns import pattern
from qmscheck.registry import dotted
from qmscheck.schema import ANYTHING, IMPLICIT, RecordType, Shape

_OF_A_SET = ("count", "total", "ids", "values", "without", "newest", "oldest")
_NO_SHAPES = dict.fromkeys(VARIABLES, ANYTHING)
_RECORDS = Shape(kind="object", fields=dict.fromkeys(_OF_A_SET, ANYTHING))
_MESSAGE_WORDS = frozenset({"item", "previous", "records", "settings", "as_of", "show", "record", "related"})


_ITEM = pattern(r"(?<![\w.])item\s*\.")
_BOUND = pattern(r"\(\s*item\s*,")
"""An item that an expression itself goes through: ``record.actions.exists(item, item.done)``."""
_STATE = pattern(r"""\b(in_state|reached)\(\s*record\s*,\s*["']([^"']*)["']\s*\)""")


class Compiler:
    """Compiles rules; every mistake in an expression raises ``RuleDefinitionError`` with the rule's file."""

    def __init__(self, language: Language, facts: Facts, checks: Mapping[str, Check]) -> None:
        self._language = language
        self._facts = facts
        self._checks = checks
        self._settings = Shape(kind="object", fields=dict.fromkeys(facts.settings, ANYTHING))
        self._links: dict[str, Shape] = {}

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
        return {
            "record": own,
            "previous": own,
            "item": item,
            "records": _RECORDS,
            "settings": self._settings,
            "related": self._related(record_type) if record_type else ANYTHING,
            "as_of": Shape(kind="when"),
        }

    def _related(self, record_type: RecordType) -> Shape:
        """What links of a type lead to; made once for all its rules."""
        if record_type.name not in self._links:
            links = record_type.links.items()
            fields = {name: self._link_shape(link.targets, many=link.many) for name, link in links}
            self._links[record_type.name] = Shape(kind="object", fields=fields)
        return self._links[record_type.name]

    def _link_shape(self, targets: tuple[str, ...], *, many: bool) -> Shape:
        known = [self._facts.types[name] for name in targets if name in self._facts.types]
        shape = _visible(known[0]) if len(known) == len(targets) == 1 else ANYTHING
        return Shape(kind="list", item=shape) if many else shape


def _visible(record_type: RecordType) -> Shape:
    fields = dict(record_type.shape.fields or {})
    return Shape(kind="object", fields={**fields, **{name: Shape(kind="text") for name in IMPLICIT}})


class Names:
    """Compiles the expressions of one rule or metric, and remembers which links and ``x_`` fields they name.

    ``proven`` expressions are known to be right: of them, only those that name such things are looked through, and
    ``shapes`` need not know more than the variables.
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
        shapes = _NO_SHAPES if rule.proven else compiler.shapes(record_type, item)
        self._names = Names(compiler, shapes, proven=rule.proven)

    def compiled(self) -> CompiledRule:
        data = self._data
        check = self._check()
        show: Mapping[str, str] = data.get("show", {})  # type: ignore[assignment]
        if check is None and not any(key in data for key in ("requires", "expect")):
            self._wrong("tests nothing: it needs `requires`, `expect` or `check`")
        if self._each:
            self._path(self._each, self._shape)
            if _ITEM.search(str(data.get("when", ""))) and not _BOUND.search(str(data["when"])):
                self._wrong("`when` is asked once, of the record, and sees no item; leave items out with `where`")
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
        if self._type is not None and not self._rule.proven and self._rule.record == self._type.name:
            self._states(source, self._type)
        try:
            return self._names.program(source)
        except ValueError as error:
            self._wrong(f"{error} (in: {source.strip()})")
            raise

    def _states(self, source: str, of: RecordType) -> None:
        """States and groups of states that stand in the expression, which the record's lifecycle must have."""
        cycle = of.lifecycle
        for function, state in _STATE.findall(source):
            known = cycle.groups if function == "in_state" else (*cycle.states, *cycle.side)
            if state not in known:
                kind = "group of states" if function == "in_state" else "state"
                self._wrong(f"{of.name} has no {kind} {state!r}; it has {', '.join(known) or 'none'}")

    def _path(self, path: str, shape: Shape) -> None:
        name = path.split(".", 1)[0]
        if name.startswith("x_") and shape is self._shape:
            self._names.extra.add(name)
        for unknown in path_faults(path, shape, "item" if shape is self._item and self._each else "record"):
            self._wrong(str(unknown))

    def _message(self, template: str) -> str:
        for name in PLACE.findall(template):
            head, _, rest = name.partition(".")
            if head == "show" and rest not in self._data.get("show", {}):  # type: ignore[operator]
                self._wrong(f"the message shows {rest!r}, which is not under show:")
            if head in _MESSAGE_WORDS or head in IMPLICIT:
                continue
            self._path(name, self._shape)
        return template

    def _wrong(self, message: str) -> None:
        kind = f" for record type {self._type.name}" if self._type and self._rule.record == "any" else ""
        raise RuleDefinitionError(f"rule {self._rule.id}{kind}: {message}", self._rule.location)
