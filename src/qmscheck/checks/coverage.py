"""``clause-coverage``: within a cycle, records together cover every clause of each chosen standard."""

from __future__ import annotations

from collections.abc import Iterator

from qmscheck.calendars import Untold, day_of, shift
from qmscheck.checks import Check, Surroundings, Verdict
from qmscheck.model import Problem, Record
from qmscheck.registry import dotted, values_at

_SHOWN = 12


def verdicts(records: list[Record], around: Surroundings) -> Iterator[Verdict]:
    """One verdict for each chosen standard.

    Options: ``field`` with clause references (``iso9001:2015/8.5``, or a number alone, which counts for every
    standard), ``on`` the date field of a record, ``within`` the name of a setting with the period. A clause covers
    those below it; one is covered, too, when all those below it are. Clauses before the fourth ask for nothing.
    """
    facts = around.facts
    since = shift(facts.as_of, str(facts.settings[str(around.options["within"])]), back=True).date()
    named: list[str] = []
    untold: list[str] = []
    for record in records:
        for _, date in values_at(record.fields, dotted(str(around.options["on"]))):
            try:
                recent = since <= day_of(str(date)) <= facts.today
            except Untold as reason:
                untold.append(f"{record.subject}: {reason}")
                continue
            if recent:
                named += [str(value) for _, value in values_at(record.fields, dotted(str(around.options["field"])))]
    for standard in facts.standards:
        missing = list(_missing(standard, facts.clauses.get(standard, ()), named))
        if missing and untold:
            raise Untold("; ".join(untold[:3]))
        yield Verdict(subject=standard, problems=tuple(_problems(standard, missing, since.isoformat())))


def _missing(standard: str, clauses: tuple[str, ...], named: list[str]) -> Iterator[str]:
    numbers = {
        name.removeprefix(f"{standard}/") for name in named if "/" not in name or name.startswith(f"{standard}/")
    }
    leaves = [one for one in clauses if not any(other.startswith(f"{one}.") for other in clauses)]
    for leaf in leaves:
        if leaf.split(".", 1)[0].isdigit() and int(leaf.split(".", 1)[0]) > 3:  # noqa: PLR2004 - see the docstring
            parts = leaf.split(".")
            if not any(".".join(parts[:length]) in numbers for length in range(1, len(parts) + 1)):
                yield leaf


def _problems(standard: str, missing: list[str], since: str) -> Iterator[Problem]:
    if missing:
        shown = ", ".join(missing[:_SHOWN]) + (f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else "")
        yield Problem(message=f"since {since} nothing covers these clauses of {standard}: {shown}", key=standard)


CHECK = Check(name="clause-coverage", whole=verdicts, looks_around=True, clock=True)
