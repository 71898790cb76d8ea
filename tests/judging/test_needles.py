"""Needles: no text is passed over that an expression is found in, whatever the expression."""

from __future__ import annotations

import re
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qmscheck import app, plugins
from qmscheck.checks import secrets
from qmscheck.checks.contents import Harmless, contents
from qmscheck.checks.needles import may_be_found, needles
from qmscheck.model import Record

STABLE = settings(derandomize=True, deadline=None, database=None, max_examples=60)
_SETTINGS = app.knowledge_of(None, plugins.load(())).settings
SHIPPED = [*_SETTINGS["secret_patterns"].values(), _SETTINGS["address_pattern"]]
WRITTEN = {
    "a key": {"a key"},
    "(?i)A Key": {"a key"},
    "one|two": {"one", "two"},
    "(one|two){2,3}!": {"one", "two"},
    "(one)?!": {"!"},
    "[:=] {0,9}secret": {"secret"},
    "[:=]+": {":", "="},
    "gh[po]_": {"ghp_", "gho_"},
    "a[bcd][efg][hij]": {f"a{b}{c}" for b in "bcd" for c in "efg"},
    "long(?!short)|also": {"long", "also"},
    "(?<!not )here": {"here"},
    "ab\u017fc": {"ab"},  # the long s is an s in any case
    "one|[^a]": set(),
    "one|": set(),
    "a*": set(),
    "[a-z]": set(),
    r"\w+": set(),
    "": set(),
    "(": set(),
}


@pytest.mark.parametrize(("pattern", "found"), WRITTEN.items())
def test_what_an_expression_needs(pattern, found):
    assert needles(pattern) == found


@pytest.mark.parametrize("pattern", SHIPPED)
def test_every_shipped_pattern_needs_something(pattern):
    assert needles(pattern)


@pytest.mark.parametrize("pattern", [*SHIPPED, *(one for one in WRITTEN if one != "(")])
def test_no_text_is_passed_over(pattern):
    @STABLE
    @given(st.from_regex(re.compile(pattern)), st.text(max_size=3))
    def find(text, other):
        assert may_be_found(pattern, f"{other}\n{text}".lower())

    find()


def test_letters_that_are_no_ascii_may_stand_for_others():
    assert re.search("(?i)secret", "\u017fecret")
    assert may_be_found("(?i)secret", "\u017fecret")
    assert not may_be_found("(?i)secret", "a secre\nt")


def _record(**fields: object) -> Record:
    return Record(type="incident", id="INC-1", fields=fields, path="a.yaml", collection="c")


def test_contents_are_gone_through_once():
    record = _record(title="a", actions=[{"by": "b", "notes": ["c"]}], count=1)
    inside = contents(record)
    assert sorted(inside.texts) == ["a", "b", "c"]
    assert inside.mappings == [record.fields, {"by": "b", "notes": ["c"]}]
    assert contents(record) is inside


def test_only_short_harmless_texts_are_remembered():
    harmless = Harmless()
    harmless.add(["short", "long " * 30])
    assert harmless.others(["short", "long " * 30, "new"]) == ["long " * 30, "new"]


def test_most_texts_are_searched_by_no_expression(monkeypatch):
    """What is counted are the expressions that are asked for: that of an address, beside which two texts are new."""
    asked, compiled = [], secrets._compiled
    monkeypatch.setattr(secrets, "_compiled", lambda pattern: asked.append(pattern) or compiled(pattern))
    listed = tuple(_SETTINGS["secret_patterns"].items())
    for number in range(50):
        at, owner = f"2026-03-17T12:{number}:00Z", "ada@example.org"
        assert not secrets._suspected(_record(title=f"Upgrade {number}", at=at, owner=owner), listed, SHIPPED[-1], 3)
    assert asked == [SHIPPED[-1]] * 3
    assert secrets._suspected(_record(title="Upgrade 1", note="password=Tr0ub4dor&3"), listed, SHIPPED[-1], 3)


def test_a_python_that_keeps_its_parser_elsewhere(monkeypatch):
    monkeypatch.setattr(re, "_parser", None, raising=False)
    monkeypatch.delattr(re, "_parser")
    monkeypatch.setitem(sys.modules, "re._parser", None)
    assert needles("a key of that day") == set()
    assert may_be_found("a key of that day", "nothing")
    needles.cache_clear()
