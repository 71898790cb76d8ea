"""What every reporter owes to text that somebody else wrote: it shows as itself, and changes nothing else."""

from __future__ import annotations

import csv as stdlib_csv
import io
import json as stdlib_json
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from qmscheck.model import Outcome
from qmscheck.reporters import FORMATS, junit, markdown
from qmscheck.reporters.sanitise import cut, one_line, prose, unheard, visible

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))
LEGAL_IN_XML = re.compile("[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")
LINKS = "https://example.org/o/r/blob/1234/"

HOSTILE = {
    "empty": "",
    "blank": "   ",
    "cdata end": "]]>",
    "markup": "<script>alert(1)</script>&amp;\"'",
    "ansi": "\x1b[31mred\x1b[0m\x1b]0;title\x07",
    "c1": "\x9b31m\x85",
    "all controls": "".join(map(chr, range(0x20))) + "\x7f",
    "not characters": "\ufffe\uffff\ufdd0",
    "lone surrogates": "\udce9\udfff\ud800",
    "bidi": "\u202eexe.yaml\u2066",
    "line separators": "a\u2028b\u2029c\nd\re",
    "byte order mark": "\ufeff",
    "workflow command": "\n::error::owned",
    "commands of other servers": "##vso[task.setvariable variable=x]y ##teamcity[x] ::add-mask::a",
    "indented workflow command": "  ::error file=x,line=1::owned\r\n##[error]owned",
    "encoded workflow command": "a%0A::error::owned%0D%25",
    "markdown": "[x](javascript:alert) ![x](http://evil.example/beacon.png) <img src=x> | ` `` ``` ~~~ **b** # h",
    "markdown block": "\n\n# h\n- i\n1. n\n```\n| a | b |\n|---|---|\n</details>\n\n<!-- ",
    "mentions": "@octocat #1 GH-1 www.evil.example https://evil.example a@evil.example org/repo#2",
    "pipe": "a | b \\| c",
    "formula": '=HYPERLINK("http://evil.example","x")',
    "formula with a blank": " \t@SUM(1)",
    "full-width formula": "\uff1d1+1",
    "sarif link": "see [here](1) and [there](https://evil.example) \\[x](2)",
    "tap": "x # SKIP not ok 1 - x\nnot ok 2\nBail out!",
    "traversal": "../../etc/passwd",
    "address": "https://evil.example/x?y#z",
    "separators in a name": "a:b,c=d;e%2Cf .yaml",
    "comment": "--><!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>",
    "script link": "<a href='javascript:alert(1)'>x</a> data:text/html,<script>alert(1)</script>",
    "html attribute": 'x" onmouseover="alert(1)" style=\'background:url(//evil.example)',
    "template": "{{7*7}} ${{ github.token }} $(id) `id` %s {0}",
    "emoji": "👩\u200d🚒 e\u0301 שלום",
    "long word": "x" * 5_000,
    "long": "word " * 20_000,
}


def shape(node):
    """A JSON document without its texts."""
    if isinstance(node, dict):
        return {key: shape(value) for key, value in node.items()}
    return [shape(item) for item in node] if isinstance(node, list) else type(node).__name__


def strings(node):
    """All texts of a JSON document."""
    if isinstance(node, str):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from strings(child)


def read_json(text):
    document = stdlib_json.loads(text)
    return shape(document), " ".join(strings(document))


def read_json_lines(text):
    documents = [stdlib_json.loads(line) for line in text.splitlines()]
    assert [one["kind"] for one in documents] == ["run", "rule", "result"]
    return shape(documents), " ".join(strings(documents))


def read_sarif(text):
    document = stdlib_json.loads(text)
    for result in document["runs"][0]["results"]:
        assert not re.search(r"(?<!\\)\[[^\]]*\]\([^)]*\)", result["message"]["text"])  # no link that we did not set
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"([A-Za-z0-9._~/-]|%[0-9A-F]{2})+", uri)
    return shape(document), " ".join(strings(document)).replace("\\[", "[").replace("\\\\", "\\")


def read_junit(text):
    assert LEGAL_IN_XML.fullmatch(text)
    elements = list(ET.fromstring(text.encode()).iter())
    said = " ".join(part for one in elements for part in (*one.attrib.values(), one.text or ""))
    return [(one.tag, sorted(one.attrib)) for one in elements], said


def read_csv(text):
    rows = list(stdlib_csv.reader(io.StringIO(text, newline=""), strict=True))
    for cell in rows[1]:
        assert not re.match(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]", cell)
    return [len(row) for row in rows], " ".join(cell.removeprefix("'") for cell in rows[1])


def read_github(text):
    assert text.splitlines() == text.split("\n")[:-1]
    found = [re.fullmatch(r"::(error|warning|notice) ([^:\r]*)::(.*)", line).groups() for line in text.splitlines()]
    for _, properties, message in found:
        assert not re.search("%(?!25|0A)", message)
        assert not re.search("%(?!25|2C|3A)", properties)
    shown = " ".join(part for one in found for part in one[1:])
    for code, sign in (("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        shown = shown.replace(code, sign)
    return [(kind, re.findall(r"(\w+)=", re.sub("=[^,]*", "=", named))) for kind, named, _ in found], shown


def read_tap(text):
    lines = text.splitlines()
    assert lines[:3] == ["TAP version 14", "1..2", "ok 1 - qmscheck.run records read"]
    tests = [line for line in lines if re.match("ok|not ok", line)]
    directives = re.findall(r"(?<!\\)# (\w+)", "\n".join(tests))
    words = [re.match(r"ok \d|not ok \d|  \w+:|  ---|  \.\.\.|#|1\.\.2|TAP", line)[0] for line in lines]
    shown = re.sub(r"\\([\\#])", r"\1", " ".join(tests))
    return (words, directives), shown


class Page(HTMLParser):
    """Elements with the names of their attributes, and the texts, of a page; the browser of tests/browser does more."""

    def __init__(self):
        super().__init__()
        self.elements, self.texts, self.links = [], [], []

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, sorted(name for name, _ in attributes)))
        self.links += [value for name, value in attributes if name in ("href", "src", "action")]

    def handle_data(self, text):
        self.texts.append(text)


def read_html(text):
    page = Page()
    page.feed(text)
    assert all(link.startswith(("#", LINKS)) for link in page.links)
    return page.elements, " ".join(page.texts)


def read_markdown(text):
    parsed = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    tokens = [*parsed, *(child for token in parsed for child in token.children or ())]
    assert all(str(token.attrs["href"]).startswith(LINKS) for token in tokens if token.type == "link_open")
    for block in (token.content.strip() for token in tokens if token.type == "html_block"):
        assert block in (markdown.MARKER, "<details><summary>What is waived: 1</summary>", "</details>")
    said = "".join(token.content for token in tokens if token.type == "text")
    assert not re.search(r"@\w|\bwww\.|[a-z]://|#\d", said)  # no mention, no address, no reference
    return [token.type for token in tokens if token.type != "text"], said


def read_text(text):
    assert not re.search(r"^\s*::|##\w*\[", text, re.MULTILINE)  # no CI server hears a command
    marks = re.findall(r"^(?:── [A-Z][a-z ,]+|  \S \w+ CHG005|[✗✓!] \w+)", text, re.MULTILINE)
    return marks, re.sub(r"(?<=#)\\(?=#)|\\(?=::)", "", text)


READERS = {
    "csv": read_csv,
    "github": read_github,
    "github-summary": read_markdown,
    "gitlab": read_json,
    "html": read_html,
    "json": read_json,
    "jsonl": read_json_lines,
    "junit": read_junit,
    "junit:strict": read_junit,
    "markdown": read_markdown,
    "oscal": read_json,
    "sarif": read_sarif,
    "tap": read_tap,
    "text": read_text,
}
"""For each format what another program reads: the parts of the report, and all that is said in them."""

RAW = {"json", "jsonl"}
"""Formats that say everything as it is, in escapes of their own."""
SILENT = {
    *((name, outcome) for name in ("github", "gitlab") for outcome in ("waived", "pass", "not_applicable")),
    *(("sarif", outcome) for outcome in ("pass", "not_applicable")),
}
"""Outcomes of which a format says nothing."""


def squeezed(text):
    """Without blanks, breaks and marks that only part words, which formats set as they need."""
    return re.sub(r"[\s\u200b]", "", text)


def test_every_format_is_read():
    assert set(READERS) == set(FORMATS)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_changes_nothing_but_its_own_text(name, hostile, saying, rendered):
    options = {"links": LINKS if len(hostile) < 1_000 else "", "verbose": 2}  # too long a path is no link
    for outcome in Outcome:
        text = rendered(name, saying(hostile, outcome), **options)
        text.encode()
        assert visible(re.sub("\r?\n", "", text)) == re.sub("\r?\n", "", text)
        parts, said = READERS[name](text)
        if not hostile.strip():
            continue  # what is empty may be left out
        plain, _ = READERS[name](rendered(name, saying("plain", outcome), **options))
        assert parts == plain
        if (name, outcome) not in SILENT:
            shown = hostile if name in RAW else one_line(hostile[:200])
            assert squeezed(shown)[:60] in squeezed(said)


@pytest.mark.parametrize("name", sorted(set(FORMATS) - RAW))
@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_megabyte_of_text_is_cut(saying, rendered, name, outcome):
    text = rendered(name, saying("x" * 1_000_000, outcome))
    places = text.count("x" * 1_000_000)  # a path is an identity: it is never cut where a machine looks it up
    assert len(text) - places * 1_000_000 < 60_000


@given(found=ANY_TEXT, outcome=st.sampled_from(Outcome))
def test_any_text_leaves_xml_that_parses(saying, found, outcome):
    rendered = "".join(junit.render(saying(found, outcome)))
    assert len(list(ET.fromstring(rendered.encode()).iter("testcase"))) == 2


@given(found=ANY_TEXT)
def test_any_text_is_one_safe_line(found):
    shown = visible(found)
    assert shown.splitlines() in ([shown], [])
    assert visible(shown) == shown
    assert LEGAL_IN_XML.fullmatch(shown)
    assert "\x1b" not in shown


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        ("plain ünïcode 🧯", "plain ünïcode 🧯"),
        ("a\nb\tc\r", r"a\nb\tc\r"),
        ("\x1b[31m", r"\x1b[31m"),
        ("caf\udce9", r"caf\xe9"),
        ("\ud800", r"\ud800"),
        ("\u202e", r"\u202e"),
        ("\ufffe", r"\ufffe"),
    ],
)
def test_what_is_unsafe_is_spelled_out(found, shown):
    assert visible(found) == shown


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("  ::error::x\n", "  \\::error::x\n"),
        ("a ::b", "a ::b"),
        ("x ##[error]y ##vso[task]z", "x #\\#[error]y #\\#vso[task]z"),
        ("### h [x]", "### h [x]"),
    ],
)
def test_no_ci_server_hears_a_command(line, shown):
    assert unheard(line) == shown


def test_cut_says_how_much_was_left_out():
    assert cut("x" * 10, 10) == "x" * 10
    assert cut("x" * 1_244, 10) == "x" * 10 + "… (1,234 more characters)"
    assert one_line("\n" * 12, 10) == r"\n" * 10 + "… (2 more characters)"


def test_prose_joins_lines():
    assert prose("one\n  two\tthree\n") == "one two three"
