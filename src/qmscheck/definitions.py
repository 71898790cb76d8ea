"""Definition files: YAML data that a JSON Schema of ours describes (rules, record types, layouts, configuration).

Every mistake raises with file, line and the nearest right word.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from pathlib import Path

from qmscheck.errors import QmscheckError, RuleDefinitionError
from qmscheck.frozen import frozen
from qmscheck.model import FieldPath, Location, Source, Unreadable
from qmscheck.pack_index import PackIndex
from qmscheck.readers import Document, read

SCHEMAS = Path(__file__).parent / "schemas"


Places = Callable[[FieldPath], tuple[int, int] | None]
"""From a path in the data to line and column in the file."""


@frozen(eq=False)
class Definition:
    """The data of one definition file, and where each part of it stands."""

    data: Mapping[str, object]
    path: str
    places: Places
    error: type[QmscheckError] = RuleDefinitionError

    def locate(self, path: FieldPath = ()) -> Location:
        """The place of a key or item, or of its nearest ancestor."""
        return Location(self.path, *(self.places(path) or (1, 1)))

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


def load(
    file: Path | str,
    shown: str,
    schema: str,
    error: type[QmscheckError] = RuleDefinitionError,
    index: PackIndex | None = None,
) -> Definition:
    """Read and check one definition file; ``shown`` is the path that messages name.

    What the ``index`` knows of a file of its pack is not read again.
    """
    if index is None or str(file) not in index:
        return _read(file, shown, schema, error)
    data = index.get(str(file), lambda: _read(file, shown, schema, error).data)
    return Definition(data=data, path=shown, places=partial(_read_again, file, shown), error=error)


def _read(file: Path | str, shown: str, schema: str, error: type[QmscheckError]) -> Definition:
    try:
        source = Source(shown, Path(file).read_bytes())
    except OSError as problem:
        raise error(f"cannot be read: {problem.strerror}", Location(shown)) from None
    document = read(source, "yaml", {})
    if isinstance(document, Unreadable):
        raise error(document.reason, document.location)
    data = document.data if isinstance(document.data, dict) else {}
    definition = Definition(data=data, path=shown, places=document.position, error=error)
    check(definition, document.data, schema)
    return definition


def _read_again(file: Path | str, shown: str, path: FieldPath) -> tuple[int, int] | None:
    try:
        document = _document(Source(shown, Path(file).read_bytes()))
    except OSError:
        return None
    return None if isinstance(document, Unreadable) else document.position(path)


@lru_cache(maxsize=1)
def _document(source: Source) -> Document | Unreadable:
    return read(source, "yaml", {})


def check(definition: Definition, data: object, schema: str) -> None:
    """Raise with the first fault, and how many more there are, when data breaks a schema."""
    if _accepts(schema)(data):
        return
    from qmscheck.faults import faults  # noqa: PLC0415 - jsonschema is imported only to explain failures

    found = list(faults(schema_text(schema), data)) or [((), f"does not have the shape of a {schema} file")]
    path, sentence = found[0]
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    raise definition.wrong(sentence + more, path)
