"""Definition files: YAML data that a JSON Schema of ours describes (rules, record types, layouts, configuration).

Every mistake raises with file, line and the nearest right word.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from qmscheck.errors import QmscheckError, RuleDefinitionError
from qmscheck.model import FieldPath, Location, Source, Unreadable
from qmscheck.readers import read
from qmscheck.readers.document import Document

SCHEMAS = Path(__file__).parent / "schemas"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Definition:
    """The data of one definition file, and where each part of it stands."""

    data: Mapping[str, object]
    document: Document
    error: type[QmscheckError] = RuleDefinitionError

    def locate(self, path: FieldPath = ()) -> Location:
        """The place of a key or item, or of its nearest ancestor."""
        line, column = self.document.position(path) or (1, 1)
        return Location(self.document.path, line, column)

    def wrong(self, message: str, path: FieldPath = ()) -> QmscheckError:
        """An error to raise, at a place of this file."""
        return self.error(message, self.locate(path))


@lru_cache
def schema_text(name: str) -> Mapping[str, object]:
    """One of our own JSON Schemas by name: ``config``, ``rule``, ``record-type``, ``report``."""
    loaded: Mapping[str, object] = json.loads((SCHEMAS / f"{name}.json").read_text("utf-8"))
    return loaded


@lru_cache
def _accepts(schema: str) -> Callable[[object], bool]:
    import jsonschema_rs  # noqa: PLC0415 - only runs that load definitions pay for it

    return jsonschema_rs.validator_for(dict(schema_text(schema))).is_valid


def load(file: Path, shown: str, schema: str, error: type[QmscheckError] = RuleDefinitionError) -> Definition:
    """Read and check one definition file; ``shown`` is the path that messages name."""
    try:
        content = file.read_bytes()
    except OSError as problem:
        raise error(f"cannot be read: {problem.strerror}", Location(shown)) from None
    document = read(Source(shown, content), "yaml", {})
    if isinstance(document, Unreadable):
        raise error(document.reason, document.location)
    definition = Definition(
        data=document.data if isinstance(document.data, dict) else {}, document=document, error=error
    )
    check(definition, document.data, schema)
    return definition


def check(definition: Definition, data: object, schema: str) -> None:
    """Raise with the first fault, and how many more there are, when data breaks a schema."""
    if _accepts(schema)(data):
        return
    from qmscheck.faults import faults  # noqa: PLC0415 - jsonschema is imported only to explain failures

    found = list(faults(schema_text(schema), data)) or [((), f"does not have the shape of a {schema} file")]
    path, sentence = found[0]
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    raise definition.wrong(sentence + more, path)
