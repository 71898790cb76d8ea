"""Second files that complete records: a page for each row of a register, found by a name or key that both have."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field

from qmscheck.adoption import files
from qmscheck.frozen import frozen
from qmscheck.mapping.candidates import stem_of
from qmscheck.mapping.join import join_key
from qmscheck.mapping.scope import column_key
from qmscheck.readers import Document
from qmscheck.schema import RecordType

_LEAST = 3
_MOST_OF_FILES = 0.8
"""The part of the files of a folder that must belong to a record."""
_PART_OF_RECORDS = 0.2
_PART_OF_DISTINCT = 0.9
"""The part of the values of a key that must differ for it to name a record."""
_OFTEN = 0.5
_LONGEST = 120
_MOST = 2

Said = Mapping[str, Mapping[str, str]]
"""For files that were looked at: their keys with plain values."""


@frozen
class Joined:
    """Files that complete ``matched`` of the records: ``key`` of each of them is ``on`` of its record.

    ``among`` counts the files that the glob names, ``belong`` those of them that a record has. ``fields`` are those
    that only the second files have. ``claimed``: another proposed collection has these files as records of its own.
    """

    name: str
    glob: str
    key: Mapping[str, str]
    on: Mapping[str, str]
    matched: int
    among: int
    belong: int
    fields: Mapping[str, object] = field(default_factory=dict)
    claimed: bool = False

    @property
    def sentence(self) -> str:
        """What was found, with its figures."""
        ours, theirs = _named(self.on), _named(self.key)
        return (
            f"join {self.name}: {self.matched} records are completed by {self.belong} of {self.among} files "
            f"{self.glob}; {theirs} there is {ours} here"
        )

    @property
    def spec(self) -> dict[str, object]:
        """What a configuration says of it."""
        return {"files": self.glob, "key": dict(self.key), "on": dict(self.on)}


@frozen
class Side:
    """The records of one collection, as their files say them: rows with plain values, and whose files they are."""

    record_type: RecordType
    rows: Sequence[Mapping[str, str]]
    own: frozenset[str]
    known: frozenset[str]
    words: Mapping[str, str]


def rows_of(documents: Iterable[Document]) -> list[Mapping[str, str]]:
    """The plain values of each record: of a row, an item, a whole file (with its name under an empty key)."""
    found: list[Mapping[str, str]] = []
    for document in documents:
        if isinstance(document.data, list):
            found += [plain(row) for row in document.data if isinstance(row, dict)]
        else:
            found.append({**plain(document.data), "": stem_of(document.path)})
    return found


def plain(data: object) -> dict[str, str]:
    """Keys whose values are short texts or numbers, as text."""
    items = data.items() if isinstance(data, dict) else ()
    return {
        str(key): str(value)
        for key, value in items
        if isinstance(value, (str, int)) and not isinstance(value, bool) and 0 < len(str(value)) <= _LONGEST
    }


def joins(side: Side, everything: Sequence[str], said: Said, claimed: Iterable[str]) -> list[Joined]:
    """The joins to propose for a collection, the one with most records first."""
    free = [path for path in everything if path not in side.own and not _is_table(path)]
    others = frozenset(claimed)
    found: dict[str, Joined] = {}
    for name, values in _naming(side.rows):
        for key, by_path in _keyed(free, said):
            paths = {path: value for path, value in by_path.items() if value in values}
            for glob, among in _folders(paths, [*(by_path if key else free), *side.own]):
                one = _joined(
                    side, name, key, glob, {path: paths[path] for path in among if path in paths}, among, values
                )
                if one is not None and (glob not in found or found[glob].matched < one.matched):
                    fields = {} if others & set(among) else _fields(side, said, one, among)
                    found[glob] = _with(one, fields, claimed=bool(others & set(among)))
    return sorted(found.values(), key=lambda one: (-one.matched, one.glob))[:_MOST]


def _naming(rows: Sequence[Mapping[str, str]]) -> Iterator[tuple[str, Counter[str]]]:
    """Keys whose values tell records apart, with how many records have each value."""
    values: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        for key, value in row.items():
            values[key][join_key(value)] += 1
    for key, counted in values.items():
        if counted.total() >= _LEAST and len(counted) >= _PART_OF_DISTINCT * counted.total():
            yield key, counted


def _keyed(paths: Sequence[str], said: Said) -> Iterator[tuple[str, dict[str, str]]]:
    """What files may be found by: their names (an empty key), then each key that many of them have."""
    yield "", {path: join_key(stem_of(path)) for path in paths}
    keys = Counter(key for path in paths for key in said.get(path, ()))
    for key, count in keys.items():
        if count >= _LEAST:
            yield key, {path: join_key(said[path][key]) for path in paths if key in said.get(path, ())}


def _folders(matched: Mapping[str, str], known: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """The topmost folders nearly all of whose files of one kind match, as a glob, with those files."""
    hits: Counter[tuple[str, str]] = Counter(spot for path in matched for spot in _above(path))
    totals: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path in known:
        for spot in _above(path):
            if hits[spot] >= _LEAST:
                totals[spot].append(path)
    good = {spot for spot, those in totals.items() if hits[spot] >= _MOST_OF_FILES * len(those)}
    for folder, ending in sorted(good):
        if not any((above, ending) in good for above, _ in _above(folder) if above != folder):
            direct = all(path.rpartition("/")[0] == folder for path in totals[folder, ending])
            yield f"{folder}/{'' if direct else '**/'}*{ending}", totals[folder, ending]


def _above(path: str) -> Iterator[tuple[str, str]]:
    """Each folder that a file lies in, nearest first, with the ending of the file."""
    ending = files.suffix(path)
    folder = path.rpartition("/")[0]
    while folder:
        yield folder, ending
        folder = folder.rpartition("/")[0]


def _joined(  # noqa: PLR0917 - one step of the story above
    side: Side, name: str, key: str, glob: str, paths: Mapping[str, str], among: list[str], values: Counter[str]
) -> Joined | None:
    matched = sum(values[value] for value in set(paths.values()))
    if matched < max(_LEAST, _PART_OF_RECORDS * len(side.rows)):
        return None
    folder = glob.partition("/*")[0].rpartition("/")[2]
    return Joined(
        name="".join(sign if sign.isalnum() else "_" for sign in folder).strip("_").casefold() or "page",
        glob=glob,
        key={"key": key} if key else {"file": "stem"},
        on={"key": name} if name else {"file": "stem"},
        matched=matched,
        among=len(among),
        belong=len(paths),
    )


def _fields(side: Side, said: Said, one: Joined, among: list[str]) -> dict[str, object]:
    """Fields that no record has and that the second files say in words that the type takes; and where each one is."""
    keys = Counter(key for path in among for key in said.get(path, ()))
    read = sum(1 for path in among if said.get(path))
    fields: dict[str, object] = {}
    for key, count in keys.items():
        name = side.words.get(column_key(key), "")
        values = [said[path][key] for path in among if key in said.get(path, ())]
        new = name and name not in side.known | {"id", "type", *fields} and count >= _OFTEN * read
        if new and all(side.record_type.accepts({"id": "x", name: value}) for value in values):
            fields[name] = {"joined": one.name, "key": key}
    return {**fields, f"x_{one.name}": {"joined": one.name}}


def _with(one: Joined, fields: Mapping[str, object], *, claimed: bool) -> Joined:
    return Joined(
        name=one.name, glob=one.glob, key=one.key, on=one.on, matched=one.matched, among=one.among, belong=one.belong,
        fields=fields, claimed=claimed,
    )  # fmt: skip


def _named(candidate: Mapping[str, str]) -> str:
    return "the name" if "file" in candidate else f"{candidate['key']!r}"


def _is_table(path: str) -> bool:
    return path.endswith((".csv", ".tsv", ".jsonl", ".ndjson"))
