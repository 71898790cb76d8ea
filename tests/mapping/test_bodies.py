"""Candidates that look into the body of a page."""

from __future__ import annotations

import pytest

PAGE = """---
title: A page
---
# The page

Status: open
> **Owner**: bo
* Author : al
- **Priority:** high

Date 1/2/2026

## Summary

It began.

### Impact

Many.

### **SUMMARY:**

Nested, not counted twice.

## Timeline (all times UTC)
- 10:00 first
- 11:00 second
  more of it

  not of it

Setext
------
Under a line.

```
## Summary
- no item
Status: fenced
```

## Summary

Again.
"""


@pytest.mark.parametrize(
    ("spec", "value"),
    [
        ("Impact", "Many."),
        ("impact", "Many."),
        (["Gone", "Impact"], "Many."),
        ({"match": "^time"}, "- 10:00 first\n- 11:00 second\n  more of it\n\n  not of it"),
        ("Setext", "Under a line.\n\n```\n## Summary\n- no item\nStatus: fenced\n```"),
        ("Summary", "It began.\n\n### Impact\n\nMany.\n\n### **SUMMARY:**\n\nNested, not counted twice.\n\nAgain."),
        ({"title": "Summary", "level": 3}, "Nested, not counted twice."),
        ({"title": "Summary", "level": [1, 3]}, "Nested, not counted twice."),
        ("Gone", None),
    ],
)
def test_sections(page, spec, value):
    assert page(PAGE, {"section": spec}) == value


def test_a_section_without_text_is_present(page):
    assert page("# A\n## B\n", {"section": "B"}) == ""
    assert page("# A\n", {"section": "A"}) == ""


@pytest.mark.parametrize(
    ("title", "value"),
    [
        ("status", "open"),
        ("Owner", "bo"),
        ("author", "al"),
        ("Priority", "high"),
        (["Gone", "Status"], "open"),
        ("Gone", None),
    ],
)
def test_lines(page, title, value):
    assert page(PAGE, {"line": title}) == value


def test_a_line_by_pattern(page):
    assert page(PAGE, {"line": {"match": "^prio"}}) == "high"
    assert page("Review date: 2026-01-01 10:00\n", {"line": "Review date"}) == "2026-01-01 10:00"


LABELS = """# Incident

- **Key events**
  - First detected: 2026-01-01 10:00
  - **Repaired** 2026-01-01 12:00

* **Time to repair**: 2h
- **Impact:** all

  of them
  - **Impact**: an indented one is none
**Cause**: a slip
and more
__Lesson:__ learnt
**Bold** words are no label.
* bullet

## After
- **Impact** again
"""


@pytest.mark.parametrize(
    ("spec", "value"),
    [
        ("Time to repair", "2h"),
        ("impact", "all\n\n  of them\n  - **Impact**: an indented one is none\n\nagain"),
        ("Cause", "a slip\nand more"),
        ("lesson", "learnt\n**Bold** words are no label.\n* bullet"),
        ({"title": "Lesson", "until": "label"}, "learnt\n**Bold** words are no label.\n* bullet\n\n## After"),
        ({"title": "Cause", "bulleted": True}, None),
        ({"match": "^time to", "bulleted": True}, "2h"),
        ("Bold", None),
        ("Repaired", None),
    ],
)
def test_labels(page, spec, value):
    assert page(LABELS, {"label": spec}) == value


@pytest.mark.parametrize(
    ("spec", "value"),
    [
        ("First detected", "2026-01-01 10:00"),
        ("repaired", "2026-01-01 12:00"),
        (["Gone", "Repaired"], "2026-01-01 12:00"),
        ({"match": "first \\w+"}, "2026-01-01 10:00"),
        ("Repair", None),
        ("Resolved", None),
    ],
)
def test_bullets(page, spec, value):
    assert page(LABELS, {"bullet": spec}) == value


LISTS = """# Review

## Actions
Intro

- [ ] open task
- [x] done *task*,
  on two lines
  1. nested
        * deep as code
-
* * *
2) numbered

Not an item.
```
- fenced
```
## Empty

## Other
- other
"""


def test_list_items(page):
    assert page(LISTS, {"list": {"section": "Actions"}}) == [
        {"text": "open task", "done": False},
        {"text": "done *task*, on two lines", "done": True},
        {"text": "nested"},
        {"text": "deep as code"},
        {"text": "numbered"},
    ]
    assert page(LISTS, {"list": {"section": "Empty"}}) == []
    assert page(LISTS, {"list": {"section": "Gone"}}) is None
    assert len(page(LISTS, {"list": {"text": "body"}})) == 6
    assert page(LISTS, {"list": "Other"}) == [{"text": "other"}]
    assert len(page(LABELS, {"list": {"label": "Key events"}})) == 2


def test_list_items_as_the_type_wants_them(records):
    spec = {"list": {"section": "Actions"}}
    (record,) = records(LISTS, "a.md", fields={"people": spec, "actions": spec, "timeline": spec})
    assert record.fields["people"][:3] == ["open task", "done *task*, on two lines", "nested"]
    assert record.fields["actions"][:3] == [
        {"status": "open", "text": "open task"},
        {"status": "done", "text": "done *task*, on two lines"},
        {"text": "nested"},
    ]
    assert record.fields["timeline"][2] == {"event": "nested"}


TABLES = """# Doc

| **Document ID** | CSC PR.001 |
| --- | --- |
| **Version** | 2.0.3 |
| **Approval** | |

## Actions

| No | What to do | Who | Due date |
| - | - | - | - |
| 1 | mend | bo | 3/4/2026 |
| 2 | test | | |

## People
| Name |
| - |
| bo |
"""


@pytest.mark.parametrize(
    ("title", "value"),
    [("Document ID", "CSC PR.001"), ("version", "2.0.3"), ("Approval", ""), ("Name", ""), ("Gone", None)],
)
def test_cells(page, title, value):
    assert page(TABLES, {"cell": title}) == value


def test_tables(records):
    columns = {
        "text": ["Action", "What to do"],
        "owner": ["Owner", "Who"],
        "due_on": {"match": "^due"},
        "status": "Status",
    }
    (record,) = records(
        TABLES,
        "a.md",
        dates=("D/M/YYYY",),
        fields={
            "actions": {"table": {"section": "Actions", "columns": columns}},
            "x_any": {"table": {"columns": {"name": "Name"}}},
            "x_none": {"table": {"section": "Actions", "columns": {"name": "Name"}}},
        },
    )
    assert record.fields == {
        "actions": [{"text": "mend", "owner": "bo", "due_on": "2026-04-03"}, {"text": "test", "owner": ""}],
        "x_any": [{"name": "bo"}],
    }


def test_a_column_may_fill_a_field_of_an_object_within(records):
    text = "| Action | Looked at | Works |\n| --- | --- | --- |\n| mend | 2026-04-03 | yes |\n| test | | |\n"
    columns = {"text": "Action", "effect.on": "Looked at", "effect.works": "Works"}
    (record,) = records(text, "a.md", fields={"actions": {"table": {"columns": columns}}})
    assert record.fields["actions"] == [
        {"text": "mend", "effect": {"on": "2026-04-03", "works": True}},
        {"text": "test", "effect": {}},
    ]


def test_links_headings_and_text(page):
    text = "# Use *one* [queue](q.md) `now`\n\nsee [a](adr/3-x.md), [b](http://x/issues/12)\n"
    assert page(text, {"links": r"issues/(\d+)"}) == ["12"]
    assert page(text, {"links": r"\.md$"}) == [".md", ".md"]
    assert page(text, {"links": "nowhere"}) == []
    assert page(text, {"heading": "title"}) == "Use one queue now"
    assert page(text, {"heading": "source"}) == "Use *one* [queue](q.md) `now`"
    assert page("no heading", {"heading": "title"}) is None
    assert page("\n\n text \n\n", {"text": "body"}) == "text"


def test_line_ends_and_marks_of_other_systems(records):
    text = b"\xef\xbb\xbf---\r\ntitle: T\r\n---\r\n# H\r\n\r\nDate: 2026-01-02\r\n\r\n## Status\r\n\r\nAccepted\r\n"
    (record,) = records(
        text, "a.md", fields={"on": {"line": "Date"}, "status": {"section": "Status"}, "title": "title"}
    )
    assert record.fields == {"on": "2026-01-02", "status": "Accepted", "title": "T"}


def test_a_page_of_many_labels(page):
    text = "".join(f"- **L{number}**: v\n" for number in range(5_000))
    assert page(text, {"label": "L4999"}) == "v"
