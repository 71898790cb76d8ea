"""What a repository's files seem to be: collections, and for each field where it comes from."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from qmscheck.adoption import files
from qmscheck.adoption.inference import Inferred, inferred
from qmscheck.adoption.joining import Joined, Said, Side, joins, plain, rows_of
from qmscheck.adoption.models import Model, beside, models, paths_of, spelt, words_of
from qmscheck.adoption.spoken import spoken
from qmscheck.collect import Tree
from qmscheck.config import Collection
from qmscheck.frozen import frozen
from qmscheck.knowledge import Knowledge
from qmscheck.mapping import Mapper, with_layout
from qmscheck.mapping.mapper import Origins
from qmscheck.mapping.where import ANY_KEY
from qmscheck.model import Record
from qmscheck.readers import Document
from qmscheck.registry import values_at

_SAMPLE = 40
"""Files of a folder that are looked at to tell what the folder holds."""
_MOST_READ = 4_000
_MOST_BYTES = 40_000_000
"""Files of a collection that are read to tell where its fields come from, and how long they may be together; of more,
some that lie evenly among them."""
_FEW = 3
_SHOWN = 2
_LONGEST = 40


@frozen
class FieldFound:
    """A canonical field: where it comes from (``key review_in``, ``section Timeline``), how often, and samples."""

    name: str
    via: str
    count: int
    samples: tuple[str, ...]


@frozen
class Proposed:
    """A collection to propose. ``keys`` is what the configuration says of it, ``files`` and ``exclude`` first.

    ``files`` counts the files that it names, ``read`` those of them that were looked into: of very many only some.
    ``joins`` are second files that complete its records.

    ``absent`` are telling fields that no record has, ``unmapped`` what the files say and no field takes (what, in how
    many files, samples), ``doubts`` sentences about values that could not be read, ``unclear`` a date for each set of
    spellings between which only somebody who knows can choose. ``ids`` are those of the records.
    """

    name: str
    type: str
    layout: str
    keys: Mapping[str, object]
    files: int
    records: int
    read: int = 0
    fields: tuple[FieldFound, ...] = ()
    absent: tuple[str, ...] = ()
    unmapped: tuple[tuple[str, int, tuple[str, ...]], ...] = ()
    doubts: tuple[str, ...] = ()
    unclear: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ids: tuple[str, ...] = ()
    joins: tuple[Joined, ...] = ()

    def reading_dates(self, spelling: str) -> Proposed:
        """The same with one more spelling of dates, chosen by somebody who knows."""
        dates = self.keys.get("dates")
        known = dates if isinstance(dates, list) else []
        return replace(self, keys={**self.keys, "dates": [*known, spelling]})


@dataclass(slots=True)
class _Reading:
    """What reading a collection's files with a model yields."""

    documents: list[Document] = field(default_factory=list)
    records: list[tuple[Record, Origins]] = field(default_factory=list)


def propose(tree: Tree, knowledge: Knowledge, progress: Callable[[int], None] = lambda _: None) -> list[Proposed]:
    """Collections for the records that the tree seems to hold, each type's best first. Writes nothing."""
    everything = files.paths(tree)
    found = _recognised(tree, everything, models(knowledge), progress)
    proposals: list[Proposed] = []
    sides: dict[int, Side] = {}
    for model, globs in _groups(found, everything):
        proposal, side = _proposed(model, globs, tree, everything, knowledge)
        if proposal.records:
            sides[len(proposals)] = side
            proposals.append(proposal)
            proposals += _left_beside(proposal, model, found, tree, everything, knowledge)
    return list(_named(_completed(proposals, sides, everything, found.said)))


def _completed(
    proposals: list[Proposed], sides: Mapping[int, Side], everything: list[str], said: Said
) -> Iterator[Proposed]:
    """The proposals with the second files that complete their records.

    They are written down where the collection has a mapping and no other has these files; elsewhere they are only told.
    """
    own = {number: side.own for number, side in sides.items()}
    for number, one in enumerate(proposals):
        side = sides.get(number)
        claimed = (path for other, paths in own.items() if other != number for path in paths)
        found = joins(side, everything, said, claimed) if side is not None else []
        free = [join for join in found if not join.claimed] if one.layout or "fields" in one.keys else []
        yield replace(one, keys=_with_joins(one.keys, free), joins=tuple(found))


def _with_joins(keys: Mapping[str, object], free: list[Joined]) -> dict[str, object]:
    if not free:
        return dict(keys)
    fields = keys.get("fields")
    more = {name: spec for join in free for name, spec in join.fields.items()}
    own = fields if isinstance(fields, dict) else {}
    return {**keys, "join": {join.name: join.spec for join in free}, "fields": {**own, **more}}


@frozen
class _Found:
    """Files by the model that they fit, and files that were looked at, with whether they have front matter.

    ``said`` are the plain values of their data.
    """

    fits: Mapping[str, list[str]]
    models: Mapping[str, Model]
    looked: Mapping[str, bool]
    said: Said


def _recognised(tree: Tree, everything: list[str], known: list[Model], progress: Callable[[int], None]) -> _Found:
    fits: dict[str, list[str]] = defaultdict(list)
    looked: dict[str, bool] = {}
    said: dict[str, Mapping[str, str]] = {}
    for paths in files.by_folder(everything).values():
        sample = list(_sample(paths))
        known_as: set[str] = set()
        for options, those in _by_reading(known):
            for document in files.documents(tree, [path for path in sample if path not in known_as], options):
                progress(len(looked))
                looked.setdefault(document.path, document.front_matter not in ("", "none"))
                said.setdefault(document.path, plain(document.data))
                for model in _best(document, those):
                    known_as.add(document.path)
                    fits[model.key].append(document.path)
    return _Found(fits=fits, models={model.key: model for model in known}, looked=looked, said=said)


def _by_reading(known: list[Model]) -> Iterator[tuple[Mapping[str, object], list[Model]]]:
    """Models by the options with which their files are read; those that need none come first."""
    ways: dict[str, list[Model]] = defaultdict(list)
    for model in known:
        ways[repr(model.collection.read) if model.collection.read else ""].append(model)
    for _, those in sorted(ways.items()):
        yield those[0].collection.read, those


def _sample(paths: list[str]) -> Iterator[str]:
    """A few files of each kind of name in a folder, spread over it."""
    kinds: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        kinds[files.suffix(path)].append(path)
    for same in kinds.values():
        step = max(1, len(same) // _SAMPLE)
        yield from same[::step]


def _best(document: Document, known: list[Model]) -> Iterator[Model]:
    """For each type of record the layout that fits a document best; where none does, a type in its own words.

    What is written in a type's own names is that, whatever else it resembles.
    """
    named = {model.key: model for model in known if not model.fields}
    own = spoken(document, dict.fromkeys(model.record_type for model in named.values())) if named else None
    if own is not None:
        yield named[own[0].name + ("=*" if own[1] else "=")]
        return
    weights = {
        model: model.weight(document)
        for model in known
        if model.fields and model.may_be(document.path, document.format)
    }
    layouts: dict[str, Model] = {}
    for model, weight in weights.items():
        if model.layout and weight > 0:
            best = layouts.get(model.record_type.name)
            if best is None or weight > weights[best]:
                layouts[model.record_type.name] = model
    if layouts:
        several = document.format not in ("csv", "jsonl")  # a row is one record, a page may be two
        yield from layouts.values() if several else [max(layouts.values(), key=lambda model: weights[model])]
        return
    words = sorted(((weight, model.key, model) for model, weight in weights.items() if weight > 0), reverse=True)
    said = document.data.get("type") if isinstance(document.data, dict) else None
    telling = [model for _, _, model in words if model.record_type.name == said]
    if telling:
        yield telling[0]
    elif words and (len(words) == 1 or words[0][0] > words[1][0]):
        yield words[0][2]


def _groups(found: _Found, everything: list[str]) -> Iterator[tuple[Model, files.Globs]]:
    """Models and the globs of the files that they fit; files of one type are not read twice by layouts that pick."""
    taken: dict[str, list[files.Globs]] = defaultdict(list)
    ordered = sorted(found.fits.items(), key=lambda item: (-len(item[1]), item[0]))
    for key, fits in ordered:
        model = found.models[key]
        others = [path for path in fits if not any(globs.of([path]) for globs in taken[model.record_type.name])]
        for globs in _globs(model, others, found, everything):
            taken[model.record_type.name].append(globs)
            yield model, globs


def _globs(model: Model, fits: list[str], found: _Found, everything: list[str]) -> Iterator[files.Globs]:
    if not fits:
        return
    if model.picks:
        yield files.wide(fits)
        return
    if not model.of_its_own:
        yield files.Globs(files=tuple(fits))
        return
    alike = files.same_named(fits)
    if alike is not None:
        yield alike
        return
    own = set(fits)
    together: list[files.Globs] = []
    for folder, paths in files.by_folder(fits).items():
        near = [path for path in everything if path.rpartition("/")[0] == folder and path not in own]
        looked = [path for path in near if path in found.looked]
        meant = [path for path in looked if model.may_be(path, "markdown")]
        globs = files.narrow(paths, looked, meant, "" if model.fields else model.record_type.prefix)
        if globs is not None:
            together.append(globs)
    if together:
        yield files.Globs(
            files=tuple(one for globs in together for one in globs.files),
            exclude=tuple(one for globs in together for one in globs.exclude),
        )


def _proposed(
    model: Model, globs: files.Globs, tree: Tree, everything: list[str], knowledge: Knowledge
) -> tuple[Proposed, Side]:
    paths = globs.of(everything)
    some = files.spread(tree, paths, _MOST_READ, _MOST_BYTES)
    reading = _read(tree, some, model.collection, model.mapper)
    more = inferred(model, reading.documents, reading.records, knowledge)
    if more.keys and model.layout:
        base = replace(model.collection, **more.changes(model.collection))
        reading = _read(tree, some, base, Mapper(base, model.record_type))
    found = _fields_found(model, reading, more)
    shown = {one.name for one in found}
    side = Side(
        record_type=model.record_type,
        rows=rows_of(reading.documents),
        own=frozenset(paths),
        known=frozenset(shown),
        words=words_of(knowledge, model.record_type),
    )
    proposal = Proposed(
        name=model.record_type.plural or model.record_type.name,
        type=model.record_type.name,
        layout=model.layout,
        keys=_keys(model, globs, more, found),
        files=len(paths),
        read=len(some),
        records=len(reading.records),
        fields=tuple(found),
        absent=tuple(name for name in map(spelt, model.fields) if name not in shown) if model.layout else (),
        unmapped=tuple(more.unmapped),
        doubts=tuple(more.doubts),
        unclear=more.unclear,
        ids=tuple(record.id for record, _ in reading.records),
    )
    return proposal, side


def _read(tree: Tree, paths: Iterable[str], collection: Collection, mapper: Mapper) -> _Reading:
    reading = _Reading()
    for document in files.documents(tree, paths, collection.read):
        traced = [item for item in mapper.trace(document) if isinstance(item, tuple)]
        if traced:
            reading.documents.append(document)
            reading.records += traced
    return reading


def _fields_found(model: Model, reading: _Reading, more: Inferred) -> list[FieldFound]:
    found: list[FieldFound] = []
    for path in dict.fromkeys((*paths_of(model), *more.paths())):
        vias: Counter[str] = Counter()
        samples: dict[str, None] = {}
        for record, origins in reading.records:
            hits = values_at(record.fields, path)
            if hits:
                origin = origins.get(hits[0][0]) or origins.get(path) or origins.get(path[:1])
                if origin is None:
                    continue
                vias[origin.via] += 1
                if len(samples) < _SHOWN:
                    samples[_short(hits[0][1])] = None
        if vias:
            via = vias.most_common(1)[0][0]
            found.append(FieldFound(name=spelt(path), via=via, count=vias.total(), samples=tuple(samples)))
    return found


def _keys(model: Model, globs: files.Globs, more: Inferred, found: list[FieldFound]) -> dict[str, object]:
    keys: dict[str, object] = {"layout": model.layout} if model.layout else {"type": model.record_type.name}
    keys["files"] = list(globs.files) if len(globs.files) > 1 else globs.files[0]
    if globs.exclude:
        keys["exclude"] = list(globs.exclude)
    if model.listed:
        keys["split"] = model.collection.split
    if not model.fields:
        return keys
    own = {} if model.layout else dict(_own_words(found))
    fields = {**own, **more.fields}
    return {**keys, **more.keys, **({"fields": fields} if fields else {})}


def _own_words(found: list[FieldFound]) -> Iterator[tuple[str, str]]:
    """Fields and the keys that they come from; of a field and a part of it, such as ``contract.ref``, only the part."""
    for one in found:
        whole = any(other.name.startswith(f"{one.name}.") for other in found)
        if one.via.startswith(("key ", "column ")) and not whole:
            yield one.name, one.via.partition(" ")[2]


def _left_beside(  # noqa: PLR0917 - one step of the story above
    proposal: Proposed, model: Model, found: _Found, tree: Tree, everything: list[str], knowledge: Knowledge
) -> Iterator[Proposed]:
    """What is left beside files that a layout picks: pages with front matter and none of its keys."""
    own = set(found.fits.get(model.key, ()))
    left = [path for path, front in found.looked.items() if front and path not in own]
    for name in beside(knowledge, model.layout) if left else ():
        where = {"has": [ANY_KEY], "not": dict(model.collection.where)}
        data = {**knowledge.layouts[name], "where": where}
        collection = with_layout(
            replace(model.collection, name=name, type="", layout=name, fields=None, where={}), data
        )
        mapper = Mapper(collection, knowledge.types[collection.type])
        globs = files.wide(left)
        reading = _read(tree, files.spread(tree, globs.of(everything), _MOST_READ, _MOST_BYTES), collection, mapper)
        keys = {"layout": name, "files": list(globs.files), "where": where}
        if reading.records:
            yield Proposed(
                name=f"other_{proposal.name}",
                type=collection.type,
                layout=name,
                keys=keys,
                files=len(reading.documents),
                records=len(reading.records),
            )


def _named(proposals: Iterable[Proposed]) -> Iterator[Proposed]:
    """The proposals with names that differ."""
    used: Counter[str] = Counter()
    for one in proposals:
        name = one.name.replace(" ", "_").replace("-", "_").casefold()
        used[name] += 1
        yield replace(one, name=name if used[name] == 1 else f"{name}_{used[name]}")


def _short(value: object) -> str:
    if isinstance(value, dict):
        value = ", ".join(str(part) for part in value.values())
    text = " ".join(str(value).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
