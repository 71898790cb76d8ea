"""Management figures from records: shares, distributions and counts, by month and by group.

What is measured is data (``rules/metrics/``). A figure over nothing is no figure: it says that no record gives one. Values
that cannot be told are counted, not guessed; small samples are marked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean, median, quantiles

from qmscheck.calendars import Untold, day_of
from qmscheck.compiled import Compiler, Names
from qmscheck.completion import Completion
from qmscheck.definitions import Definition, load
from qmscheck.engine import Bench
from qmscheck.expression import Language, Program, as_text, as_variable
from qmscheck.model import FieldPath, Record
from qmscheck.names import shape_at
from qmscheck.registry import RecordSet, dotted, nodes_at
from qmscheck.schema import ANYTHING

SMALL_SAMPLE = "metric_small_sample"
"""The setting below which a sample is called small."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One figure: what it says, and where its values come from."""

    name: str
    title: str
    unit: str
    formula: str
    why: str
    controls: tuple[str, ...]
    feeds: tuple[str, ...]
    good: str
    definition: Definition

    @property
    def kind(self) -> str:
        """``share``, ``distribution`` or ``count``."""
        sources: list[Mapping[str, object]] = self.definition.data["sources"]  # type: ignore[assignment]
        return "share" if "of" in sources[0] else "distribution" if "value" in sources[0] else "count"


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What one record (or item) gives: a number, its month, its groups."""

    subject: str
    number: float
    month: str = ""
    groups: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure over ``n`` values. ``value`` is the share in percent, the median, or the count; None over nothing."""

    n: int
    value: float | None
    mean: float | None = None
    p90: float | None = None
    highest: float | None = None
    small: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A metric, measured. ``untold`` lists subjects and why their value cannot be told."""

    metric: Metric
    clauses: tuple[str, ...]
    total: Figure
    months: Mapping[str, Figure]
    groups: Mapping[str, Mapping[str, Figure]]
    values: tuple[Value, ...]
    untold: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Days between which values count, both inclusive; None leaves a side open."""

    since: str | None = None
    until: str | None = None

    def holds(self, day: str) -> bool:
        """Whether a day lies inside; a value without a day counts only in an open window."""
        if not day:
            return self.since is None and self.until is None
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


def definitions(packs: Iterable[tuple[str, Path]]) -> list[Metric]:
    """The metrics of packs, by name."""
    found: dict[str, Metric] = {}
    for shown, folder in packs:
        for file in sorted((folder / "metrics").glob("*.yaml")):
            definition = load(file, f"{shown}/metrics/{file.name}", "metric")
            metric = _metric(definition)
            if metric.name in found:
                raise definition.wrong(f"metric {metric.name!r} is defined twice", ("metric",))
            found[metric.name] = metric
    return [found[name] for name in sorted(found)]


def _metric(definition: Definition) -> Metric:
    data = definition.data
    return Metric(
        name=str(data["metric"]),
        title=str(data["title"]),
        unit=str(data["unit"]),
        formula=" ".join(str(data["formula"]).split()),
        why=" ".join(str(data["why"]).split()),
        controls=tuple(data["controls"]),  # type: ignore[arg-type]
        feeds=tuple(data.get("feeds", ())),  # type: ignore[arg-type]
        good=str(data.get("good", "")),
        definition=definition,
    )


def measure(metrics: Iterable[Metric], records: RecordSet, bench: Bench, window: Window) -> Iterator[Measure]:
    """Measure every metric over the records."""
    language = Language(bench.facts, bench.functions)
    compiler = Compiler(language, bench.facts, bench.checks)
    smallest = bench.facts.settings.get(SMALL_SAMPLE)
    small = smallest if isinstance(smallest, int) else 0
    for metric in metrics:
        values: list[Value] = []
        untold: list[tuple[str, str]] = []
        missing: list[str] = []
        sources: list[Mapping[str, object]] = metric.definition.data["sources"]  # type: ignore[assignment]
        for index, data in enumerate(sources):
            source = _Source(metric, index, data, compiler, language, bench)
            if not records.has(source.type_name):
                missing.append(source.type_name)
            for value in source.values(records):
                if isinstance(value, Value):
                    values.append(value)
                else:
                    untold.append(value)
        kept = [value for value in values if window.holds(value.month)]
        yield _measured(metric, kept, untold, missing, bench, small)


def _measured(
    metric: Metric, values: list[Value], untold: list[tuple[str, str]], missing: list[str], bench: Bench, small: int
) -> Measure:
    months: dict[str, list[Value]] = defaultdict(list)
    groups: dict[str, dict[str, list[Value]]] = defaultdict(lambda: defaultdict(list))
    for value in values:
        if value.month:
            months[value.month[:7]].append(value)
        for group, key in value.groups:
            groups[group][key].append(value)
    clauses = (clause for name in metric.controls for clause in bench.knowledge.clauses_of(name, bench.facts.standards))
    return Measure(
        metric=metric,
        clauses=tuple(dict.fromkeys(clauses)),
        total=_figure(metric.kind, values, small),
        months={month: _figure(metric.kind, found, small) for month, found in sorted(months.items())},
        groups={
            group: {key: _figure(metric.kind, found, small) for key, found in sorted(keys.items())}
            for group, keys in sorted(groups.items())
        },
        values=tuple(values),
        untold=tuple(untold),
        missing=tuple(dict.fromkeys(missing)),
    )


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

    def __init__(
        self,
        metric: Metric,
        index: int,
        data: Mapping[str, object],
        compiler: Compiler,
        language: Language,
        bench: Bench,
    ) -> None:
        self.type_name = str(data["record"])
        record_type = bench.knowledge.types.get(self.type_name)
        if record_type is None:
            raise metric.definition.wrong(f"unknown record type {self.type_name!r}", ("sources", index, "record"))
        each = data.get("each")
        self._each: FieldPath | None = dotted(str(each)) if each else None
        item = shape_at(str(each), record_type.shape).item or ANYTHING if each else ANYTHING
        names = Names(compiler, compiler.shapes(record_type, item))
        self._programs = _Programs()
        for key in ("where", "of", "value", "day"):
            if key in data:
                setattr(self._programs, key, self._compiled(metric, names, str(data[key]), ("sources", index, key)))
        by: Mapping[str, str] = data.get("by", {})  # type: ignore[assignment]
        self._programs.by = {
            name: self._compiled(metric, names, source, ("sources", index, "by", name)) for name, source in by.items()
        }
        self._language = language
        self._links = {name: record_type.links[name] for name in sorted(names.links)}
        self._completion = Completion(record_type.shape, sorted(names.extra))
        self._types = bench.knowledge.types

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
        return Value(
            subject=subject, number=number, month=self._day(activation), groups=tuple(self._groups(activation))
        )

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
