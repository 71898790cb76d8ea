"""Parsing only new entries gives what parsing everything gives, for whatever texts follow one another."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qmscheck.model import Source, Unreadable
from qmscheck.readers import read
from qmscheck.readers.yaml_entries import Entries

STABLE = settings(derandomize=True, deadline=None, database=None, max_examples=400)
LINES = st.sampled_from(
    [
        "a: 1",
        "b: 2",
        "b: 3",
        "a: 'x",
        "b: y'",
        'c: "x',
        'd: z"',
        '"d": 1',
        "a: [1,",
        "b: 2]",
        "c: {a: b",
        "d: e}",
        "- item",
        "  - item",
        "list:",
        "text: |",
        "  more",
        "",
        "# note",
        "  # note",
        "---",
        "...",
        "%YAML 1.2",
        "? x",
        ": y",
        "-a: 1",
        "<<: {a: 1}",
        "a: &x 1",
        "b: *x",
        "a: !t 1",
        "ä: 1",
        "1: 2",
        "a:b",
        "a : 4",
        "plain",
        "a: b: c",
        "  deep: 1",
        "\ttab: 1",
        "a: >-",
        "b: |+",
        "ab: 1",
        "a",
        "a:",
        "null: 1",
        "z: ~",
        "text: x # note",
    ]
)
TEXTS = st.lists(st.lists(LINES, max_size=8).map("\n".join), min_size=1, max_size=4)


def outcome(document):
    if isinstance(document, Unreadable):
        return document
    assert document.data is None or isinstance(document.data, (dict, list, str, int, float, bool))
    return repr(document.data)


def same(path: str, texts: list[str]) -> None:
    known = Entries()
    for text in texts:
        source, form = Source(path, text.encode()), "markdown" if path.endswith(".md") else "yaml"
        assert outcome(read(source, form, {"known": known})) == outcome(read(source, form)), text


@STABLE
@given(texts=TEXTS)
def test_versions_of_a_file(texts):
    same("a.yaml", texts)


@STABLE
@given(texts=TEXTS)
def test_versions_of_front_matter(texts):
    same("a.md", [f"---\n{text}\n---\nBody.\n" for text in texts])


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_only_what_is_new_is_parsed(line_end):
    parsed = []

    def parse(text: str) -> object:
        parsed.append(text)
        return read(Source("a.yaml", text.encode()), "yaml").data

    known = Entries()
    first = line_end.join(["a: 1", "b: [x]", ""])
    second = line_end.join(["a: 1", "b: [x]", "c: |", "  text", ""])
    assert known.load(first, parse) == {"a": 1, "b": ["x"]}
    assert known.load(second, parse) == {"a": 1, "b": ["x"], "c": "text\n"}
    assert parsed == ([first, "c: |\n  text\n"] if line_end == "\n" else [first, second])
