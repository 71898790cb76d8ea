"""The text of a new record, spelt as the collection's latest record is: its keys, headings, labels, columns.

Where each field goes is told by the origins of a record that is there already (`Sample`); without one, records are
written by their canonical names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from textwrap import indent

from qmscheck.drafting.rows import item, json_line, row, table_row
from qmscheck.drafting.sample import OPEN, CannotWrite, Draft, Sample, leaves, put, spoken
from qmscheck.model import FieldPath
from qmscheck.yaml_text import yaml_lines

_BLOCK = re.compile(r"(?:list below|section|label) (?P<title>.+)")
_LABELLED = re.compile(r"(?P<lead>\s*(?:[-*+]\s+)?(?:\*\*|__))(?P<title>[^*_\n]*?)(?P<tail>:?(?:\*\*|__):?)")


def drafted(
    fields: Mapping[str, object], form: str, sample: Sample | None, *, canonical: bool, split: object = None
) -> Draft:
    """The text of a record with these fields in a format. Raises CannotWrite where a layout does not allow it."""
    among = _among(fields, form, sample, canonical=canonical, split=split)
    if among is not None:
        return among
    if split not in (None, "file"):
        raise CannotWrite("its files hold several records in a way that is added to by hand")
    if canonical or sample is None:
        return Draft(text=_canonical(fields, form))
    if form == "markdown":
        return _page(fields, sample)
    if form in ("yaml", "json"):
        data, homeless = _data(fields, sample)
        return Draft(text=_plain(data, form), homeless=homeless)
    raise CannotWrite(f"records in {form} files are appended by the program that keeps them")


def _among(
    fields: Mapping[str, object], form: str, sample: Sample | None, *, canonical: bool, split: object
) -> Draft | None:
    """The draft in a file that holds several records, where such files can be added to."""
    if sample is None and canonical and split == {"items": ""} and form == "yaml":
        return Draft(text="\n".join(yaml_lines([dict(fields)])) + "\n")
    if sample is None and canonical and form == "jsonl":
        return Draft(text=json.dumps(fields, ensure_ascii=False) + "\n")
    if form == "csv":
        return row(fields, sample)
    if form == "jsonl":
        return json_line(fields, sample, canonical=canonical)
    if isinstance(split, Mapping) and "table" in split and form == "markdown":
        return table_row(fields, sample)
    return item(fields, sample) if split == {"items": ""} and form == "yaml" and canonical else None


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
    """The fields under the keys of the sample, in its order; its mapped keys that nothing was said of stay open."""
    data: dict[str, object] = {}
    homeless: list[str] = []
    for path, value in leaves(fields):
        origin = sample.origins.get(path)
        via = origin.via if origin else ""
        if via.startswith("key "):
            put(data, via.removeprefix("key ").split("."), value)
        elif via in ("", "default", "const"):
            homeless += [".".join(map(str, path))] if not via else []
    known = sample.document.data if isinstance(sample.document.data, dict) else {}
    for path, origin in sample.origins.items():
        key = origin.via.removeprefix("key ").partition(".")[0] if origin.via.startswith("key ") else ""
        if len(path) == 1 and key in known:
            data.setdefault(key, OPEN)
    return {**{key: data[key] for key in known if key in data}, **data}, homeless


def _page(fields: Mapping[str, object], sample: Sample) -> Draft:
    """Front matter and body in the order of the sample's; its parts that nothing was said of stay open."""
    data, homeless = _data(fields, sample)
    said = dict(leaves(fields))
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
    return Draft(text=head + "\n\n".join(blocks or [f"# {fields.get('title', OPEN)}"]) + "\n", homeless=homeless)


def _part(path: FieldPath, via: str, line: int, said: Mapping[FieldPath, object], sample: Sample) -> Iterator[str]:
    body, value = sample.document.body, said.get(path, OPEN)
    around = [one for one in body.headings if one.line <= line < one.end] if body else []
    heading = around[-1] if around else None
    listed = isinstance(value, list) and spoken(value) != OPEN
    text = "\n".join(f"- {spoken(one)}" for one in value) if listed and isinstance(value, list) else spoken(value)
    titled = _BLOCK.fullmatch(via)
    if via == "heading" and heading is not None:
        yield f"{'#' * heading.level} {_numbered(heading.title, said, sample)}{text}"
    elif heading is not None and (via.startswith("table ") or (titled and titled["title"] == heading.title)):
        yield f"{'#' * heading.level} {heading.title}\n\n{text}"
    elif titled and (label := _label(sample.document.text.splitlines()[:line], titled["title"])):
        yield f"{label}\n{indent(text, '  ')}" if listed else f"{label} {text}"
    elif via.startswith("line "):
        yield f"{via.removeprefix('line ')}: {text}"
    elif via.startswith("bullet "):
        yield f"- {via.removeprefix('bullet ')} {text}"


def _numbered(heading: str, said: Mapping[FieldPath, object], sample: Sample) -> str:
    """What stands before the title in the sample's heading, such as ``1. ``, with the number of the new record."""
    before = heading.partition(str(sample.record.fields.get("title", heading)))[0]
    own = re.match(r"\D*(?:(?:19|20)\d\d\D)?(\d+)", str(said.get(("id",), "")))
    return re.sub(r"\d+", str(int(own[1])), before) if own and before != heading else ""


def _label(lines: list[str], title: str) -> str:
    """The last label of that title in these lines, with its signs: ``- **Impact**:``."""
    for source in reversed(lines):
        match = _LABELLED.match(source)
        if match is not None and match["title"].strip(" :").casefold() == title.strip(" :").casefold():
            return match.group()
    return ""
