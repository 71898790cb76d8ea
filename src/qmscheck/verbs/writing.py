"""The story of ``qmscheck new``: where the record goes, what it must say, its text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from qmscheck import app, inheritance, plugins, selection
from qmscheck.collect import tree_of
from qmscheck.config import Collection, Config
from qmscheck.drafting import (
    OPEN,
    Asked,
    CannotWrite,
    Desk,
    Draft,
    Sample,
    choices,
    drafted,
    inserted,
    instructions,
    misfit,
    next_id,
    next_stem,
    path_of,
    value_of,
)
from qmscheck.errors import UsageError
from qmscheck.judging import Bench, Engine
from qmscheck.judging.rulebook import concerns
from qmscheck.knowledge import Knowledge
from qmscheck.mapping import Origin
from qmscheck.model import FieldPath, Record, Source, Unreadable
from qmscheck.readers import format_of
from qmscheck.reading import Reading
from qmscheck.schema import RecordType

_MOST_ROUNDS = 100
_WILD = re.compile(r"[*?\[{]")


@dataclass(slots=True)
class NewRecord:
    """A record being written: its fields so far, where it will lie, and what rules still miss (`Desk.missing`).

    ``ids`` are those of its collection; ``among`` the records in the file of the sample, as they stand there.
    """

    config: Config
    knowledge: Knowledge
    collection: Collection
    desk: Desk
    fields: dict[str, object]
    sample: Sample | None
    reading: Reading
    day: str
    ids: list[str] = field(default_factory=list)
    among: list[Record] = field(default_factory=list)

    def name(self) -> None:
        """Take the next id; where ids are the names of files, one of day or number and title as the others are."""
        via = self.sample.origins.get(("id",)) if self.sample is not None else None
        prefix, title = self.type.prefix, str(self.fields.get("title", ""))
        year = int(self.day[:4])
        if "id" not in self.fields:
            named = via is not None and via.via == "file stem"
            numbered = next_stem(self.ids, title, prefix, self.day) if named else next_id(self.ids, prefix, year)
            own = self._said_elsewhere(via) or numbered
            first = {"type": self.fields.pop("type")} if "type" in self.fields else {}
            self.fields = {**first, "id": own, **self.fields}

    def _said_elsewhere(self, via: Origin | None) -> str:
        """The id where the layout takes it from the place of another field that is known: a release's version."""
        origins = self.sample.origins.items() if self.sample is not None and via is not None else ()
        same = [path for path, origin in origins if via is not None and origin == via and path != ("id",)]
        return next((str(self.fields[path[0]]) for path in same if len(path) == 1 and path[0] in self.fields), "")

    @property
    def clauses_of(self) -> Callable[[Asked], tuple[str, ...]]:
        """The clauses behind the rule that asks, in the chosen editions, else in all."""
        chosen = selection.standards(self.knowledge, self.config.standards) or tuple(self.knowledge.standards)
        return lambda asked: tuple(
            clause
            for control in asked.rule.controls
            for clause in self.knowledge.clauses_of(control, chosen)
            if asked.rule.asked_by(clause)
        )

    @property
    def type(self) -> RecordType:
        """What a record of its kind has."""
        return self.knowledge.types[self.collection.type]

    def give(self, name: str, text: str) -> None:
        """Set a field as a command line says it. Raises UsageError for no field, a value of another kind, a gap."""
        path = path_of(name, self.type)
        mapped = self.collection.fields is not None
        value = value_of(path, text, self.type, mapped=mapped)
        reason = None if mapped or value == OPEN else misfit(path, value, self.type)
        if reason is not None:
            raise UsageError(f"--field {reason if reason.startswith(name) else f'{name}: {reason}'}")
        self.put(path, value)

    def put(self, path: FieldPath, value: object) -> None:
        """Set a field; maps and items on the way are made. Raises UsageError where something else stands there."""
        inner: object = self.fields
        for number, step in enumerate(path):
            last = number + 1 == len(path)
            below: object = value if last else [] if isinstance(path[number + 1], int) else {}
            if isinstance(inner, list) and isinstance(step, int) and step <= len(inner):
                inner[step:] = [below if last or step == len(inner) else inner[step], *inner[step + 1 :]]
                inner = inner[step]
            elif isinstance(inner, dict) and isinstance(step, str):
                inner[step] = below if last else inner.get(step, below)
                inner = inner[step]
            else:
                raise UsageError(f"--field {'.'.join(map(str, path))}: {_in_the_way(path[:number], inner)}")

    def ask(self, answer: Callable[[Asked], object]) -> None:
        """Ask for what rules miss until they miss nothing that was not asked yet. An answer may raise new questions."""
        asked: set[FieldPath] = set()
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
        try:
            draft = drafted(self.fields, form, self.sample, canonical=canonical, split=self.collection.split)
        except CannotWrite as reason:
            what = instructions(self.fields, self.sample, self.among, path)
            raise UsageError(f"collection {self.collection.name!r}: {reason}. {what}") from None
        return (self.sample.record.path if draft.behind is not None and self.sample else path), draft

    def whole(self, path: str, draft: Draft) -> str:
        """The text of the file with the draft in it. What else the file holds must read as before, else UsageError."""
        if draft.behind is None:
            return draft.text
        source = self.reading.tree.source(path)
        if not isinstance(source, Source):
            raise UsageError(f"{path} cannot be read any more")
        text = inserted(source.content.decode("utf-8"), draft)
        _, before = self.reading.traced_file(self.collection, source)
        _, after = self.reading.traced_file(self.collection, Source(path, text.encode("utf-8")))
        known = [record.fields for record, _ in before]
        read = [record.fields for record, _ in after]
        added = [one for one in read if one not in known]
        if len(read) != len(known) + 1 or len(added) > 1 or [one for one in read if one in known] != known:
            raise UsageError(f"{path} would be read otherwise with one more record in it: add this one by hand")
        return text

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
            if not _WILD.search(glob):
                return glob
            fixed = _WILD.split(glob)[0].rpartition("/")[0]
            ending = re.search(r"\.(?:\{)?([A-Za-z]+)", glob.rpartition("/")[2])
            return str(PurePosixPath(fixed, _file_name(own) + f".{ending[1] if ending else 'yaml'}"))
        raise UsageError(
            f"collection {self.collection.name!r} names no files: its records come from {self.collection.collector}"
        )


def _in_the_way(path: FieldPath, there: object) -> str:
    name = ".".join(map(str, path))
    if isinstance(there, list):
        return f"{name} has {len(there)} items so far; give {name}.{len(there)} first"
    return f"{name} is {there!r} already"


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
    sample, ids, among = _sample(reading, collection)
    day = facts.today.isoformat()
    return NewRecord(
        config=config,
        knowledge=knowledge,
        collection=collection,
        desk=desk,
        fields=_beginning(record_type, collection, sample, day),
        sample=sample,
        reading=reading,
        day=day,
        ids=ids,
        among=among,
    )


def _beginning(record_type: RecordType, collection: Collection, sample: Sample | None, day: str) -> dict[str, object]:
    """What can be said of any new record: its type, if the others say theirs, its first state, the day.

    A state that the layout has no place for is not said: what rules ask of a record without one is asked.
    """
    typed = collection.fields is None and (sample is None or "type" in sample.record.fields)
    fields: dict[str, object] = {"type": record_type.name} if typed else {}
    states = record_type.lifecycle.states or choices(record_type, ("status",))
    if states and (collection.fields is None or collection.keep or "status" in collection.fields):
        fields["status"] = states[0]
    names = record_type.shape.fields or {}
    dated = "created_at" if collection.fields is None or "created_at" in collection.fields else "date"
    if dated in names:
        fields[dated] = day
    return fields


def _collection(reading: Reading, wanted: str, name: str | None) -> Collection:
    found = [one for one in reading.collections() if one.type == wanted and name in (None, one.name)]
    if not found:
        known = ", ".join(f"{one.name} ({one.type})" for one in reading.collections()) or "none"
        which = f"no collection {name!r}" if name else "no collection"
        raise UsageError(f"{which} of the configuration holds {wanted!r}; there are: {known}")
    if len(found) > 1:
        names = ", ".join(one.name for one in found)
        raise UsageError(f"several collections hold {wanted!r}; say which with --collection: {names}")
    if found[0].collector is not None:
        raise UsageError(f"records of {found[0].name!r} come from {found[0].collector}; they are not written")
    return found[0]


def _sample(reading: Reading, collection: Collection) -> tuple[Sample | None, list[str], list[Record]]:
    """The latest record of a collection by path and place, all ids, and the records in its file."""
    ids: list[str] = []
    last: tuple[str, int] | None = None
    for item in reading.traced(frozenset({collection.name})):
        if not isinstance(item, Unreadable):
            record, _ = item
            ids.append(record.id)
            last = max(last or ("", 0), (record.path, record.index))
    if last is None:
        return None, ids, []
    source = reading.tree.source(last[0])
    if not isinstance(source, Source):
        return None, ids, []
    document, traced = reading.traced_file(collection, source)
    if document is None or not traced:
        return None, ids, []
    record, origins = traced[min(last[1], len(traced) - 1)]
    return Sample(document=document, record=record, origins=origins), ids, [one for one, _ in traced]


def _file_name(text: str) -> str:
    """An id as a file name: what would lead elsewhere, or is no sign for names, becomes a dash."""
    return re.sub(r"[^\w.+-]+", "-", text).strip(".-") or "record"
