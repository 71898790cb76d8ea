"""Where each field came from: file, line, column for data, and the candidate."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qmscheck.config import Collection
from qmscheck.mapping import Mapper, nearest
from qmscheck.model import Location, Source, Unreadable
from qmscheck.readers import read
from qmscheck.schema import RecordType

YAML = """id: C-1
who: bo
todo:
  - {text: one, due_on: 2026-01-01}
  - text: two
    due_on: soon
"""


def test_canonical_data_is_traced_leaf_by_leaf(trace):
    ((record, origins),) = trace(YAML)
    assert record.line == 1
    assert origins[("todo",)] == (3, 1, "key todo")
    assert origins[("todo", 1)] == (5, 5, "key todo.1")
    assert origins[("todo", 1, "due_on")] == (6, 5, "key todo.1.due_on")
    assert ("who",) in origins


def test_mapped_keys(trace):
    ((record, origins),) = trace(
        YAML, fields={"id": "id", "owner": ["gone", "who"], "actions": "todo", "status": {"const": "open"}}
    )
    assert origins[("owner",)] == (2, 1, "key who")
    assert origins[("actions", 1)] == (5, 5, "key todo")
    assert origins[("actions", 1, "due_on")] == (6, 5, "key todo")
    assert origins[("status",)] == (1, None, "const")
    assert record.fields["actions"][1] == {"text": "two", "due_on": "soon"}


def test_paths_resolve_to_the_nearest_place(mapper, document):
    ((_, origins),) = mapper(fields={"actions": "todo"}).trace(document(YAML))
    assert nearest(origins, ("actions", 1, "owner")).location == Location("a/b.yaml", 5, 5)
    assert nearest(origins, ("actions", 7, "due_on")).location == Location("a/b.yaml", 3, 1)
    assert nearest(origins, ("gone", "deeper")).location.line == 1
    assert nearest({}, ("a",)) is None


def test_dropped_items_do_not_shift_the_others(trace):
    ((record, origins),) = trace(
        "a:\n- TBD\n- bo\n- \n- al\n", fields={"people": {"key": "a", "each": {"drop": ["tbd", ""]}}}
    )
    assert record.fields["people"] == ["bo", None, "al"]
    assert [origins[("people", index)][0] for index in (0, 2)] == [3, 5]


def test_nested_fields(trace):
    text = "plan: undo\nwho: bo\n"
    ((_, origins),) = trace(text, fields={"impact.service": "plan", "actions.0.text": "gone", "actions.3.owner": "who"})
    assert origins[("impact", "service")] == (1, 1, "key plan")
    assert origins[("actions", 0, "owner")] == (2, 1, "key who")


def test_rows(trace):
    first, second = trace(
        'ID,Who,What\nA,bo,"a\nb"\nB,al,c\n', "r.csv", fields={"id": "ID", "owner": "who", "title": "What"}
    )
    assert (first[0].line, second[0].line) == (2, 4)
    assert second[1][("owner",)] == (4, 3, "column Who")
    assert first[1][("title",)][0] == 2


def test_items_and_entries(trace):
    found = trace("x:\n- id: A\n- id: B\n  who: bo\n", split={"items": "x"}, fields={"id": "id", "owner": "who"})
    assert [record.line for record, _ in found] == [2, 3]
    assert found[1][1][("owner",)] == (4, 3, "key who")
    ((record, origins),) = trace("x:\n  CC1:\n    n: 1\n", split={"entries": "x"}, fields={"id": {"entry": "key"}})
    assert (record.line, origins[("id",)]) == (2, (2, 3, "entry key"))
    ((_, canonical),) = trace("x:\n- id: A\n  impact:\n    service: s\n", split={"items": "x"})
    assert canonical[("impact", "service")] == (4, 5, "key impact.service")


PAGE = """---
title: T
---

# H

Date: 2026-01-01

## Actions

- one
- TBD
- two

| Risk | Owner |
|-|-|
| a | bo |
| b | al |

## More
- **Impact**:

  many
"""


@pytest.mark.parametrize("prefix", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_bodies(trace, prefix, end):
    text = prefix + PAGE.replace("\n", end).encode()
    ((record, origins),) = trace(
        text,
        "a.md",
        fields={
            "title": "title",
            "on": {"line": "Date"},
            "status": {"heading": "title"},
            "summary": {"section": "Actions"},
            "people": {"list": {"section": "Actions"}, "each": {"drop": ["tbd"]}},
            "owner": {"cell": "b"},
            "x_rows": {"table": {"columns": {"r": "Risk"}}},
            "x_impact": {"label": "Impact"},
            "at": {"text": "body", "match": r"Date: (\S+)"},
        },
    )
    assert record.line == 1
    assert origins[("title",)][0] == 2
    assert origins[("on",)] == (7, None, "line Date")
    assert origins[("at",)] == (7, None, "body")
    assert origins[("status",)][0] == 5
    assert origins[("summary",)][0] == 11
    assert (record.fields["people"], [origins[("people", index)][0] for index in (0, 1)]) == (["one", "two"], [11, 13])
    assert origins[("owner",)][0] == 18
    assert [origins[("x_rows", index)][0] for index in (0, 1)] == [17, 18]
    assert origins[("x_impact",)] == (23, None, "label Impact")


def test_sections(trace):
    found = trace(
        "# Log\n\n## 1.0\n\n- a\n- b\n\n## 0.9\n- c\n",
        "c.md",
        split={"sections": {"level": 2}},
        fields={"id": {"heading": "title"}, "people": {"list": {"text": "body"}}},
    )
    assert [(record.line, origins[("id",)][0], origins[("people", 0)][0]) for record, origins in found] == [
        (3, 3, 5),
        (8, 8, 9),
    ]


def test_joined(mapper, document):
    join = {"ok": {"files": "x", "key": {"file": "stem"}, "on": "id"}}
    made = mapper({"ok/C-1.yaml": "a:\n  by: bo\n"}, fields={"owner": {"joined": "ok", "key": "a.by"}}, join=join)
    ((_, origins),) = made.trace(document(YAML))
    assert origins[("owner",)].location == Location("ok/C-1.yaml", 2, 3)
    assert origins[("owner",)].via == "joined ok: key a.by"


def test_trace_and_records_agree(mapper, document):
    made = mapper(
        split={"items": ""},
        fields={"id": "id", "title": {"key": "t", "default": "none"}, "impact.service": "s"},
        keep=True,
    )
    text = document("- {id: 1, t: x, owner: bo}\n- 5\n- {id: 2, s: y, x_z: [1]}\n")
    plain, traced = list(made.records(text)), list(made.trace(text))
    assert [one.fields for one in plain if not isinstance(one, Unreadable)] == [
        one[0].fields for one in traced if isinstance(one, tuple)
    ]
    assert [one for one in plain if isinstance(one, Unreadable)] == [
        one for one in traced if isinstance(one, Unreadable)
    ]


TYPE = RecordType(name="t", title="T", schema={"properties": {}})
WORDS = st.text(st.characters(codec="ascii", categories=("Ll", "Nd")), min_size=1, max_size=6)
LINES = st.lists(
    st.one_of(WORDS, WORDS.map(lambda word: f"- {word}"), WORDS.map(lambda word: f"## {word}"), st.just("")),
    max_size=30,
)


@given(LINES, st.booleans(), st.sampled_from(["\n", "\r\n"]))
def test_list_items_stand_where_they_say(lines, front, end):
    whole = (["---", "a: 1", "---"] if front else []) + lines
    fields = {"x_items": {"list": {"text": "body"}}, "x_all": {"section": {"match": ""}}}
    made = Mapper(Collection(name="c", type="t", fields=fields, location=Location("q.yaml")), TYPE)
    found = read(Source("a.md", end.join(whole).encode()), "markdown")
    if isinstance(found, Unreadable):
        return
    ((record, origins),) = made.trace(found)
    for index, item in enumerate(record.fields["x_items"]):
        line = origins[("x_items", index)].location.line
        assert whole[line - 1].startswith("- " + item["text"].split()[0])
    if record.fields.get("x_all"):
        line = origins[("x_all",)].location.line
        assert whole[line - 1].strip() == record.fields["x_all"].split("\n")[0].strip()
