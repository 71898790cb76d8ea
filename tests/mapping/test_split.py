"""How documents become records, and which of their parts are records."""

from __future__ import annotations

import pytest

from qmscheck.model import Record, Unreadable

LOG = """# Changelog

## Unreleased
## [2.0.0] - 2026-06-07
### Added
- new
## v1.0 (2025-01-01)
- old
"""


def _by_id(found):
    return [(one.id, one.index, one.line, one.single) for one in found]


def test_rows(records):
    found = records('ID,Text\nA,"two\nlines"\nB,x\n', "r.csv", fields={"id": "ID", "title": "Text"})
    assert _by_id(found) == [("A", 0, 2, False), ("B", 1, 4, False)]
    assert found[1].subject == "r.csv#B"


def test_rows_of_json_lines(records):
    found = records('{"id": "A"}\n\n{"id": "B"}\n', "r.jsonl")
    assert _by_id(found) == [("A", 0, 1, False), ("B", 1, 3, False)]


def test_column_names_in_other_spellings(records):
    (record,) = records(
        "RISK_title,Due-Date\nx,2026-01-01\n", "r.csv", fields={"title": "Risk Title", "on": "due date"}
    )
    assert record.fields == {"title": "x", "on": "2026-01-01"}


def test_items(records):
    found = records("a: {b: [{id: X}, 3, {id: Y}]}", split={"items": "a.b"})
    assert [(type(one), getattr(one, "id", None), getattr(one, "index", None)) for one in found] == [
        (Record, "X", 0),
        (Unreadable, None, None),
        (Record, "Y", 1),
    ]
    assert found[1].reason.startswith("item 2 is a number")
    assert _by_id(records("- {a: 1}\n- {id: X}\n", split={"items": ""})) == [
        ("b-1", 0, None, False),
        ("X", 1, None, False),
    ]


def test_items_that_are_plain_values(records):
    found = records("controls: [CC1, CC2]", split={"items": "controls"}, fields={"id": {"key": ""}})
    assert [one.fields for one in found] == [{"id": "CC1"}, {"id": "CC2"}]


@pytest.mark.parametrize(("text", "count"), [("a: []", 0), ("a: ", 0), ("b: 1", None), ("a: 7", None), ("[1]", None)])
def test_a_missing_list_is_unreadable_an_empty_one_is_empty(records, text, count):
    found = records(text, split={"items": "a"})
    if count is None:
        assert isinstance(found[0], Unreadable)
    else:
        assert found == []


def test_entries(records):
    found = records(
        "x: {CC1: {name: n}, note: text, CC2: {}}",
        split={"entries": "x"},
        fields={"id": {"entry": "key"}, "title": "name"},
    )
    assert [one.fields for one in found] == [{"id": "CC1", "title": "n"}, {"id": "CC2"}]
    (wrong,) = records("x: [1]", split={"entries": "x"})
    assert isinstance(wrong, Unreadable)


def test_sections(records):
    split = {"sections": {"level": 2, "match": r"v?(?P<version>\d+(\.\d+)+)"}}
    found = records(
        LOG,
        "CHANGES.md",
        split=split,
        fields={
            "id": {"group": "version"},
            "title": {"heading": "title"},
            "people": {"list": {"text": "body"}},
            "on": {"heading": "title", "match": r"\d{4}-\d\d-\d\d"},
            "x_added": {"section": "Added"},
            "x_log": {"section": "Changelog"},
        },
    )
    assert _by_id(found) == [("2.0.0", 0, 4, False), ("1.0", 1, 7, False)]
    assert [one.fields["people"] for one in found] == [["new"], ["old"]]
    assert [one.fields["on"] for one in found] == ["2026-06-07", "2025-01-01"]
    assert found[0].fields["x_added"] == "- new"
    assert "x_added" not in found[1].fields
    assert "x_log" not in found[0].fields


def test_keys_of_a_part_are_those_of_the_front_matter(records):
    (record,) = records(
        "---\nowner: bo\n---\n## One\n", "a.md", split={"sections": {"level": 2}}, fields={"owner": "owner"}
    )
    assert (record.fields, record.line) == ({"owner": "bo"}, 4)


def test_table_rows(records):
    text = "| A |\n|-|\n| x |\n\n| Risk | **Owner** | Extra |\n|-|-|-|\n| fire | bo | 1 |\n| flood | | 2 |\n"
    found = records(
        text,
        "a.md",
        split={"table": {"columns": ["owner", "RISK"]}},
        fields={"title": "RISK", "owner": "owner", "x_e": "extra", "at": "Extra"},
    )
    assert [one.fields for one in found] == [
        {"title": "fire", "owner": "bo", "x_e": "1", "at": "1"},
        {"title": "flood", "owner": "", "x_e": "2", "at": "2"},
    ]
    assert [one.line for one in found] == [7, 8]


def test_bullets(records):
    text = "- outside\n## Risks\n- fire\n  - Owner: bo\n- flood\n## End\n- outside\n"
    found = records(
        text,
        "a.md",
        split={"bullets": {"section": "risks"}},
        fields={"title": {"group": "text"}, "owner": {"bullet": "Owner"}},
    )
    assert [(one.line, one.fields) for one in found] == [(3, {"title": "fire", "owner": "bo"}), (5, {"title": "flood"})]
    assert len(records(text, "a.md", split={"bullets": {}}, fields={"title": {"text": "body"}})) == 4


def test_links(records):
    text = "see [one](incidents/a.md)\nand [x](http://other)\n[two](incidents/b.md)\n"
    found = records(
        text,
        "log.md",
        split={"links": r"^incidents/(?P<name>.*)\.md$"},
        fields={"id": {"group": "name"}, "title": "text", "x_t": "target"},
    )
    assert [(one.id, one.line, one.fields["title"], one.fields["x_t"]) for one in found] == [
        ("a", 1, "one", "incidents/a.md"),
        ("b", 3, "two", "incidents/b.md"),
    ]


@pytest.mark.parametrize(
    ("where", "ids"),
    [
        ({"has": ["b", "c.d"]}, ["1", "2", "3"]),
        ({"has": "b"}, ["1", "2"]),
        ({"not": {"has": ["b"]}}, ["3", "4"]),
        ({"matches": {"id": "[12]", "b": "^x"}}, ["1"]),
        ({"matches": {"c.d": "1"}}, ["3"]),
        ({"matches": {"file: stem": "b"}}, ["1", "2", "3", "4"]),
        ({"matches": {"file: stem": "c"}}, []),
        ({"has": ["b"], "not": {"matches": {"b": "x"}}}, ["2"]),
        ({}, ["1", "2", "3", "4"]),
    ],
)
def test_where(records, where, ids):
    text = "- {id: 1, b: x}\n- {id: 2, b: }\n- {id: 3, c: {d: 1}}\n- {id: 4}\n"
    assert [one.id for one in records(text, split={"items": ""}, where=where)] == ids


def test_index_counts_records_only(records):
    found = records(
        "- {id: 1}\n- 2\n- {id: 3}\n- {id: 4, x_no: 1}\n- {id: 5}\n",
        split={"items": ""},
        where={"not": {"has": ["x_no"]}},
    )
    assert [one.index for one in found if isinstance(one, Record)] == [0, 1, 2]


def test_joins(records, mapper, document):
    spec = {"approval": {"files": "x", "key": {"file": "stem"}, "on": "nr"}}
    fields = {
        "owner": {"joined": "approval", "key": "stable.by"},
        "x_file": {"joined": "approval"},
        "x_name": {"joined": "approval", "file": "name"},
        "status": [{"joined": "approval", "key": "gone"}, "state"],
    }
    seconds = {"ok/0042.yaml": "stable: {by: bo}", "ok/42.yaml": "stable: {by: other}", "ok/x.yaml": "- no mapping"}
    made = mapper(seconds, fields=fields, join=spec)
    found = [next(iter(made.records(document(f"nr: {nr}\nstate: s")))).fields for nr in ("'0042'", "42", "7", "[x]")]
    assert found[0] == found[1] == {"owner": "bo", "x_file": "ok/0042.yaml", "x_name": "0042.yaml", "status": "s"}
    assert found[2] == found[3] == {"status": "s"}


def test_joined_rows(mapper, document):
    spec = {"log": {"files": "x", "key": "ID", "on": {"key": "id"}}}
    made = mapper(
        {"log.csv": "ID,Who\nA,bo\nB,al\n"}, fields={"id": "id", "owner": {"joined": "log", "key": "who"}}, join=spec
    )
    (record,) = made.records(document("id: B"))
    assert record.fields == {"id": "B", "owner": "al"}


def test_a_joined_file_is_found_under_each_of_its_keys(mapper, document):
    spec = {"policy": {"files": "x", "key": "satisfies", "on": {"key": "id"}}}
    seconds = {"p/a.yaml": "satisfies: [C-1, C-2]", "p/b.yaml": "satisfies: [C-2, [C-3]]"}
    made = mapper(seconds, fields={"x_in": {"joined": "policy"}}, join=spec)
    found = [next(iter(made.records(document(f"id: {name}")))).fields.get("x_in") for name in ("C-1", "C-2", "C-3")]
    assert found == ["p/a.yaml", "p/a.yaml", None]


def test_parts_of_joined_files(mapper, document):
    spec = {
        "log": {"files": "x", "split": {"links": "^in/(?P<name>.+)$"}, "key": {"group": "name"}, "on": {"file": "stem"}}
    }
    fields = {"title": {"joined": "log", "key": "text"}}
    made = mapper({"log.md": "# Log\n\n- [The fire](in/fire)\n- [Elsewhere](out/flood)\n"}, fields=fields, join=spec)
    found = [next(iter(made.records(document("a: 1", f"in/{name}.yaml")))).fields for name in ("fire", "flood")]
    assert found == [{"title": "The fire"}, {}]
