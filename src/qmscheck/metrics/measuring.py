"""Measuring: the values that records give for a metric, and the figures over them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from statistics import mean, median, quantiles

from qmscheck.calendars import Untold, day_of
from qmscheck.expression import Language, Program, as_text, as_variable
from qmscheck.judging.compiler import Compiler, Names
from qmscheck.judging.completion import Completion
from qmscheck.judging.rulebook import Bench
from qmscheck.metrics import Figure, Measure, Metric, Value, Window
from qmscheck.model import FieldPath, Record
from qmscheck.names import shape_at
from qmscheck.registry import RecordSet, dotted, nodes_at
from qmscheck.schema import ANYTHING

SMALL_SAMPLE = "metric_small_sample"
"""The setting below which a sample is called small."""


def measure(metrics: Iterable[Metric], records: RecordSet, bench: Bench, window: Window) -> Iterator[Measure]:
    """Measure every metric over the records."""
    workshop = _Workshop(bench)
    smallest = bench.facts.settings.get(SMALL_SAMPLE)
    small = smallest if isinstance(smallest, int) else 0
    for metric in metrics:
        found = _gathered(metric, records, workshop)
        found.values = [value for value in found.values if window.holds(value.day)]
        clauses = (one for name in metric.controls for one in bench.knowledge.clauses_of(name, bench.facts.standards))
        yield Measure(
            metric=metric,
            clauses=tuple(dict.fromkeys(clauses)),
            total=_figure(metric.kind, found.values, small),
            months=_months(metric.kind, found.values, small),
            groups=_groups(metric.kind, found.values, small),
            values=tuple(found.values),
            untold=tuple(found.untold),
            missing=tuple(dict.fromkeys(found.missing)),
        )


@dataclass(slots=True)
class _Found:
    values: list[Value] = field(default_factory=list)
    untold: list[tuple[str, str]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


class _Workshop:
    """What compiling and evaluating sources needs."""

    def __init__(self, bench: Bench) -> None:
        self.types = bench.knowledge.types
        self.language = Language(bench.facts, bench.functions)
        self.compiler = Compiler(self.language, bench.facts, bench.checks)


def _gathered(metric: Metric, records: RecordSet, workshop: _Workshop) -> _Found:
    found = _Found()
    sources: list[Mapping[str, object]] = metric.definition.data["sources"]  # type: ignore[assignment]
    for index, data in enumerate(sources):
        source = _Source(metric, index, data, workshop)
        if not records.has(source.type_name):
            found.missing.append(source.type_name)
        for value in source.values(records):
            if isinstance(value, Value):
                found.values.append(value)
            else:
                found.untold.append(value)
    return found


def _months(kind: str, values: list[Value], small: int) -> dict[str, Figure]:
    months: dict[str, list[Value]] = defaultdict(list)
    for value in values:
        if value.day:
            months[value.day[:7]].append(value)
    return {month: _figure(kind, found, small) for month, found in sorted(months.items())}


def _groups(kind: str, values: list[Value], small: int) -> dict[str, dict[str, Figure]]:
    groups: dict[str, dict[str, list[Value]]] = defaultdict(lambda: defaultdict(list))
    for value in values:
        for group, key in value.groups:
            groups[group][key].append(value)
    return {
        group: {key: _figure(kind, found, small) for key, found in sorted(keys.items())}
        for group, keys in sorted(groups.items())
    }


def _figure(kind: str, values: list[Value], small: int) -> Figure:
    numbers = [value.number for value in values]
    if kind == "count":
        return Figure(n=len(numbers), value=float(len(numbers)))
    if not numbers:
        return Figure(n=0, value=None)
    if kind == "share":
        return Figure(n=len(numbers), value=100 * sum(numbers) / len(numbers), small=len(numbers) < small)
    ninth = quantiles(numbers, n=10, method="inclusive")[-1] if len(numbers) > 1 else numbers[0]
    return Figure(
        n=len(numbers),
        value=median(numbers),
        mean=mean(numbers),
        p90=ninth,
        highest=max(numbers),
        small=len(numbers) < small,
    )


@dataclass(slots=True)
class _Programs:
    where: Program | None = None
    of: Program | None = None
    value: Program | None = None
    day: Program | None = None
    by: dict[str, Program] = field(default_factory=dict)


class _Source:
    """One source of a metric's values, compiled."""

    def __init__(self, metric: Metric, index: int, data: Mapping[str, object], workshop: _Workshop) -> None:
        self.type_name = str(data["record"])
        record_type = workshop.types.get(self.type_name)
        if record_type is None:
            raise metric.definition.wrong(f"unknown record type {self.type_name!r}", ("sources", index, "record"))
        each = data.get("each")
        self._each: FieldPath | None = dotted(str(each)) if each else None
        item = shape_at(str(each), record_type.shape).item or ANYTHING if each else ANYTHING
        names = Names(workshop.compiler, workshop.compiler.shapes(record_type, item))
        self._programs = _Programs()
        for key in ("where", "of", "value", "day"):
            if key in data:
                setattr(self._programs, key, self._compiled(metric, names, str(data[key]), ("sources", index, key)))
        by: Mapping[str, str] = data.get("by", {})  # type: ignore[assignment]
        self._programs.by = {
            name: self._compiled(metric, names, source, ("sources", index, "by", name)) for name, source in by.items()
        }
        self._language = workshop.language
        self._links = {name: record_type.links[name] for name in sorted(names.links)}
        self._completion = Completion(record_type.shape, sorted(names.extra))
        self._types = workshop.types

    def values(self, records: RecordSet) -> Iterator[Value | tuple[str, str]]:
        """A value for each record or item that counts; subject and reason where it cannot be told."""
        for record in records.of(self.type_name):
            for subject, variables in self._subjects(record, records):
                try:
                    value = self._value(subject, self._language.activation(variables))
                except Untold as reason:
                    yield subject, str(reason)
                else:
                    if value is not None:
                        yield value

    def _subjects(self, record: Record, records: RecordSet) -> Iterator[tuple[str, dict[str, object]]]:
        whole = as_variable(record, self._completion.of(record.fields))
        variables: dict[str, object] = {"record": whole}
        if self._links:
            variables["related"] = dict(self._related(record, records))
        if self._each is None:
            yield record.subject, variables
            return
        for path, items in nodes_at(whole, self._each):
            for index, item in enumerate(items if isinstance(items, list) else []):
                name = ".".join(str(part) for part in (*path, index))
                yield f"{record.subject} {name}", {**variables, "item": item}

    def _related(self, record: Record, records: RecordSet) -> Iterator[tuple[str, object]]:
        for name, link in self._links.items():
            found = records.related(record, link)
            if found is not None:
                seen = [as_variable(one, Completion(self._types[one.type].shape).of(one.fields)) for one in found]
                yield name, seen if link.many else (seen[0] if seen else None)

    def _value(self, subject: str, activation: object) -> Value | None:
        programs = self._programs
        if programs.where is not None and not programs.where.holds(activation):
            return None
        number = 1.0
        if programs.of is not None:
            number = float(programs.of.holds(activation))
        elif programs.value is not None:
            found = programs.value.value(activation)
            if not isinstance(found, (int, float)) or isinstance(found, bool):
                raise Untold(f"{found!r} is no number")
            number = float(found)
        return Value(subject=subject, number=number, day=self._day(activation), groups=tuple(self._groups(activation)))

    def _day(self, activation: object) -> str:
        if self._programs.day is None:
            return ""
        found = self._programs.day.value(activation)
        return "" if found is None else day_of(as_text(found)).isoformat()

    def _groups(self, activation: object) -> Iterator[tuple[str, str]]:
        for name, program in self._programs.by.items():
            found = program.value(activation)
            for key in found if isinstance(found, list) else [found]:
                yield name, as_text(key) or "(not stated)"

    @staticmethod
    def _compiled(metric: Metric, names: Names, source: str, at: FieldPath) -> Program:
        try:
            return names.program(source)
        except ValueError as error:
            raise metric.definition.wrong(f"{error} (in: {source.strip()})", at) from None
