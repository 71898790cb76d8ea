from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import jsonschema
import pytest
from markdown_it import MarkdownIt

from qmscheck.coverage import Coverage, html, markdown, text
from qmscheck.coverage import json as as_json
from qmscheck.coverage.words import NOTE
from qmscheck.definitions import schema_text

FORMATS = {"text": text, "markdown": markdown, "html": html, "json": as_json}
FORBIDDEN = re.compile(r"\b(complian(t|ce)|certified|conforms?)\b|\d ?%", re.IGNORECASE)


def rendered(coverage: Coverage, name: str, **options: object) -> str:
    return "".join(FORMATS[name].render(coverage, **options))


@pytest.mark.parametrize("name", FORMATS)
def test_golden(whole, golden, name):
    golden(f"coverage.{name}", rendered(whole, name, width=100))


def test_golden_of_the_narrow_terminal(whole, golden):
    golden("coverage.narrow.text", rendered(whole, "text", width=60, depth=1, verbose=1))


def test_the_widest_terminal_has_every_column_that_says_something(whole):
    head = next(
        line for line in rendered(whole, "text", width=120).splitlines() if "records" in line and "fail" in line
    )
    assert head.split() == [
        "status",
        "clause",
        "records",
        "newest",
        "open",
        "since",
        "fail",
        "stale",
        "untold",
        "waived",
        "pass",
    ]


@pytest.mark.parametrize("width", [60, 72, 80, 100, 120, 200])
def test_no_line_of_the_table_is_wider_than_the_terminal(whole, width):
    for line in rendered(whole, "text", width=width).splitlines():
        assert len(line) <= width or " " not in line.strip()


def test_colour_only_adds_colour(whole):
    plain = rendered(whole, "text", width=100)
    assert re.sub(r"\x1b\[[0-9;]*m", "", rendered(whole, "text", width=100, color=True)) == plain
    assert "\x1b" not in plain


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_claims_conformity(whole, name):
    shown = rendered(whole, name, verbose=1)
    assert not FORBIDDEN.search(shown)
    assert "says nothing of conformity" in " ".join(shown.split())


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_twice(whole, name):
    assert rendered(whole, name) == rendered(whole, name)


def test_json_keeps_its_schema(whole):
    document = json.loads(rendered(whole, "json"))
    jsonschema.Draft202012Validator.check_schema(schema_text("coverage"))
    jsonschema.Draft202012Validator(schema_text("coverage")).validate(document)
    assert document["note"] == NOTE


def test_every_part_of_the_schema_is_closed_and_the_document_uses_all_of_it(whole):
    document = json.loads(rendered(whole, "json"))
    clause = document["standards"][0]["clauses"][1]
    assert set(schema_text("coverage")["$defs"]["clause"]["properties"]) == set(clause)


TAGS = {"section", "h2", "h3", "h4", "p", "table", "caption", "thead", "tbody", "tr", "th", "td", "dl", "dt", "dd"}


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.attributes: set[str] = set()
        self.data: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.data.append(data)


def test_html_is_closed_and_hostile_text_is_text(whole):
    page = _Tags()
    page.feed(rendered(whole, "html", verbose=1))
    page.close()
    assert not page.open
    assert page.seen <= TAGS
    assert page.attributes <= {"class", "scope"}
    assert "<script>alert(1)</script>" in "".join(page.data)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202e\ud800-\udfff]", "".join(page.data))


def test_markdown_takes_nothing_from_a_record_for_markup(whole):
    shown = rendered(whole, "markdown", verbose=1)
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(shown)
    kinds = {token.type for token in tokens} | {child.type for token in tokens for child in token.children or ()}
    assert not {"html_block", "html_inline", "link_open", "image", "code_inline", "em_open", "fence"} & kinds
    assert shown.count("<script") == 0
    assert not re.search(r"(?<![\w&;])@\w|https?://|(?<!\\)(?<!&)#\d", shown)
    headings = [token.map for token in tokens if token.type == "heading_open"]
    assert len(headings) == sum(line.startswith("#") for line in shown.splitlines())
    titles = [line for line in shown.splitlines() if line.startswith("| status")]
    rows = [line for line in shown.splitlines() if line.startswith("| ") and "|" in line]
    assert titles
    assert all(len(re.findall(r"(?<!\\)\|", row)) in {4, 13} for row in rows)


def test_text_shows_hostile_text_harmless(whole):
    shown = rendered(whole, "text")
    assert "\x1b" not in shown
    assert r"\x1b[31m\u202e\xff" in shown
