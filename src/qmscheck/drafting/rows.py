"""A new record in a file that holds several: a row of a table, a line, an item, spelt as its neighbours are."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping

from qmscheck.drafting.sample import CannotWrite, Draft, Sample, leaves, put, spoken
from qmscheck.yaml_text import yaml_lines

_RULE_LINE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
"""The line between the header of a Markdown table and its rows."""
_CELL = re.compile(r"(?<!\\)\|")


def row(fields: Mapping[str, object], sample: Sample | None) -> Draft:
    """One more row of a CSV file, its cells under the columns that its other rows use."""
    if sample is None or not isinstance(sample.document.data, list) or not sample.document.data:
        raise CannotWrite("an empty table has no columns yet: write its header and first row by hand")
    first = sample.document.data[0]
    cells, homeless = _cells(fields, sample, list(first) if isinstance(first, dict) else [])
    out = io.StringIO()
    delimiter = "\t" if sample.document.path.endswith(".tsv") else _delimiter(sample.document.text, list(cells))
    csv.writer(out, delimiter=delimiter, lineterminator="").writerow(cells.values())
    return Draft(text=out.getvalue(), behind=len(lines_of(sample.document.text)), homeless=homeless)


def json_line(fields: Mapping[str, object], sample: Sample | None, *, canonical: bool) -> Draft:
    """One more line of a JSON Lines file, with blanks behind its signs if the last line has them."""
    data: dict[str, object] = dict(fields)
    homeless: list[str] = []
    if sample is None:
        raise CannotWrite("write the first line of the file by hand: the next ones are spelt as it is")
    if not canonical:
        data, homeless = {}, []
        for path, value in leaves(fields):
            origin = sample.origins.get(path)
            if origin is not None and origin.via.startswith("key "):
                put(data, origin.via.removeprefix("key ").split("."), value)
            elif origin is None:
                homeless.append(".".join(map(str, path)))
    lines = [line for line in lines_of(sample.document.text) if line.strip()]
    separators = (", ", ": ") if re.search(r'":\s', lines[-1]) else (",", ":")
    text = json.dumps(data, ensure_ascii=False, separators=separators)
    return Draft(text=text, behind=len(lines_of(sample.document.text)), homeless=homeless)


def table_row(fields: Mapping[str, object], sample: Sample | None) -> Draft:
    """One more row of a Markdown table, below the last one."""
    if sample is None or sample.record.line is None:
        raise CannotWrite("an empty table has no rows to be like: write the first one by hand")
    lines = lines_of(sample.document.text)
    at = sample.record.line
    above = next((one for one in range(at - 2, 0, -1) if _RULE_LINE.fullmatch(lines[one].rstrip("\r\n"))), None)
    if above is None:
        raise CannotWrite("the header of the table cannot be found")
    header = lines[above - 1].strip()
    titles = [title.strip() for title in _CELL.split(header.removeprefix("|").removesuffix("|"))]
    cells, homeless = _cells(fields, sample, titles)
    text = " | ".join(re.sub(r"\s*\n\s*", " ", cell).replace("|", r"\|") for cell in cells.values())
    return Draft(text=f"| {text} |" if header.startswith("|") else text, behind=at, homeless=homeless)


def item(fields: Mapping[str, object], sample: Sample | None) -> Draft:
    """One more item of a YAML list that is the whole file."""
    if sample is None or not sample.document.text.strip():
        raise CannotWrite("an empty list: write its first item by hand")
    text = "\n".join(yaml_lines([dict(fields)]))
    return Draft(text=text, behind=len(lines_of(sample.document.text)))


def lines_of(text: str) -> list[str]:
    """The lines with their ends; only line feeds and carriage returns end one, as readers count them."""
    return re.findall(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$", text)


def inserted(before: str, draft: Draft) -> str:
    """The text of the file with the draft behind as many lines as it says; every other sign stays as it is."""
    lines = lines_of(before)
    ending = re.search(r"\r\n|\n|\r", before)
    end = ending.group() if ending else "\n"
    above = lines[: draft.behind]
    if above and not above[-1].endswith(("\n", "\r")):
        above[-1] += end
    added = draft.text.replace("\r\n", "\n").replace("\n", end)
    return "".join((*above, added, end, *lines[draft.behind :]))


def _cells(fields: Mapping[str, object], sample: Sample, titles: list[str]) -> tuple[dict[str, str], list[str]]:
    cells = dict.fromkeys(titles, "")
    known = {title.strip("* ").casefold(): title for title in titles}
    homeless = []
    for path, value in leaves(fields):
        origin = sample.origins.get(path)
        column = known.get(origin.via.partition(" ")[2].strip("* ").casefold()) if origin else None
        if column is not None:
            cells[column] = spoken(value)
        elif origin is None:
            homeless.append(".".join(map(str, path)))
    return cells, homeless


def _delimiter(text: str, columns: list[str]) -> str:
    """The sign between the columns of the header."""
    header = text.lstrip("\ufeff").splitlines()[0]
    return next((sign for sign in ",;\t|" if len(header.split(sign)) >= len(columns) > 1), ",")
