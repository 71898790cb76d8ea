"""The HTML report as a browser shows it. What is installed for this is told in docs/reports.md."""

import re
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


@contextmanager
def shown(browser, address, *, refused: int = 0, **options):
    """A page in a browser of its own; nothing is asked for but the file, and nothing logged but so many refusals."""
    context = browser.new_context(viewport=options.pop("viewport", WIDE), **options)
    context.set_default_timeout(20_000)
    page = context.new_page()
    told, asked = [], []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    try:
        yield page
        assert ["Content Security Policy" in one for one in told] == [True] * refused, told
        assert asked == [address]
    finally:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_axe_finds_no_violation(browser, brief, scheme, viewport):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    with shown(browser, brief, color_scheme=scheme, viewport=viewport) as page:
        page.evaluate(
            "document.querySelectorAll('section[aria-labelledby=clauses] details').forEach(d => d.open = true)"
        )
        found = axe.Axe().run(page).response["violations"]
        assert [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in found] == []


@pytest.mark.parametrize("script", [True, False])
def test_says_the_same_with_and_without_script(browser, address, script):
    with shown(browser, address, java_script_enabled=script) as page:
        assert page.locator("#filter").is_visible() == script
        assert page.locator("header .verdict").inner_text().split("\n")[:2] == ["✗", "Not satisfied"]
        for name in ("run", "clauses", "findings", "questions", "timeline", "trends", "passes", "left-out", "signed"):
            assert page.locator(f"h2#{name}").is_visible()
        passes = page.locator("section[aria-labelledby=passes] details.rule").first
        assert not passes.locator("li").first.is_visible()
        passes.locator("summary").click()
        assert passes.locator("li").first.is_visible()


def test_text_of_records_does_not_run(browser, address):
    with shown(browser, address, refused=1) as page:
        assert page.evaluate("window.hit") is None
        assert "<script>window.hit=1</script>" in page.locator("main").text_content()
        assert page.locator("img").count() == 0
        # Even a script that got into the page would not run.
        directive = page.evaluate("""() => new Promise(resolve => {
            addEventListener('securitypolicyviolation', event => resolve(event.violatedDirective));
            const script = document.createElement('script');
            script.textContent = 'window.hit = 2';
            document.body.append(script);
        })""")
        assert directive == "script-src-elem"
        assert page.evaluate("window.hit") is None


def visible_rows(page) -> int:
    return page.evaluate(
        "[...document.querySelectorAll('details.rule tbody tr, details.rule ul.places > li, .waivers tbody tr')]"
        ".filter(one => !one.hidden && !one.closest('details')?.hidden).length"
    )


def until(page, condition: str) -> None:
    """Waits for what the page says of its filter; without eval, which the policy refuses."""
    page.evaluate(
        f"""() => new Promise((resolve, reject) => {{
            const since = performance.now();
            const look = () => {{
                const text = document.getElementById('shown').textContent;
                if ({condition}) resolve(); else if (performance.now() - since > 10000) reject(text);
                else setTimeout(look, 20);
            }};
            look();
        }})"""
    )


def test_filter_shows_what_is_asked_for(browser, address):
    with shown(browser, address) as page:
        everything = visible_rows(page)
        page.get_by_label("Search results").fill("CHG-2025-001.yaml requirement")
        until(page, "text !== ''")
        some = visible_rows(page)
        assert 0 < some < everything
        assert page.locator("#shown").inner_text() == f"{some:,} of {everything:,} results on this page are shown."
        page.get_by_label("Search results").fill("")
        page.locator("#filter select[name=outcome]").select_option("error")
        until(page, "text.startsWith('1 of')")
        assert page.locator("section[aria-labelledby=passes] details.rule:visible").count() == 0
        assert page.locator("details.rule:visible").count() == 1
        page.get_by_role("button", name="Clear").click()
        until(page, "text === ''")
        assert visible_rows(page) == everything


def test_links_into_the_page_unfold_and_lead_to_their_place(browser, address):
    with shown(browser, address) as page:
        page.locator("section[aria-labelledby=clauses] td a").first.click()
        target = page.evaluate("location.hash.slice(1)")
        assert target.startswith("findings-")
        assert page.locator(f"[id={target}]").is_visible()


def test_keyboard_reaches_the_findings(browser, address):
    with shown(browser, address) as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        assert page.locator(".skip").bounding_box()["x"] >= 0
        page.keyboard.press("Enter")
        assert unquote(urlsplit(page.url).fragment) == "findings"


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_page_is_no_wider_than_its_window(browser, address, viewport):
    with shown(browser, address, viewport=viewport) as page:
        assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]


def test_paper_shows_evidence_and_lines_to_sign_and_no_form(browser, address):
    with shown(browser, address, java_script_enabled=False) as page:
        page.emulate_media(media="print")
        assert page.locator("section[aria-labelledby=passes] li").first.is_visible()
        assert page.locator("section[aria-labelledby=questions] li").first.is_visible()
        assert page.locator("table.signed").is_visible()
        assert not page.locator("nav").is_visible()


def test_ten_thousand_results_are_usable(browser, large):
    """How long it takes is measured by benchmarks/page.py."""
    with shown(browser, large) as page:
        everything = visible_rows(page)
        assert everything > 10_000
        page.get_by_label("Search results").fill("CHG-2025-001.yaml")
        until(page, "text !== ''")
        assert 0 < visible_rows(page) < everything


def test_reads_with_neither_style_nor_script(browser, address, tmp_path):
    """Servers take both out of a page that they show."""
    whole = Path(urlsplit(address).path).read_text(encoding="utf-8")
    bare = tmp_path / "bare.html"
    bare.write_text(re.sub(r"<(style|script)>.*?</\1>", "", whole, flags=re.DOTALL), encoding="utf-8")
    with shown(browser, bare.as_uri(), java_script_enabled=False) as page:
        text = page.locator("body").inner_text()
        assert re.search(r"Records as evidence\s+qmscheck · judged as of 2026-11-20", text)
        assert re.search(r"✗ Not satisfied: \d+ major, \d+ minor, 1 error", text)
        for title in ("What was run", "Clauses and outcomes", "What fails or broke", "What only people can judge"):
            assert title in text
        assert re.search(r"Why\s+\S.*\s+Fix\s+\S", text)
        passes = page.locator("section[aria-labelledby=passes] details.rule").first
        passes.locator("summary").click()
        assert passes.locator("li").first.is_visible()
        assert not page.locator("#filter").is_visible()
