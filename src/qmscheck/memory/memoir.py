"""Lives of records as text and back: each state says only what it changed.

Reading back raises ValueError, TypeError, KeyError or IndexError for what is no such text.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from operator import attrgetter

from qmscheck.lives import Commit, Fields, Gone, State, Who
from qmscheck.model import Record

Lives = Mapping[str, Sequence[State]]

_RECORD = ("type", "id", "fields", "path", "collection", "index", "line", "single")


def of_lives(lives: Lives) -> str:
    """The lives of the records of one file, by name."""
    commits: dict[str, tuple[int, Commit]] = {}
    told = {name: _states(states, commits) for name, states in lives.items()}
    return json.dumps([[_commit(commit) for _, commit in commits.values()], told])


def lives_of(text: str, path: str) -> dict[str, list[State]]:
    """The same again; ``path`` is where the file lies."""
    listed, told = json.loads(text)
    commits = [_commit_of(one) for one in listed]
    return {str(name): _states_of(states, commits, path) for name, states in told.items()}


def of_gone(gone: Sequence[Gone]) -> str:
    """Removed records."""
    of = attrgetter(*_RECORD)
    return json.dumps([[of(one.record), _commit(one.commit)] for one in gone])


def gone_of(text: str) -> list[Gone]:
    """The same again."""
    return [
        Gone(record=Record(**dict(zip(_RECORD, record, strict=True))), commit=_commit_of(commit))
        for record, commit in json.loads(text)
    ]


def _states(states: Sequence[State], commits: dict[str, tuple[int, Commit]]) -> list[object]:
    numbers = {id(state.fields): number for number, state in enumerate(states)}
    told: list[object] = []
    for state in states:
        before = [None if fields is None else numbers[id(fields)] for fields in state.before]
        base = next((fields for fields in state.before if fields is not None), {})
        changed = {key: value for key, value in state.fields.items() if key not in base or base[key] != value}
        lost = [key for key in base if key not in state.fields]
        number, _ = commits.setdefault(state.commit.id, (len(commits), state.commit))
        told.append([number, before, changed, lost])
    return told


def _states_of(told: Sequence[Sequence[object]], commits: Sequence[Commit], path: str) -> list[State]:
    states: list[State] = []
    for number, before, changed, lost in told:
        if not (isinstance(before, list) and isinstance(changed, dict) and isinstance(lost, list)):
            raise TypeError
        earlier: list[Fields | None] = [None if one is None else states[one].fields for one in before]
        base = next((fields for fields in earlier if fields is not None), {})
        fields = {key: value for key, value in base.items() if key not in lost} | changed
        states.append(State(commit=commits[int(str(number))], fields=fields, before=tuple(earlier), path=path))
    return states


def _commit(commit: Commit) -> list[object]:
    return [
        commit.id,
        commit.author.name,
        commit.author.email,
        commit.committer.name,
        commit.committer.email,
        int(commit.authored.timestamp()),
        int(commit.committed.timestamp()),
        commit.parents,
        commit.subject,
        commit.trailers,
        commit.formatting,
        commit.records,
        commit.carried,
    ]


def _commit_of(told: Sequence[object]) -> Commit:
    name, author, author_mail, committer, committer_mail, authored, committed, parents, subject, trailers, *more = told
    formatting, records, carried = more
    if not isinstance(trailers, list):
        raise TypeError
    return Commit(
        id=str(name),
        author=Who(str(author), str(author_mail)),
        committer=Who(str(committer), str(committer_mail)),
        authored=dt.datetime.fromtimestamp(int(str(authored)), dt.UTC),
        committed=dt.datetime.fromtimestamp(int(str(committed)), dt.UTC),
        parents=int(str(parents)),
        subject=str(subject),
        trailers=tuple((str(key), str(value)) for key, value in trailers),
        formatting=formatting is True,
        records=int(str(records)),
        carried=carried is True,
    )
