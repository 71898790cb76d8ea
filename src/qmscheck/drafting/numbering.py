"""The next id of a series."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

_NUMBERED = re.compile(r"(?P<head>.*?)(?P<number>\d+)(?P<tail>\D*)", re.DOTALL)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_FIRST = "0001"


def next_id(ids: Iterable[str], prefix: str, year: int) -> str:
    """The id that follows the highest of the series that most ids belong to.

    A year in the ids becomes ``year``, and a new year begins with 1. Without ids: ``PREFIX-YEAR-0001``.
    """
    series: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for one in ids:
        match = _NUMBERED.fullmatch(one)
        if match is not None:
            head = _YEAR.sub(str(year), match["head"])
            series[head, match["tail"]].append((match["head"], match["number"]))
    if not series:
        return f"{prefix}-{year}-{_FIRST}" if prefix else _FIRST
    (head, tail), members = max(series.items(), key=lambda item: (len(item[1]), item[0]))
    highest = max((int(number) for before, number in members if before == head), default=0)
    width = max(len(number) for _, number in members)
    return f"{head}{highest + 1:0{width}d}{tail}"
