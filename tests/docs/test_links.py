"""Every link in the Markdown of this repository leads somewhere when it is read on a forge: files, folders, headings.

The site checks its own links when it is built; it knows nothing of what lies outside of docs/.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[2]
FOLDERS = ("docs", "examples", "benchmarks", "rules")
PAGES = [*sorted(ROOT.glob("*.md")), *(page for name in FOLDERS for page in sorted((ROOT / name).rglob("*.md")))]
REFERENCE = ROOT / "docs" / "reference"
# Records of the made-up company, which name its own servers; and the pages generated from the rules.
HAND_WRITTEN = [page for page in PAGES if REFERENCE not in page.parents and "provider" not in page.parts]
# No test can follow these; whoever adds one has opened it.
ELSEWHERE = {"https://keepachangelog.com/en/1.1.0/", "https://semver.org/"}

_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_NOT_IN_ANCHORS = re.compile(r"[^\w\- ]")
_PARSER = MarkdownIt("commonmark").enable("table")


@cache
def _tokens(page: Path) -> tuple[Token, ...]:
    return tuple(_PARSER.parse(_FRONT_MATTER.sub("", page.read_text("utf-8"))))


@cache
def anchors(page: Path) -> frozenset[str]:
    """The anchors that forges give to headings: lower case, no punctuation, hyphens; numbered when there are more."""
    found: dict[str, int] = {}
    named = set()
    tokens = _tokens(page)
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            text = "".join(child.content for child in inline.children or () if child.type in ("text", "code_inline"))
            anchor = _NOT_IN_ANCHORS.sub("", text.strip().lower()).replace(" ", "-")
            found[anchor] = found.get(anchor, -1) + 1
            named.add(f"{anchor}-{found[anchor]}" if found[anchor] else anchor)
    return frozenset(named)


def links(page: Path) -> list[str]:
    inner = [child for token in _tokens(page) for child in token.children or ()]
    return [str(child.attrs[name]) for child in inner for name in ("href", "src") if name in child.attrs]


def broken(page: Path) -> list[str]:
    """The links of a page that lead nowhere in this repository, or out of it."""
    return [link for link in links(page) if not _leads_somewhere(page, link)]


def _leads_somewhere(page: Path, link: str) -> bool:
    if link in ELSEWHERE:
        return True
    parts = urlsplit(link)
    if parts.scheme or parts.netloc or link.startswith("/"):
        return False
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if not target.exists() or not target.is_relative_to(ROOT):
        return False
    readme = target / "README.md" if target.is_dir() else target
    return not parts.fragment or (readme.is_file() and parts.fragment in anchors(readme))


@pytest.mark.parametrize("page", HAND_WRITTEN, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path):
    assert broken(page) == []


def test_links_of_the_reference_lead_somewhere():
    pages = [page for page in PAGES if REFERENCE in page.parents]
    assert len(pages) > 600
    assert {page.relative_to(ROOT).as_posix(): found for page in pages if (found := broken(page))} == {}


def test_broken_links_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    (tmp_path / "a.md").write_text("# What's `new`?\n\n## Twice\n\n## Twice\n")
    page = tmp_path / "b.md"
    good = ["a.md", "a.md#whats-new", "a.md#twice-1", "."]
    bad = ["c.md", "a.md#new", "a.md#twice-2", "../up.md", "/a.md", "//host/a"]
    page.write_text("\n".join(f"[x]({link})" for link in [*good, *bad]))
    assert broken(page) == bad
