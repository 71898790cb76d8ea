"""Parsing only new entries gives what parsing everything gives, for whatever texts follow one another."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qmscheck.mapping.values import without_nulls
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


@STABLE
@given(texts=TEXTS)
def test_versions_of_a_file_whose_last_one_is_known(texts):
    """Nulls are gone from what is known, as from a record; so they are compared without."""
    last = read(Source("a.yaml", texts[-1].encode()), "yaml")
    fields = without_nulls(last.data) if not isinstance(last, Unreadable) and isinstance(last.data, dict) else None
    known = Entries(prior=fields)
    for text in [texts[-1], *texts]:
        found = read(Source("a.yaml", text.encode()), "yaml", {"known": known})
        alone = read(Source("a.yaml", text.encode()), "yaml")
        assert isinstance(found, Unreadable) == isinstance(alone, Unreadable)
        if isinstance(found, Unreadable):
            assert found == alone
        else:
            assert repr(without_nulls(found.data)) == repr(without_nulls(alone.data)), text


def test_what_is_known_is_not_parsed():
    known = Entries(prior={"a": 1, "b": ["x"]})
    assert known.load("a: 1\nb: [x]\nc: ~\n", lambda text: {"c": None} if text == "c: ~\n" else 1 / 0) == {
        "a": 1,
        "b": ["x"],
        "c": None,
    }
    assert known.load("a: 1\n", lambda _: 1 / 0) == {"a": 1}


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
