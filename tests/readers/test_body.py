"""The Markdown body: headings, items, tables, links, with their lines in the file."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qmscheck.readers.body import Body, Item

STABLE = settings(derandomize=True, deadline=None, database=None, max_examples=100)


def body(text, first_line=1):
    return Body(textwrap.dedent(text), first_line)


class TestHeadings:
    def test_levels_titles_and_ends(self):
        page = body(
            """\
            # A *b* [link](x) `code` <b>tag</b> &amp; ![alt *i*](p)

            ## Two ##
            ### Three
            ## [1.2.0] - 2024-01-01

            Setext
            over two
            ======
            ####### seven
            #no blank

            [1.2.0]: https://example.org
            """,
            10,
        )
        assert [(h.level, h.title, h.line, h.end) for h in page.headings] == [
            (1, "A b link code tag & alt i", 10, 16),
            (2, "Two", 12, 14),
            (3, "Three", 13, 14),
            (2, "1.2.0 - 2024-01-01", 14, 16),
            (1, "Setext over two", 16, 23),
        ]
        assert page.headings[3].raw == "[1.2.0] - 2024-01-01"
        assert page.end == 23

    @pytest.mark.parametrize(
        "text",
        [
            "```\n# no\n```\n",
            "~~~\n```\n# no\n~~~\n",
            "para\n\n    # no\n",
            "<!--\n# no\n-->\n",
            "<div>\n# no\n</div>\n",
            "> # quoted\n",
            "- # in a list\n",
            "```\n# no end\n",
            "para\n\n---\n\npara\n",
            "| a |\n| --- |\n| b |\n",
            "- item\n---\n",
            "\\# no\n",
            "x\u2028# no\n",
        ],
    )
    def test_what_is_none(self, text):
        assert Body(text).headings == []

    def test_windows_line_ends(self):
        page = Body("# a\r\n\r\nb\r\n===\r\ntext\r\n", 4)
        assert [(h.title, h.line, h.end) for h in page.headings] == [("a", 4, 6), ("b", 6, 9)]
        assert page.text(4, 9) == "# a\n\nb\n===\ntext"


class TestItems:
    def test_depth_tasks_and_text(self):
        page = body(
            """\
            - [ ] task **one**:
              more

              and more
              * [x] nested
            -
            12) ordered
            + - both
            > * quoted *item*

            - [x](link) no task
            - [X] done
            """,
            5,
        )
        assert [(i.text, i.first_line, i.line, i.end, i.depth, i.indent, i.done) for i in page.items] == [
            ("task **one**:\nmore\n\nand more", "task **one**:", 5, 10, 0, 0, False),
            ("nested", "nested", 9, 10, 1, 2, True),
            ("", "", 10, 11, 0, 0, None),
            ("ordered", "ordered", 11, 12, 0, 0, None),
            ("", "- both", 12, 13, 0, 0, None),
            ("both", "both", 12, 13, 1, 2, None),
            ("quoted *item*", "quoted *item*", 13, 14, 0, 2, None),
            ("[x](link) no task", "[x](link) no task", 15, 16, 0, 0, None),
            ("done", "done", 16, 17, 0, 0, True),
        ]

    def test_code_and_headings_inside(self):
        page = body("- # head\n\n      code\n\n- ```\n  - no\n  ```\n")
        assert [(i.text, i.first_line, i.line) for i in page.items] == [
            ("head\n\ncode", "# head", 1),
            ("- no", "```", 5),
        ]

    def test_tabs(self):
        page = Body("- a\n\t- b\n\t\t- c\n")
        assert [(i.text, i.depth, i.indent) for i in page.items] == [("a", 0, 0), ("b", 1, 4), ("c", 2, 8)]

    def test_no_items(self):
        assert body("text - no\n\n    - code\n\n***\n**bold**\n").items == []


def test_tables():
    page = body(
        """\
        | **Label** | Value \\| x |
        |:---|---|
        | `a` | [b](c) |
        | only |
        | 1 | 2 | 3 |

        x | y
        --|--

        |   |
        |---|
        | empty header |
        """,
        3,
    )
    assert [(t.line, t.header, t.rows) for t in page.tables] == [
        (3, ("**Label**", "Value | x"), [(5, ("`a`", "[b](c)")), (6, ("only", "")), (7, ("1", "2"))]),
        (9, ("x", "y"), []),
        (12, ("",), [(14, ("empty header",))]),
    ]


def test_links():
    page = body(
        """\
        # [In *title*](#a)

        text [ref] and <https://auto.example/> and https://bare.example/a_(b). ![no](picture)
        [two](
        x.md "title") (https://bare.example/c), `https://code.example`
        - [item](/path with blank.md) [angle](<a b.md>) [umlaut](ü.md) [script](javascript:x)

        | [cell](t.md) |
        |---|
        | www.none.example |

        [ref]: http://ref.example/e "Title"
        """,
        7,
    )
    assert page.links == [
        ("#a", "In title", 7),
        ("http://ref.example/e", "ref", 9),
        ("https://auto.example/", "https://auto.example/", 9),
        ("https://bare.example/a_(b)", "https://bare.example/a_(b)", 9),
        ("x.md", "two", 11),
        ("https://bare.example/c", "https://bare.example/c", 11),
        ("a b.md", "angle", 12),
        ("ü.md", "umlaut", 12),
        ("javascript:x", "script", 12),
        ("t.md", "cell", 14),
    ]


def test_text():
    page = Body("a\n\nb\nc\n", 3)
    assert (page.text(3, 5), page.text(5, 99), page.text(0, 4), page.text(9, 5)) == ("a\n", "b\nc", "a", "")


WORDS = st.integers(0, 10**6).map(lambda number: f"w{number}w")
BLOCKS = st.sampled_from(
    [
        "# {}\n",
        "### {} #\n",
        "{}\n====\n",
        "{}\n",
        "- {}\n",
        "1. {}\n",
        "  * [ ] {}\n",
        "> - {}\n",
        "```\n- {}\n# {}\n```\n",
        "| {} |\n|---|\n| {} |\n",
        "<!-- {} -->\n",
        "\n",
        "\n\n",
        "    {}\n",
        "[a](t/{})\n",
        "***\n",
    ]
)


@STABLE
@given(st.lists(st.tuples(BLOCKS, WORDS), max_size=15), st.integers(1, 50), st.sampled_from(["\n", "\r\n", "\r"]))
def test_every_line_is_right(blocks, first_line, end):
    text = "\n".join(block.format(word, word) for block, word in blocks).replace("\n", end)
    page = Body(text, first_line)
    lines = dict(enumerate(page.lines, first_line))
    for heading in page.headings:
        assert heading.raw.split("\n")[0] in lines[heading.line]
        assert heading.line < heading.end <= page.end
    for item in page.items:
        assert item.first_line in lines[item.line]
        assert isinstance(item, Item)
    for table in page.tables:
        assert all(cell in lines[line] for line, cells in [(table.line, table.header), *table.rows] for cell in cells)
    for target, _, line in page.links:
        assert target in lines[line]
    assert page.text(first_line, page.end) == "\n".join(page.lines)
