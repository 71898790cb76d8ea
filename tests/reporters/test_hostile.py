"""What every reporter owes to text that somebody else wrote."""

import json as stdlib_json
import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qmscheck.model import Outcome
from qmscheck.reporters import json, junit, text
from qmscheck.reporters.sanitise import cut, one_line, prose, visible

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))
LEGAL_IN_XML = re.compile("[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")

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


@pytest.mark.parametrize("reporter", [json, junit, text])
def test_same_bytes_on_a_second_run(report, reporter):
    assert list(reporter.render(report)) == list(reporter.render(report))


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
