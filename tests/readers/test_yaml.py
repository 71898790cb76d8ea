"""YAML: values, and what is refused, with its place and a reason in plain words."""

from __future__ import annotations

import sys
import time

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from qmscheck.model import Source, Unreadable
from qmscheck.readers import read

STABLE = settings(derandomize=True, deadline=None, database=None, max_examples=150)

PLAIN = [  # as written, YAML 1.2 core, YAML 1.1
    ("", None, None),
    ("~", None, None),
    ("null", None, None),
    ("nuLL", "nuLL", "nuLL"),
    ("true", True, True),
    ("False", False, False),
    ("tRue", "tRue", "tRue"),
    ("yes", "yes", True),
    ("No", "No", False),
    ("on", "on", True),
    ("OFF", "OFF", False),
    ("y", "y", "y"),
    ("12", 12, 12),
    ("+12", 12, 12),
    ("-0", 0, 0),
    ("0752", 752, 490),
    ("089", 89, "089"),
    ("0o17", 15, "0o17"),
    ("0x1F", 31, 31),
    ("0b11", "0b11", 3),
    ("1_000", "1_000", 1000),
    ("1.5", 1.5, 1.5),
    ("1.", 1.0, 1.0),
    (".5", 0.5, 0.5),
    ("1e3", 1000.0, "1e3"),
    ("1.5e+3", 1500.0, 1500.0),
    ("1e999", "1e999", "1e999"),
    (".inf", ".inf", ".inf"),
    (".NaN", ".NaN", ".NaN"),
    ("-", None, None),  # an empty item
    ("+", "+", "+"),
    (".", ".", "."),
    ("1.2.3", "1.2.3", "1.2.3"),
    ("2024-01-02", "2024-01-02", "2024-01-02"),
    ("2024-1-2", "2024-1-2", "2024-1-2"),
    ("2024-01-02T10:00:00Z", "2024-01-02T10:00:00Z", "2024-01-02T10:00:00Z"),
    ("12:30:00", "12:30:00", "12:30:00"),
    ("190:20:30", "190:20:30", "190:20:30"),
    ("9" * 5000, "9" * 5000, "9" * 5000),
    ("0x" + "f" * 5000, "0x" + "f" * 5000, "0x" + "f" * 5000),
    ("123456789012345678901234567890", 123456789012345678901234567890, 123456789012345678901234567890),
    ("'12'", "12", "12"),
    ('"yes"', "yes", "yes"),
    ("=", "=", "="),
]


@pytest.mark.parametrize(("written", "new", "old"), PLAIN, ids=[case[0][:20] for case in PLAIN])
def test_plain_values(written, new, old, good):
    text = f"value: {written}\n" if written != "-" else "value:\n  -\n"
    wrap = (lambda value: value) if written != "-" else (lambda value: [value])
    for version, expected in (("1.2", wrap(new)), ("1.1", wrap(old))):
        value = good(text, "yaml", yaml=version).data["value"]
        assert (value, type(value)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("", None),
        ("# nothing\n", None),
        ("---\n", None),
        ("plain text", "plain text"),
        ("- 1\n- [a, {b: c}]\n-\n", [1, ["a", {"b": "c"}], None]),
        ("a:\n- b\nc:\n  - d\n", {"a": ["b"], "c": ["d"]}),
        ("1: a\ntrue: b\n2024-01-02: c\n~: d\n", {"1": "a", "true": "b", "2024-01-02": "c", "~": "d"}),
        ("? a\n: b\n", {"a": "b"}),
        ("a: |\n  x\n\n  y\nb: >-\n  x\n  y\n", {"a": "x\n\ny\n", "b": "x y"}),
        ("a: 'it''s'\nb: \"tab\\t\\u00e9\\U0001F600\"\n", {"a": "it's", "b": "tab\té😀"}),
        ("%YAML 1.1\n---\na: 1\n...\n", {"a": 1}),
        ('{"a": [1, 2.5, true, null, "x"]}', {"a": [1, 2.5, True, None, "x"]}),
        ("\ufeffa: 1\r\nb:\r\n  - c\r\n", {"a": 1, "b": ["c"]}),
    ],
)
@pytest.mark.usefixtures("each_parser")
def test_shapes(text, data, good):
    assert good(text, "yaml").data == data


BAD = [
    ("a: @x", 1, 4, "a value cannot begin with '@'; put it in quotes"),
    ("a:\n  b: `x`", 2, 6, "a value cannot begin with '`'; put it in quotes"),
    ("a: %x", 1, 4, "a value cannot begin with '%'; put it in quotes"),
    ("%a: x", 1, 1, "a value cannot begin with '%'"),
    ("a: **bold**", 1, 4, "a value cannot begin with '*'; put it in quotes"),
    ("a: & b", 1, 4, "a value cannot begin with '&'; put it in quotes"),
    ("a: , b", 1, 4, "a value cannot begin with ','; put it in quotes"),
    ("a: *b", 1, 4, "'*b' refers to an anchor '&b' that does not come before it; if it is text, put it in quotes"),
    ("a: !Ref x", 1, 4, "the tag '!Ref' is not supported"),
    ("a: !!python/object:os.system x", 1, 4, "the tag '!!python/object:os.system' is not supported"),
    ("- !Ref {a: b}", 1, 3, "the tag '!Ref' is not supported"),
    ("- !!set {a}", 1, 3, "the tag '!!set' is not supported"),
    ("!Key a: b", 1, 1, "the tag '!Key' is not supported"),
    ("a: !x!y z", 1, 4, "a value cannot begin with '!', which would be a tag; put it in quotes"),
    ("a: !!int x", 1, 4, "the tag !!int does not fit the value 'x'"),
    ("a:\n\tb: 1", 2, 1, "a tab stands where blanks are expected; indent with blanks"),
    ("a: b: c", 1, 5, "the value holds ': ', which looks like another key; put the whole value in quotes"),
    ("a: 1\n  b: 3", 2, 3, "'b' is indented more than the keys around it"),
    ("text\nb: 1", 2, 1, "no 'key: value' can stand here"),
    ("a: x\nfoo bar\nb: 1", 2, 1, "a 'key: value' is expected, but there is no ': ' after a key in: foo bar"),
    ('a: "x\nb: 1\n', 1, 4, 'the quotation mark " is opened here and never closed'),
    ("a: 'it's'", 1, 8, "text goes on after the closing quotation mark; put the whole value in quotes, each ' inside"),
    ('a: "x" y', 1, 8, "text goes on after the closing quotation mark"),
    ("a: [x] y", 1, 8, "text goes on after the closing ]; put the whole value in quotes"),
    ("a: [1, 2\nb: 3", 2, 2, "a ',' or the ']' that closes the '[' is missing (opened on the line above)"),
    ("a: {x: 1\n\nb: 3", 3, 2, "a ',' or the '}' that closes the '{' is missing (opened 2 lines above)"),
    ("a: {{ version }}", 1, 5, "a key must be text; if this is part of a value such as '{{ ... }}', put the value in"),
    ("? [a]\n: b", 1, 3, "a key must be text"),
    ("a: &a x\n? *a\n: b", 2, 3, "a key must be text"),
    ("a: - b", 1, 4, "an item of a list ('- ...') must begin on a line of its own"),
    ("- a\nb: 1", 2, 1, "an item ('- ...') of the list above is expected here; check the indentation"),
    ("a: 1\n- b", 2, 1, "an item ('- ...') stands where a 'key: value' is expected; check the indentation"),
    ("a:\n  b: 1\n c: 2", 3, 2, "a 'key: value' is expected here; check indentation and quotes"),
    ("a: | text", 1, 6, "text after '|' or '>' must begin on the next line"),
    ("a: 1\n\na: 2", 3, 1, "the key 'a' occurs twice"),
    ("- {x: 1,\n   x: 2}", 2, 4, "the key 'x' occurs twice"),
    ("1: a\n'1': b", 2, 1, "the key '1' occurs twice"),
    ("a: 1\n---\nb: 2", 2, 1, "a second YAML document begins here ('---'); use one document per file"),
    ("a: 1\n...\nb: 2", 3, 1, "text after the end of the YAML document ('...'); use one document per file"),
    ("a: x\x07y", 1, 5, "the invisible character U+0007 is not allowed here; remove it"),
    ("a: b\u2028c", 1, 5, "the invisible character U+2028 ends the line here; remove it"),
    ("<<: text", 1, 1, "the merge key '<<' needs a mapping or a list of mappings"),
    ("a: &a [*a]", 1, 8, "the alias '*a' repeats the value that it is part of"),
    ("%YAML 3.0\n---\na: 1", 1, 1, "only YAML 1.1 and 1.2 can be read"),
]


@pytest.mark.parametrize(("text", "line", "column", "reason"), BAD, ids=[case[0] for case in BAD])
@pytest.mark.usefixtures("each_parser")
def test_what_is_refused(text, line, column, reason, bad):
    found_line, found_column, found_reason = bad(text, "yaml")
    assert found_reason.startswith(reason)
    assert (found_line, found_column) == (line, column)


@pytest.mark.parametrize(("text", "line", "column", "reason"), BAD, ids=[case[0] for case in BAD])
def test_places_in_front_matter_count_from_the_start_of_the_file(text, line, column, reason, bad):
    if "---" in text or text.endswith("1\n") or text.startswith("%") or "..." in text:
        return  # means something else inside of front matter
    found = bad("\ufeff\n---\n" + text.replace("\n", "\r\n") + "\r\n---\n\nBody: text\n", "markdown")
    assert found[:2] == (line + 2, column)
    assert found[2].startswith(reason)


@pytest.mark.parametrize("written", [r'"\d"', r'"\x1"', r'"\ud800"'])
@pytest.mark.usefixtures("each_parser")
def test_bad_escapes(written, bad):
    line, _, reason = bad(f"a: 1\nb: {written}\n", "yaml")
    assert line == 2
    assert "backslash" in reason or "half a character" in reason


@pytest.mark.parametrize("written", ["2023-14-05", "2025-30-01", "2023-02-29", "2024-01-02T25:00:00Z", "0000-01-01"])
def test_impossible_dates_are_refused_under_1_1_only(written, good, bad):
    text = f"a: 1\nb: {written}\n"
    assert good(text, "yaml").data["b"] == written
    line, column, reason = bad(text, "yaml", yaml="1.1")
    assert (line, column) == (2, 4)
    assert reason.startswith(f"{written} is not a possible date")


def test_impossible_dates_in_quotes_are_text(good):
    assert good("a: '2023-14-05'\n2023-14-05: b\n", "yaml", yaml="1.1").data == {"a": "2023-14-05", "2023-14-05": "b"}


@pytest.mark.usefixtures("each_parser")
class TestSharedValues:
    def test_aliases(self, good):
        data = good("a: &x {b: [1]}\nc: *x\nd: &t text\ne: [*t, *x]\n", "yaml").data
        assert data == {"a": {"b": [1]}, "c": {"b": [1]}, "d": "text", "e": ["text", {"b": [1]}]}

    def test_alias_of_nothing(self, good):
        assert good("a: &x\nb: *x\n", "yaml").data == {"a": None, "b": None}

    def test_anchor_on_a_key(self, good):
        assert good("&k a: 1\nb: *k\n", "yaml").data == {"a": 1, "b": "a"}

    def test_an_anchor_may_be_given_again(self, good):
        assert good("- &x 1\n- &x 2\n- *x\n", "yaml").data == [1, 2, 2]

    def test_merge_keys(self, good):
        data = good("a: &a {x: 1, y: 2}\nb: &b {y: 3, z: 4}\nc:\n  <<: [*a, *b]\n  x: 0\nd:\n  <<: *b\n", "yaml").data
        assert data["c"] == {"x": 0, "y": 2, "z": 4}
        assert data["d"] == {"y": 3, "z": 4}

    def test_a_quoted_merge_key_is_a_key(self, good):
        assert good("'<<': text\n", "yaml").data == {"<<": "text"}

    @pytest.mark.parametrize(
        "text",
        [
            "a: &a [x,x,x,x,x,x,x,x,x]\n"
            + "".join(f"{n}: &{n} [{','.join(['*' + p] * 9)}]\n" for p, n in zip("abcdefgh", "bcdefghi", strict=True)),
            "a: &a [" + "x," * 5000 + "]\nb: [*a, *a, *a]\n",
            "a: &a '" + "x" * 200_000 + "'\nb: [" + "*a," * 5000 + "]\n",
        ],
        ids=["bomb", "long list", "long text"],
    )
    def test_bombs(self, text, bad):
        line, _, reason = bad(text, "yaml")
        assert reason == "the aliases of this file repeat more than 10,000 values"
        assert line > 1

    def test_aliases_count_towards_the_depth(self, bad):
        text = "a: &a " + "[" * 40 + "]" * 40 + "\nb: " + "[" * 40 + "*a" + "]" * 40
        assert bad(text, "yaml")[0::2] == (2, "lists and mappings are nested more than 64 deep")

    def test_anchors_end_with_their_document(self, bad):
        assert bad("a: &x 1\n---\nb: *x\n", "yaml", documents="many")[:2] == (3, 4)


def test_core_tags(good):
    text = "a: !!str 12\nb: !!int '12'\nc: !!float 3\nd: !!map {e: !!seq [!!null '']}\nf: ! 12\n"
    assert good(text, "yaml").data == {"a": "12", "b": 12, "c": 3, "d": {"e": [None]}, "f": "12"}


def test_many_documents(good):
    document = good("---\n---\na: 1\n---\n- b\n...\n---\n~\n", "yaml", documents="many")
    assert document.data == [{"a": 1}, ["b"]]
    assert document.position((0, "a")) == (3, 1)
    assert document.position((1, 0)) == (5, 3)
    assert good("", "yaml", documents="many").data == []


@pytest.mark.parametrize(
    "text",
    ["[" * 10_000, "{a: " * 10_000, "- " * 10_000, "".join(" " * n + "a:\n" for n in range(2000)), "[" * 65 + "]" * 65],
    ids=["lists", "mappings", "items", "keys", "just too deep"],
)
@pytest.mark.usefixtures("each_parser")
def test_depth(text, bad):
    started = time.perf_counter()
    reason = bad(text, "yaml")[2]
    assert reason == "lists and mappings are nested more than 64 deep"
    assert time.perf_counter() - started < 5


def test_just_deep_enough(good):
    assert good("[" * 64 + "]" * 64, "yaml").data


def test_keys_are_interned(good):
    first, second = (next(iter(good(f"a key that is long: {n}\n", "yaml").data)) for n in range(2))
    assert first is second


def test_reading_keeps_nothing_alive(good):
    document = good("a: &a {b: 1}\nc: *a\n", "yaml")
    assert sys.getrefcount(document) == 2


# Differential: PyYAML's own loader, told to use the scalars and keys of JSON.


class Reference(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """PyYAML with the YAML 1.2 core schema, keys as text and duplicate keys refused."""

    yaml_implicit_resolvers = {}  # noqa: RUF012


for _tag, _pattern, _first in (
    ("null", r"^(?:~|null|Null|NULL|)$", None),
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", None),
    ("int", r"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$", None),
    ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", None),
    ("merge", r"^<<$", None),
):
    Reference.add_implicit_resolver("tag:yaml.org,2002:" + _tag, __import__("re").compile(_pattern), _first)


def _integer(loader, node):
    text = node.value
    return int(text, 0) if text.startswith(("0o", "0x")) else int(text)


def _mapping(loader, node, deep=True):
    merged = any(key.tag.endswith(":merge") for key, _ in node.value)
    if merged:
        raise yaml.YAMLError("merge")
    data = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.value in data:
            raise yaml.YAMLError("key")
        data[key.value] = loader.construct_object(value, deep=True)
    return data


Reference.add_constructor("tag:yaml.org,2002:int", _integer)
Reference.add_constructor("tag:yaml.org,2002:map", _mapping)

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
PIECES = st.lists(
    st.sampled_from(
        [
            "a",
            "b",
            "key:",
            "-",
            "1",
            "2.5",
            "0o7",
            "010",
            "yes",
            "null",
            "~",
            "true",
            "2024-01-02",
            "[",
            "]",
            "{",
            "}",
            ",",
            ":",
            "'",
            '"',
            "#",
            "|",
            ">",
            "\n",
            "\n",
            "\n",
            "",
            "",
            "",
            "",
            "?",
            "!!str",
            "x",
            "1e3",
            "é",
            "\n",
            "\n  ",
            " ",
            ": ",
            "- ",
            "a: ",
            "b: ",
        ]
    ),
    max_size=14,
).map("".join)


@STABLE
@given(JSON, st.booleans(), st.integers(2, 6), st.sampled_from([20, 80, 4000]))
def test_what_pyyaml_dumps_is_read_back(data, flow, indent, width):
    text = yaml.dump(
        data, Dumper=_Dumper, default_flow_style=flow, indent=indent, width=width, allow_unicode=True, sort_keys=False
    )
    answer = read(Source("x", text.encode("utf-8", "replace")), "yaml")
    try:
        expected = yaml.load(text.encode("utf-8", "replace"), Loader=Reference)
    except (yaml.YAMLError, ValueError):
        assert isinstance(answer, Unreadable)
    else:
        assert answer.data == expected


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data):
        return True


@STABLE
@given(PIECES)
def test_agrees_with_pyyaml_on_any_text(text):
    answer = read(Source("x", text.encode()), "yaml")
    try:
        expected = yaml.load(text, Loader=Reference)
    except (yaml.YAMLError, ValueError, AttributeError):
        assert isinstance(answer, Unreadable) or "!!str" in text
    else:
        if isinstance(answer, Unreadable):
            assert answer.reason.startswith("the tag")
        else:
            assert answer.data == expected
