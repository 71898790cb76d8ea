from __future__ import annotations

import re
from fnmatch import fnmatchcase
from itertools import product

import pytest

from qmscheck.collect.globs import Globs, compiled, expand


@pytest.mark.parametrize(
    ("glob", "matches", "others"),
    [
        ("changes/*.yaml", ["changes/a.yaml", "changes/ä b.yaml"], ["changes/x/a.yaml", "a.yaml", "changes/a.yamlx"]),
        ("changes/**/*.yaml", ["changes/a.yaml", "changes/x/y/a.yaml"], ["changes.yaml", "other/changes/a.yaml"]),
        ("**/*.md", ["a.md", "x/a.md", "x/y/a.md"], ["a.mdx", ".github/a.md", "x/.hidden/a.md", "x/.a.md"]),
        (".github/**/*.md", [".github/a.md", ".github/x/a.md"], ["github/a.md"]),
        ("docs/**", ["docs/a", "docs/x/a"], ["docs", "docsx/a", "docs/.a"]),
        ("docs/", ["docs/a", "docs/x/a"], ["docs"]),
        ("./a.yaml", ["a.yaml"], ["x/a.yaml"]),
        ("**", ["a", "x/a"], [".a"]),
        ("a/**/b/*.md", ["a/b/c.md", "a/x/y/b/c.md"], ["a/b/x/c.md"]),
        ("CHG-?.yaml", ["CHG-1.yaml"], ["CHG-.yaml", "CHG-12.yaml", "CHG-/.yaml"]),
        ("CHG-[0-9].yaml", ["CHG-7.yaml"], ["CHG-x.yaml"]),
        ("CHG-[!0-9].yaml", ["CHG-x.yaml"], ["CHG-7.yaml", "CHG-/.yaml"]),
        ("[z-a].yaml", ["-.yaml", "z.yaml"], ["b.yaml"]),
        ("[", ["["], ["a"]),
        ("[a]]", ["a]"], ["a"]),
        ("a[]]b", ["a]b"], ["ab"]),
        ("{a,b/c}.{yaml,yml}", ["a.yaml", "b/c.yml"], ["c.yml", "{a,b/c}.yaml"]),
        ("{a,{b,c}}d", ["ad", "bd", "cd"], ["d"]),
        ("{a,b", ["{a,b"], ["a"]),
        ("a+b(1).md", ["a+b(1).md"], ["aab1.md"]),
        ("v*.*", ["v1.2", "v1.2.3"], ["v1"]),
        ("*.yaml", ["a\nb.yaml", "\udcff.yaml"], [".a.yaml", "-/a.yaml"]),
    ],
)
def test_matching(glob: str, matches: list[str], others: list[str]) -> None:
    globs = Globs([glob])
    assert [path for path in matches if not globs.match(path)] == []
    assert [path for path in others if globs.match(path)] == []


def test_no_globs_match_nothing() -> None:
    assert not Globs([])
    assert not Globs([]).match("")


def test_several_globs_are_alternatives() -> None:
    globs = Globs(["a/*.md", "b/*.md"])
    assert globs.match("a/x.md")
    assert globs.match("b/x.md")
    assert not globs.match("a/x.md/b/y.md")


@pytest.mark.parametrize(
    ("glob", "folder", "reached"),
    [
        ("a/b/*.md", "a", True),
        ("a/b/*.md", "a/b", True),
        ("a/b/*.md", "a/b/c", False),
        ("a/b/*.md", "b", False),
        ("**/*.md", "x/y", True),
        ("**/*.md", ".x", False),
        ("a/**", "a/x/y", True),
        ("a", "a", False),
        ("a/*", "", True),
    ],
)
def test_reach(glob: str, folder: str, *, reached: bool) -> None:
    assert Globs([glob]).reach(folder) is reached


def test_where_to_search() -> None:
    found = {one.text: (one.start, one.depth) for one in Globs(["a/b/*.md", "*/c.md", "a/**/*.md", "x.md"]).globs}
    assert found == {"a/b/*.md": ("a/b", 0), "*/c.md": ("", 1), "a/**/*.md": ("a", None), "x.md": ("", 0)}


def test_names_that_are_meant() -> None:
    globs = Globs(["a/CHANGES", "b/*"])
    assert globs.names("a/CHANGES")
    assert not globs.names("b/CHANGES")


def test_hostile_braces_end() -> None:
    assert len(list(expand("{a,b}" * 40))) < 5_000
    assert list(expand("{" * 1_000)) == ["{" * 1_000]
    assert compiled(("*a" * 50 + "b",)).match("a" * 100) is False


def test_hostile_stars_end() -> None:
    pattern = Globs(["**/" * 12 + "x"])
    assert not pattern.match("a/" * 25 + "y")


def test_sets_are_escaped() -> None:
    for inner in ("a-", "\\", "^a", "a&&b", "[:alpha:", "--", "||", "~~"):
        try:
            Globs([f"[{inner}].md"]).match("a.md")
        except re.error as error:  # pragma: no cover - the message of a failure
            pytest.fail(f"{inner}: {error}")


PARTS = ("a", "b", ".a", "ab", "aab")
TEXTS = ("*", "a*", "*a*", "*a*b", "?", "**", "a", ".a", "[ab]*")


def plainly(glob: list[str], path: list[str]) -> bool:
    """The same by trying everything."""
    if not glob:
        return not path
    if glob[0] == "**":
        skipped = bool(path) and not path[0].startswith(".") and plainly(glob, path[1:])
        if len(glob) == 1:
            return bool(path) and not path[0].startswith(".") and (len(path) == 1 or skipped)
        return plainly(glob[1:], path) or skipped
    hidden = bool(path) and path[0].startswith(".") and not glob[0].startswith(".")
    return bool(path) and not hidden and fnmatchcase(path[0], glob[0]) and plainly(glob[1:], path[1:])


def test_agrees_with_trying_everything() -> None:
    paths = [list(path) for length in (1, 2, 3) for path in product(PARTS, repeat=length)]
    for length in (1, 2, 3):
        for glob in product(TEXTS, repeat=length):
            globs = Globs(["/".join(glob)])
            for path in paths:
                assert globs.match("/".join(path)) is plainly(list(glob), path), (glob, path)
