"""What a record must say: asked of the rules themselves, by judging the draft as it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from qmscheck.judging import Engine
from qmscheck.model import FieldPath, Outcome, Record, Rule
from qmscheck.registry import RecordSet, values_at
from qmscheck.schema import RecordType


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A field that a rule misses in the draft. ``choices`` are the words that it takes, if it takes only some."""

    path: FieldPath
    kind: str
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
                path = problem.path
                if path and not any(isinstance(step, int) for step in path) and not values_at(record.fields, path):
                    yield Asked(
                        path=path,
                        kind=self._type.kinds.get(path, "text"),
                        rule=result.rule,
                        message=problem.message,
                        choices=choices(self._type, path),
                    )


def choices(record_type: RecordType, path: FieldPath) -> tuple[str, ...]:
    """The words that a field takes, if it takes only some."""
    node: object = record_type.schema
    for step in path:
        node = _resolved(node, record_type.schema)
        properties = node.get("properties") if isinstance(node, Mapping) else None
        node = properties.get(step) if isinstance(properties, Mapping) else None
    node = _resolved(node, record_type.schema)
    words = node.get("enum") if isinstance(node, Mapping) else None
    return tuple(map(str, words)) if isinstance(words, list) else ()


def _resolved(node: object, root: Mapping[str, object]) -> object:
    while isinstance(node, Mapping) and str(node.get("$ref", "")).startswith("#/"):
        target: object = root
        for part in str(node["$ref"])[2:].split("/"):
            target = target.get(part) if isinstance(target, Mapping) else None
        node = target
    return node
