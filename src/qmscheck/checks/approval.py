"""``approver-independent`` and ``approval-traced``: who wrote, who approved, and what shows it in the history."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qmscheck.calendars import Untold
from qmscheck.checks import Check, NotApplicable, Surroundings
from qmscheck.lives import Hands, State, Who
from qmscheck.model import FieldPath, Problem, Record
from qmscheck.people import People
from qmscheck.registry import dotted, nodes_at, values_at


def independent(record: Record, around: Surroundings) -> Iterator[Problem]:
    """A problem for each approver who wrote what was approved.

    Options: ``approver``, path of the approvers; ``decision`` (beside it in a list), with the word that means consent
    in ``consent``; ``free``, fields that an approver may write. Writers are the authors, committers and co-authors of
    every commit that changed another field before the approval was written, as the settings ``committers_wrote``,
    ``co_author_trailers`` and ``machines`` have it; not bots, and not whoever merges.
    """
    hands = _hands(around)
    states = around.states(record)
    free = {str(name) for name in around.options["free"]}  # type: ignore[attr-defined]
    untold: list[str] = []
    for path, name in approvers(record, around):
        wrote = _writers(states, written_at(states, path, name), free, hands)
        same, doubt = _among(name, list(wrote), around.facts.people)
        if same is not None:
            told = f"{wrote[same]}as {same}"
            yield Problem(message=f"{name} approved, but also wrote what was approved ({told})", path=path)
        elif doubt:
            untold.append(doubt)
    if untold:
        raise Untold("; ".join(dict.fromkeys(untold)))


def traced(record: Record, around: Surroundings) -> Iterator[Problem]:
    """A problem for each approval that was written by somebody else and that nothing of the approver's shows.

    It is shown by the commit that wrote it (its author or committer is the approver), by a trailer of the setting
    ``approval_trailers`` in a commit of the record, or by the approval's own ``evidence``. Other options as above.
    """
    states = around.states(record)
    keys = _texts(around.options.get("trailers")) or _texts(around.facts.settings.get("approval_trailers"))
    untold: list[str] = []
    for path, name in approvers(record, around):
        ((_, beside),) = nodes_at(record.fields, path[:-1]) if len(path) > 1 else [((), {})]
        if isinstance(beside, dict) and beside.get("evidence"):
            continue
        written = written_at(states, path, name)
        hands = [states[written].commit.author, states[written].commit.committer] if written < len(states) else []
        hands += [Who.of(value) for state in states for value in state.commit.said(*keys)]
        same, doubt = _among(name, hands, around.facts.people)
        if same is None and doubt:
            untold.append(doubt)
        elif same is None:
            wrote = f"written by {hands[0].name} on {states[written].commit.day}" if hands else "not committed yet"
            yield Problem(
                message=f"the approval of {name} was {wrote}; no commit, trailer or evidence is theirs", path=path
            )
    if untold:
        raise Untold("; ".join(dict.fromkeys(untold)))


def signed(record: Record, around: Surroundings) -> Iterator[Problem]:
    """A problem for each approval whose commit carries no good signature of the approver. Options as above."""
    states = around.states(record)
    untold: list[str] = []
    for path, name in approvers(record, around):
        number = written_at(states, path, name)
        if number >= len(states):
            untold.append(f"the approval of {name} is not committed yet")
            continue
        commit = states[number].commit
        signature = around.lives().signature(commit)
        told = f"the commit of the approval of {name}, {commit.short},"
        if signature.state == "unknown":
            untold.append(f"{told} is signed with a key that is not among those named")
        elif signature.state != "good":
            words = "is not signed" if signature.state == "none" else f"has a signature that is {signature.state}"
            yield Problem(message=f"{told} {words}", path=path)
        else:
            signer = Who.of(signature.signer)
            same, doubt = _among(name, [signer], around.facts.people)
            if same is None and (doubt or not (signer.name or around.facts.people.known)):
                untold.append(doubt or f"no people register tells whose key {signer} is")
            elif same is None:
                yield Problem(message=f"{told} is signed by {signature.signer}", path=path)
    if untold:
        raise Untold("; ".join(dict.fromkeys(untold)))


def approvers(record: Record, around: Surroundings) -> list[tuple[FieldPath, str]]:
    """Who is said to have approved, and where; raises NotApplicable when nobody is."""
    found = []
    decision, consent = around.options.get("decision"), around.options.get("consent")
    for path, name in values_at(record.fields, dotted(str(around.options["approver"]))):
        ((_, beside),) = nodes_at(record.fields, path[:-1]) if decision else [((), {})]
        told = beside.get(str(decision)) if decision and isinstance(beside, dict) else None
        if name and (told is None or told == consent):
            found.append((path, str(name)))
    if not found:
        raise NotApplicable("nobody approved it yet")
    return found


def written_at(states: Sequence[State], path: FieldPath, name: str) -> int:
    """The number of the state in which the approver was first named and stayed; behind the last where none is."""
    field = tuple(part for part in path if isinstance(part, str))
    first = len(states)
    for number in range(len(states) - 1, -1, -1):
        if all(found != name for _, found in values_at(dict(states[number].fields), field)):
            break
        first = number
    return first


def _writers(states: Sequence[State], until: int, free: set[str], hands: Hands) -> dict[Who, str]:
    """Who wrote, and for whom that is told only by having committed it: what."""
    people: dict[Who, str] = {}
    only: dict[Who, str] = {}
    for state in states[: until + 1]:
        commit = state.commit
        if commit.formatting or not state.changed() - free:
            continue
        for person in commit.writers(hands):
            if person == commit.committer != commit.author:
                only.setdefault(person, f"committed {commit.short} of {commit.author.name}, ")
            else:
                people[person] = ""
    return {**only, **people}


def _hands(around: Surroundings) -> Hands:
    settings = around.facts.settings
    machines = "|".join(f"(?:{one})" for one in _texts(settings.get("machines")))
    try:
        pattern = re.compile(machines, re.IGNORECASE) if machines else None
    except re.error as error:
        raise Untold(f"the setting machines holds no regular expressions: {error}") from None
    trailers = tuple(key.casefold() for key in _texts(settings.get("co_author_trailers")))
    return Hands(
        committers=settings.get("committers_wrote") is not False,
        co_authors=trailers or Hands().co_authors,
        machines=pattern,
    )


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def _among(name: str, people: Sequence[Who], register: People) -> tuple[Who | None, str]:
    """Which of them is meant by a name of the record, and what stands in the way of being sure that none is."""
    known = register.find(name)
    doubts = []
    for person in dict.fromkeys(people):
        entry = register.find(person.email) or register.find(person.name)
        if (known is not None and entry is not None and known.key == entry.key) or _says(name, person):
            return person, ""
        if known is None or entry is None:
            doubts.append(str(person) if known is not None else name)
    if not doubts or not register.known:
        sure = not doubts or "@" in name or " " in name.strip()
        return None, "" if sure else f"no people register tells which git identity {name} has"
    return None, f"the people register does not know {', '.join(dict.fromkeys(doubts))}"


def _says(name: str, person: Who) -> bool:
    plain = Who.of(name.removeprefix("@"))
    return bool(
        (plain.email and plain.email.casefold() == person.email.casefold())
        or (plain.name and plain.name.casefold() in (person.name.casefold(), person.email.casefold()))
    )


CHECKS = (
    Check(name="approver-independent", record=independent, history=True),
    Check(name="approval-traced", record=traced, history=True),
    Check(name="approval-signed", record=signed, history=True),
)
