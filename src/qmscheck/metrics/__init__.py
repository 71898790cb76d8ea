"""Management figures from records: shares, distributions and counts, by month and by group.

What is measured is data (``rules/metrics/``). A figure over nothing is no figure: it says that no record gives one.
Values that cannot be told are counted, not guessed; small samples are marked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from qmscheck.definitions import Definition, load
from qmscheck.frozen import frozen


@frozen
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


@frozen
class Value:
    """What one record (or item) gives: a number, its day (ISO, empty where it has none), its groups."""

    subject: str
    number: float
    day: str = ""
    groups: tuple[tuple[str, str], ...] = ()


@frozen
class Figure:
    """A figure over ``n`` values. ``value`` is the share in percent, the median, or the count; None over nothing."""

    n: int
    value: float | None
    mean: float | None = None
    p90: float | None = None
    highest: float | None = None
    small: bool = False


@frozen
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


@frozen
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
