"""JSON and JSON Lines: what is refused, and where."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qmscheck.model import Source
from qmscheck.readers import read

STABLE = settings(derandomize=True, deadline=None, database=None, max_examples=100)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=10,
)

BAD = [
    ("", 1, 1, "the file is empty"),
    (" \n", 1, 1, "the file is empty"),
    ('{"a": 1,\n "a": 2}', 2, 2, "the key 'a' occurs twice"),
    ('[{"b": {"a": 1, "\\u0061": 2}}]', 1, 17, "the key 'a' occurs twice"),
    ('{"a":\n NaN}', 2, 2, "NaN is not a JSON value"),
    ("[1, -Infinity]", 1, 5, "-Infinity is not a JSON value"),
    ("[1,\n1e999]", 2, 1, "the number 1e999 is out of range"),
    ("[" + "9" * 5000 + "]", 1, 2, "the number 99999999999999999999… is out of range"),
    ('{"a": "\\ud800"}', 1, 7, "text with half a character (\\ud800 without its other half)"),
    ('{"\\udc00x": 1}', 1, 2, "text with half a character"),
    ('{"a": 1,}', 1, None, ""),
    ('{"a": 1 // note\n}', 1, 9, "a comma or a closing bracket is missing before this"),
    ('{"a" 1}', 1, 6, "a ':' is missing after the key"),
    ("{a: 1}", 1, 2, "a key in double quotes is expected here"),
    ("{'a': 1}", 1, 2, "a key in double quotes is expected here"),
    ('{"a": x}', 1, 7, "a value is missing here, or is not JSON"),
    ("{}\n{}", 2, 1, "the data ends before this; only one value per file is possible"),
    ('{"a": "x\ny"}', 1, 9, "a line break, tab or other control character stands inside double quotes"),
    ('{"a": "x}', 1, 7, "the quotation mark is opened here and never closed"),
    ('{"a": "\\d"}', 1, 8, "a backslash begins a special character"),
    ("[" * 65 + "]" * 65, 1, 65, "lists and mappings are nested more than 64 deep"),
    ('{"a":' * 65 + "1" + "}" * 65, 1, 317, "lists and mappings are nested more than 64 deep"),
    ("[" * 100_000, 1, 65, "lists and mappings are nested more than 64 deep"),
]


@pytest.mark.parametrize(("text", "line", "column", "reason"), BAD, ids=[case[0][:30] for case in BAD])
def test_what_is_refused(text, line, column, reason, bad):
    found_line, found_column, found_reason = bad("\ufeff" + text, "json")
    assert found_reason.startswith(reason)
    assert found_line == line
    assert column in (found_column, None)


@STABLE
@given(JSON, st.sampled_from([None, 2]), st.booleans())
def test_agrees_with_the_standard_library(data, indent, escape):
    text = json.dumps(data, indent=indent, ensure_ascii=escape)
    document = read(Source("x", text.encode()), "json")
    assert document.data == data
    assert document.position(()) is not None


def test_depth_and_escapes_that_are_fine(good):
    assert good("[" * 64 + "]" * 64, "json").data
    assert good('["\\ud83d\\ude00", "\\\\ud800", "[[[["]', "json").data == ["😀", "\\ud800", "[[[["]


def test_keys_are_interned(good):
    first, second = (next(iter(good(f'{{"a key that is long": {n}}}', "json").data)) for n in range(2))
    assert first is second


def test_a_bad_line_does_not_hide_the_others(good):
    text = '{"a": 1}\r\n\r\n{"a":\r\n[1]\n  {"a": 2, "a": 3}\n{"a": 4}'
    document = good(text, "jsonl")
    assert document.data == [{"a": 1}, {"a": 4}]
    assert document.row_lines == [1, 6]
    assert [(str(problem.location), problem.reason) for problem in document.problems] == [
        ("record:3:6", "a value is missing here, or is not JSON (text needs double quotes)"),
        ("record:4:1", "every line must hold one object: {...}"),
        ("record:5:12", "the key 'a' occurs twice"),
    ]


@pytest.mark.parametrize("text", ["", "\n\n", " \r\n\t"])
def test_no_lines(text, good):
    document = good(text, "jsonl")
    assert (document.data, document.row_lines, document.problems) == ([], [], ())
    assert document.position((0,)) == (1, 1)
