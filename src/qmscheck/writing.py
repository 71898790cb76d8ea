"""The story of ``qmscheck new``: where the record goes, what it must say, its text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from qmscheck import app, inheritance, plugins, selection
from qmscheck.collect import tree_of
from qmscheck.config import Collection, Config
from qmscheck.drafting import Asked, CannotWrite, Desk, Draft, Sample, drafted, next_id
from qmscheck.errors import UsageError
from qmscheck.judging import Bench, Engine
from qmscheck.judging.rulebook import concerns
from qmscheck.knowledge import Knowledge
from qmscheck.model import Source, Unreadable
from qmscheck.readers import format_of
from qmscheck.reading import Reading

_MOST_ROUNDS = 100
_WILD = re.compile(r"[*?\[{]")


@dataclass(slots=True)
class NewRecord:
    """A record being written: its fields so far, where it will lie, and what rules still miss (`Desk.missing`)."""

    config: Config
    knowledge: Knowledge
    collection: Collection
    desk: Desk
    fields: dict[str, object]
    sample: Sample | None
    ids: list[str] = field(default_factory=list)

    @property
    def clauses_of(self) -> Callable[[Asked], tuple[str, ...]]:
        """The clauses behind the rule that asks, in the chosen editions."""
        chosen = selection.standards(self.knowledge, self.config.standards) or tuple(self.knowledge.standards)
        return lambda asked: tuple(
            clause for control in asked.rule.controls for clause in self.knowledge.clauses_of(control, chosen)
        )

    def put(self, path: tuple[str | int, ...], value: object) -> None:
        """Set a field; maps on the way are made."""
        inner = self.fields
        for step in path[:-1]:
            found = inner.setdefault(str(step), {})
            if not isinstance(found, dict):
                return
            inner = found
        inner[str(path[-1])] = value

    def ask(self, answer: Callable[[Asked], object]) -> None:
        """Ask for what rules miss until they miss nothing that was not asked yet. An answer may raise new questions."""
        asked: set[tuple[str | int, ...]] = set()
        for _ in range(_MOST_ROUNDS):
            waiting = [one for one in self.desk.missing(self.fields) if one.path not in asked]
            if not waiting:
                return
            asked.add(waiting[0].path)
            self.put(waiting[0].path, answer(waiting[0]))

    def draft(self) -> tuple[str, Draft]:
        """The path of the file, relative to the root, and its text. Raises UsageError where none can be written."""
        path = self._path()
        form = self.collection.format or format_of(path) or "markdown"
        canonical = self.collection.fields is None
        if self.collection.split not in (None, "file"):
            raise UsageError(f"collection {self.collection.name!r} cuts its files into records: add this one by hand")
        try:
            draft = drafted(self.fields, form, self.sample, canonical=canonical)
        except CannotWrite as reason:
            raise UsageError(f"collection {self.collection.name!r}: {reason}") from None
        return (self.sample.record.path if draft.appends and self.sample else path), draft

    def _path(self) -> str:
        """Beside the latest record, named as it is; without one, where the collection's globs begin."""
        own = str(self.fields["id"])
        if self.sample is not None:
            last = PurePosixPath(self.sample.record.path)
            stem = last.name.partition(".")[0]
            rest = last.name.removeprefix(stem)
            known = self.sample.record.id
            name = stem.replace(known, own) if known and known in stem else own
            return str(last.with_name(_file_name(name) + rest))
        for glob in self.collection.files:
            fixed = _WILD.split(glob)[0].rpartition("/")[0]
            ending = re.search(r"\.(?:\{)?([A-Za-z]+)", glob.rpartition("/")[2])
            return str(PurePosixPath(fixed, _file_name(own) + f".{ending[1] if ending else 'yaml'}"))
        raise UsageError(
            f"collection {self.collection.name!r} names no files: its records come from {self.collection.collector}"
        )


def new_record(config: Config, wanted: str, collection_name: str | None, as_of: str | None) -> NewRecord:
    """Begin a record of a type. Raises UsageError when no collection, or more than one, holds that type."""
    loaded = plugins.load(config.disabled_plugins)
    knowledge = app.knowledge_of(config, loaded, examples=False)
    config = inheritance.tightened(config, knowledge)
    if wanted not in knowledge.types:
        raise UsageError(f"unknown record type {wanted!r}; there are {', '.join(sorted(knowledge.types))}")
    reading = Reading(config=config, knowledge=knowledge, plugins=loaded, tree=tree_of(config))
    collection = _collection(reading, wanted, collection_name)
    chosen = selection.standards(knowledge, config.standards)
    facts = app.facts_of(config, knowledge, chosen, as_of)
    config, _ = selection.profiled(config, knowledge)
    rules = selection.rules(knowledge, config.select, config.ignore, chosen)
    rules, _ = selection.by_history(selection.without_demands(rules), loaded.checks, on=False)
    bench = Bench(knowledge=knowledge, facts=facts, checks=loaded.checks, functions=loaded.functions)
    record_type = knowledge.types[wanted]
    desk = Desk(Engine(bench, [rule for rule in rules if concerns(rule, wanted)]), record_type)
    sample, ids = _sample(reading, collection)
    day = facts.today.isoformat()
    fields: dict[str, object] = {"id": next_id(ids, record_type.prefix, facts.today.year)}
    if collection.fields is None:
        fields = {"type": wanted, **fields}
    names = record_type.shape.fields or {}
    if record_type.lifecycle.states:
        fields["status"] = record_type.lifecycle.states[0]
    if "created_at" in names:
        fields["created_at"] = day
    return NewRecord(
        config=config, knowledge=knowledge, collection=collection, desk=desk, fields=fields, sample=sample, ids=ids
    )


def _collection(reading: Reading, wanted: str, name: str | None) -> Collection:
    found = [one for one in reading.collections() if one.type == wanted and name in (None, one.name)]
    if not found:
        known = ", ".join(f"{one.name} ({one.type})" for one in reading.collections()) or "none"
        raise UsageError(f"no collection {name or ''} of the configuration holds {wanted!r}; there are: {known}")
    if len(found) > 1:
        names = ", ".join(one.name for one in found)
        raise UsageError(f"several collections hold {wanted!r}; say which with --collection: {names}")
    if found[0].collector is not None:
        raise UsageError(f"records of {found[0].name!r} come from {found[0].collector}; they are not written")
    return found[0]


def _sample(reading: Reading, collection: Collection) -> tuple[Sample | None, list[str]]:
    """The latest record of a collection by path and place, and all ids."""
    ids: list[str] = []
    last: tuple[str, int] | None = None
    for item in reading.traced(frozenset({collection.name})):
        if not isinstance(item, Unreadable):
            record, _ = item
            ids.append(record.id)
            last = max(last or ("", 0), (record.path, record.index))
    if last is None:
        return None, ids
    source = reading.tree.source(last[0])
    if not isinstance(source, Source):
        return None, ids
    document, traced = reading.traced_file(collection, source)
    if document is None or not traced:
        return None, ids
    record, origins = traced[min(last[1], len(traced) - 1)]
    return Sample(document=document, record=record, origins=origins), ids


def _file_name(text: str) -> str:
    """An id as a file name: what would lead elsewhere, or is no sign for names, becomes a dash."""
    return re.sub(r"[^\w.+-]+", "-", text).strip(".-") or "record"
