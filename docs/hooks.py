"""What the site adds to the pages: links out of docs/ as paths, how a document is controlled, titles in the search.

And what its Markdown needs otherwise than CommonMark, in which the pages are written: four columns below a list item.
"""

from __future__ import annotations

import json
import logging
import os.path
import re
from pathlib import Path
from types import SimpleNamespace

from markdown_it import MarkdownIt

_LOG = logging.getLogger("properdocs.hooks.docs")
_LEAVING = re.compile(r"(?<!!)\[([^\]\n]+)\]\((?P<target>(?:\.\./)+[^)\s#]*)(?:#[^)\s]*)?\)")

_GENERATED = re.compile(r"\A\s*<!--.*?-->\s*", re.DOTALL)  # a page whose first words are its heading is called by it
_OPENING, _HELD = (
    "<![",
    "<!\N{WORD JOINER}[",
)  # Python's HTML parser before 3.13 breaks down over the first, in code too
_LINK_SIGN = "\N{PILCROW SIGN}"  # as in properdocs.yml: permalink


def on_page_markdown(markdown: str, *, page: SimpleNamespace, config: SimpleNamespace, **_: object) -> str:
    """The page with links into the repository as paths of it, and its control data below."""
    here = Path(page.file.src_uri).parent
    root = Path(config.docs_dir).parent

    def as_path(link: re.Match[str]) -> str:
        place = os.path.normpath(Path("docs") / here / link["target"])
        if place.startswith("docs/"):
            return link[0]
        if place.startswith("..") or not (root / place).exists():
            _LOG.warning("Doc file '%s' contains a link '%s', which leads nowhere.", page.file.src_uri, link["target"])
        text = link[1]
        return f"`{place}`" if text.strip("`").rstrip("/") in (place, Path(place).name) else f"{text} (`{place}`)"

    text = _LEAVING.sub(as_path, _four_columns(_GENERATED.sub("", markdown))) + _control(page.meta)
    return text.replace(_OPENING, _HELD)


def on_page_content(html: str, **_: object) -> str:
    """What was held back from the parser, as it was."""
    return html.replace(_HELD[2:], _OPENING[2:])


def _four_columns(markdown: str) -> str:
    """The page with what belongs to a list item set in by four columns, instead of by the width of its sign."""
    lines = markdown.splitlines()
    signs: list[list[int]] = [[] for _ in lines]
    for token in MarkdownIt("commonmark").parse(markdown):
        if token.type == "list_item_open" and token.map:
            for number in range(token.map[0] + 1, token.map[1]):
                signs[number].append(len(token.info) + len(token.markup) + 1)
    return "\n".join(
        " " * 4 * len(widths) + line[sum(widths) :] if widths and not line[: sum(widths)].strip() else line
        for line, widths in zip(lines, signs, strict=True)
    )


def _control(meta: dict[str, object]) -> str:
    if "id" not in meta:
        return ""
    told = f"{meta['id']}, version {meta.get('version')}, {meta.get('status')}"
    if meta.get("approved_on"):
        told += f" by {meta.get('approved_by')} on {meta['approved_on']}"
    reviews = meta.get("reviews")
    if isinstance(reviews, list) and reviews:
        told += f", last reviewed on {reviews[-1].get('on')}"
    return f'\n\n<p class="control">{told}.</p>\n'


def on_post_build(*, config: SimpleNamespace, **_: object) -> None:
    """Have the search name the page of a section, and show a page of the reference once, not each of its sections."""
    file = Path(config.site_dir) / "search" / "search_index.json"
    index = json.loads(file.read_text(encoding="utf-8"))
    pages = {entry["location"]: entry["title"] for entry in index["docs"]}
    kept = []
    for entry in index["docs"]:
        page, _sharp, section = entry["location"].partition("#")
        if section and page.startswith("reference/"):
            continue
        title = f"{pages[page]}: {entry['title']}" if section else entry["title"]
        kept.append({"location": entry["location"], "title": title, "text": entry["text"].replace(_LINK_SIGN, "")})
    file.write_text(json.dumps(index | {"docs": kept}, ensure_ascii=False), encoding="utf-8")
