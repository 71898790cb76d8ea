"""The tutorials and the transcript show what really happens: each is followed in an empty folder.

After a wanted change, ``python docs/follow.py --write`` renews what the pages show.
"""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest

from .commands import HOW

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("tutorials/first-gate.md", "tutorials/existing-repository.md", "transcript.md")

WRITES_AND_READS = """\
Write `a/b.txt`:

```text title="a/b.txt"
one
two
```

```diff title="a/b.txt"
 one
-two
+three
```

```console
$ cd a
$ cat b.txt
$ echo first \\
> && echo second
old
```
"""


@pytest.mark.parametrize("name", PAGES)
def test_shows_what_happens(name: str, follow: ModuleType):
    page = (DOCS / name).read_text("utf-8")
    found = follow.differences(page, follow.followed(DOCS / name))
    assert found == [], "if that is wanted: python docs/follow.py --write"


@pytest.mark.parametrize("name", PAGES)
def test_files_are_named_in_the_text_too_since_forges_show_no_titles(name: str, follow: ModuleType):
    page = (DOCS / name).read_text("utf-8")
    titles = {block.title for block in follow.blocks(page) if block.title}
    text = re.sub(r"^```.*?^```$", "", page, flags=re.DOTALL | re.MULTILINE)
    assert {title for title in titles if f"`{title}`" not in text} == set()


def test_every_page_is_followed_that_has_sessions(follow: ModuleType):
    having = {
        page.relative_to(DOCS).as_posix()
        for page in DOCS.rglob("*.md")
        if any(block.language == "console" for block in follow.blocks(page.read_text("utf-8")))
    }
    assert having - {entry["page"].removeprefix("docs/") for entry in HOW["followed_elsewhere"]} == set(PAGES)
    assert set(PAGES) == set(follow.PAGES)


def test_a_page_comes_back_with_what_was_printed(follow: ModuleType, tmp_path: Path):
    now = follow.follow(WRITES_AND_READS, tmp_path)
    assert now == WRITES_AND_READS.replace(
        "$ cat b.txt\n$ echo first \\\n> && echo second\nold\n",
        "$ cat b.txt\none\nthree\n$ echo first \\\n> && echo second\nfirst\nsecond\n",
    )
    assert follow.differences(WRITES_AND_READS, now) != []


def test_figures_that_grow_with_the_rules_are_no_difference(follow: ModuleType):
    shown = "Checked 2 records by 36 rules, 1,024 pass, 2 fail, qmscheck 0.1.0"
    assert follow.differences(shown, "Checked 2 records by 40 rules, 1,030 pass, 2 fail, qmscheck 0.2.0") == []
    assert follow.differences(shown, shown.replace("2 fail", "3 fail")) != []


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("```console\n$ false\n```\n", "ended with 1"),
        ("```console\n$ qmscheck check --no-such-option\n```\n", "no-such-option"),
        ("```console\nno prompt\n```\n", "begins with"),
        ('```text title="a"\nx\nx\n```\n\n```diff title="a"\n-x\n+y\n```\n', "2 times"),
    ],
)
def test_a_page_that_cannot_be_followed_says_why(follow: ModuleType, tmp_path: Path, page: str, reason: str):
    with pytest.raises(follow.NotAsShownError, match=reason):
        follow.follow(page, tmp_path)
