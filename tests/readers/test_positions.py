"""Every value of every format is found where it stands in the file.

Keys and values of the generated data are unique words, so that the right place of each can be found by searching.
"""

from __future__ import annotations

import csv
import io
import itertools
import json

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from qmscheck.model import Source
from qmscheck.readers import Document, events, read

STABLE = settings(derandomize=True, deadline=None, database=None, max_examples=60)

SHAPES = st.recursive(
    st.sampled_from(["word", "number", "quoted", "lines"]),
    lambda inner: st.lists(inner, min_size=1, max_size=4).map(tuple) | st.lists(inner, min_size=1, max_size=4),
    max_leaves=14,
)
"""Tuples become mappings."""
MAPPINGS = st.lists(SHAPES, min_size=1, max_size=5).map(tuple)
FRAMES = st.tuples(st.booleans(), st.booleans(), st.integers(0, 3))
"""Byte order mark, CR LF, empty or comment lines between the others."""


def grow(shape, count):
    """Data of a shape, with a number that occurs nowhere else in each key and value."""
    number = 1000 + next(count)
    if isinstance(shape, tuple):
        return {f"k{1000 + next(count)}": grow(inner, count) for inner in shape}
    if isinstance(shape, list):
        return [grow(inner, count) for inner in shape]
    return {"word": f"v{number}", "number": number, "quoted": f"v{number}: é'\t\" 😀", "lines": f"v{number}\n\n two\n"}[
        shape
    ]


def nodes(data, path=()):
    """Path and value of everything in the data."""
    yield path, data
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for part, value in inner:
        yield from nodes(value, (*path, part))


def first_word(data):
    """The word that stands first in a value."""
    if isinstance(data, dict):
        return next(iter(data))
    if isinstance(data, list):
        return first_word(data[0])
    return data.split(":")[0].split("\n")[0] if isinstance(data, str) else str(data)


def encode(text, frame):
    mark, crlf, _ = frame
    return ("\ufeff" if mark else "").encode() + (text.replace("\n", "\r\n") if crlf else text).encode()


def check(content, kind, data, **options):
    """Compare every position with a search for its word, in lines as an editor shows them."""
    document = read(Source("x", content), kind, options)
    assert isinstance(document, Document), document
    assert document.data == data
    lines = content.decode("utf-8-sig").replace("\r\n", "\n").split("\n")
    for path, value in nodes(data):
        if not path:
            continue
        line, column = document.position(path)
        key = path[-1] if isinstance(path[-1], str) else first_word(value)
        text = lines[line - 1][column - 1 :]
        rest = "\n".join([text, *lines[line:]])
        if isinstance(path[-1], str):
            assert text.lstrip("\"'").startswith(key), (path, line, column)
            assert len(text) - len(text.lstrip("\"'")) <= 1
        else:
            before, found, _ = rest.partition(key)
            assert found, (path, line, column)
            assert set(before) <= set("\t[{\"'|>- \n?2"), (path, before)
    absent = document.position(("no such key", 3))
    assert absent == document.position(())


class Dumper(yaml.SafeDumper):
    """Block text for lines, no aliases."""

    def ignore_aliases(self, data):
        return True


def _text(dumper, text):
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if text.endswith("\n") else None)


Dumper.add_representer(str, _text)
STYLES = st.tuples(st.sampled_from([False, True, None]), st.integers(2, 5), st.sampled_from([100, 4000]))


def dump(data, style, frame):
    flow, indent, width = style
    text = yaml.dump(
        data, Dumper=Dumper, default_flow_style=flow, indent=indent, width=width, allow_unicode=True, sort_keys=False
    )
    if frame[2] and width > 1000 and "|" not in text:  # else a note would become part of a value
        text = text.replace("\n", "\n" + ("# note\n", "\n", " \n\n# k1 - v1: [\n")[frame[2] - 1])
    return text


@STABLE
@given(SHAPES, STYLES, FRAMES)
def test_yaml(shape, style, frame):
    data = grow(shape, itertools.count())
    if isinstance(data, dict | list):
        check(encode(dump(data, style, frame), frame), "yaml", data)


@settings(STABLE, max_examples=15)
@given(MAPPINGS, STYLES, FRAMES)
def test_yaml_with_the_slow_parser(shape, style, frame):
    fast, events.FastParser = events.FastParser, None
    try:
        data = grow(shape, itertools.count())
        check(encode(dump(data, style, frame), frame), "yaml", data)
    finally:
        events.FastParser = fast


@STABLE
@given(MAPPINGS, STYLES, FRAMES, st.sampled_from(["", "\n", " \n\n"]), st.sampled_from(["---", "..."]))
def test_yaml_front_matter(shape, style, frame, lead, closing):
    data = grow(shape, itertools.count())
    text = f"{lead}--- \n{dump(data, style, frame)}{closing}\n# Title\n\n---\n\n- item\n"
    check(encode(text, frame), "markdown", data)


@STABLE
@given(MAPPINGS, STYLES, FRAMES)
def test_closing_front_matter(shape, style, frame):
    data = grow(shape, itertools.count())
    check(encode(dump(data, style, frame) + "---\n\ntext\n", frame), "markdown", data, front_matter="closing")


@STABLE
@given(SHAPES, st.sampled_from([None, 0, 1, "\t"]), st.booleans(), FRAMES)
def test_json(shape, indent, escape, frame):
    data = grow(shape, itertools.count())
    check(encode(json.dumps(data, indent=indent, ensure_ascii=escape), frame), "json", data)


@STABLE
@given(st.lists(MAPPINGS, min_size=1, max_size=4), FRAMES)
def test_json_lines(shapes, frame):
    count = itertools.count()
    rows = [grow(shape, count) for shape in shapes]
    gap = ("\n", "\n\n", "\n \n", "\n[]\n")[frame[2]]
    content = encode(gap.join(json.dumps(row) for row in rows), frame)
    check(content, "jsonl", rows)
    document = read(Source("x", content), "jsonl")
    assert document.row_lines == [document.position((index,))[0] for index in range(len(rows))]


@STABLE
@given(MAPPINGS, FRAMES, st.sampled_from(["+++", "```"]), st.booleans())
def test_toml_front_matter(shape, frame, fence, tables):
    data = grow(shape, itertools.count())
    text = toml_tables(data) if tables else "".join(f"{key} = {toml(value)}\n" for key, value in data.items())
    opening = "```toml" if fence == "```" else fence
    check(encode(f"\n{opening}\n# k1 = [\n{text}{fence}\n\ntext\n", frame), "markdown", data)


def toml(value):
    if isinstance(value, dict):
        return "{ " + ", ".join(f"'{key}' = {toml(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[\n  " + ", # ]\n  ".join(map(toml, value)) + "\n]"
    return json.dumps(value, ensure_ascii=False)


def toml_tables(data, prefix=""):
    plain = "".join(f"{key} = {toml(value)}\n" for key, value in data.items() if not isinstance(value, dict))
    return plain + "".join(
        f"\n[{prefix}{key}] # k1\n{toml_tables(value, f'{prefix}{key}.')}"
        for key, value in data.items()
        if isinstance(value, dict)
    )


CELLS = st.sampled_from(["", "plain", "two\nlines", 'a "quoted", word', " x ", "a;b", "é😀", "x\n\n\ny"])


@STABLE
@given(
    st.integers(1, 4), st.lists(st.lists(CELLS, min_size=4, max_size=4), max_size=6), FRAMES, st.sampled_from(",;\t")
)
def test_csv(width, rows, frame, delimiter):
    count = itertools.count(1000)
    header = [f"h{number}" for number in range(width)]
    data = [{name: f"v{next(count)}{cell}" for name, cell in zip(header, row, strict=False)} for row in rows]
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter, lineterminator="\n" + "\n" * frame[2])
    writer.writerows([header, *(row.values() for row in data)])
    content = encode(file.getvalue(), frame)
    document = read(Source("x", content), "csv", {"delimiter": delimiter})
    ends = "\r\n" if frame[1] else "\n"
    assert document.data == [{key: cell.replace("\n", ends) for key, cell in row.items()} for row in data]
    lines = content.decode("utf-8-sig").replace("\r\n", "\n").split("\n")
    for path, value in nodes(data):
        if len(path) == 2:
            line, column = document.position(path)
            assert lines[line - 1][column - 1 :].lstrip('"').startswith(value[:5])
        if len(path) == 1:
            assert document.position(path) == (document.row_lines[path[0]], 1)
            assert next(iter(value.values()))[:5] in lines[document.row_lines[path[0]] - 1]


@pytest.mark.parametrize(
    ("text", "path", "place"),
    [
        ("a:\n  - b: 1\n    c: 2\n", ("a", 0, "c"), (3, 5)),
        ("a:\n  - b: 1\n    c: 2\n", ("a", 0), (2, 5)),
        ("a:\n  -\n    b: 1\n", ("a", 0), (3, 5)),
        ("a:\n- \n-\n- x\n", ("a", 1), (3, 2)),
        ("a:\n  b: 1\n", ("a", "owner"), (1, 1)),
        ("a:\n  b: 1\n", ("a", "b", "c", 0), (2, 3)),
        ("# note\n\n  a: 1\n", (), (3, 3)),
        ("a: &x {b: 1}\nc: *x\n", ("c", "b"), (2, 1)),
        ("a: &x {b: 1}\nc:\n  <<: *x\n  d: 1\n", ("c", "b"), (2, 1)),
        ("a: [1, &x 2, !!str 3]\n", ("a", 2), (1, 14)),
        ("? a\n: b\n'c' : d\n", ("c",), (3, 1)),
        ("a: 'x\u2028y'\nb: 1\n", ("b",), (2, 1)),
        ("a: 1\r  \rb: 1\r", ("b",), (3, 1)),
        ("a: é😀, b\nb: [😀, x]\n", ("b", 1), (2, 8)),
        ("", ("a",), (1, 1)),
    ],
)
@pytest.mark.usefixtures("each_parser")
def test_yaml_places(text, path, place, good):
    assert good(text, "yaml").position(path) == place


def test_pages_without_front_matter(good):
    assert good("# Title\n", "markdown").position(("owner",)) == (1, 1)


def test_strange_paths(good):
    document = good("a: [1]\n", "yaml")
    assert document.position(("a", -1)) == document.position(("a", "0")) == document.position((0,)) == (1, 1)


def test_toml_places(good):
    text = 'a = """\nb = 1\n"""\n[[x.y]]\n  "k.z"."w" = 1\n[[x.y]]\nq = {r = [1,\n 2]}\n[x.y.t]\nu = 2024-01-02\n'
    document = good(text, "toml")
    assert document.data["x"]["y"][1]["t"]["u"] == "2024-01-02"
    assert document.position(("x", "y", 0)) == (4, 1)
    assert document.position(("x", "y", 0, "k.z", "w")) == (5, 9)
    assert document.position(("x", "y", 1, "q", "r", 1)) == (8, 2)
    assert document.position(("x", "y", 1, "t", "u")) == (10, 1)
