import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from qmscheck.model import Outcome
from qmscheck.reporters.html import render
from qmscheck.reporters.page_style import COLOURS

EVERY = ["report", "nothing", "satisfied"]
BLOB = "https://example.org/merrow/records/blob/3f2a9c1b/"
VOID = {"meta", "br", "link", "img", "input", "hr"}
KNOWN = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "header",
        "nav",
        "main",
        "section",
        "footer",
        "details",
        "summary",
    ),
    *("h1", "h2", "h3", "p", "ul", "li", "a", "dl", "dt", "dd", "strong"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td"),
}


class Page(HTMLParser):
    """Elements, attributes and texts of a page; every element is closed in its turn."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data

    def handle_comment(self, data):
        raise AssertionError(data)

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def page(report, **options) -> Page:
    return Page("".join(render(report, **options)))


@pytest.mark.parametrize("which", EVERY)
def test_golden(which, request, golden):
    golden(f"{which}.html", "".join(render(request.getfixturevalue(which), links=BLOB)))


@pytest.mark.parametrize("outcome", list(Outcome))
@pytest.mark.parametrize(
    "text",
    [
        "",
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        '" onmouseover="alert(1)" x=\'',
        "--><!--]]><style>*{}</style></td></table></main>",
        "javascript:alert(1)",
        "\x1b[31m\u202e\x00\ud800\udce9\ufffe\n",
        "&lt;b&gt;&#60;",
        "word " * 100_000,
    ],
)
def test_text_of_records_is_text(saying, text, outcome):
    rendered = "".join(render(saying(text, outcome), links=BLOB))
    rendered.encode()
    found = Page(rendered)
    assert {tag for tag, _ in found.elements} <= KNOWN
    allowed = {
        "lang",
        "charset",
        "http-equiv",
        "content",
        "name",
        "aria-labelledby",
        "aria-label",
        "id",
        "class",
        "href",
    }
    assert {name for _, attributes in found.elements for name in attributes} <= allowed | {"scope", "open"}
    assert all(re.match(rf"#|{re.escape(BLOB)}", str(link["href"])) for link in found.named("a"))
    assert len(rendered) < 60_000


@pytest.mark.parametrize("which", EVERY)
def test_asks_for_nothing_and_runs_nothing(which, request):
    rendered = "".join(render(request.getfixturevalue(which)))
    assert "<script" not in rendered
    assert not re.search(r"url\(|@import|src=|https?:", rendered)
    assert "default-src &#x27;none&#x27;" in rendered


@pytest.mark.parametrize("which", EVERY)
def test_landmarks_headings_and_anchors(which, request):
    found = page(request.getfixturevalue(which))
    assert [len(found.named(tag)) for tag in ("header", "nav", "main", "footer", "h1", "title")] == [1] * 6
    assert found.named("html") == [{"lang": "en"}]
    ids = [attributes["id"] for _, attributes in found.elements if "id" in attributes]
    assert len(set(ids)) == len(ids)
    for link in found.named("a"):
        assert str(link["href"]).removeprefix("#") in ids
    for section in found.named("section"):
        assert section["aria-labelledby"] in ids
    assert all("scope" in head for head in found.named("th"))


def test_every_result_is_there_with_its_word(report):
    found = page(report)
    for outcome in Outcome:
        word = outcome.value.replace("_", " ")
        rows = [one for one in found.named("td") if one.get("class") == outcome]
        assert rows, outcome
        assert word in found.text
    assert "waived until 2026-12-31 by Ines Duarte" in found.text
    assert "assessed after the approval" in found.text
    assert "changes/CHG-2026-014.yaml:12" in found.text


def test_paths_lead_to_the_commit(report):
    nested = replace(report, provenance=replace(report.provenance, prefix="qa/"))
    assert f"{BLOB}qa/changes/CHG-2026-014.yaml#L12" in {link["href"] for link in page(nested, links=BLOB).named("a")}


def test_clauses_are_in_the_order_of_the_standard(report):
    clauses = {"C-CHG": ("s/8.10", "s/8.9", "s/8.9.2"), "C-DOC": ("s/4.1",), "C-RISK": ()}
    text = page(replace(report, clauses=clauses)).text
    assert re.search(r"4\.1\b.*8\.9\b.*8\.9\.2\b.*8\.10\b", text[text.index("clause✓") :], re.DOTALL)


def test_ten_thousand_results_stay_small(report):
    failing, passing = report.results[1], report.results[0]
    results = (
        *(replace(passing, subject=f"changes/p{n}.yaml") for n in range(9_000)),
        *(replace(failing, subject=f"changes/f{n}.yaml") for n in range(1_000)),
    )
    rendered = "".join(render(replace(report, results=results)))
    assert len(rendered) < 1_500_000
    assert "7,000 more are not shown here" in rendered


@pytest.mark.parametrize("outcome", COLOURS)
def test_contrast(outcome):
    def luminance(colour):
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    text, ground = sorted(map(luminance, COLOURS[outcome]))
    assert (ground + 0.05) / (text + 0.05) >= 4.5


@pytest.mark.parametrize("which", EVERY)
@pytest.mark.parametrize("word", ["compliant", "certified", "conforms"])
def test_claims_no_conformity(which, word, request):
    assert word not in page(request.getfixturevalue(which)).text.lower()
