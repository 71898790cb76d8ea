"""Which of a document's parts are records: ``has``, ``matches``, ``not``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from qmscheck.mapping.candidates import as_text, shorthand
from qmscheck.mapping.field import Field
from qmscheck.mapping.place import Place
from qmscheck.mapping.scope import Scope, column_key
from qmscheck.mapping.values import Kind

Test = Callable[[Scope], bool]

ANY_KEY = "*"
"""Stands for any key: a page with front matter, a row with a filled cell."""


def compile_where(spec: object, place: Place) -> Test | None:
    """The test that ``where:`` asks for, all parts of which must hold; None: everything is a record."""
    if not spec:
        return None
    tests: list[Test] = []
    for word, argument in place.mapping(spec, ("has", "matches", "not")).items():
        below = place.at(word)
        if word == "has":
            tests.append(_has(below.texts(argument)))
        elif word == "matches":
            tests.extend(_matches(str(key), pattern, below) for key, pattern in below.mapping(argument).items())
        else:
            tests.append(_not(compile_where(argument, below)))
    return tests[0] if len(tests) == 1 else lambda scope: all(test(scope) for test in tests)


def _not(test: Test | None) -> Test:
    return lambda scope: test is not None and not test(scope)


def _has(names: list[str]) -> Test:
    """Any of the keys is there, filled or not; ``*``: any key at all."""

    def test(scope: Scope) -> bool:
        return any(
            name in scope.data
            or (name == ANY_KEY and bool(scope.data))
            or _deep(scope.data, name)
            or (scope.columns or {}).get(column_key(name), "\0") in scope.data
            for name in names
        )

    return test


def _deep(data: Mapping[str, object], name: str) -> bool:
    head, dot, rest = name.partition(".")
    inner = data.get(head)
    return bool(dot) and isinstance(inner, dict) and (rest in inner or _deep(inner, rest))


def _matches(key: str, pattern: object, place: Place) -> Test:
    field = Field(shorthand(key), place.at(key), Kind())
    regex = place.at(key).regex(pattern)

    def test(scope: Scope) -> bool:
        text = as_text(field.find(scope))
        return text is not None and regex.search(text) is not None

    return test
