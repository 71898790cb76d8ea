"""Which fields rules name: in conditions, expectations, required fields, links and the data of checks."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from mutation.walk import Spec, field_of
from qmscheck.judging import Bench, Engine
from qmscheck.judging.compiler import Compiler
from qmscheck.model import Rule
from qmscheck.names import Scan
from qmscheck.schema import ANY, ANYTHING, RecordType, Shape

Named = dict[str, dict[str, set[str]]]
"""Record type -> field -> ids of the rules that name it."""

_STATE = re.compile(r"\b(in_state|reached)\(\s*([A-Za-z_][\w.]*)\s*,")


class _Watched(Scan):
    """A scan that remembers each field that it came by, with the type it belongs to."""

    def __init__(self, source: str, variables: Mapping[str, Shape], places: Mapping[int, tuple[str, Spec]]) -> None:
        self.seen: set[tuple[str, str]] = set()
        self._places = places
        super().__init__(_STATE.sub(r"\1(\2.status,", source), variables)

    def _step(self, path: list[str], name: str, shape: Shape) -> Shape:
        if id(shape) in self._places and name in (shape.fields or {}):
            type_name, spec = self._places[id(shape)]
            self.seen.add((type_name, field_of((*spec, name))))
        return super()._step(path, name, shape)


class Naming:
    """Reads the rules of a run for the fields that they name."""

    def __init__(self, engine: Engine, bench: Bench) -> None:
        self._types = bench.knowledge.types
        self._compiler = Compiler(engine.rulebook.language, bench.facts, bench.checks)
        self._shapes = {name: _own(one.shape) for name, one in self._types.items()}
        self._places: dict[int, tuple[str, Spec]] = {}
        for name, shape in self._shapes.items():
            self._places.update({id(inner): (name, spec) for spec, inner in _inside(shape, ())})

    def of(self, rules: list[Rule]) -> Named:
        """Every field that a rule, or what its record type declares, names."""
        named: Named = defaultdict(lambda: defaultdict(set))
        for record_type in self._types.values():
            for field, rule_id in _declared(record_type):
                named[record_type.name][field].add(rule_id)
        for rule in rules:
            for name in self._types if rule.record == ANY else rule.record.split():
                for type_name, field in self._by_rule(rule, self._types[name]):
                    named[type_name][field].add(rule.id)
        return named

    def _by_rule(self, rule: Rule, record_type: RecordType) -> Iterator[tuple[str, str]]:
        data, name = rule.definition, record_type.name
        each = str(data.get("each", ""))
        if each:
            yield name, each
        for wanted in data.get("requires", ()):  # type: ignore[attr-defined]
            field = wanted if isinstance(wanted, str) else wanted["field"]
            yield name, f"{each}.{field}" if each else field
        if "newest_by" in data:
            yield name, str(data["newest_by"])
        options = data.get("with", {})
        for value in options.values() if isinstance(options, Mapping) else ():
            if isinstance(value, str) and value in (self._shapes[name].fields or {}):
                yield name, value
        for source in _sources(data):
            for variables in self._variables(record_type, each):
                yield from _Watched(source, variables, self._places).seen

    def _variables(self, record_type: RecordType, each: str) -> Iterator[Mapping[str, Shape]]:
        """What variables stand for; once for each type that a link of several types may lead to."""
        own = self._shapes[record_type.name]
        item = own
        for part in each.split(".") if each else ():
            item = (item.fields or {}).get(part, ANYTHING)
        fixed = self._compiler.shapes(record_type, ANYTHING)
        for turn in range(max((len(link.targets) for link in record_type.links.values()), default=1)):
            related = {}
            for name, link in record_type.links.items():
                target = self._shapes.get(link.targets[turn % len(link.targets)], ANYTHING)
                related[name] = Shape(kind="list", item=target) if link.many else target
            yield {
                **fixed,
                "record": own,
                "previous": own,
                "item": item.item or ANYTHING if each else ANYTHING,
                "related": Shape(kind="object", fields=related),
            }


def _own(shape: Shape) -> Shape:
    """A copy of which every part is an object of its own, so that a part tells where it stands."""
    fields = {name: _own(child) for name, child in shape.fields.items()} if shape.fields is not None else None
    return Shape(kind=shape.kind, fields=fields, item=_own(shape.item) if shape.item is not None else None)


def _inside(shape: Shape, spec: Spec) -> Iterator[tuple[Spec, Shape]]:
    yield spec, shape
    for name, child in (shape.fields or {}).items():
        yield from _inside(child, (*spec, name))
    if shape.item is not None:
        yield from _inside(shape.item, (*spec, "*"))


def _declared(record_type: RecordType) -> Iterator[tuple[str, str]]:
    """What the record type lists for the rules on all records."""
    yield "id", "CORE002"
    for path in record_type.past:
        yield field_of(path), "CORE006"
    for pair in record_type.order:
        yield from ((field_of(path), "CORE007") for path in pair)
    for path in record_type.people:
        yield field_of(path), "CORE008"
    for path in record_type.references:
        yield field_of(path), "CORE004"


def _sources(data: Mapping[str, object]) -> Iterator[str]:
    """Every expression that decides; those that only fill messages are left out."""
    for key in ("when", "where", "among"):
        if key in data:
            yield str(data[key])
    expect = data.get("expect", ())
    for item in [{"expect": expect}] if isinstance(expect, str) else expect:  # type: ignore[attr-defined]
        yield from (str(item[key]) for key in ("expect", "when") if key in item)
    for wanted in data.get("requires", ()):  # type: ignore[attr-defined]
        if not isinstance(wanted, str) and "when" in wanted:
            yield str(wanted["when"])
