"""The story of ``qmscheck fix``: repairs that cannot change what a record says, as changes to lines of its file.

Three kinds: a date in a spelling that can be read in one way only, a word of a list spelt otherwise, and a missing key
as a placeholder that still fails. What could be read in two ways is left alone.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from qmscheck import app, plugins
from qmscheck.adoption.inference import DATE_FORMATS, choices_of, plainly
from qmscheck.calendars import is_when
from qmscheck.collect import tree_of
from qmscheck.config import Collection, Config
from qmscheck.drafting.forms import OPEN
from qmscheck.mapping.dates import format_reader
from qmscheck.mapping.place import place_of
from qmscheck.model import FieldPath, Outcome, Record, Source
from qmscheck.readers import Document
from qmscheck.reading import Origins, Reading
from qmscheck.registry import values_at
from qmscheck.schema import RecordType

_FENCE = "---"


@dataclass(slots=True)
class Mended:
    """One file: its text before and after, and what was done, a sentence each."""

    path: str
    before: str
    after: str
    done: list[str] = field(default_factory=list)

    def diff(self) -> Iterator[str]:
        """The change as a unified diff, line by line."""
        before, after = (text.splitlines(keepends=True) for text in (self.before, self.after))
        yield from difflib.unified_diff(before, after, f"a/{self.path}", f"b/{self.path}", n=1)


def mend(config: Config, paths: tuple[str, ...] = (), as_of: str | None = None) -> list[Mended]:
    """Every file that can be repaired, with its new text. Writes nothing."""
    loaded = plugins.load(config.disabled_plugins)
    knowledge = app.knowledge_of(config, loaded, examples=False)
    tree = tree_of(config)
    named = tree.named(paths) if paths else None
    reading = Reading(config=config, knowledge=knowledge, plugins=loaded, tree=tree, named=named)
    missing = _missing(config, paths, as_of)
    mended: dict[str, Mended] = {}
    for collection in reading.collections():
        record_type = knowledge.types[collection.type]
        for item in tree.sources(collection, named) if collection.collector is None else ():
            if not isinstance(item, Source):
                continue
            document, traced = reading.traced_file(collection, item)
            text = _text(item)
            if document is None or text is None or document.format not in ("yaml", "markdown", "csv"):
                continue
            one = mended.get(item.path) or Mended(path=item.path, before=text, after=text)
            for record, origins in traced:
                _spelling(one, record, origins, record_type, collection)
                if collection.fields is None and record.single:
                    _absent(one, document, missing[record.subject])
            mended[item.path] = one
    return [one for one in mended.values() if one.after != one.before]


def _text(source: Source) -> str | None:
    """What is written back byte for byte; None for bytes that are no UTF-8."""
    try:
        return source.content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _missing(config: Config, paths: tuple[str, ...], as_of: str | None) -> Mapping[str, dict[str, str]]:
    """For each record the keys that rules miss, and which rule."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for result in app.run(config, app.Wishes(paths=paths, as_of=as_of, provenance=False)).of(Outcome.FAIL):
        record = result.record
        for problem in result.problems if record is not None else ():
            if record is not None and len(problem.path) == 1 and not values_at(record.fields, problem.path):
                found[record.subject].setdefault(str(problem.path[0]), result.rule.id)
    return found


def _spelling(one: Mended, record: Record, origins: Origins, record_type: RecordType, collection: Collection) -> None:
    """Dates and words of lists, each replaced in the line that it stands in, if it stands there once."""
    words = dict(choices_of(record_type))
    for path, kind in record_type.kinds.items():
        for full, value in values_at(record.fields, path) if "*" not in path else ():
            if isinstance(value, str):
                right = _date(value, collection) if kind in ("when", "day") else _word(value, words, path)
                if right is not None and right != value:
                    _replace(one, origins, full, value, right)


def _date(value: str, collection: Collection) -> str | None:
    """The day or instant in ISO 8601, where the spelling can be read in one way only."""
    if is_when(value):
        return None
    place = place_of(collection)
    read = {reader(value.strip()) for reader in (format_reader(text, place) for text in DATE_FORMATS)} - {None}
    return read.pop() if len(read) == 1 else None


def _word(value: str, words: Mapping[str, list[str]], path: FieldPath) -> str | None:
    allowed = words.get(str(path[0]), []) if len(path) == 1 else []
    near = [one for one in allowed if plainly(one) == plainly(value)]
    return near[0] if value not in allowed and len(near) == 1 else None


def _replace(one: Mended, origins: Origins, path: FieldPath, wrong: str, right: str) -> None:
    origin = origins.get(path)
    if origin is None or origin.location.line is None or not origin.via.startswith(("key ", "column ")):
        return
    lines = one.after.splitlines(keepends=True)
    number = origin.location.line - 1
    if number < len(lines) and lines[number].count(wrong) == 1:
        lines[number] = lines[number].replace(wrong, right)
        one.after = "".join(lines)
        one.done.append(f"{origin.location}: {'.'.join(map(str, path))}: {wrong!r} is written {right!r}")


def _absent(one: Mended, document: Document, keys: Mapping[str, str]) -> None:
    """Missing keys, added at the end of the data; below them the placeholder goes on failing."""
    lines = one.after.splitlines(keepends=True)
    ending = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    if document.format == "markdown":
        fences = [number for number, line in enumerate(lines) if line.strip() == _FENCE]
        at = fences[1] if document.front_matter == "yaml" and len(fences) > 1 else None
    else:
        at = len(lines) if document.format == "yaml" and _is_block(document) else None
    if at is None or not keys:
        return
    if at and not lines[at - 1].endswith("\n"):
        lines[at - 1] += ending
    lines[at:at] = [f"{key}: {OPEN}{ending}" for key in keys]
    one.after = "".join(lines)
    one.done += [f"{one.path}: {key} is added as a placeholder ({rule})" for key, rule in keys.items()]


def _is_block(document: Document) -> bool:
    """Whether keys can be added as lines: a mapping that is not written in braces, and nothing after its end."""
    text = document.text.lstrip("\ufeff").lstrip()
    return isinstance(document.data, dict) and not text.startswith("{") and "\n..." not in text
