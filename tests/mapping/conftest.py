from __future__ import annotations

import pytest

from qmscheck.config import Collection
from qmscheck.mapping import Mapper, build_joins
from qmscheck.model import Location, Source, Unreadable
from qmscheck.readers import format_of, read
from qmscheck.schema import RecordType

WHEN, DAY, PERIOD = ({"type": "string", "format": name} for name in ("when", "day", "period"))
TEXT = {"type": "string"}
EFFECT = {"type": "object", "properties": {"on": DAY, "works": {"type": "boolean"}}}
ACTION = {
    "type": "object",
    "properties": {"text": TEXT, "owner": TEXT, "due_on": DAY, "status": TEXT, "effect": EFFECT},
}
TYPE = RecordType(
    name="thing",
    title="Thing",
    schema={
        "properties": {
            "id": TEXT,
            "title": TEXT,
            "owner": TEXT,
            "status": TEXT,
            "at": WHEN,
            "on": DAY,
            "every": PERIOD,
            "number": {"type": "integer"},
            "score": {"type": "number"},
            "major": {"type": "boolean"},
            "people": {"type": "array", "items": TEXT},
            "days": {"type": "array", "items": DAY},
            "summary": TEXT,
            "causes": {"type": "array", "items": {"type": "object", "properties": {"text": TEXT}}},
            "timeline": {"type": "array", "items": {"type": "object", "properties": {"at": WHEN, "event": TEXT}}},
            "actions": {"type": "array", "items": ACTION},
            "impact": {"type": "object", "properties": {"service": TEXT, "minutes": {"type": "number"}}},
            "topic": {"anyOf": [TEXT, {"type": "array", "items": TEXT}]},
        }
    },
)


@pytest.fixture
def document():
    """Read text as the file ``path``."""

    def make(text, path="a/b.yaml", **options):
        content = text if isinstance(text, bytes) else text.encode()
        return read(Source(path, content), format_of(path), options)

    return make


@pytest.fixture
def collection():
    def make(**keys):
        return Collection(**{"name": "things", "type": "thing", "location": Location("qmscheck.yaml", 7, 3), **keys})

    return make


@pytest.fixture
def mapper(collection, document):
    """A mapper for a collection; ``seconds`` are the files (path -> text) of its joins."""

    def make(seconds=None, **keys):
        whole = collection(**keys)
        files = [document(text, path) for path, text in (seconds or {}).items()]
        return Mapper(whole, TYPE, build_joins(whole, TYPE, lambda _: files))

    return make


@pytest.fixture
def records(mapper, document):
    """Map one file and give its records."""

    def make(text, path="a/b.yaml", read=None, **keys):
        found = document(text, path, **(read or {}))
        assert not isinstance(found, Unreadable), found
        return list(mapper(**keys).records(found))

    return make


@pytest.fixture
def fields(records):
    """Map one file that is one record and give its fields."""

    def make(text, path="a/b.yaml", **fields):
        (record,) = records(text, path, fields=fields)
        return record.fields

    return make


@pytest.fixture
def page(records):
    """Map the body of one Markdown page to the field ``x``."""

    def make(text, spec):
        (record,) = records(text, "pages/page.md", fields={"x_found": spec})
        return record.fields.get("x_found")

    return make


@pytest.fixture
def trace(mapper, document):
    """Map one file with origins: ``(record, {path: (line, column, via)})`` of each record."""

    def make(text, path="a/b.yaml", seconds=None, **keys):
        found = list(mapper(seconds, **keys).trace(document(text, path)))
        return [
            (record, {at: (one.location.line, one.location.column, one.via) for at, one in origins.items()})
            for record, origins in found
        ]

    return make
