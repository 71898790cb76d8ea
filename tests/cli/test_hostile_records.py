"""Text of records in what other verbs print: it shows as itself, and no terminal, CI server or spreadsheet obeys it."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from click.testing import Result
from markdown_it import MarkdownIt

from qmscheck.reporters.sanitise import visible
from qmscheck.testing import Repository

Run = Callable[..., Result]

TEXTS = (
    "\n::error::owned",
    "##[error]owned ##vso[task.setvariable variable=x]y",
    "]]><script>alert(1)</script><img src='http://evil.example/beacon.png'>",
    "[x](javascript:alert(1)) ![x](http://evil.example/beacon.png) @octocat | `x`",
    "\x1b[31mred\x1b]0;title\x07 \x9b31m",
    "\u202eexe.yaml\u2066 \ufeff\u2028",
    '=HYPERLINK("http://evil.example","x")',
    "\x00\ufffe",
    "long " * 20_000,
)
CONFIG = """\
version: 1
standards: [iso9001:2015]
collections:
  changes: {type: change, files: "changes/*.json"}
  incidents: {type: incident, files: "incidents/*.json"}
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository in which every field of two kinds of records holds such a text; its first commit has no record."""
    root = tmp_path_factory.mktemp("hostile")
    repository = Repository(root).write("qmscheck.yaml", CONFIG)
    repository.commit("Begin", on="2026-01-01T00:00:00Z")
    for folder, kind in (("changes", "CHG"), ("incidents", "INC")):
        for number, text in enumerate(TEXTS):
            record = {"id": f"{kind}-{number} {text[:60]}", "title": text, "owner": text, "category": text}
            record |= {"status": text, "service": text, "services": [text], "labels": {text[:60]: text}}
            repository.write(f"{folder}/{number}.json", json.dumps(record))
    repository.write("changes/broken.json", '{"id": "\\u001b[31m\\n::error::x", "id": 2}')
    repository.write("changes/::error::x ##[error]y <b>|`z`\x1b[1m.json", json.dumps({"id": "x", "status": "draft"}))
    repository.commit("::error::x\n\n##[error]y <script>\x1b[31m", by="##[error]Eve <e@example.org>")
    return root


@pytest.fixture(autouse=True)
def _there(hostile: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(hostile)


def calm(text: str) -> None:
    """No control character but the breaks and tabs of the format, no command of a CI server."""
    plain = text.replace("\n", "").replace("\t", "")
    assert visible(plain) == plain
    assert not re.search(r"^\s*::|##\w*\[", text, re.MULTILINE)


def harmless_csv(text: str) -> None:
    assert visible(text.replace("\n", "")) == text.replace("\n", "")
    for row in csv.reader(text.splitlines(), strict=True):
        assert not [cell for cell in row if re.match(r"\s*[=+@]", cell)]


def harmless_markdown(text: str) -> None:
    calm(text)
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    kinds = {child.type for token in tokens for child in (token, *(token.children or ()))}
    assert not kinds & {"image", "html_inline"}
    blocks = [token.content.strip() for token in tokens if token.type == "html_block"]
    assert all(
        re.fullmatch(r"<!-- qmscheck-[a-z]+ -->|</details>|<details><summary>[^<>]*</summary>", one) for one in blocks
    )
    hrefs = [
        str(child.attrs["href"]) for token in tokens for child in token.children or () if child.type == "link_open"
    ]
    assert not [one for one in hrefs if ":" in one]


class Tags(HTMLParser):
    """Names of elements, and where they lead."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        self.links += [value or "" for name, value in attributes if name in ("href", "src")]


def harmless_html(text: str) -> None:
    calm(text)
    tags = Tags()
    tags.feed(text)
    assert not tags.found & {"img", "script", "iframe", "object"}
    assert not [link for link in tags.links if ":" in link]


def is_json(text: str) -> None:
    assert text.isascii()
    json.loads(text)


def is_yaml(text: str) -> None:
    yaml.safe_load(text)


DAY = ("--as-of", "2026-09-01")
VERBS = [
    (("records",), calm),
    (("records", "--fields", "title,status,owner"), calm),
    (("records", "--format", "json"), is_json),
    (("metrics", *DAY, "-v"), calm),
    (("metrics", *DAY, "--format", "json"), is_json),
    (("metrics", *DAY, "--format", "csv"), harmless_csv),
    (("metrics", *DAY, "--format", "review"), is_yaml),
    (("coverage", *DAY, "-v"), calm),
    (("coverage", *DAY, "--format", "json"), is_json),
    (("coverage", *DAY, "--format", "markdown"), harmless_markdown),
    (("coverage", *DAY, "--format", "html"), harmless_html),
    (("explain", "CHG001", "--show-input", "changes/0.json", *DAY), is_json),
    (("explain", "CHG001", "--show-input", "changes/4.json", *DAY), is_json),
    (("check", *DAY, "-vv"), calm),
    (("fix", *DAY), calm),
    (("diff", "HEAD~1", *DAY), calm),
    (("diff", "HEAD~1", *DAY, "--format", "json"), is_json),
    (("diff", "HEAD~1", *DAY, "--format", "markdown"), harmless_markdown),
    (("history", "changes/0.json"), calm),
    (("history", "changes/4.json", "--format", "json"), is_json),
    (("history", "changes/2.json", "--format", "markdown"), harmless_markdown),
    (("period", "2026-08-01..2026-09-01"), calm),
    (("period", "2026-08-01..2026-09-01", "--format", "json"), is_json),
    (("period", "2026-08-01..2026-09-01", "--format", "markdown"), harmless_markdown),
    (("status", *DAY, "--within", "P2Y"), calm),
    (("status", *DAY, "--within", "P2Y", "--format", "json"), is_json),
    (("baseline", "write", *DAY, "--until", "2027-03-31"), calm),
]


@pytest.mark.parametrize(("words", "harmless"), VERBS, ids=[" ".join(words) for words, _ in VERBS])
def test_text_of_records_is_only_text(run: Run, words: tuple[str, ...], harmless: Callable[[str], None]):
    found = run(*words)
    assert found.exit_code in (0, 1), found.output
    assert found.stdout
    harmless(found.stdout)
    calm(found.stderr)


@pytest.mark.parametrize(
    "words", [("records",), ("check", "-vv", *DAY), ("coverage", *DAY)], ids=lambda words: words[0]
)
def test_in_colour_only_colour_is_added(run: Run, words: tuple[str, ...]):
    calm(re.sub(r"\x1b\[[\d;]*m", "", run(*words, "--color", "always").stdout))
