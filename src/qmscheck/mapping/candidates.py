"""Where a field may come from. Each candidate is compiled once and finds a value in the scope of a record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from qmscheck.mapping import bodies
from qmscheck.mapping.place import Place
from qmscheck.mapping.scope import Hit, Scope, column_key
from qmscheck.mapping.values import ABSENT, text_of, without_nulls
from qmscheck.model import FieldPath, legible

Find = Callable[[Scope], Hit | None]


class Candidate:
    """One way to find a value: ``value`` is quick, ``hit`` says where it was as well."""

    __slots__ = ("hit",)

    def __init__(self, hit: Find) -> None:
        self.hit = hit

    def value(self, scope: Scope) -> object:
        """The value as it stands in the document; ABSENT when it is not there."""
        found = self.hit(scope)
        return ABSENT if found is None else found.value


class Key(Candidate):
    """The first of some key paths that leads to something but null. ``simple`` is the key when there is one step.

    ``nothing`` is the value of a key that is there with null (``owner:`` in YAML); ABSENT: as if it were not there.
    """

    __slots__ = ("nothing", "paths", "simple")

    def __init__(self, names: list[str], nothing: object = ABSENT) -> None:
        super().__init__(self._hit)
        self.paths = [(name, tuple(_step(part) for part in name.split(".")), column_key(name)) for name in names]
        self.nothing = nothing
        self.simple = names[0] if len(names) == 1 and "." not in names[0] and nothing is ABSENT else None

    def value(self, scope: Scope) -> object:
        """See `Candidate.value`."""
        data, columns = scope.data, scope.columns
        for name, steps, column in self.paths:
            found = data.get(name)
            if found is None and len(steps) > 1:
                found = _walk(data, steps)
            if found is None and columns is not None and column in columns:
                found = data.get(columns[column])
            if found is not None:
                return found
        return ABSENT if self.nothing is ABSENT or self._there(scope) is None else self.nothing

    def _there(self, scope: Scope) -> FieldPath | None:
        """The first of the paths whose last key is there, whatever it holds."""
        for name, steps, _ in self.paths:
            if name in scope.data:
                return (name,)
            parent = _walk(scope.data, steps[:-1])
            if isinstance(parent, dict) and str(steps[-1]) in parent:
                return steps
        return None

    def _hit(self, scope: Scope) -> Hit | None:
        for name, steps, column in self.paths:
            if scope.data.get(name) is not None:
                return Hit(scope.data[name], f"key {name}" if name else "item", path=(name,) if name else ())
            found = _walk(scope.data, steps)
            if found is not None:
                return Hit(found, f"key {name}", path=_reached(scope.data, steps))
            actual = (scope.columns or {}).get(column)
            if actual is not None and scope.data.get(actual) is not None:
                return Hit(scope.data[actual], f"column {actual}", path=(actual,))
        there = None if self.nothing is ABSENT else self._there(scope)
        return None if there is None else Hit(self.nothing, f"key {'.'.join(map(str, there))}", path=there)


def _step(part: str) -> str | int:
    return int(part) if part.isascii() and part.isdigit() else part


def _walk(value: object, steps: FieldPath) -> object:
    """What lies at a key path; through a list, the list of what lies there in each item."""
    for index, step in enumerate(steps):
        if isinstance(value, dict):
            value = value.get(str(step))
        elif isinstance(value, list) and isinstance(step, int):
            value = value[step] if step < len(value) else None
        elif isinstance(value, list):
            found = [_walk(item, steps[index:]) for item in value]
            return [item for item in found if item is not None] or None
        else:
            return None
    return value


def _reached(value: object, steps: FieldPath) -> FieldPath:
    """The steps as they are in the data, up to the first list that is not indexed."""
    path: list[str | int] = []
    for step in steps:
        if isinstance(value, dict):
            value = value.get(str(step))
            path.append(str(step))
        elif isinstance(value, list) and isinstance(step, int):
            value = value[step]
            path.append(step)
        else:
            break
    return tuple(path)


_SUFFIXES: Final = frozenset(
    {
        *("md", "markdown", "erb", "njk", "html", "htm", "txt"),
        *("yaml", "yml", "json", "jsonl", "ndjson", "toml", "csv", "tsv"),
    }
)


def stem_of(path: str) -> str:
    """The file name without the extensions of known formats: ``a/1.2-x.html.md.erb`` is ``1.2-x``."""
    name = legible(path.rpartition("/")[2])
    while True:
        stem, _, suffix = name.rpartition(".")
        if not stem or suffix.lower() not in _SUFFIXES:
            return name
        name = stem


_FILE: Final[Mapping[str, Callable[[str], str]]] = {
    "path": lambda path: path,
    "name": lambda path: path.rpartition("/")[2],
    "stem": stem_of,
    "parent": lambda path: path.rpartition("/")[0].rpartition("/")[2],
}


def _file(spec: object, place: Place) -> Find:
    if spec not in _FILE:
        raise place.unknown("part of a file", spec, _FILE)
    read, via = _FILE[str(spec)], f"file {spec}"
    return lambda scope: Hit(read(legible(scope.document.path)), via)


def _group(spec: object, place: Place) -> Find:
    name = place.text(spec)

    def find(scope: Scope) -> Hit | None:
        value = scope.groups.get(name)
        return None if value is None else Hit(value, f"group {name}", line=scope.line)

    return find


def _entry(spec: object, place: Place) -> Find:
    if spec != "key":
        raise place.unknown("part of an entry", spec, ["key"])
    return lambda scope: None if scope.entry is None else Hit(scope.entry, "entry key", path=())


def _const(spec: object, place: Place) -> Find:  # noqa: ARG001 - all makers take a place
    value = without_nulls(spec)
    return lambda scope: None if value is None else Hit(value, "const", line=scope.line)


def candidate(spec: object, place: Place) -> Candidate:
    """Compile one candidate: text is short for ``{key: text}``; keys that shape the value are not looked at."""
    if not isinstance(spec, Mapping):
        return Key([place.text(spec)])
    words = [word for word in spec if word in WORDS]
    if spec.get("joined") is not None:
        return _joined(spec, place)
    if len(words) != 1:
        raise place.error(f"name exactly one of {', '.join(WORDS)}" + (f", not {' and '.join(words)}" if words else ""))
    word, below = words[0], place.at(words[0])
    if word == "key":
        nothing = spec.get("nothing")
        return Key(below.texts(spec["key"]), ABSENT if nothing is None else nothing)
    if "nothing" in spec:
        raise place.at("nothing").error("goes with key")
    return Candidate(_MAKERS[word](spec[word], below))


def _joined(spec: Mapping[str, object], place: Place) -> Candidate:
    """The same in a joined document; alone: the path of the joined file."""
    name = place.at("joined").text(spec["joined"])
    rest = {key: value for key, value in spec.items() if key != "joined"}
    inner = candidate(rest, place) if any(word in WORDS for word in rest) else Candidate(_file("path", place))

    def find(scope: Scope) -> Hit | None:
        other = scope.joined.get(name)
        found = inner.hit(other) if other is not None else None
        return None if found is None else found._replace(via=f"joined {name}: {found.via}", scope=other)

    return Candidate(find)


def shorthand(text: str) -> object:
    """``"file: path"`` as the candidate ``{file: path}``, for places where a candidate must be a text."""
    word, colon, rest = text.partition(":")
    return {word: rest.strip()} if colon and word in WORDS else text


def as_text(value: object) -> str | None:
    """A found value as text to compare, None when it is absent or no scalar."""
    return None if value is ABSENT else text_of(value)


_MAKERS: Final[Mapping[str, Callable[[object, Place], Find]]] = {
    "file": _file,
    "group": _group,
    "entry": _entry,
    "const": _const,
    **bodies.MAKERS,
}
WORDS: Final = ("key", *_MAKERS, "joined")
"""What a candidate may be."""
