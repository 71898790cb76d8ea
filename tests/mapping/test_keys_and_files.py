"""Candidates that need no Markdown, and the fields they are put together to."""

from __future__ import annotations

import pytest

from qmscheck.model import Unreadable

TEXT = """
id: C-1
meta: {owner: bo, "no.": 3, steps: [{by: al}, {by: cy}, {}], none: }
a.b: dotted
empty: ""
nothing:
no_items: []
"""


@pytest.mark.parametrize(
    ("spec", "value"),
    [
        ("meta.owner", "bo"),
        ({"key": "meta.owner"}, "bo"),
        ({"key": ["gone", "nothing", "meta.owner"]}, "bo"),
        ({"key": "a.b"}, "dotted"),
        ({"key": "meta.steps.1.by"}, "cy"),
        ({"key": "meta.steps.by"}, ["al", "cy"]),
        ({"key": "meta.steps.7.by"}, None),
        ({"key": "id.deeper"}, None),
        ({"key": "empty"}, ""),
        ({"key": "nothing"}, None),
        ({"key": "nothing", "nothing": ""}, ""),
        ({"key": ["gone", "nothing"], "nothing": "-"}, "-"),
        ({"key": "gone", "nothing": ""}, None),
        ({"key": "meta.gone", "nothing": ""}, None),
        ({"key": "meta.none", "nothing": ""}, ""),
        ({"key": "id", "nothing": ""}, "C-1"),
        ([{"key": "no_items"}, {"key": "meta.owner"}], "bo"),
        ([{"key": "gone"}, {"key": "no_items"}, {"key": "nothing"}], []),
        ({"file": "path"}, "x.y/1.2-z.html.md.erb"),
        ({"file": "name"}, "1.2-z.html.md.erb"),
        ({"file": "stem"}, "1.2-z"),
        ({"file": "parent"}, "x.y"),
        ({"const": [1, {"a": None}]}, [1, {}]),
        ({"entry": "key"}, None),
        ({"group": "n"}, None),
        ({"section": "x"}, None),
        ([{"key": "gone"}, "nothing", {"file": "stem"}], "1.2-z"),
    ],
)
def test_candidates(records, spec, value):
    (record,) = records(f"---{TEXT}---\n", "x.y/1.2-z.html.md.erb", fields={"x_found": spec})
    assert record.fields.get("x_found") == value
    assert ("x_found" in record.fields) is (value is not None)


def test_body_candidates_are_absent_in_data_files(fields):
    words = ({"section": "a"}, {"label": "a"}, {"line": "a"}, {"cell": "a"}, {"bullet": "a"}, {"heading": "title"})
    more = ({"list": {"section": "a"}}, {"table": {"columns": {"a": "A"}}}, {"links": "."}, {"text": "body"})
    for spec in (*words, *more):
        assert fields("a: b", x_found=spec) == {}


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("a", "a"),
        (".hidden", ".hidden"),
        ("a.b.yml", "a.b"),
        ("A.MD", "A"),
        ("x.tar.yaml", "x.tar"),
        ("v1.2.md", "v1.2"),
    ],
)
def test_stems(fields, name, stem):
    assert fields("a: 1" if name.endswith(("yaml", "yml")) else "", f"d/{name}", x_found={"file": "stem"}) == {
        "x_found": stem
    }


def test_nested_fields_and_list_items(fields):
    text = "{plan: undo, who: bo, when: 2026-01-01}"
    assert fields(
        text,
        **{"impact.service": "plan", "actions.0.text": "plan", "actions.0.owner": "gone", "actions.5.owner": "who"},
    ) == {
        "impact": {"service": "undo"},
        "actions": [{"text": "undo"}, {"owner": "bo"}],
    }
    assert fields(text, **{"impact.service": "gone", "actions.0.text": "gone"}) == {}


def test_without_fields_the_data_is_canonical(records):
    (record,) = records("{id: C-1, number: '7', on: 3/4/2026, owner: , people: [{a: }], unknown: x}")
    assert record.fields == {"id": "C-1", "number": "7", "on": "3/4/2026", "people": [{}], "unknown": "x"}
    assert (record.id, record.single, record.subject, record.index) == ("C-1", True, "a/b.yaml", 0)


def test_keep_takes_over_canonical_keys(records):
    (record,) = records(
        "{name: T, title: no, owner: bo, number: '7', x_own: 1, foreign: 2}", fields={"title": "name"}, keep=True
    )
    assert record.fields == {"title": "T", "owner": "bo", "number": 7, "x_own": 1}


@pytest.mark.parametrize(
    ("text", "own"),
    [("id: 7", "7"), ("id: 1.5", "1.5"), ("id: [a]", "b"), ("id: true", "b"), ('id: ""', "b"), ("a: 1", "b")],
)
def test_ids(records, text, own):
    (record,) = records(text)
    assert record.id == own


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just text"])
def test_a_file_that_is_no_record_is_unreadable(records, text):
    (found,) = records(text)
    assert isinstance(found, Unreadable)
    assert (found.location.path, found.collection, found.type) == ("a/b.yaml", "things", "thing")
    assert found.reason.startswith("holds ")


def test_a_page_without_front_matter_is_a_record(records):
    (record,) = records("# Only text\n", "a.md", fields={"title": {"heading": "title"}})
    assert record.fields == {"title": "Only text"}


def test_hostile_values_pass(fields):
    deep = "[" * 50 + "]" * 50
    found = fields(
        f'{{"a": {deep}, "b": "{"x" * 100_000}", "c": "\\uffff ]]> \\u001b[0m"}}',
        "a.json",
        x_a="a",
        title="b",
        owner="c",
        on="b",
        number="c",
    )
    assert len(found["title"]) == 100_000
    assert found["owner"] == found["number"] == "\uffff ]]> \x1b[0m"
