"""Regular expressions that wait: the same answers, and no mistake that waits with them."""

from __future__ import annotations

import pkgutil
import re
from importlib import import_module

import pytest

import qmscheck
from qmscheck import patterns
from qmscheck.patterns import pattern


def test_nothing_is_compiled_before_it_is_asked(monkeypatch) -> None:
    asked = []
    monkeypatch.setattr(patterns.re, "compile", lambda *given: asked.append(given) or re._compiler.compile(*given))
    digits = pattern(r"\d+", re.ASCII)
    assert asked == []
    assert [digits.findall("1 22"), digits.findall("3")] == [["1", "22"], ["3"]]
    assert len(asked) == 1


def test_it_answers_as_what_it_stands_for() -> None:
    for given in ((r"(?P<a>x)|y",), (r"X", re.IGNORECASE), (rb"a.b", re.DOTALL)):
        late, now = pattern(*given), re.compile(*given)
        text = "xyXY" if isinstance(given[0], str) else b"a\nb"
        assert [found.span() for found in late.finditer(text)] == [found.span() for found in now.finditer(text)]
        assert late.sub(text[:0], text) == now.sub(text[:0], text)
        assert (late.pattern, late.flags, late.groupindex) == (now.pattern, now.flags, now.groupindex)
    with pytest.raises(AttributeError):
        pattern("a").mtach("a")


def test_every_one_of_ours_can_be_compiled() -> None:
    found = 0
    for module in pkgutil.walk_packages(qmscheck.__path__, "qmscheck."):
        if module.name == "qmscheck.__main__":
            continue
        for value in vars(import_module(module.name)).values():
            if isinstance(value, patterns._Pattern):
                assert value.pattern
                found += 1
    assert found > 40
