"""A life as one JSON document, described by ``schemas/history.json``; ASCII, so that any name survives."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Final

from qmscheck.lifeline import Difference, Event, Life
from qmscheck.lives import Signature, Who

SCHEMA: Final = "qmscheck-history/v1"


def render(life: Life, **_options: object) -> Iterator[str]:
    """The whole document; options do not change it. Values are whole, not short."""
    document = {
        "schema": SCHEMA,
        "tool": {"name": "qmscheck", "version": life.version},
        "record": {"type": life.type, "id": life.id, "title": life.title, "path": life.path},
        "revision": life.revision or None,
        "signatures": "looked at" if life.signatures else "not looked at",
        "events": [_event(one) for one in life.events],
        "uncommitted": _differences(life.uncommitted),
    }
    yield json.dumps(document, indent=1, ensure_ascii=True) + "\n"


def _event(one: Event) -> dict[str, object]:
    commit = one.commit
    return {
        "commit": commit.id,
        "subject": commit.subject,
        "author": _person(commit.author),
        "committer": _person(commit.committer),
        "co_authors": [_person(Who.of(value)) for value in commit.said("co-authored-by")],
        "authored_at": commit.authored.isoformat().replace("+00:00", "Z"),
        "committed_at": commit.committed.isoformat().replace("+00:00", "Z"),
        "merge": commit.parents > 1,
        "formatting": commit.formatting,
        "signature": None if commit.signature is None else _signature(commit.signature),
        "trailers": [{"key": key, "value": value} for key, value in commit.trailers],
        "created": one.new,
        "removed": one.gone,
        "moved_from": one.moved or None,
        "fields": _differences(one.differences),
    }


def _differences(found: Iterable[Difference]) -> list[dict[str, object]]:
    return [{"field": one.name, "before": one.before, "after": one.after} for one in found]


def _signature(signature: Signature) -> dict[str, str]:
    return {"state": signature.state, "signer": signature.signer}


def _person(who: Who) -> dict[str, str]:
    return {"name": who.name, "email": who.email}
