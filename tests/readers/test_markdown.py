"""Front matter: found, not found, and never passed over in silence."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qmscheck.errors import ConfigError
from qmscheck.model import Source
from qmscheck.readers import Document, read


@pytest.mark.parametrize(
    ("text", "data", "kind", "body"),
    [
        ("---\na: 1\n---\n# T\n", {"a": 1}, "yaml", (4, ["# T"])),
        ("\ufeff---\r\na: 1\r\n---\r\n\r\n# T\r\n", {"a": 1}, "yaml", (4, ["", "# T"])),
        ("\n \n--- \na: 2024-01-02\n...\t\nx", {"a": "2024-01-02"}, "yaml", (6, ["x"])),
        ("---\n---\nx\n", {}, "yaml", (3, ["x"])),
        ("---\n# only a comment\n---", {}, "yaml", (3, [])),
        ("---\na: |\n  ---\n  x\n---\ny: z\n---\n", {"a": "---\nx\n"}, "yaml", (6, ["y: z", "---"])),
        ("+++\na = 1\n[b]\nc = 2024-01-02\n+++\nx", {"a": 1, "b": {"c": "2024-01-02"}}, "toml", (6, ["x"])),
        ("\n```toml\na = 'x'\n```\n\n# T", {"a": "x"}, "toml", (5, ["", "# T"])),
        ("~~~ toml\na = 1\n~~~\n", {"a": 1}, "toml", (4, [])),
        ("# T\n\n---\na: 1\n---\n", {}, "none", (1, ["# T", "", "---", "a: 1", "---"])),
        ("---\n\nA line above a page.\n", {}, "none", (1, ["---", "", "A line above a page."])),
        ("----\na: 1\n----\n", {}, "none", (1, ["----", "a: 1", "----"])),
        ("```toml\nAn example\n", {}, "none", (1, ["```toml", "An example"])),
        (" ---\na: 1\n---\n", {}, "none", (1, [" ---", "a: 1", "---"])),
        ("<%= partial 'x' %>\n", {}, "none", (1, ["<%= partial 'x' %>"])),
        ("", {}, "none", (1, [])),
        ("---\rb: 1\r---\rx\ry", {"b": 1}, "yaml", (4, ["x", "y"])),
    ],
)
def test_auto(text, data, kind, body, good):
    document = good(text, "markdown")
    assert (document.data, document.front_matter) == (data, kind)
    assert (document.body.first_line, document.body.lines) == body


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("---\ntitle: x\n\n# T\n", 1, "the front matter opened by '---' is never closed by a line '---'"),
        ("\ufeff\r\n---\r\n# note\r\n\r\n'last reviewed': x\r\n", 2, "the front matter opened by '---' is never"),
        ("+++\na = 1\n", 1, "the front matter opened by '+++' is never closed by a line '+++'"),
        ("```toml\na = 1\n", 1, "the front matter opened by '```' is never closed"),
        ("---\nqms_version:2.2.0\nsop:1\n---\n", 2, "the front matter is one value, not lines of 'key: value'"),
        ("---\n\n- a\n---\n", 3, "the front matter is a list, not lines of 'key: value'"),
        ("---\nA paragraph.\n\n---\n", 2, "the front matter is one value"),
        ("\n---\nowner: @bo\n---\n", 3, "a value cannot begin with '@'; put it in quotes"),
        ("---\nowner: *bo\n---\n", 2, "'*bo' refers to"),
        ("---\na: 1\na: 2\n---\n", 3, "the key 'a' occurs twice"),
        ("---\r\na: 'x\r\n---\r\n", 2, "the quotation mark ' is opened here and never closed"),
        ("+++\na = 1\na = 2\n+++\n", 3, "not valid TOML (Cannot overwrite a value)"),
        ("\n+++\r\n\r\na = 1\r\nb = \r\n+++\n", 5, "not valid TOML (Invalid value)"),
        ("+++\na = '''\n+++\n", 2, "not valid TOML (Expected \"'''\"): the text ends too early"),
        ("+++\na = " + "[" * 5000 + "\n+++\n", 2, "lists and mappings are nested more than 64 deep"),
        ("+++\n" + "a." * 100 + "a = 1\n+++\n", 2, "lists and mappings are nested more than 64 deep"),
    ],
)
def test_unreadable_front_matter(text, line, reason, bad):
    found = bad(text, "markdown")
    assert found[2].startswith(reason)
    assert found[0] == line
    assert bad(text, "markdown", front_matter="required") == found


@pytest.mark.parametrize("text", ["# T\n", "", "\n\ntext\n", "a: 1\n---\n"])
def test_required(text, bad):
    assert bad(text, "markdown", front_matter="required") == (
        1,
        1,
        "there is no front matter: the page must begin with a line '---'",
    )


def test_required_and_there(good):
    assert good("---\na: 1\n---\n", "markdown", front_matter="required").data == {"a": 1}
    assert good("---\n---\n", "markdown", front_matter="required").data == {}


def test_closing(good, bad):
    document = good("\ufeffname: x\r\nlist:\r\n  - a\r\n---\r\n\r\n# T\r\n---\r\n", "markdown", front_matter="closing")
    assert (document.data, document.front_matter) == ({"name": "x", "list": ["a"]}, "closing")
    assert document.position(("list", 0)) == (3, 5)
    assert document.body.first_line == 5
    assert document.body.headings[0].line == 6
    opened = good("---\na: 1\n---\ntext\n", "markdown", front_matter="closing")
    assert (opened.data, opened.front_matter) == ({"a": 1}, "yaml")
    assert bad("# T\n", "markdown", front_matter="closing")[2] == "there is no front matter: no line '---' closes it"
    assert bad("Title\n---\ntext\n", "markdown", front_matter="closing")[::2] == (
        1,
        "the front matter is one value, not lines of 'key: value' (the blank after the colon is needed)",
    )


def test_options(good):
    assert good("---\na: yes\nb: 010\n---\n", "markdown", yaml="1.1").data == {"a": True, "b": 8}
    with pytest.raises(ConfigError, match="none of auto, required, closing"):
        read(Source("x.md", b""), "markdown", {"front_matter": "sometimes"})


def test_the_body_is_parsed_only_when_asked_for(good, monkeypatch):
    import markdown_it

    monkeypatch.setattr(markdown_it.MarkdownIt, "parse", lambda *_: pytest.fail("the body was parsed"))
    document = good("---\na: 1\n---\n# T\n", "markdown")
    assert document.position(("a",)) == (2, 1)


def test_toml_values(good):
    text = "a = 1979-05-27T07:32:00Z\nb = 07:32:00\nc = nan\nd = -inf\ne = [1.5, true]\nf = 1979-05-27 07:32:00\n"
    assert good(text, "toml").data == {
        "a": "1979-05-27T07:32:00Z",
        "b": "07:32:00",
        "c": "nan",
        "d": "-inf",
        "e": [1.5, True],
        "f": "1979-05-27T07:32:00",
    }


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", " \n", "\t\n", "\u2028", "\x0c", "\u00a0\n", ""])
def test_the_digest_of_a_body_does_not_count_blanks_at_line_ends(end):
    body = f"{end}One{end}\n\nTwo words{end}{end}"
    text = "\n".join(line.rstrip() for line in body.splitlines()).strip("\n")
    found = read(Source("a.md", f"---\nid: A\n---\n{body}".encode()), "markdown").body_digest()
    assert found == hashlib.sha256(text.encode()).hexdigest()


@given(st.text(st.sampled_from(" \t\n\r\v\f\x1c\x1d\x1e\x1f\x85\u00a0\u2028ab"), max_size=12))
def test_the_short_way_to_a_digest_is_the_long_way(text):
    document = Document(path="page.md", format="markdown", data=None, text=text, places=None, body_start=0)
    plain = "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")
    assert document.body_digest() == hashlib.sha256(plain.encode()).hexdigest()
