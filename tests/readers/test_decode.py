"""Bytes that are not UTF-8 text, and the promise that nothing a file holds makes a reader raise."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qmscheck.errors import ConfigError
from qmscheck.model import Source, Unreadable
from qmscheck.readers import FORMATS, Document, format_of, read

STABLE = settings(derandomize=True, deadline=None, database=None, max_examples=150)
OPTIONS = [
    {},
    {"yaml": "1.1"},
    {"documents": "many"},
    {"front_matter": "required"},
    {"front_matter": "closing"},
    {"delimiter": ";"},
]


@pytest.mark.parametrize(
    ("content", "line", "column", "reason"),
    [
        ("a: b".encode("utf-16"), 1, 1, "the file looks like UTF-16 text; save it as UTF-8"),
        ("a: b".encode("utf-16-be"), 1, 1, "the file looks like UTF-16 text; save it as UTF-8"),
        ("title: é\n".encode("utf-16-le"), 1, 1, "the file looks like UTF-16 text; save it as UTF-8"),
        ("a: b".encode("utf-32"), 1, 1, "the file looks like UTF-32 text; save it as UTF-8"),
        (
            "a: 1\r\nb: é\n".encode("latin-1"),
            2,
            4,
            "not UTF-8: byte 0xE9 looks like 'é' in Latin-1 or Windows-1252; save it as UTF-8",
        ),
        (
            b"\xef\xbb\xbf\n\xc3\xa9 \x93quoted\x94",
            2,
            3,
            "not UTF-8: byte 0x93 looks like '“' in Latin-1 or Windows-1252; save it as UTF-8",
        ),
        (b"a: \xed\xa0\x80", 1, 4, "not UTF-8: byte 0xED stands for no character; save it as UTF-8"),
        (b"a: \x80\x81", 1, 4, "not UTF-8: byte 0x80 stands for no character; save it as UTF-8"),
        (b"a: 1\nb: \0\n", 2, 4, "the file looks like binary data, not text"),
        (bytes(range(256)), 1, 1, "the file looks like binary data, not text"),
        (b"\x89PNG\r\n\x1a\n\0\0", 1, 1, "the file looks like a PNG picture, not text"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", 1, 1, "the file looks like a PDF document, not text"),
        (b"PK\x03\x04\x14\x00\x06\x00", 1, 1, "the file looks like a ZIP archive (Word, Excel and OpenDocument"),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
            1,
            1,
            "this is only a Git LFS pointer; fetch the file itself (git lfs pull)",
        ),
        (b"x" * 10_100_000, 1, 1, "the file has 10.1 MB; files of more than 10 MB are not read"),
        (b"\xff" * 100_000_000, 1, 1, "the file has 100.0 MB; files of more than 10 MB are not read"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_not_utf8(content, line, column, reason):
    for kind in FORMATS:
        answer = read(Source("x", content), kind)
        assert isinstance(answer, Unreadable)
        assert answer.reason.startswith(reason)
        assert (answer.location.line, answer.location.column) == (line, column)


def use(document):
    """Ask everything that can be asked of a document."""
    for path in ((), ("a",), (0, "a"), ("a", 0), ("a", "b", "c")):
        place = document.position(path)
        assert place is None or min(place) >= 1
    if document.body is not None:
        assert [document.body.headings, document.body.items, document.body.tables, document.body.links]


@STABLE
@given(st.binary(max_size=60), st.sampled_from(sorted(FORMATS)), st.sampled_from(OPTIONS))
def test_any_bytes(content, kind, options):
    answer = read(Source("x", content), kind, options)
    if isinstance(answer, Document):
        use(answer)


MARKS = st.sampled_from(
    [
        *"-+:#[]{},&*!|>'\"%@`\\?~=<>().;ab01",
        "\n",
        "\n",
        "\r\n",
        "\t",
        " ",
        "  ",
        "---\n",
        "+++\n",
        "```toml\n",
        "\ufeff",
        "a: ",
        "- ",
        "&a ",
        "*a ",
        "!!str ",
        "<<: ",
        "\u2028",
        "\x85",
        "\x1b",
        "é",
        "😀",
        '"a":',
        "a = ",
        "[a]\n",
        "|-|\n",
    ]
)


@STABLE
@given(st.lists(MARKS, max_size=25).map("".join), st.sampled_from(sorted(FORMATS)), st.sampled_from(OPTIONS))
def test_any_text(text, kind, options):
    answer = read(Source("x", text.encode()), kind, options)
    if isinstance(answer, Document):
        use(answer)
    else:
        lines = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
        assert 1 <= answer.location.line <= lines
        assert answer.location.column >= 1


def test_a_megabyte_of_text(good):
    for text in ("a: " + "x" * 1_000_000, "---\na: 1\n---\n" + "[x](" * 20_000, "# " + "<b>" * 20_000):
        use(good(text, "markdown"))


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("a/b.yaml", "yaml"),
        (".qmscheck.YML", "yaml"),
        ("a.json", "json"),
        ("a.jsonl", "jsonl"),
        ("a.ndjson", "jsonl"),
        ("a.csv", "csv"),
        ("a.tsv", "csv"),
        ("a.toml", "toml"),
        ("page.html.md.erb", "markdown"),
        ("page.njk", "markdown"),
        ("CHANGELOG", "markdown"),
        ("docs.d/CHANGELOG", "markdown"),
        ("PM2022-009 - Bad AWS EKS AMI", "markdown"),
        ("PM2022 - v1.5 rollout", "markdown"),
        ("notes-1.2", "markdown"),
        (".gitignore", "markdown"),
        ("a.md", "markdown"),
        ("a.docx", None),
        ("a.yaml.bak", None),
        ("caf\udce9.yaml", "yaml"),
    ],
)
def test_formats(path, kind):
    assert format_of(path) == kind


def test_unknown_formats():
    with pytest.raises(ConfigError, match="format 'xls' is none of yaml, json"):
        read(Source("x", b""), "xls")


def test_paths_that_are_not_utf8():
    answer = read(Source("caf\udce9.yaml", b"a: @"), "yaml")
    assert answer.location.path == "caf\udce9.yaml"
