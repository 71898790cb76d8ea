"""The story of a measurement: knowledge, records, metrics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from qmscheck import app, metrics, plugins, rulepack, selection
from qmscheck.collect import tree_of
from qmscheck.config import Config
from qmscheck.errors import UsageError
from qmscheck.frozen import frozen
from qmscheck.judging.rulebook import Bench
from qmscheck.metrics import Measure, Metric, Window
from qmscheck.metrics.measuring import measure
from qmscheck.model import Record
from qmscheck.reading import Reading
from qmscheck.registry import RecordSet


@frozen
class Measured:
    """What was measured, on how many records, with which settings."""

    measures: tuple[Measure, ...]
    as_of: str
    records: int
    settings: Mapping[str, object]


def of(config: Config, as_of: str | None, standards: Iterable[str], names: Iterable[str], window: Window) -> Measured:
    """Measure the records of a configuration. Raises only for usage, configuration, metrics and plugins."""
    loaded = plugins.load(config.disabled_plugins)
    knowledge = app.knowledge_of(config, loaded, frozenset())
    chosen = selection.standards(knowledge, tuple(standards) or config.standards)
    facts = app.facts_of(config, knowledge, chosen or tuple(knowledge.standards), as_of)
    known = metrics.definitions([("rules", rulepack.builtin_pack()), *loaded.packs, *app.own_packs(config)])
    reading = Reading(config=config, knowledge=knowledge, plugins=loaded, tree=tree_of(config))
    records = [item for item in reading.records() if isinstance(item, Record)]
    bench = Bench(knowledge=knowledge, facts=facts, checks=loaded.checks, functions=loaded.functions)
    found = measure(_wanted(known, tuple(names)), RecordSet(records, knowledge.types), bench, window)
    return Measured(
        measures=tuple(found), as_of=facts.as_of.date().isoformat(), records=len(records), settings=facts.settings
    )


def _wanted(known: list[Metric], names: tuple[str, ...]) -> list[Metric]:
    by_name = {metric.name: metric for metric in known}
    for name in names:
        if name not in by_name:
            near = get_close_matches(name, by_name, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(by_name)}"
            raise UsageError(f"unknown metric {name!r}; {hint}")
    return [by_name[name] for name in names] if names else known
