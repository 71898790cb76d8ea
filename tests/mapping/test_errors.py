"""A wrong specification is a configuration error that names the place and the nearest right word."""

from __future__ import annotations

import pytest

from qmscheck.errors import ConfigError


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"fields": {"owner": {"kee": "a"}}}, "fields.owner: unknown key 'kee'; did you mean 'key'?"),
        ({"fields": {"owner": {"lower": True}}}, "fields.owner: name exactly one of key,"),
        ({"fields": {"owner": {"key": "a", "section": "b"}}}, "not key and section"),
        ({"fields": {"owner": []}}, "fields.owner: names no candidate"),
        (
            {"fields": {"owner": ["a", {"file": "steam"}]}},
            "fields.owner.1.file: unknown part of a file 'steam'; did you mean 'stem'?",
        ),
        ({"fields": {"owner": {"key": "a", "match": "("}}}, "fields.owner.match: regular expression '('"),
        ({"fields": {"owner": {"key": "a", "match": 3}}}, "must be a regular expression"),
        ({"fields": {"owner": {"key": "a", "as": "dat"}}}, "fields.owner.as: unknown form 'dat'; did you mean 'date'?"),
        ({"fields": {"owner": {"key": "a", "else": "keep"}}}, "fields.owner.else: goes with match"),
        ({"fields": {"owner": {"key": "a", "match": "a", "else": "drop"}}}, "unknown word 'drop'"),
        (
            {"fields": {"owner": {"key": "a", "each": {"splot": ","}}}},
            "each: unknown key 'splot'; did you mean 'split'",
        ),
        ({"fields": {"owner": {"key": "a", "values": "x"}}}, "values: must be a mapping"),
        ({"fields": {"owner": {"key": {"a": 1}}}}, "must be text"),
        ({"fields": {"owner": {"key": "a", "dates": ["DD/MM"]}}}, "fields.owner.dates: date format 'DD/MM'"),
        ({"fields": {"owner": {"section": {"mach": "x"}}}}, "unknown key 'mach'; did you mean 'match'?"),
        ({"fields": {"owner": {"section": {"level": 2}}}}, "name a title"),
        ({"fields": {"owner": {"label": {"title": "x", "until": "heading"}}}}, "unknown end of a block 'heading'"),
        ({"fields": {"owner": {"list": {"bullet": "x"}}}}, "fields.owner.list: unknown key 'bullet'"),
        ({"fields": {"owner": {"table": {"columns": ["a"]}}}}, "columns: must be a mapping"),
        ({"fields": {"owner": {"heading": "titel"}}}, "did you mean 'title'?"),
        ({"fields": {"owner": {"text": "all"}}}, "unknown text 'all'"),
        ({"fields": {"owner": {"entry": "value"}}}, "unknown part of an entry"),
        ({"fields": {"ovner": "a"}}, "fields.ovner: unknown field 'ovner'; did you mean 'owner'?"),
        ({"fields": {"impact.sevice": "a"}}, "unknown field 'sevice'; did you mean 'service'?"),
        ({"fields": {"actions.owner": "a"}}, "actions is a list: write actions.0.owner"),
        ({"fields": {"title.sub": "a"}}, "title has no fields of its own"),
        ({"dates": ("tomorrow",)}, "dates: date format 'tomorrow'"),
        ({"split": "row"}, "split: unknown split 'row'; did you mean 'rows'?"),
        ({"split": {"section": {"level": 2}}}, "unknown split 'section'; did you mean 'sections'?"),
        ({"split": {"items": "a", "rows": 1}}, "split: must be one of"),
        ({"split": {"items": ["a"]}}, "split.items: must be text"),
        ({"split": {"sections": {"level": "2"}}}, "level: must be a whole number"),
        ({"split": {"sections": {"match": "("}}}, "regular expression"),
        ({"split": {"table": {}}}, "name the columns"),
        ({"split": {"links": "("}}, "regular expression"),
        ({"where": {"has_not": ["a"]}}, "where: unknown key 'has_not'"),
        ({"where": {"matches": {"a": "("}}}, "where.matches.a: regular expression"),
        ({"join": {"ok": {"files": "x", "on": "id"}}}, "join.ok: lacks 'key'"),
        ({"join": {"ok": {"files": "x", "key": "a"}}}, "join.ok: lacks 'on'"),
        ({"join": {"ok": {"files": "x", "key": "a", "om": "b"}}}, "unknown key 'om'; known: "),
    ],
)
def test_wrong_specifications(mapper, keys, message):
    with pytest.raises(ConfigError) as raised:
        mapper(**keys)
    assert message in str(raised.value)
    assert str(raised.value).startswith("qmscheck.yaml:7:3: collections.things.")


def test_private_and_open_fields_are_free(mapper):
    mapper(fields={"x_anything.deep.er": "a", "topic": "a", "topic.free": "b", "causes.0.text": "c"})
