"""What the sections of the page are made of: words and signs of outcomes, tables, places."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from qmscheck.model import Location, Outcome, Report, Result
from qmscheck.reporters.findings import place, uri, within
from qmscheck.reporters.markup import html

WORDS: Final = {
    Outcome.FAIL: "fail",
    Outcome.UNKNOWN: "unknown",
    Outcome.ERROR: "error",
    Outcome.WAIVED: "waived",
    Outcome.PASS: "pass",
    Outcome.NOT_APPLICABLE: "not applicable",
}
SIGNS: Final = {
    Outcome.FAIL: "✗",
    Outcome.UNKNOWN: "?",
    Outcome.ERROR: "!",
    Outcome.WAIVED: "~",
    Outcome.PASS: "✓",
    Outcome.NOT_APPLICABLE: "·",
}
SECTIONS: Final = {
    "findings": ("What fails or broke", (Outcome.FAIL, Outcome.ERROR)),
    "unknown": ("What cannot be told", (Outcome.UNKNOWN,)),
    "waived": ("What is waived", (Outcome.WAIVED,)),
    "passes": ("What holds", (Outcome.PASS,)),
    "not-applicable": ("What does not apply", (Outcome.NOT_APPLICABLE,)),
}
"""The sections that list results."""

_ADDRESS_LIMIT = 1_000
_UNSAFE = re.compile(r"[^A-Za-z0-9-]+")


def opened(name: str, title: str, note: str = "") -> str:
    """The beginning of a section, with its heading."""
    told = f'<p class="note">{html(note)}</p>\n' if note else ""
    return f'<section aria-labelledby="{name}">\n<h2 id="{name}">{html(title)}</h2>\n{told}'


def badge(outcome: Outcome, more: str = "") -> str:
    """An outcome as sign and word."""
    return f'<span class="badge {outcome}">{SIGNS[outcome]} {WORDS[outcome]}{html(more)}</span>'


def anchor(section: str, rule: str) -> str:
    """The id of the element that tells of a rule in a section."""
    return f"{section}-{_UNSAFE.sub('-', rule)}"


def where(report: Report, result: Result, links: str) -> str:
    """Path, line and record of a result, linked where addresses are known."""
    record = result.record
    told = f' <span class="id">{html(record.id)}</span>' if record is not None and not record.single else ""
    return f"{linked(place(report, result), links)}{told}"


def location(report: Report, found: Location, links: str) -> str:
    """A place in a file, linked where addresses are known."""
    return linked(Location(within(report, found.path), found.line or 1), links)


def linked(found: Location, links: str) -> str:
    """A place whose path counts from the top of the repository."""
    text = html(f"{found.path}:{found.line}")
    if not links or len(found.path) >= _ADDRESS_LIMIT:
        return text
    return f'<a href="{html(f"{links}{uri(found.path)}#L{found.line}", 9_000)}">{text}</a>'


def table(caption: str, heads: Iterable[str], rows: Iterable[str], kind: str = "") -> Iterator[str]:
    """A table in a frame that scrolls sideways when it must; ``heads`` are words of ours, ``rows`` are markup."""
    name = html(caption)
    yield f'<div class="wide" role="region" aria-label="{name}" tabindex="0">\n'
    yield f'<table class="{kind or "plain"}">\n<caption>{name}</caption>\n<thead><tr>'
    yield "".join(f'<th scope="col">{html(head)}</th>' for head in heads)
    yield "</tr></thead>\n<tbody>\n"
    yield from rows
    yield "</tbody>\n</table>\n</div>\n"


def cells(values: Iterable[object]) -> str:
    """A row; figures stand to the right."""
    told = (
        f'<td class="n">{value:,}</td>' if isinstance(value, int) else f"<td>{html(str(value))}</td>"
        for value in values
    )
    return f"<tr>{''.join(told)}</tr>\n"
