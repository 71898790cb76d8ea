import base64
import hashlib
import html
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from qmscheck.model import (
    Background,
    ClauseState,
    Event,
    Location,
    OpenRecord,
    Outcome,
    StandardState,
)
from qmscheck.reporters.html import render
from qmscheck.reporters.html.frame import POLICY
from qmscheck.reporters.html.script import SCRIPT
from qmscheck.reporters.html.style import DARK, LIGHT, PAPER, STYLE

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
    *("div", "span", "b", "form", "label", "input", "select", "option", "button", "script", "figure", "figcaption"),
    *("svg", "line", "text", "circle", "polygon", "rect"),
}
ATTRIBUTES = {
    *("lang", "charset", "http-equiv", "content", "name", "id", "class", "href", "scope", "open", "hidden", "type"),
    *("role", "aria-label", "aria-labelledby", "aria-hidden", "tabindex", "value", "autocomplete", "spellcheck"),
    *("data-outcome", "data-grade", "viewbox", "preserveaspectratio", "width", "height", "fill", "stroke", "points"),
    *("text-anchor", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r"),
}


def background(text: str = "Plain & simple") -> Background:
    """Everything that a page can be told besides results, with one text wherever text of records or packs stands."""
    clauses = (
        ClauseState(number="8", title=text, status="gaps", reason=text, counts={Outcome.FAIL: 3, Outcome.PASS: 9}),
        ClauseState(
            number="8.5",
            title=text,
            status="gaps",
            counts={Outcome.FAIL: 1, Outcome.UNKNOWN: 2},
            failing=("CHG005", "CHG007"),
            newest="2026-08-01",
            human=f"Is {text} enough?",
        ),
        ClauseState(number="9", title=text, unseen=text),
    )
    events = (
        Event(day="2025-07-01", kind=text, id=text, title=text, subject="a", location=Location(text, 1)),
        Event(
            day="2026-08-31",
            kind="changes",
            id="CHG-2026-014",
            title=text,
            subject="changes/CHG-2026-014.yaml",
            location=Location("changes/CHG-2026-014.yaml", 1),
        ),
    )
    waiting = (
        OpenRecord(kind=text, id=text, title=text, since="2026-05-24", days=100, location=Location(text, 2)),
        OpenRecord(kind="risks", id="R-1", title=text, since="", days=None, location=Location("risks.csv", 2)),
    )
    standard = StandardState(id="iso9001:2015", title=text, clauses=clauses)
    return Background(standards=(standard,), events=events, open=waiting, undated={text: 3})


@pytest.fixture
def whole(report):
    """The report with everything that a page can be told."""
    return replace(report, background=background)


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


@pytest.mark.parametrize("which", [*EVERY, "whole"])
def test_golden(which, request, golden):
    rendered = "".join(render(request.getfixturevalue(which), links=BLOB))
    for name, text in {"style": STYLE, "script": SCRIPT, "policy": html.escape(POLICY)}.items():
        assert rendered.count(text) == 1
        rendered = rendered.replace(text, f"[{name}]")
    golden(f"{which}.html", rendered)


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
    told = replace(saying(text, outcome), background=lambda: background(text))
    rendered = "".join(render(told, links=BLOB))
    rendered.encode()
    assert rendered.count("<script") == 1
    found = Page(rendered)
    assert {tag for tag, _ in found.elements} <= KNOWN
    assert {name for _, attributes in found.elements for name in attributes} <= ATTRIBUTES
    assert all(re.match(rf"#|{re.escape(BLOB)}", str(link["href"])) for link in found.named("a"))
    assert len(rendered) < 120_000


@pytest.mark.parametrize("which", EVERY)
def test_asks_for_nothing_and_runs_nothing(which, request):
    rendered = "".join(render(request.getfixturevalue(which)))
    assert not re.search(r"url\(|@import|src=|https?:|\son[a-z]+=|\sstyle=", rendered)
    assert "default-src &#x27;none&#x27;" in rendered


def test_the_policy_allows_exactly_our_style_and_our_script(report):
    rendered = "".join(render(report))
    for tag, text in (("style", STYLE), ("script", SCRIPT)):
        assert re.findall(rf"<{tag}>(.*?)</{tag}>", rendered, re.DOTALL) == [text]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in POLICY
    assert "unsafe" not in POLICY


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
        assert outcome.value.replace("_", " ") in found.text
        shown = [one for _, one in found.elements if one.get("data-outcome") == outcome]
        assert shown, outcome
    assert "waived until 2026-12-31 by Ines Duarte" in found.text
    assert "assessed after the approval" in found.text
    assert "changes/CHG-2026-014.yaml:12" in found.text


def test_paths_lead_to_the_commit(report):
    nested = replace(report, provenance=replace(report.provenance, prefix="qa/"))
    assert f"{BLOB}qa/changes/CHG-2026-014.yaml#L12" in {link["href"] for link in page(nested, links=BLOB).named("a")}


def test_clauses_are_in_the_order_of_the_standard(report):
    clauses = {"C-CHG": ("s/8.10", "s/8.9", "s/8.9.2"), "C-DOC": ("s/4.1",), "C-RISK": ()}
    text = page(replace(report, clauses=clauses)).text
    assert re.search(r"4\.1\b.*8\.9\b.*8\.9\.2\b.*8\.10\b", text[text.index("what can be said") :], re.DOTALL)


def test_clauses_tell_figures_with_signs_and_lead_to_what_fails(whole):
    rendered = "".join(render(whole))
    assert '<td class="n fail h3">✗ 3</td>' in rendered
    assert '<td class="n fail h1">✗ 1</td>' in rendered
    assert '<a href="#findings-CHG005">CHG005</a>' in rendered
    assert 'id="findings-CHG005"' in rendered
    assert "Is Plain &amp; simple enough?" in rendered


def test_waivers_come_by_the_day_they_end(report):
    first = next(report.of(Outcome.WAIVED))
    later = replace(first, subject="z", reason="waived until 2027-01-31 by Ines Duarte: x")
    never = replace(first, subject="a", reason="no end is told")
    text = page(replace(report, results=(later, never, first))).text
    assert re.search(r"2026-12-31.*2027-01-31.*no end is told", text[text.index("Waivers by the day") :], re.DOTALL)


def test_the_heaviest_findings_come_first(report):
    found = page(report)
    grades = [one["data-grade"] for one in found.named("details") if str(one.get("id")).startswith("findings-")]
    assert grades == sorted(grades, key=["major", "minor", "observation"].index)
    assert {"major", "minor", "observation"} <= set(grades)


def test_events_are_drawn_and_told(whole):
    rendered = "".join(render(whole, links=BLOB))
    assert rendered.count('class="mark bad"') == 1
    assert "CHG-2026-014 (1 with a failing rule)" in rendered
    assert f'href="{BLOB}changes/CHG-2026-014.yaml#L1"' in rendered
    assert "Plain &amp; simple: 3 without a day that can be read; not drawn." in rendered
    assert 'aria-label="91 to 180 days: 1, cannot be told: 1"' in rendered


def test_one_event_on_the_first_day_of_all_is_drawn(report):
    only = Event(day="2026-09-01", kind="changes", id="C", title="", subject="c", location=Location("c", 1))
    assert "<circle" in "".join(render(replace(report, background=lambda: Background(events=(only,)))))
    old = replace(only, day="0001-01-01")
    assert "<circle" in "".join(render(replace(report, background=lambda: Background(events=(old, only)))))


def test_ten_thousand_results_stay_small(report):
    failing, passing = report.results[1], report.results[0]
    results = (
        *(replace(passing, subject=f"changes/p{n}.yaml") for n in range(9_000)),
        *(replace(failing, subject=f"changes/f{n}.yaml") for n in range(1_000)),
    )
    rendered = "".join(render(replace(report, results=results)))
    assert len(rendered) < 1_500_000
    assert "7,000 more are not shown here" in rendered


def contrast(one: str, other: str) -> float:
    def luminance(colour):
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("scheme", "outcomes"), [("light", LIGHT), ("dark", DARK)])
def test_contrast(scheme, outcomes):
    paper = PAPER[scheme]
    assert set(outcomes) == set(Outcome)
    for text, ground in outcomes.values():
        assert contrast(text, ground) >= 4.5
        assert contrast(text, paper["paper"]) >= 4.5
    for ink in ("ink", "soft"):
        assert min(contrast(paper[ink], paper["paper"]), contrast(paper[ink], paper["wash"])) >= 4.5


@pytest.mark.parametrize("which", EVERY)
@pytest.mark.parametrize("word", ["compliant", "certified", "conforms"])
def test_claims_no_conformity(which, word, request):
    assert word not in page(request.getfixturevalue(which)).text.lower()
