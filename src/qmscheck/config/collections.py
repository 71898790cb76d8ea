"""The collections of a configuration file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qmscheck.config.model import Collection
from qmscheck.config.values import inside, mapping, text_of, words
from qmscheck.definitions import Definition
from qmscheck.model import FieldPath


def collections(definition: Definition) -> Iterator[Collection]:
    """Each collection, with the place where it is asked for."""
    for name, data in mapping(definition.data.get("collections")).items():
        yield _collection(definition, name, mapping(data))


def _collection(definition: Definition, name: str, data: Mapping[str, object]) -> Collection:
    at: FieldPath = ("collections", name)
    _complete(definition, data, at)
    read = dict(mapping(data.get("read")))
    if "yaml" in read:
        read["yaml"] = str(read["yaml"])  # 1.1 without quotes is a number
    joins = {join: mapping(spec) for join, spec in mapping(data.get("join")).items()}
    for join, spec in joins.items():
        _globs(definition, spec.get("files"), (*at, "join", join, "files"))
    fields = data.get("fields")
    return Collection(
        name=name,
        type=str(data.get("type", "")),
        files=_globs(definition, data.get("files"), (*at, "files")),
        exclude=_globs(definition, data.get("exclude"), (*at, "exclude")),
        collector=text_of(data.get("from")),
        options=mapping(data.get("options")),
        format=text_of(data.get("format")),
        layout=text_of(data.get("layout")),
        read=read,
        split=data.get("split"),
        where=mapping(data.get("where")),
        fields=mapping(fields) if fields is not None else None,
        keep=data.get("keep") is True,
        join=joins,
        dates=words(data.get("dates")),
        location=definition.locate(at),
    )


def _complete(definition: Definition, data: Mapping[str, object], at: FieldPath) -> None:
    """A collection needs a type and a place to look; a layout may give both."""
    name = at[-1]
    if "files" in data and "from" in data:
        raise definition.wrong(f"collection {name!r} has both 'files' and 'from'; keep one", (*at, "from"))
    if "layout" in data:
        return
    if "type" not in data:
        raise definition.wrong(f"collection {name!r} needs a 'type', such as type: change", at)
    if "files" not in data and "from" not in data:
        raise definition.wrong(f"collection {name!r} needs 'files', such as files: [\"changes/**/*.yaml\"]", at)


def _globs(definition: Definition, value: object, at: FieldPath) -> tuple[str, ...]:
    return tuple(
        inside(definition, glob, (*at, index) if isinstance(value, list) else at)
        for index, glob in enumerate(words(value))
    )
