"""The story of one record's life: found by its name, told from the commits that changed it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from qmscheck import __version__, app, plugins
from qmscheck.calendars import Untold
from qmscheck.collect import tree_of
from qmscheck.config import Config
from qmscheck.errors import UsageError
from qmscheck.history.moves import moves
from qmscheck.lifeline import Event, Life, differences
from qmscheck.lives import Fields, State
from qmscheck.memory.recall import GitLives
from qmscheck.model import Record
from qmscheck.reading import Reading


def of(config: Config, name: str) -> Life:
    """The life of the record that an id, a path or a subject names; of one that was removed, its end.

    Raises UsageError for an unknown or ambiguous name, and where git cannot tell.
    """
    loaded = plugins.load(config.disabled_plugins)
    knowledge = app.knowledge_of(config, loaded, examples=False)
    reading = Reading(config=config, knowledge=knowledge, plugins=loaded, tree=tree_of(config))
    records = [item for item in reading.records() if isinstance(item, Record)]
    lives = GitLives(reading)
    names = (name, _from_root(config, name))
    try:
        found = _named(records, names)
        if found:
            return _life(config, _only(name, found), lives)
        return _ended(config, name, names, lives, records)
    except Untold as reason:
        raise UsageError(f"the life of {name!r} cannot be told: {reason}") from None


def _life(config: Config, record: Record, lives: GitLives) -> Life:
    states = lives.states(record)
    if not states:
        raise Untold("no commit has it yet" if record.path else "no file holds it")
    events = [_event(state) for state in states]
    for move in moves(config.repository, record.path, config.revision):
        known = next((number for number, event in enumerate(events) if event.commit.id == move.commit.id), None)
        if known is not None:
            events[known] = replace(events[known], moved=move.before)
        else:
            events.append(Event(commit=move.commit, moved=move.before))
    events.sort(key=lambda event: event.commit.committed)  # stable: equal times stay in the order of the history
    return _told(config, record, _signed(events, lives), record.fields, states[-1].fields)


def _signed(events: Iterable[Event], lives: GitLives) -> Iterator[Event]:
    """The events with what git says of the signatures of their commits, where the settings name keys."""
    for event in events:
        try:
            yield replace(event, commit=replace(event.commit, signature=lives.signature(event.commit)))
        except Untold:
            yield event


def _event(state: State) -> Event:
    """What a state's commit changed: against the parent that is most like it."""
    parents = [fields for fields in state.before if fields is not None]
    against: Fields | None = min(parents, key=lambda fields: len(differences(fields, state.fields)), default=None)
    return Event(commit=state.commit, differences=differences(against, state.fields), new=against is None)


def _ended(config: Config, name: str, names: Iterable[str], lives: GitLives, records: list[Record]) -> Life:
    gone = [one for one in lives.gone() if _named([one.record], names)]
    if not gone:
        near = get_close_matches(name, [word for one in records for word in (one.id, one.path)], n=1)
        raise UsageError(f"no record is named {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
    last = max(gone, key=lambda one: one.commit.committed)
    return _told(config, last.record, [Event(commit=last.commit, gone=True)], last.record.fields, last.record.fields)


def _told(config: Config, record: Record, events: Iterable[Event], now: Fields, committed: Fields) -> Life:
    title = record.fields.get("title")
    return Life(
        version=__version__,
        type=record.type,
        id=record.id,
        title=title if isinstance(title, str) else "",
        path=record.path,
        revision="" if config.past is None else config.past.commit,
        events=tuple(events),
        uncommitted=differences(committed, now),
    )


def _named(records: Iterable[Record], names: Iterable[str]) -> list[Record]:
    """The records with one of these names: by subject or id, else by path."""
    wanted, every = set(names), list(records)
    return [one for one in every if wanted & {one.subject, one.id}] or [one for one in every if one.path in wanted]


def _only(name: str, found: list[Record]) -> Record:
    if len(found) > 1:
        shown = ", ".join(one.subject for one in found[:5])
        raise UsageError(f"{name!r} names {len(found)} records: {shown}{', ...' if len(found) > 5 else ''}")  # noqa: PLR2004
    return found[0]


def _from_root(config: Config, name: str) -> str:
    """A path as it is written from the current folder, from the root."""
    here = os.path.relpath(Path.cwd(), os.path.realpath(config.repository))
    return Path(os.path.normpath(Path(here, name))).as_posix()
