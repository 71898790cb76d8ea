"""The plain part of YAML: what is read line by line is what libyaml reads, and all else is left to libyaml."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qmscheck.readers import yaml
from qmscheck.readers.yaml_plain import NotPlain, read_plain

STABLE = settings(derandomize=True, deadline=None, database=None, max_examples=400)

RECORD = """\
# a record as people write it
type: change
id: CHG-2026-00001
title: Upgrade the cache cluster (ledger), step 2
created_at: 2026-03-17T12:53:00Z
"on": "2026-03-17"
url: https://git.example.org/acme/pull/1
services: [SVC-2024-001, "a, b", 'c', 5, null]
major: false
count: 017
nothing:
empty: []
owner: Jürgen

impact:
  service: "a short rise: of latency"
  # a comment
  customers: none
approvals:
  - by: femi.smith@example.org
    role: change manager
    reasons:
    - first
    - 'second'
  - by: "x"
    text: >-
      Certificates older than a year
      are found. # no comment
lines: |
  one
  two

last: >
    folded
    text
"""

PLAIN = {
    "a blank line after a block": "a: >-\n  x\n\n\nb: 1\n",
    "a comment after a block": "a: >-\n    x\n  # c\nb: 1\n",
    "blanks inside a folded line": "a: >-\n  x  \n  y\n",
    "an empty text in quotes": "a: ''\nb: \"\"\n",
    "a list below its key": "a:\n- x\n- b: 1\n  c: 2\nd: 3\n",
    "an end of lists": "a:\n  - b:\n      - c: 1\n  - d\ne: 1\n",
    "an empty value, then a key outside": "a:\n  b:\nc: 1\n",
    "a colon inside": "a: b:c\n",
    "a comment behind a key": "a: # c\n  b: 1\n",
}

NOT_PLAIN = {
    "nothing": "",
    "a comment alone": "# c\n",
    "no last line break": "a: 1",
    "a list": "- a\n",
    "a text": "a\n",
    "a key twice": "a: 1\na: 2\n",
    "a line that goes on": "a: b\n  c\n",
    "a text on the next line": "a:\n  b\n",
    "a deeper key": "a: 1\n  b: 2\n",
    "a key between columns": "a:\n    b: 1\n  c: 2\n",
    "a comment behind a value": "a: b # c\n",
    "a blank behind a value": "a: b \n",
    "a colon at the end": "a: b:\n",
    "no blank behind the colon": "a:b\n",
    "an escape": 'a: "\\n"\n',
    "a quote that is doubled": "a: 'it''s'\n",
    "an anchor": "a: &x 1\nb: *x\n",
    "a tag": "a: !!str 1\n",
    "a merge": "<<: {a: 1}\n",
    "a mapping in braces": "a: {b: 1}\n",
    "a list in a list": "a: [[b]]\n",
    "a list that goes on": "a: [b,\n  c]\n",
    "a mapping in a list": "a: [b: c]\n",
    "a document": "---\na: 1\n",
    "an end of document": "a: 1\n...\n",
    "a tab": "a:\tb\n",
    "a carriage return": "a: 1\r\nb: 2\r\n",
    "a line break of Unicode": "a: b\u2028c\n",
    "a byte order mark inside": "a: b\ufeff\n",
    "a control character": "a: b\x07\n",
    "a block with a deeper line": "a: |\n  b\n    c\n",
    "a block with a blank line inside": "a: >-\n  b\n\n  c\n",
    "a block with what looks like a comment": "a: >-\n  b\n   # c\n",
    "a block with a late comment": "a: >-\n  b\n\n  # c\n",
    "a block with a line of blanks": "a: >-\n  b\n     \nc: 1\n",
    "a block without text": "a: >-\nb: 1\n",
    "a block that is kept": "a: |+\n  b\n",
    "a block with a number": "a: |1\n  b\n",
    "a block that is not deeper": "a:\n  b: >-\n  c\n",
    "an empty item": "a:\n  -\n  - b\n",
    "a list in an item": "a:\n  - - b\n",
    "too deep": "".join(f"{' ' * depth}a:\n" for depth in range(60)) + f"{' ' * 60}b: 1\n",
    "very long": "a: " + "b" * 70_000 + "\n",
}


def by_events(text: str) -> object:
    """What libyaml's events say."""
    documents = yaml._build(text, old=False, many=False)
    return documents[0] if documents else None


def alike(one: object, other: object) -> bool:
    """Whether two values are the same to the last kind and the order of keys."""
    return json.dumps(one) == json.dumps(other)


@pytest.mark.parametrize("text", [RECORD, *PLAIN.values()], ids=["a record", *PLAIN])
def test_what_is_plain_means_the_same(text):
    assert alike(read_plain(text), by_events(text))


def test_a_plain_record_needs_no_libyaml(monkeypatch):
    expected = by_events(RECORD)
    monkeypatch.setattr(yaml, "events_of", None)
    assert alike(yaml.load(RECORD), expected)


def test_yaml_1_1_and_several_documents_are_for_libyaml(monkeypatch):
    monkeypatch.setattr(yaml, "read_plain", None)
    assert yaml.load("a: on\n", version="1.1") == {"a": True}
    assert yaml.load("a: on\n", many=True) == [{"a": "on"}]


@pytest.mark.parametrize("text", NOT_PLAIN.values(), ids=list(NOT_PLAIN))
def test_what_is_not_plain_is_left_to_libyaml(text):
    with pytest.raises(NotPlain):
        read_plain(text)


def test_keys_and_short_texts_are_kept_once():
    first, second = (read_plain("a_key: a short text\nb: 'a short text'\n") for _ in range(2))
    assert first["a_key"] is second["a_key"] is first["b"]
    assert next(iter(first)) is next(iter(second))


_VALUES = [*PLAIN.values(), *NOT_PLAIN.values()]
VALUES = [text.partition("a:")[2].strip("\n").replace("\n", "\n  ") for text in _VALUES if text.startswith("a:")]
LINES = st.builds(
    "{0}{1}{2}".format,
    st.sampled_from(["", "", "", "", "  ", "  ", "    ", "   ", "- ", "  - ", "  -  "]),
    st.sampled_from(["a:", "b:", "c:", "d:", "'e':", '"f":', "a", ""]),
    st.sampled_from(["", "", " x", " 1", " [x, y]", " 'x'", " >-\n      x\n      y", "# c", *VALUES]),
)


@STABLE
@given(st.lists(LINES, min_size=1, max_size=6), st.sampled_from(["\n", "\n\n", ""]))
def test_whatever_is_read_line_by_line_is_what_libyaml_reads(lines, end):
    text = "\n".join(lines) + end
    try:
        plain = read_plain(text)
    except NotPlain:
        return
    assert alike(plain, by_events(text))
