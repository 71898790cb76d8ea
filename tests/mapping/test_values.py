"""What becomes of values: by the record type's schema, by ``as``, and by the shaping steps."""

from __future__ import annotations

import pytest


def test_the_schema_says_what_values_become(fields):
    text = """
    a: 7
    b: "2026-08-13T09:30:00Z"
    c: 6 months
    d: " 12 "
    e: "4.5"
    f: "Yes"
    g: bo
    h: true
    """
    assert fields(text, title="a", on="b", every="c", number="d", score="e", major="f", people="g", status="h") == {
        "title": "7",
        "on": "2026-08-13",
        "every": "P6M",
        "number": 12,
        "score": 4.5,
        "major": True,
        "people": ["bo"],
        "status": "true",
    }


def test_what_cannot_be_converted_stays(fields):
    text = "{a: soon, b: every now and then, c: twelve, d: maybe, e: [x], f: {g: h}}"
    assert fields(text, on="a", every="b", number="c", major="d", at="e", title="f") == {
        "on": "soon",
        "every": "every now and then",
        "number": "twelve",
        "major": "maybe",
        "at": ["x"],
        "title": {"g": "h"},
    }


def test_null_is_absent_and_empty_is_not(fields):
    assert fields('{a: , b: "", c: {d: , e: 1}, f: []}', title="a", owner="b", x_c="c", people="f", status="gone") == {
        "owner": "",
        "x_c": {"e": 1},
        "people": [],
    }


def test_text_becomes_a_list_item_with_a_text(fields):
    assert fields("{a: a slip, b: it began}", causes="a", timeline="b") == {
        "causes": [{"text": "a slip"}],
        "timeline": [{"event": "it began"}],
    }


def test_lists_and_objects_are_converted_inside(records):
    text = "todo: [{text: 1, due_on: 3/4/2026}, {due_on: never, owner: }]\nimpact: {service: 5, minutes: '7'}"
    (record,) = records(text, dates=("D/M/YYYY",), fields={"actions": "todo", "impact": "impact"})
    assert record.fields == {
        "actions": [{"text": "1", "due_on": "2026-04-03"}, {"due_on": "never"}],
        "impact": {"service": "5", "minutes": 7},
    }


@pytest.mark.parametrize(
    ("form", "value", "result"),
    [
        ("text", 5, "5"),
        ("date", "2026-08-13T09:30:00Z", "2026-08-13"),
        ("datetime", "2026-08-13", "2026-08-13"),
        ("duration", "90 days", "P90D"),
        ("minutes", "4h 12m", 252),
        ("number", "4.50", 4.5),
        ("int", "007", 7),
        ("bool", "no", False),
        ("list", "a", ["a"]),
        ("list", ["a"], ["a"]),
    ],
)
def test_as_overrules_the_schema(fields, form, value, result):
    import json

    assert fields(json.dumps({"a": value}), x_found={"key": "a", "as": form}) == {"x_found": result}


def test_dates_of_a_candidate(fields):
    text = "a: 13 August 2026"
    assert fields(text, on={"key": "a", "dates": ["D Month YYYY"]}) == {"on": "2026-08-13"}
    assert fields(text, x_on={"key": "a", "dates": "D Month YYYY"}) == {"x_on": "2026-08-13"}
    assert fields(text, on="a") == {"on": "13 August 2026"}


@pytest.mark.parametrize(
    ("spec", "value", "result"),
    [
        ({"match": "#([0-9]+)"}, "see #12 and #13", "12"),
        ({"match": "[0-9]+"}, "see #12", "12"),
        ({"match": "(a)|(b)"}, "b", "b"),
        ({"match": "#([0-9]+)"}, "nothing", None),
        ({"match": "#([0-9]+)", "else": "keep"}, "nothing", "nothing"),
        ({"match": "[0-9]+"}, 712, "712"),
        ({"split": ","}, "a, b,, c ,", ["a", "b", "c"]),
        ({"split": ","}, "", []),
        ({"split": ","}, ["a,b"], ["a,b"]),
        ({"each": {"split": ","}}, ["a, b", "c"], ["a", "b", "c"]),
        ({"split": ";", "each": {"split": ",", "lower": True}}, "A, B; C", ["a", "b", "c"]),
        (
            {"each": {"split": ",", "drop": ["b"]}},
            [{"text": "a, b"}, {"text": "c", "done": True}],
            [{"text": "a"}, {"text": "c", "done": True}],
        ),
        ({"split": ",", "each": {"match": "@([a-z]+)", "lower": True, "drop": ["tbd"]}}, "@bo, nobody, @tbd", ["bo"]),
        (
            {"each": {"match": "^[^,#(]*", "strip": " @\"'", "lower": True, "drop": ["tbd|n/?a", ""]}},
            ["@Bo # later", "TBD", "", "'Al' (she)"],
            ["bo", "al"],
        ),
        ({"each": {"lower": True}}, "Bo", ["bo"]),
        ({"each": {"values": {"bob": "bo"}}}, ["Bob", "al"], ["bo", "al"]),
        ({"drop": ["tbd", "-+"]}, " TBD ", None),
        ({"drop": ["tbd", "-+"]}, "TBD later", "TBD later"),
        ({"strip": "*_ "}, "**bold** ", "bold"),
        ({"strip": "@", "drop": [""]}, "@", None),
        ({"lower": True}, "Closed", "closed"),
        ({"lower": True}, ["A", "B"], ["a", "b"]),
        ({"first_word": True, "lower": True}, "✅ Accepted (see 3)", "accepted"),
        ({"first_word": True}, "⌛️", ""),
        ({"first_word": True}, "in-progress now", "in-progress"),
        ({"values": {"Done": "closed", "yes": True, "-": None}}, "DONE ", "closed"),
        ({"values": {"Done": "closed", "yes": True, "-": None}}, "yes", True),
        ({"values": {"Done": "closed", "yes": True, "-": None}}, "-", None),
        ({"values": {"Done": "closed"}}, "open", "open"),
        ({"default": "none"}, None, "none"),
        ({"match": "x", "default": "none"}, "y", "none"),
        ({"lower": True}, {"a": "B"}, {"a": "B"}),
    ],
)
def test_shaping(fields, spec, value, result):
    import json

    found = fields(json.dumps({"a": value, "z": 1}), x_found={"key": "a", **spec})
    assert found.get("x_found") == result
    assert ("x_found" in found) is (result is not None)


def test_an_absent_match_makes_room_for_the_next_candidate(fields):
    spec = [{"key": "a", "match": "([0-9]+)"}, {"key": "b"}, {"const": "never"}]
    assert fields("{a: none, b: second}", x_found=spec) == {"x_found": "second"}


def test_empty_cells_say_nothing_where_no_text_is_wanted(records):
    text = "ID,Day,People,Title,Number\n1,,,,\n2,2026-01-01,bo,x,3\n"
    first, second = records(
        text, "a.csv", fields={"id": "ID", "on": "Day", "people": "People", "title": "Title", "number": "Number"}
    )
    assert first.fields == {"id": "1", "title": ""}
    assert second.fields == {"id": "2", "on": "2026-01-01", "people": ["bo"], "title": "x", "number": 3}
