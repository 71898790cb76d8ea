"""What a record must say: asked of the rules themselves, by judging the draft as it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qmscheck.drafting.given import leading, shape_at
from qmscheck.frozen import frozen
from qmscheck.judging import Engine
from qmscheck.model import FieldPath, Outcome, Record, Rule
from qmscheck.registry import RecordSet
from qmscheck.schema import ANYTHING, RecordType, Shape, resolved


@frozen
class Asked:
    """A field that a rule misses in the draft. ``choices`` are the words that it takes, if it takes only some.

    Of a mapping, or a list of mappings, the field that one says first is asked for; rules then miss the others.
    """

    path: FieldPath
    shape: Shape
    rule: Rule
    message: str
    choices: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The field as one writes it: ``impact.service``."""
        return ".".join(map(str, self.path))


class Desk:
    """Judges drafts of one type of record, and says what is missing in them."""

    def __init__(self, engine: Engine, record_type: RecordType) -> None:
        self._engine = engine
        self._type = record_type

    def missing(self, fields: Mapping[str, object]) -> list[Asked]:
        """The fields that rules ask for and the draft does not have, in the order of the record type."""
        record = Record(
            type=self._type.name, id=str(fields.get("id", "")), fields=dict(fields), path="draft", collection="draft"
        )
        alone = RecordSet([record], {self._type.name: self._type}, complete=False)
        found = {asked.path: asked for asked in self._absent(record, alone)}
        order = {name: number for number, name in enumerate(self._type.shape.fields or {})}
        return sorted(found.values(), key=lambda asked: (order.get(str(asked.path[0]), len(order)), asked.name))

    def _absent(self, record: Record, alone: RecordSet) -> Iterator[Asked]:
        for result in self._engine.judge(alone).of({Outcome.FAIL}):
            for problem in result.problems:
                for path in map(self._begun, gaps(problem.path, record.fields, self._type) if problem.path else ()):
                    yield Asked(
                        path=path,
                        shape=shape_at(path, self._type),
                        rule=result.rule,
                        message=problem.message,
                        choices=choices(self._type, path),
                    )

    def _begun(self, path: FieldPath) -> FieldPath:
        """Of a mapping or a list of mappings that is not there the field that one says first."""
        shape = shape_at(path, self._type)
        if shape.kind == "list" and shape.item is not None and shape.item.fields:
            path, shape = (*path, 0), shape.item
        return self._begun((*path, leading(shape))) if shape.fields else path


def gaps(path: FieldPath, fields: Mapping[str, object], record_type: RecordType) -> Iterator[FieldPath]:
    """Where a path of a rule leads to nothing: in each item of a list on its way that lacks it, else in a first one."""
    yield from _gaps(path, fields, record_type.shape, ())


def _gaps(path: FieldPath, value: object, shape: Shape, before: FieldPath) -> Iterator[FieldPath]:
    if not path:
        yield from [before] if value is None else []
    elif shape.kind == "list" and (value is None or isinstance(value, list)):
        items = value or []
        named, rest = ([path[0]], path[1:]) if isinstance(path[0], int) else (range(len(items) or 1), path)
        for number in named:
            item = items[number] if isinstance(number, int) and number < len(items) else None
            yield from _gaps(rest, item, shape.item or ANYTHING, (*before, number))
    elif value is None or isinstance(value, dict):
        inner = (value or {}).get(path[0])
        yield from _gaps(path[1:], inner, (shape.fields or {}).get(str(path[0]), ANYTHING), (*before, path[0]))


def choices(record_type: RecordType, path: FieldPath) -> tuple[str, ...]:
    """The words that a field takes, if it takes only some."""
    node: object = record_type.schema
    for step in path:
        within = resolved(node, record_type.schema).get("items" if isinstance(step, int) else "properties")
        node = within if isinstance(step, int) else within.get(step) if isinstance(within, Mapping) else None
    words = resolved(node, record_type.schema).get("enum")
    return tuple(map(str, words)) if isinstance(words, list) else ()
