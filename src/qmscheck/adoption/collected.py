"""Records from beyond the work tree, proposed beside what was found in it: tags beside a change log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from qmscheck.adoption.models import recognise
from qmscheck.adoption.proposal import Proposed
from qmscheck.calendars import Untold
from qmscheck.errors import QmscheckError
from qmscheck.hookspec import Collector
from qmscheck.knowledge import Knowledge


def collected(
    proposals: Iterable[Proposed], knowledge: Knowledge, collectors: Mapping[str, Collector], root: Path
) -> Iterator[Proposed]:
    """A collection for each layout that asks a collector, stands beside a layout that was found, and yields records."""
    layouts, types = {one.layout for one in proposals}, {one.type for one in proposals}
    for name, data in knowledge.layouts.items():
        collector = collectors.get(str(data.get("from", "")))
        if collector is None or data["type"] in types or layouts.isdisjoint(recognise(data).get("beside", ())):
            continue
        count = _count(collector, root)
        if count:
            record_type = knowledge.types[str(data["type"])]
            yield Proposed(
                name=record_type.plural,
                type=record_type.name,
                layout=name,
                keys={"layout": name},
                files=0,
                records=count,
            )


def _count(collector: Collector, root: Path) -> int:
    """How many records a collector has; none where it cannot tell: no repository, no history."""
    try:
        return sum(1 for _ in collector.collect(root))
    except (QmscheckError, Untold, OSError):
        return 0
