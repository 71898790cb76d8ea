"""YAML: one pass over the events of PyYAML's parser, straight into JSON types.

No positions are built here; ``places`` finds them when somebody asks. Numbers, words and empty values are those of
the YAML 1.2 core schema unless ``{"yaml": "1.1"}`` is asked for; dates stay text in both.
"""

from __future__ import annotations

from functools import partial
from sys import intern
from typing import TYPE_CHECKING, Any, Final

from yaml import YAMLError
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from qmscheck.readers.anchors import Anchors, merge
from qmscheck.readers.document import Document
from qmscheck.readers.events import events_of
from qmscheck.readers.refusal import MAX_DEPTH, Refusal, too_deep
from qmscheck.readers.scalars import NOT_TEXT_FIRST, NOT_TEXT_FIRST_1_1, impossible_date, resolve, resolve_1_1
from qmscheck.readers.yaml_entries import Entries
from qmscheck.readers.yaml_places import places

if TYPE_CHECKING:
    from collections.abc import Mapping

_MERGE: Final = intern("<<")
_KEY_IS_NO_TEXT: Final = "a key must be text; if this is part of a value such as '{{ ... }}', put the value in quotes"
_SECOND_DOCUMENT: Final = "a second YAML document begins here ('---'); use one document per file"

_WORD: Final = 40
_WORDS: Final[dict[str, str]] = {}
"""Short texts met before: names, states and addresses recur from record to record, and need be kept only once."""
_MOST_WORDS: Final = 4096

_Open = tuple[dict[str, object] | None, list[object]]


def read(path: str, text: str, options: Mapping[str, object]) -> Document:
    """Read a YAML file. ``{"documents": "many"}``: the data is the list of its documents, empty ones left out."""
    many = options.get("documents") == "many"
    data = load(text, version=str(options.get("yaml", "1.2")), many=many, known=options.get("known"))
    return Document(path=path, format="yaml", data=data, text=text, places=partial(places, many=many))


def load(text: str, *, version: str = "1.2", many: bool = False, start: int = 0, known: object = None) -> object:
    """The data of YAML text. The offset of a Refusal is raised by ``start``, where the text begins in its file.

    ``known``: the `Entries` of other versions of the same file.
    """
    if isinstance(known, Entries) and not many:
        return known.load(text, partial(load, version=version, start=start))
    try:
        documents = _build(text, old=version == "1.1", many=many)
    except Refusal as refusal:
        raise refusal.moved(start) from None
    except YAMLError as error:
        from qmscheck.readers.yaml_reasons import explain  # noqa: PLC0415 - most files are sound

        raise explain(error, text).moved(start) from None
    return documents if many else documents[0] if documents else None


def _build(text: str, *, old: bool, many: bool) -> list[object]:  # noqa: C901, PLR0912 - a call costs more than a turn
    """The documents of a stream. A loop, not recursion: depth must not depend on Python's stack."""
    convert, not_text_first = (resolve_1_1, NOT_TEXT_FIRST_1_1) if old else (resolve, NOT_TEXT_FIRST)
    anchors = Anchors(convert) if "&" in text or "!" in text else None  # no anchor and no tag without these
    next_event, merges = events_of(text), dict[int, int]()
    documents, stack = list[object](), list[_Open]()
    mapping: dict[str, object] | None = None  # the open mapping; None inside a list
    sequence, key = documents, ""  # the innermost open list; outside of all documents the list of them
    while True:
        kind = type(event := next_event())
        if mapping is not None:
            if kind is ScalarEvent:
                key = intern(event.value)
                if key in mapping or key is _MERGE or anchors is not None:
                    _odd_key(event, mapping, merges, anchors)
                kind = type(event := next_event())
            elif kind is not MappingEndEvent:
                raise Refusal(_KEY_IS_NO_TEXT, event.start_mark.index)
        if kind is ScalarEvent:
            value = event.value
            if value and value[0] not in not_text_first:
                value = _WORDS.get(value) or _remembered(value)
            elif event.implicit[0]:
                value = convert(value)
                if old:
                    _refuse_impossible_date(event, value)
            if anchors is not None:
                value = anchors.scalar(event, value)
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            if merges:
                merge(mapping, merges)
            mapping, sequence = stack.pop()
            continue
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            value = {} if kind is MappingStartEvent else []
            if anchors is not None:
                anchors.collection(event, value)
        elif kind is AliasEvent:
            value = (anchors or Anchors(convert)).alias(event, [*stack, (mapping, sequence)])
        elif _is_over(event, documents, anchors, many=many):
            return documents
        else:
            continue
        if mapping is not None:
            mapping[key] = value
        else:
            sequence.append(value)
        if kind is MappingStartEvent or kind is SequenceStartEvent:
            stack.append((mapping, sequence))
            if len(stack) > MAX_DEPTH:
                raise too_deep(event.start_mark.index)
            mapping, sequence = (value, sequence) if kind is MappingStartEvent else (None, value)


def _remembered(word: str) -> str:
    return _WORDS.setdefault(word, word) if len(word) < _WORD and len(_WORDS) < _MOST_WORDS else word


def _odd_key(event: Any, mapping: dict[str, object], merges: dict[int, int], anchors: Anchors | None) -> None:
    """See to a key that is there already, that merges, or that may have an anchor or tag."""
    if event.value in mapping:
        raise Refusal(f"the key '{event.value}' occurs twice", event.start_mark.index)
    if anchors is not None:
        anchors.scalar(event, event.value)
    if event.value == _MERGE and event.implicit[0]:
        merges[id(mapping)] = event.start_mark.index


def _is_over(event: Any, documents: list[object], anchors: Anchors | None, *, many: bool) -> bool:
    """See to an event outside of all values; True at the end of the stream."""
    kind = type(event)
    if kind is DocumentStartEvent:
        if documents and not many:
            raise Refusal(_SECOND_DOCUMENT, event.start_mark.index)
        if anchors is not None:
            anchors.begin_document()
    elif kind is DocumentEndEvent and documents[-1] is None:
        documents.pop()
    return kind is StreamEndEvent


def _refuse_impossible_date(event: Any, value: object) -> None:
    reason = impossible_date(value) if isinstance(value, str) else None
    if reason is not None:
        raise Refusal(reason, event.start_mark.index)
