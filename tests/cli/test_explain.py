from __future__ import annotations

from pathlib import Path

import pytest

from qmscheck import app, plugins
from qmscheck.cli.explain import explain
from qmscheck.cli.page import Page
from qmscheck.config import defaults
from qmscheck.model import Source
from qmscheck.readers import read
from qmscheck.yaml_text import yaml_lines


@pytest.fixture(scope="module")
def knowledge():
    return app.knowledge_of(defaults(Path.cwd()), plugins.load())


@pytest.mark.parametrize("word", ["CHG005", "chg005", "approved-before-implementation"])
@pytest.mark.usefixtures("tree")
def test_a_rule(run, word: str) -> None:
    result = run("explain", word)
    assert result.exit_code == 0
    for part in (
        "Why",
        "What to do",
        "C-CHG",
        "iso9001:2015/8.5.6",
        "iso20000-1:2018/8.5.1",
        "The test",
        "on_or_before(",
        "An example that passes",
        "An example that fails",
        "rules/change/CHG005-approved-before-implementation.yaml",
        "licensed copy",
    ):
        assert part in result.stdout, part


def test_a_rule_shows_the_settings_that_hold_here(run, tree: Path) -> None:
    before = run("explain", "DOC003").stdout
    assert "Settings it reads" in before
    assert "the default" in before
    with (tree / "qmscheck.yaml").open("a") as file:
        file.write("settings: {document_review_policy: P6M}\n")
    after = run("explain", "DOC003").stdout
    assert "document_review_policy: P6M" in after
    assert "set in qmscheck.yaml" in after


def test_every_word_has_a_page(run, knowledge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    config = defaults(tmp_path)
    for word in [
        *knowledge.rules,
        *knowledge.controls,
        *knowledge.types,
        *knowledge.layouts,
        *knowledge.settings,
        *knowledge.standards,
    ]:
        page = Page(color=False, width=90)
        explain(page, word, knowledge, config)
        text = "".join(page.chunks())
        assert len(text) > 40, word
        for banned in ("compliant", "certified", "conforms"):
            assert banned not in text.casefold(), word


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("C-CHG", "Change control"),
        ("c-chg", "iso9001:2026 (provisional edition)"),
        ("iso9001:2015/8.5.6", "C-CHG"),
        ("iso20000-1:8.5.1.3", "iso20000-1:2018/8.5.1.3"),
        ("8.5.6", "may mean:"),
        ("iso9001/8.5.6", "may mean:"),
        ("9001:8.5.6", "iso9001:2015/8.5.6"),
        ("iso9001:2015", "Clauses, and how many rules"),
        ("CHG", "CHG005"),
        ("change", "draft → submitted"),
        ("keep-a-changelog", "How to use it"),
        ("document_review_policy", "Rules that name it"),
    ],
)
@pytest.mark.usefixtures("tree")
def test_other_words(run, word: str, said: str) -> None:
    result = run("explain", word)
    assert result.exit_code == 0
    assert said in result.stdout


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("CHG00", "did you mean"),
        ("chnage", "did you mean 'change'"),
        ("iso9001:2015/8.5.66", "no clause 8.5.66; did you mean '8.5.6'"),
        ("99.9", "no clause 99.9"),
        ("xyzzy", "nothing is called 'xyzzy'"),
        ("iso20001", "there is no standard ISO 20001"),
        ("ISO/IEC 20001:2018/8.1", "ISO/IEC 20000-1"),
        ("20001", "iso20000-1:2018"),
    ],
)
@pytest.mark.usefixtures("tree")
def test_unknown_words(run, word: str, said: str) -> None:
    result = run("explain", word)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_works_without_a_configuration(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    assert run("explain", "CHG005").exit_code == 0


@pytest.mark.parametrize(
    "value",
    [
        {"a": 1, "b": [1, 2.5, True, None, "x"], "c": {"d": "e"}},
        {"text": 'say "no"', "both": 'it\'s "x"', "lines": "a\n  b\n\nc\n", "blank": " x ", "tab": "a\tb"},
        {"numbers": ["1", "1.5", "0x1", "1e3", "true", "no", "~", "null", "", "-", "2026-03-01", "12:30:00"]},
        {
            "odd": [
                "a: b",
                "a #b",
                "#a",
                "- a",
                "[a",
                "a, b",
                "{a}",
                "*a",
                "&a",
                "!a",
                "a:",
                "%a",
                "@a",
                "`a",
                "é",
                "\x07",
            ]
        },
        [{"by": "bo", "at": "2026-03-01T10:00:00Z"}, [["x"]], [], {}],
        [{"long": "word " * 40, "more": ["x" * 60, "y" * 60], "deep": [{"a": "x" * 100}]}],
        {"a, b": 1, "yes": 2, "1": 3, "x: y": "\n\n"},
    ],
)
def test_examples_read_back_as_they_were(value: object) -> None:
    text = "\n".join(yaml_lines(value)) + "\n"
    assert read(Source("x.yaml", text.encode()), "yaml").data == value, text  # type: ignore[union-attr]


def test_examples_of_all_rules_read_back(knowledge) -> None:
    for rule in knowledge.rules.values():
        text = "\n".join(yaml_lines(rule.definition)) + "\n"
        assert read(Source("x.yaml", text.encode()), "yaml").data == rule.definition, rule.id  # type: ignore[union-attr]
