"""``editions``: the editions that are judged against are those in force, or their replacement is under way."""

from __future__ import annotations

from collections.abc import Iterator

from qmscheck.calendars import day_of, shift, time_of
from qmscheck.checks import Check, Surroundings, Verdict
from qmscheck.model import Problem, Record
from qmscheck.registry import NOTHING


def verdicts(records: list[Record], around: Surroundings) -> Iterator[Verdict]:  # noqa: ARG001 - judges the choice
    """One verdict for each chosen standard: a problem for an edition that was withdrawn while nothing is planned.

    Options, all names of settings: ``plan`` says where the move to the next edition is planned; with it, a problem
    appears only when less than ``notice`` is left until the end of the transition.
    """
    facts, options = around.facts, around.options
    plan, notice = (str(facts.settings[str(options[name])] or "") for name in ("plan", "notice"))
    for standard in facts.standards:
        edition = facts.editions.get(standard)
        problems = []
        if edition is not None and edition.withdrawn_on and day_of(edition.withdrawn_on) <= facts.today:
            ends = edition.transition_ends
            head = f"{standard} was withdrawn on {edition.withdrawn_on}"
            if not plan:
                problems.append(f"{head}, and no plan for the move to the next edition is named")
            elif ends and shift(time_of(ends), notice, back=True) <= facts.as_of:
                problems.append(f"{head}; the transition is reported to end on {ends}, in less than your {notice}")
        yield Verdict(subject=standard, problems=tuple(Problem(message=one, key=standard) for one in problems))


CHECK = Check(name="editions", whole=verdicts, looks_around=True, clock=True, only=NOTHING)
