"""What checks say, as far as it can be reported: anything else is an error of the rule, and names the check."""

from __future__ import annotations

from dataclasses import replace

from qmscheck.checks import Check, Verdict
from qmscheck.errors import PluginError
from qmscheck.model import FieldPath, Outcome, Problem, Record

_PROBLEM = "Problem(message=…, path=…)"


def problem_of(check: Check, said: object) -> Problem:
    """A problem that a check yields. Raises PluginError for what is none."""
    if not isinstance(said, Problem):
        raise _wrong(check, f"yields {said!r}, which is no {_PROBLEM}")
    if not isinstance(said.message, str):
        raise _wrong(check, f"yields a Problem whose message is {said.message!r}; it is a text")
    path: object = said.path
    if not isinstance(path, tuple) or not all(isinstance(step, str | int) for step in path):
        raise _wrong(check, f"yields a Problem whose path is {path!r}; it is a tuple, such as {_tuple_like(path)!r}")
    return said


def verdict_of(check: Check, said: object) -> Verdict:
    """A verdict that a check on a whole set yields. Raises PluginError for what is none."""
    if not isinstance(said, Verdict):
        raise _wrong(check, f"yields {said!r}, which is no Verdict(subject=…, problems=…)")
    if not isinstance(said.subject, Record | str):
        raise _wrong(check, f"yields a Verdict on {said.subject!r}, which is neither a Record nor a text")
    if said.outcome is not None and said.outcome not in tuple(Outcome):
        raise _wrong(check, f"yields a Verdict whose outcome is {said.outcome!r}")
    problems: object = said.problems
    if not isinstance(problems, tuple | list):
        raise _wrong(check, f"yields a Verdict whose problems are {problems!r}; they are a tuple of {_PROBLEM}")
    outcome = None if said.outcome is None else Outcome(said.outcome)
    return replace(said, outcome=outcome, problems=tuple(problem_of(check, one) for one in problems))


def _tuple_like(path: object) -> FieldPath:
    """What was probably meant by a path."""
    steps = path.split(".") if isinstance(path, str) else path if isinstance(path, list) else ["actions", "0"]
    return tuple(int(step) if str(step).isdecimal() else str(step) for step in steps)


def _wrong(check: Check, told: str) -> PluginError:
    return PluginError(f"the check {check.name!r} {told}")
