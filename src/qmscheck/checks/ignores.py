"""``ignore-comments``: what comments in records ask to ignore may be ignored, has a reason, and is found."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from qmscheck.checks import Check, Ignore, NotApplicable, Surroundings, Verdict
from qmscheck.model import Grade, Problem, Record


def verdicts(_members: list[Record], around: Surroundings) -> Iterator[Verdict]:
    """A verdict for each file with such comments."""
    if around.account is None:
        raise NotApplicable("this run excuses nothing")
    account = around.account()
    for path, found in groupby(account.ignores(), lambda ignore: ignore.location.path):
        ignores = list(found)
        problems = tuple(problem for ignore in ignores for problem in _problems(ignore, around, account.judged))
        yield Verdict(subject=path, problems=problems, anchor=ignores[0].location)


def _problems(ignore: Ignore, around: Surroundings, judged: frozenset[str]) -> Iterator[Problem]:
    if not ignore.reason:
        yield _problem(ignore, "reason", "it gives no reason, and excuses nothing")
    if not ignore.rules:
        yield _problem(ignore, "rules", "it names no rule; write ignore[CHG008] and the reason")
    for name in ignore.rules:
        rule = around.rules.get(name)
        if rule is None:
            yield _problem(ignore, name, f"there is no rule {name!r}")
        elif rule.grade is Grade.MAJOR:
            yield _problem(ignore, name, f"{name} is of the grade major: only a waiver excuses it")
        elif ignore.reason and name in judged and name not in ignore.excused:
            yield _problem(ignore, name, f"{name} finds nothing here; take the comment out")


def _problem(ignore: Ignore, key: str, message: str) -> Problem:
    return Problem(message=message, key=f"{ignore.location.line}/{key}", location=ignore.location)


CHECK = Check(name="ignore-comments", whole=verdicts, late=True)
