"""The site is built from docs/ with every warning an error, and needs no network to be read."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NEEDS = pytest.mark.skipif(
    subprocess.run([sys.executable, "-c", "import properdocs"], capture_output=True, check=False).returncode != 0,
    reason="properdocs is not installed (dependency group docs)",
)
_FETCHED = re.compile(
    r"""<(?:script|img|iframe|source)[^>]*\ssrc="(?!data:)([^"]+)"|<link[^>]*\shref="([^"]+)"|url\(['"]?(?!data:)([^'")]+)"""
)


def _build(root: Path, target: Path) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "properdocs", "build", "--site-dir", str(target)]
    return subprocess.run(words, cwd=root, capture_output=True, text=True, check=False)


def _small(tmp_path: Path, page: str) -> Path:
    """This site with one page of its own."""
    root = tmp_path / "small"
    (root / "docs").mkdir(parents=True)
    shutil.copytree(ROOT / "docs" / "assets", root / "docs" / "assets")
    shutil.copy(ROOT / "docs" / "hooks.py", root / "docs")
    configuration = (ROOT / "properdocs.yml").read_text("utf-8")
    (root / "properdocs.yml").write_text(configuration[: configuration.index("\nnav:")] + "\n", "utf-8")
    (root / "docs" / "README.md").write_text(page, "utf-8")
    (root / "examples").mkdir()
    return root


@NEEDS
def test_the_whole_site_is_built_and_needs_no_network(tmp_path: Path):
    done = _build(ROOT, tmp_path / "site")
    assert (done.returncode, "WARNING" in done.stderr) == (0, False), done.stderr
    pages = list((tmp_path / "site").rglob("*.html"))
    assert len(pages) > 680
    for file in [*pages, *(tmp_path / "site").rglob("*.css")]:
        fetched = {next(filter(None, groups)) for groups in _FETCHED.findall(file.read_text("utf-8"))}
        assert not [place for place in fetched if "//" in place], file


@NEEDS
def test_links_into_the_repository_become_its_paths_and_control_data_are_shown(tmp_path: Path):
    page = (
        "---\nid: DOC-1\nversion: '2'\nstatus: approved\napproved_by: kim\napproved_on: 2026-11-01\n---\n\n"
        "# A\n\n`(?<![a-z])`\n\nSee [the examples](../examples), [examples](../examples) and [here](#a).\n"
    )
    done = _build(_small(tmp_path, page), tmp_path / "site")
    assert (done.returncode, "WARNING" in done.stderr) == (0, False), done.stderr
    made = (tmp_path / "site" / "index.html").read_text("utf-8")
    assert "See the examples (<code>examples</code>), <code>examples</code> and" in made
    assert "<code>(?&lt;![a-z])</code>" in made
    assert "DOC-1, version 2, approved by kim on 2026-11-01." in made


@NEEDS
def test_lists_are_those_of_commonmark(tmp_path: Path):
    page = "# A\n\n1. One:\n\n   ```sh\n   ls\n   ```\n\n2. Two\n   - inner\n     more\n\nEnd\n"
    done = _build(_small(tmp_path, page), tmp_path / "site")
    assert done.returncode == 0, done.stderr
    made = (tmp_path / "site" / "index.html").read_text("utf-8")
    article = made[made.index("<ol>") : made.index("</ol>")]
    assert re.sub(r"<[^>]+>|\s+", " ", article).split() == ["One:", "ls", "Two", "inner", "more"]
    assert article.count("<li>") == 3


@NEEDS
@pytest.mark.parametrize("link", ["../nowhere.md", "nowhere.md", "#nowhere", "../../outside.md"])
def test_a_dead_link_stops_the_build(tmp_path: Path, link: str):
    done = _build(_small(tmp_path, f"# A\n\n[x]({link})\n"), tmp_path / "site")
    assert done.returncode != 0
    assert link in done.stderr
