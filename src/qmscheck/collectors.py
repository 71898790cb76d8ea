"""Records from beyond the work tree: what the collector that a collection names can tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from qmscheck.calendars import Untold
from qmscheck.config import Collection, Config
from qmscheck.errors import ConfigError
from qmscheck.hookspec import Collector, Moment
from qmscheck.model import Unreadable
from qmscheck.readers import Document
from qmscheck.spelling import hint


class Collected(NamedTuple):
    """What a collector told: its records as one document, and what it cannot tell; ``why`` nothing is known, if so."""

    document: Document | None
    unreadable: Unreadable | None = None
    why: str = ""


def collected(collection: Collection, config: Config, collectors: Mapping[str, Collector]) -> Collected:
    """All that the collector of a collection tells. Raises ConfigError for what nobody knows or takes."""
    collector = _named(collection, collectors)
    rows: list[dict[str, object]] = []
    try:
        rows.extend(dict(row) for row in _rows(collector, collection, config))
    except ConfigError as error:
        raise ConfigError(f"collection {collection.name!r}: {error.message}", collection.location) from None
    except Untold as reason:
        unreadable = Unreadable(
            location=collection.location,
            reason=str(reason),
            collection=collection.name,
            type=collection.type,
            untold=True,
        )
        return Collected(_document(collector, rows) if rows else None, unreadable, str(reason))
    return Collected(_document(collector, rows), why="" if rows else collector.nothing)


def _named(collection: Collection, collectors: Mapping[str, Collector]) -> Collector:
    collector = collectors.get(str(collection.collector))
    if collector is None:
        raise unknown(collection, "collector", str(collection.collector), collectors)
    for option in collection.options:
        if option not in collector.options:
            raise unknown(collection, "option", option, dict.fromkeys(collector.options))
    return collector


def _document(collector: Collector, rows: list[dict[str, object]]) -> Document:
    return Document(path=collector.origin, format="jsonl", data=rows, text="", places=None, row_lines=[1] * len(rows))


def _rows(collector: Collector, collection: Collection, config: Config) -> Iterable[Mapping[str, object]]:
    options = {
        name: str(config.file(value)) if name in collector.files and isinstance(value, str) and value else value
        for name, value in collection.options.items()
    }
    if collector.names and config.names_from:
        options["names_from"] = config.names_from
    past = config.past
    if past is None:
        return collector.collect(config.root, **options)
    if not collector.past:
        raise Untold(f"the collector {collector.name!r} only tells how things stand now, not at {past.commit[:10]}")
    moment = Moment(commit=past.commit, committed=past.committed, as_of=past.as_of)
    return collector.collect(past.origin, **options, moment=moment)


def unknown(collection: Collection, kind: str, name: str, known: Mapping[str, object]) -> ConfigError:
    """The error for a name of some kind in a collection, with the nearest that is known."""
    meant = hint(name, known) or f"; known: {', '.join(sorted(known))}"
    return ConfigError(f"collection {collection.name!r}: unknown {kind} {name!r}{meant}", collection.location)
