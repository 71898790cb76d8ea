"""What every reporter owes to text that somebody else wrote."""

import csv as stdlib_csv
import io
import json as stdlib_json
import re
import xml.etree.ElementTree as ET
from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from qmscheck.model import Outcome
from qmscheck.reporters import FORMATS, csv, github, gitlab, json, junit, markdown, sarif, tap, text
from qmscheck.reporters.sanitise import cut, one_line, prose, visible

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))
LEGAL_IN_XML = re.compile("[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")

TELLING = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.WAIVED)
"""Outcomes that are told in ways of their own; the others share these."""

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
    "emoji": "👩\u200d🚒 e\u0301 שלום",
    "long word": "x" * 5_000,
    "long": "word " * 200_000,
}


@pytest.fixture(params=HOSTILE.values(), ids=HOSTILE.keys())
def hostile(request):
    return request.param


@pytest.mark.parametrize("outcome", list(Outcome))
def test_junit_is_well_formed(saying, hostile, outcome):
    rendered = "".join(junit.render(saying(hostile, outcome)))
    assert LEGAL_IN_XML.fullmatch(rendered)
    assert "\x1b" not in rendered
    root = ET.fromstring(rendered.encode())
    assert len(list(root.iter("testcase"))) == 2
    assert not list(root.iter("script"))
    expected = {Outcome.FAIL: "failure", Outcome.UNKNOWN: "error", Outcome.ERROR: "error"}
    assert [one.tag for one in root.iter() if one.tag in ("failure", "error")] == [
        tag for known, tag in expected.items() if known is outcome
    ]


@pytest.mark.parametrize("outcome", list(Outcome))
def test_json_is_json(saying, hostile, outcome):
    rendered = "".join(json.render(saying(hostile, outcome)))
    assert rendered.isascii()
    assert stdlib_json.loads(rendered)["results"][0]["subject"] == hostile


@pytest.mark.parametrize("outcome", list(Outcome))
@pytest.mark.parametrize("verbose", [0, 2])
def test_text_is_safe_in_a_terminal(saying, hostile, outcome, verbose):
    rendered = "".join(text.render(saying(hostile, outcome), verbose=verbose))
    rendered.encode()
    assert visible(rendered.replace("\n", "")) == rendered.replace("\n", "")
    assert not re.search("^::", rendered, re.MULTILINE)


@pytest.mark.parametrize("outcome", TELLING)
def test_json_lines_are_json(saying, hostile, outcome):
    lines = "".join(json.render(saying(hostile, outcome), lines=True)).splitlines()
    assert [stdlib_json.loads(line)["kind"] for line in lines] == ["run", "rule", "result"]
    assert stdlib_json.loads(lines[-1])["subject"] == hostile


@pytest.mark.parametrize("outcome", TELLING)
@pytest.mark.parametrize("dialect", [{"strict": True}, {"granularity": "rule"}])
def test_dialects_of_junit_are_well_formed(saying, hostile, outcome, dialect):
    rendered = "".join(junit.render(saying(hostile, outcome), **dialect))
    assert LEGAL_IN_XML.fullmatch(rendered)
    root = ET.fromstring(rendered.encode())
    assert len(list(root.iter("testcase"))) == 2
    red = [one.tag for one in root.iter() if one.tag in ("failure", "error")]
    assert len(red) == (outcome in (Outcome.FAIL, Outcome.UNKNOWN, Outcome.ERROR))


@pytest.mark.parametrize("outcome", TELLING)
def test_a_record_starts_no_workflow_command(saying, hostile, outcome):
    rendered = "".join(github.render(saying(hostile, outcome)))
    rendered.encode()
    assert rendered.splitlines() == rendered.split("\n")[:-1]
    expected = {Outcome.FAIL: ["error"], Outcome.ERROR: ["error"], Outcome.UNKNOWN: ["warning"]}.get(outcome, [])
    found = [re.fullmatch(r"::(error|warning|notice) ([^:\r]*)::(.*)", line) for line in rendered.splitlines()]
    assert [one and one[1] for one in found] == [*expected, "notice"]
    for one in found:
        named = [pair.split("=", 1)[0] for pair in one[2].split(",")]
        assert named in (["file", "line", "endLine", "col", "title"], ["file", "line", "endLine", "title"], ["title"])
        assert not re.search("%(?!25|0A)", one[3])


@pytest.mark.parametrize("outcome", TELLING)
def test_sarif_is_json_and_sets_no_link(saying, hostile, outcome):
    rendered = "".join(sarif.render(saying(hostile, outcome)))
    rendered.encode()
    for result in stdlib_json.loads(rendered)["runs"][0]["results"]:
        assert not re.search(r"(?<!\\)\[[^\]]*\]\([^)]*\)", result["message"]["text"])
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"([A-Za-z0-9._~/-]|%[0-9A-F]{2})+", uri)


@pytest.mark.parametrize("outcome", TELLING)
def test_gitlab_is_json(saying, hostile, outcome):
    rendered = "".join(gitlab.render(saying(hostile, outcome)))
    rendered.encode()
    assert len(stdlib_json.loads(rendered)) == (outcome in (Outcome.FAIL, Outcome.UNKNOWN, Outcome.ERROR))


@pytest.mark.parametrize("outcome", TELLING)
def test_csv_has_its_cells_and_no_formula(saying, hostile, outcome):
    rendered = "".join(csv.render(saying(hostile, outcome)))
    rendered.encode()
    rows = list(stdlib_csv.reader(io.StringIO(rendered, newline=""), strict=True))
    assert [len(row) for row in rows] == [len(csv.COLUMNS)] * 2
    for cell in rows[1]:
        assert not re.match(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]", cell)
        assert visible(cell) == cell


@pytest.mark.parametrize("outcome", TELLING)
def test_tap_has_its_tests(saying, hostile, outcome):
    rendered = "".join(tap.render(saying(hostile, outcome)))
    rendered.encode()
    lines = rendered.splitlines()
    assert lines[:3] == ["TAP version 14", "1..2", "ok 1 - qmscheck.run records read"]
    assert [line[:4] for line in lines if re.match(r"ok|not ok|Bail", line)] in (["ok 1", "ok 2"], ["ok 1", "not "])
    directives = re.findall(r"(?<!\\)# (\w+)", "\n".join(line for line in lines if re.match("ok|not ok", line)))
    assert directives == (["SKIP"] if outcome in (Outcome.WAIVED, Outcome.NOT_APPLICABLE) else [])


@pytest.mark.parametrize("outcome", TELLING)
@pytest.mark.parametrize("summary", [False, True])
@pytest.mark.parametrize("links", ["", "https://example.org/o/r/blob/1234/"])
def test_markdown_holds_no_markup_of_a_record(saying, hostile, outcome, summary, links):
    rendered = "".join(markdown.render(saying(hostile, outcome), summary=summary, links=links))
    rendered.encode()
    parsed = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(rendered)
    tokens = [*parsed, *(child for token in parsed for child in token.children or ())]
    assert {token.type for token in tokens} <= PLAIN_MARKDOWN | ({"link_open", "link_close"} if links else set())
    assert all(str(token.attrs["href"]).startswith(links) for token in tokens if token.type == "link_open")
    folded = ["<details><summary>What is waived: 1</summary>\n", "</details>\n"] * (outcome is Outcome.WAIVED)
    assert [token.content for token in tokens if token.type == "html_block"] == (
        [markdown.MARKER + "\n"] * (not summary) + folded
    )
    assert not re.search(r"@\w|\bwww\.|[a-z]://|#\d", "".join(t.content for t in tokens if t.type == "text"))
    cells = [token.type for token in tokens].count("td_open")
    listed = outcome in (Outcome.FAIL, Outcome.UNKNOWN, Outcome.ERROR, Outcome.WAIVED)
    assert cells == 4 * listed + 8 * summary


PLAIN_MARKDOWN = {
    *("html_block", "inline", "text", "softbreak", "strong_open", "strong_close", "em_open", "em_close"),
    *(f"{name}_{end}" for name in ("heading", "paragraph", "bullet_list", "list_item") for end in ("open", "close")),
    *(f"{name}_{end}" for name in ("table", "thead", "tbody", "tr", "th", "td") for end in ("open", "close")),
}


@pytest.mark.parametrize("name", FORMATS)
def test_same_bytes_on_a_second_run(report, name):
    module, dialect = FORMATS[name]
    render = import_module(f"qmscheck.reporters.{module}").render
    assert list(render(report, **dialect)) == list(render(report, **dialect))


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("outcome", TELLING)
def test_a_megabyte_of_text_is_cut(saying, name, outcome):
    module, dialect = FORMATS[name]
    if module == "json":
        return  # nothing is cut for machines
    rendered = "".join(
        import_module(f"qmscheck.reporters.{module}").render(saying("x" * 1_000_000, outcome), **dialect)
    )
    places = rendered.count("x" * 1_000_000)  # a path is an identity: it is never cut where a machine looks it up
    assert len(rendered) - places * 1_000_000 < 60_000


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


def test_cut_says_how_much_was_left_out():
    assert cut("x" * 10, 10) == "x" * 10
    assert cut("x" * 1_244, 10) == "x" * 10 + "… (1,234 more characters)"
    assert one_line("\n" * 12, 10) == r"\n" * 10 + "… (2 more characters)"


def test_prose_joins_lines():
    assert prose("one\n  two\tthree\n") == "one two three"
