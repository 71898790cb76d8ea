"""``id-not-reused`` and ``ids-complete``: an id means one record for ever, and where ids count, none is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from qmscheck.calendars import Untold
from qmscheck.checks import Check, NotApplicable, Surroundings, Verdict
from qmscheck.lives import Gone
from qmscheck.model import Location, Problem, Record
from qmscheck.patterns import pattern

_NUMBER = pattern(r"(?P<series>.*?)(?P<number>\d+)\Z")
_MOST = 1_000_000
"""Numbers further apart than so are no series."""


def not_reused(records: list[Record], around: Surroundings) -> Iterator[Verdict]:
    """A verdict for each record whose id a removed record of the same type had: a problem when that was another one.

    It was another one where both state a field of option ``origin`` (when it began) and no such field is the same.
    """
    fields = [str(name) for name in around.options["origin"]]  # type: ignore[attr-defined]
    removed: dict[tuple[str, str], list[Gone]] = defaultdict(list)
    for gone in around.lives().gone():
        removed[gone.record.type, gone.record.id.casefold()].append(gone)
    for record in records:
        for gone in removed.get((record.type, record.id.casefold()), ()):
            common = [name for name in fields if record.fields.get(name) and gone.record.fields.get(name)]
            if not common or any(record.fields[name] == gone.record.fields[name] for name in common):
                continue
            name = common[0]
            message = (
                f"{record.id} was the id of {gone.record.path}, removed on {gone.commit.day} (commit "
                f"{gone.commit.short}): {name} was {gone.record.fields[name]}, here it is {record.fields[name]}"
            )
            yield Verdict(subject=record, problems=(Problem(message=message, path=("id",)),))
    yield Verdict(subject="ids")


def complete(records: list[Record], around: Surroundings) -> Iterator[Verdict]:
    """A verdict for each series of ids of the types in the setting that option ``types`` names.

    A series is what stands before the number: ``CHG-2026-``. A problem for each number between the lowest and the
    highest that no record has; the history says who removed it, where there is one and it was there.
    """
    wanted = around.facts.settings.get(str(around.options["types"])) or []
    if not isinstance(wanted, list) or not wanted:
        raise NotApplicable("no type is numbered without gaps (setting complete_series)")
    removed = _removed(around)
    for (kind, series), numbers in sorted(_series([one for one in records if one.type in wanted]).items()):
        problems = [
            Problem(message=f"no record has the id {name}{removed.get(name.casefold(), '')}", key=name)
            for name in _missing(series, numbers)
        ]
        anchor = around.anchors.get(f"types.{kind}") or Location(next(iter(numbers.values())).path)
        yield Verdict(subject=f"{kind} {series}", problems=tuple(problems), anchor=anchor)


def _removed(around: Surroundings) -> dict[str, str]:
    if around.history is None:
        return {}
    try:
        return {
            gone.record.id.casefold(): f"; it was removed on {gone.commit.day} by {gone.commit.author.name} (commit "
            f"{gone.commit.short})"
            for gone in around.history.gone()
        }
    except Untold:
        return {}


def _series(records: list[Record]) -> dict[tuple[str, str], dict[str, Record]]:
    found: dict[tuple[str, str], dict[str, Record]] = defaultdict(dict)
    for record in records:
        match = _NUMBER.match(record.id)
        if match is not None:
            found[record.type, match["series"]][match["number"]] = record
    return found


def _missing(series: str, numbers: dict[str, Record]) -> Iterator[str]:
    width = min(map(len, numbers))
    known = {int(number) for number in numbers}
    if max(known) - min(known) > _MOST:
        raise Untold(f"the ids {series}{min(known)} and {series}{max(known)} lie too far apart to be one series")
    for number in range(min(known), max(known)):
        if number not in known:
            yield f"{series}{number:0{width}}"


CHECKS = (
    Check(name="id-not-reused", whole=not_reused, looks_around=True, history=True),
    Check(name="ids-complete", whole=complete, looks_around=True, history=True),
)
