"""CSV: rows, their lines, and rows that do not fit."""

from __future__ import annotations

import pytest

from qmscheck.errors import ConfigError
from qmscheck.model import Source
from qmscheck.readers import read


def problems(document):
    return [(problem.location.line, problem.reason) for problem in document.problems]


def test_rows(good):
    text = '\ufeff id , title,owner\r\nR1,"Two\r\nlines, and ""quotes""",bo\r\nR2\r\n\r\n,,\r\nR3,,  \r\n'
    document = good(text, "csv")
    assert document.data == [
        {"id": "R1", "title": 'Two\r\nlines, and "quotes"', "owner": "bo"},
        {"id": "R2"},
        {"id": "R3", "title": "", "owner": "  "},
    ]
    assert document.row_lines == [2, 4, 7]
    assert document.position((0, "owner")) == (3, 24)
    assert document.position((1, "owner")) == (4, 1)
    assert document.position((2, "title")) == (7, 4)
    assert problems(document) == []


def test_too_many_cells(good):
    document = good("a,b\n1,2\n1,2,3\n4,5,\n6,7\n", "csv")
    assert document.data == [{"a": "1", "b": "2"}, {"a": "6", "b": "7"}]
    assert document.row_lines == [2, 5]
    assert problems(document) == [
        (3, "the row has 3 cells, the header 2; put text that holds ',' in quotes"),
        (4, "the row has 3 cells, the header 2; put text that holds ',' in quotes"),
    ]


def test_bad_quotes(good):
    document = good('a,b\n"x" y,1\n2,3\n"4,5\n6,7\n', "csv")
    assert document.data == [{"a": "2", "b": "3"}]
    assert problems(document) == [
        (2, 'text goes on after a closing quotation mark; write a quotation mark inside a cell twice ("")'),
        (4, "a quotation mark opened in this row is never closed; the rows below it could not be read"),
    ]


def test_cells_without_end(good):
    document = good("a,b\n1,2\n" + "x" * 200_000 + ",3\n4,5\n", "csv")
    assert document.data == [{"a": "1", "b": "2"}]
    assert problems(document) == [(3, "a cell has more than 131,072 characters; the rows below it could not be read")]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("\n\na,b, A,a \n1,2,3,4\n", 3, "the column 'a' occurs twice in the header"),
        ("a,,b\n", 1, "column 2 of the header has no name"),
        ('a,"b\n1,2\n', 1, "a quotation mark opened in this row is never closed"),
    ],
)
def test_bad_headers(text, line, reason, bad):
    found = bad(text, "csv")
    assert found[0] == line
    assert found[2].startswith(reason)


@pytest.mark.parametrize(
    ("text", "path", "options", "row"),
    [
        ("a;b\n1;2,5\n", "x.csv", {}, {"a": "1", "b": "2,5"}),
        ("a;b,c\n1,2\n", "x.csv", {}, {"a;b": "1", "c": "2"}),
        ("a\tb,c\n1\t2\n", "x.TSV", {}, {"a": "1", "b,c": "2"}),
        ("a|b,c\n1|2\n", "x.csv", {"delimiter": "|"}, {"a": "1", "b,c": "2"}),
        ("a,b;c\n1,2;3\n", "x.tsv", {"delimiter": ";"}, {"a,b": "1,2", "c": "3"}),
        ("a\n1\n", "x.csv", {}, {"a": "1"}),
    ],
)
def test_delimiters(text, path, options, row, good):
    assert good(text, "csv", path=path, **options).data == [row]


@pytest.mark.parametrize("delimiter", ["", ";;", '"', "\n", 7])
def test_delimiters_that_cannot_be(delimiter):
    with pytest.raises(ConfigError, match="delimiter"):
        read(Source("x.csv", b"a,b\n"), "csv", {"delimiter": delimiter})


@pytest.mark.parametrize("text", ["", "\n \n", "a,b\n", "a,b"])
def test_no_rows(text, good):
    document = good(text, "csv")
    assert (document.data, document.row_lines) == ([], [])
    assert document.position((0, "a")) == (1, 1)
