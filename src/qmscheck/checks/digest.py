"""``body-digest`` and ``version-forward``: the text of a document is the approved one, under its own version."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qmscheck.calendars import Untold
from qmscheck.checks import Check, NotApplicable, Surroundings
from qmscheck.lives import Fields, State
from qmscheck.model import Problem, Record

BODY = "body_digest"


def problems(record: Record, around: Surroundings) -> Iterator[Problem]:
    """A problem when the text differs from the approved one.

    The reading layer puts the digest of a Markdown body into ``body_digest`` (SHA-256 in hexadecimal of the text below
    the front matter, without blanks at line ends and blank lines around it). Option ``digest``: the field that holds
    the digest of the approved text. Without it the history of the file tells, in a run that reads it: the approved text
    is the one of the commit that wrote the values of the fields of option ``approval``.
    """
    field = str(around.options["digest"])
    approved, current = record.fields.get(field), record.fields.get(BODY)
    if not approved and current and around.history is not None and _stated(record, around):
        yield from _since_approval(record, around)
        return
    if not approved:
        raise Untold(f"no {field} is recorded" + (f"; the text as it stands has {current}" if current else ""))
    if not current:
        raise Untold("the record has no text of its own to compare")
    if str(approved).casefold().removeprefix("sha256:") != current:
        yield Problem(
            message=f"the text has changed since it was approved: it now has the digest {current}", path=(field,)
        )


def _approval(around: Surroundings) -> list[str]:
    return [str(name) for name in around.options.get("approval", ())]  # type: ignore[attr-defined]


def _stated(record: Record, around: Surroundings) -> bool:
    return any(record.fields.get(name) for name in _approval(around))


def _since_approval(record: Record, around: Surroundings) -> Iterator[Problem]:
    names = _approval(around)
    states = around.states(record)
    approving = next(
        (number for number in range(len(states) - 1, -1, -1) if states[number].changed() & set(names)), len(states)
    )
    if approving == len(states) or any(states[-1].fields.get(name) != record.fields.get(name) for name in names):
        raise Untold("its approval is not committed yet")
    text = states[approving].fields.get(BODY)
    if text == record.fields.get(BODY):
        return
    after = [state for state in states[approving + 1 :] if BODY in state.changed() and not state.commit.formatting]
    if not after:
        return
    told = f"{after[-1].commit.day} by {after[-1].commit.author.name}, commit {after[-1].commit.short}"
    since = states[approving].commit
    yield Problem(
        message=f"the text was changed ({told}) after the approval was recorded on {since.day}", path=(names[0],)
    )


def version_problems(record: Record, around: Surroundings) -> Iterator[Problem]:
    """A problem for each approved text that came after another one without a higher version."""
    if not record.fields.get("version"):
        raise NotApplicable("it states no version")
    last: Fields | None = None
    compared = 0
    for state in around.states(record):
        if state.fields.get("status") != "approved" or not state.fields.get(BODY):
            continue
        changed = last is not None and last.get(BODY) != state.fields[BODY]
        if last is not None and changed and not _exempt(state):
            compared += 1
            yield from _step(last, state)
        last = state.fields
    if not compared:
        raise NotApplicable("no commit shows a second approved text")


def _exempt(state: State) -> bool:
    return state.commit.formatting or state.fields.get("change_class") == "editorial"


def _step(last: Fields, state: State) -> Iterator[Problem]:
    old, new = str(last.get("version") or ""), str(state.fields.get("version") or "")
    if not _number(old) or not _number(new):
        raise Untold(f"the versions {old!r} and {new!r} hold no numbers to compare")
    if _number(new) <= _number(old):
        yield Problem(
            message=f"the text of {state.commit.day} (commit {state.commit.short}) has version {new}, and the text "
            f"before it had {old}",
            path=("version",),
            key=f"version/{state.commit.id}",
        )


def _number(version: str) -> tuple[int, ...]:
    """The numbers of a version or date, without zeros at its end: 1.10 is above 1.9, 2 equals 2.0."""
    numbers = [int(part) for part in re.findall(r"\d{1,18}", version)]
    while numbers and numbers[-1] == 0 and len(numbers) > 1:
        numbers.pop()
    return tuple(numbers)


CHECKS = (
    Check(name="body-digest", record=problems),
    Check(name="version-forward", record=version_problems, history=True),
)
