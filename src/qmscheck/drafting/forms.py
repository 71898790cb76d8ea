"""The text of a new record, spelt as the collection's latest record is: its keys, headings, labels, columns.

Where each field goes is told by the origins of a record that is there already (`Sample`); without one, records are
written by their canonical names.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from qmscheck.mapping import Origin
from qmscheck.model import FieldPath, Record
from qmscheck.readers import Document
from qmscheck.yaml_text import yaml_lines

OPEN = "TODO"
"""What stands where somebody still has to write: a placeholder, so that the record fails until they do."""

_BLOCK = re.compile(r"(?:list below|section|label) (?P<title>.+)")
_LABELLED = re.compile(r"(?P<lead>\s*(?:[-*+]\s+)?(?:\*\*|__))(?P<title>[^*_\n]*?)(?P<tail>:?(?:\*\*|__):?)")


class CannotWrite(Exception):  # noqa: N818 - no error: such layouts are written by hand
    """A layout in which no record can be written; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A record that shows how the collection's records look."""

    document: Document
    record: Record
    origins: Mapping[FieldPath, Origin]


@dataclass(slots=True)
class Draft:
    """The new text. ``appends``: it goes to the end of an existing file. ``homeless``: fields without a place in it."""

    text: str
    appends: bool = False
    homeless: list[str] = field(default_factory=list)


def drafted(fields: Mapping[str, object], form: str, sample: Sample | None, *, canonical: bool) -> Draft:
    """The text of a record with these fields in a format. Raises CannotWrite where a layout does not allow it."""
    if form == "csv":
        return _row(fields, sample)
    if canonical or sample is None:
        return Draft(text=_canonical(fields, form))
    if form == "markdown":
        return _page(fields, sample)
    if form in ("yaml", "json"):
        data, homeless = _data(fields, sample)
        return Draft(text=_plain(data, form), homeless=homeless)
    raise CannotWrite(f"records in {form} files are appended by the program that keeps them")


def _canonical(fields: Mapping[str, object], form: str) -> str:
    if form == "markdown":
        title = fields.get("title", OPEN)
        return f"---\n{_plain(fields, 'yaml')}---\n\n# {title}\n"
    if form not in ("yaml", "json"):
        raise CannotWrite(f"a first record in a {form} file is written by hand")
    return _plain(fields, form)


def _plain(data: Mapping[str, object], form: str) -> str:
    if form == "json":
        return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
    return "\n".join(yaml_lines(dict(data))) + "\n"


def _data(fields: Mapping[str, object], sample: Sample) -> tuple[dict[str, object], list[str]]:
    """The fields under the keys of the sample; those that it has no key for keep their names."""
    data: dict[str, object] = {}
    homeless: list[str] = []
    for path, value in _leaves(fields, ()):
        origin = sample.origins.get(path)
        via = origin.via if origin else ""
        if via.startswith("key "):
            _put(data, via.removeprefix("key ").split("."), value)
        elif via in ("", "default", "const"):
            homeless += [".".join(map(str, path))] if not via else []
    return data, homeless


def _leaves(value: object, path: FieldPath) -> Iterator[tuple[FieldPath, object]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _leaves(item, (*path, str(key)))
    else:
        yield path, value


def _put(data: dict[str, object], steps: list[str], value: object) -> None:
    for step in steps[:-1]:
        inner = data.setdefault(step, {})
        if not isinstance(inner, dict):
            return
        data = inner
    data[steps[-1]] = value


def _page(fields: Mapping[str, object], sample: Sample) -> Draft:
    """Front matter and body in the order of the sample's; its parts that nothing was said of stay open."""
    data, homeless = _data(fields, sample)
    said = dict(_leaves(fields, ()))
    body = sample.document.body
    if body is None or not sample.record.single:
        raise CannotWrite("records that share a Markdown file are added by hand, where the latest one begins")
    parts: dict[int, list[str]] = {}
    for path, origin in sample.origins.items():
        if any(isinstance(step, int) for step in path) or not path:
            continue
        line = origin.location.line or 0
        for text in _part(path, origin.via, line, said, sample):
            parts.setdefault(line, []).append(text)
    placed = {path for path, origin in sample.origins.items() if not origin.via.startswith("key ")}
    homeless = [name for name in homeless if tuple(name.split(".")) not in placed]
    head = f"---\n{_plain(data, 'yaml')}---\n\n" if data else ""
    blocks = [block for line in sorted(parts) for block in dict.fromkeys(parts[line])]
    return Draft(text=head + "\n\n".join(blocks) + "\n", homeless=homeless)


def _part(path: FieldPath, via: str, line: int, said: Mapping[FieldPath, object], sample: Sample) -> Iterator[str]:
    body, value = sample.document.body, said.get(path, OPEN)
    around = [one for one in body.headings if one.line <= line < one.end] if body else []
    heading = around[-1] if around else None
    text = "\n".join(f"- {item}" for item in value) if isinstance(value, list) else str(value)
    titled = _BLOCK.fullmatch(via)
    if via == "heading" and heading is not None:
        yield f"{'#' * heading.level} {text}"
    elif heading is not None and (via.startswith("table ") or (titled and titled["title"] == heading.title)):
        yield f"{'#' * heading.level} {heading.title}\n\n{text}"
    elif titled and (label := _label(sample.document.text.splitlines()[:line], titled["title"])):
        yield f"{label} {text}"
    elif via.startswith("line "):
        yield f"{via.removeprefix('line ')}: {text}"
    elif via.startswith("bullet "):
        yield f"- {via.removeprefix('bullet ')} {text}"


def _label(lines: list[str], title: str) -> str:
    """The last label of that title in these lines, with its signs: ``- **Impact**:``."""
    for source in reversed(lines):
        match = _LABELLED.match(source)
        if match is not None and match["title"].strip(" :").casefold() == title.strip(" :").casefold():
            return match.group()
    return ""


def _row(fields: Mapping[str, object], sample: Sample | None) -> Draft:
    """One more row for a table, its cells under the columns that its other rows use."""
    if sample is None or not isinstance(sample.document.data, list) or not sample.document.data:
        raise CannotWrite("an empty table has no columns yet: write its header and first row by hand")
    first = sample.document.data[0]
    cells = dict.fromkeys(first if isinstance(first, dict) else {}, "")
    homeless = []
    for path, value in _leaves(fields, ()):
        origin = sample.origins.get(path)
        column = origin.via.partition(" ")[2] if origin else ""
        if column in cells:
            cells[column] = "; ".join(map(str, value)) if isinstance(value, list) else str(value)
        elif origin is None:
            homeless.append(".".join(map(str, path)))
    out = io.StringIO()
    sniffed = "\t" if sample.document.path.endswith(".tsv") else _delimiter(sample.document.text, list(cells))
    csv.writer(out, delimiter=sniffed, lineterminator="\n").writerow(cells.values())
    return Draft(text=out.getvalue(), appends=True, homeless=homeless)


def _delimiter(text: str, columns: list[str]) -> str:
    """The sign between the columns of the header."""
    header = text.lstrip("\ufeff").splitlines()[0]
    return next((sign for sign in ",;\t|" if len(header.split(sign)) >= len(columns) > 1), ",")
