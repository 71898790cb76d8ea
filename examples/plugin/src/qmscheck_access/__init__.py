"""Access reviews for qmscheck: everything a plugin may add, each in a few lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from qmscheck import hookimpl
from qmscheck.calendars import day_of
from qmscheck.checks import Check, Surroundings
from qmscheck.expression import Function
from qmscheck.hookspec import Reporter
from qmscheck.model import Problem, Record, Report


@hookimpl
def qmscheck_packs() -> Iterable[Path]:
    """The record type and the rules: data beside this file."""
    return [Path(__file__).parent / "pack"]


def quarter(text: str) -> str:
    """``2026-Q1`` for a day in it."""
    day = day_of(text)
    return f"{day.year}-Q{(day.month + 2) // 3}"


@hookimpl
def qmscheck_functions() -> Iterable[Function]:
    """``quarter(x)`` for the expressions of rules."""
    return [Function(name="quarter", call=quarter, overloads=(("STRING", "STRING"),))]


def unseen_accounts(record: Record, around: Surroundings) -> Iterator[Problem]:  # noqa: ARG001 - needs no surroundings
    """A problem for each account in scope that the review says nothing about."""
    decided = {account.get("name") for account in record.fields.get("accounts", [])}
    for index, name in enumerate(record.fields.get("scope", [])):
        if name not in decided:
            yield Problem(message=f"{name} was in scope but has no decision", path=("scope", index), key=str(name))


@hookimpl
def qmscheck_checks() -> Iterable[Check]:
    """``check: every-account-decided`` for rule files."""
    return [Check(name="every-account-decided", record=unseen_accounts)]


def lines(report: Report, **_: object) -> Iterator[str]:
    """One line a result: outcome, rule, subject."""
    for result in report.results:
        yield f"{result.outcome}\t{result.rule.id}\t{result.subject!a}\n"


@hookimpl
def qmscheck_reporters() -> Iterable[Reporter]:
    """``--format lines``."""
    return [Reporter(name="lines", render=lines)]
