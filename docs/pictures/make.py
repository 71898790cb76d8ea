"""Makes the pictures of the README: ``python docs/pictures/make.py`` (needs what tests/browser needs).

Both show the records of examples/provider with some faults put in, as of a fixed day: the same records and the same
fonts give the same pictures.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from html import escape
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from rich.console import Console
from rich.terminal_theme import DIMMED_MONOKAI
from rich.text import Text

from qmscheck import app, config
from qmscheck.reporters.html import render as page_of
from qmscheck.reporters.text import render as text_of

HERE = Path(__file__).parent
AS_OF = "2026-09-01"
WIDTH = 100
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def spoil(root: Path) -> None:
    """A change without its approvals, one without a way back, one without an outcome."""
    for field, place in (("approvals", 1), ("remediation", -1), ("outcome", 3)):
        having = [
            path for path in sorted((root / "changes").glob("*.yaml")) if f"\n{field}:" in path.read_text("utf-8")
        ]
        cut(having[place], field)


def cut(path: Path, field: str) -> None:
    """Take a field and all that is indented below it out of a YAML file."""
    text = path.read_text(encoding="utf-8")
    shorter = re.sub(rf"^{field}:.*\n(?:[ -].*\n)*", "", text, flags=re.MULTILINE)
    if shorter == text:
        sys.exit(f"{path.name}: {field} cannot be cut out; choose another fault for the picture")
    path.write_text(shorter, encoding="utf-8")


def commit(root: Path) -> None:
    """A repository whose only commit is the same on every machine."""
    who = {"NAME": "Ines Duarte", "EMAIL": "ines@merrow.example", "DATE": "2026-08-31T18:00:00+00:00"}
    pinned = {f"GIT_{role}_{part}": value for role in ("AUTHOR", "COMMITTER") for part, value in who.items()}
    nobody = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    for words in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "Records"]):
        subprocess.run(["git", *words], cwd=root, env={**os.environ, **pinned, **nobody}, check=True)  # noqa: S603, S607


def terminal(text: str) -> str:
    """A page that shows text as a terminal would."""
    console = Console(width=WIDTH, record=True, file=tempfile.TemporaryFile("w"), force_terminal=True)  # noqa: SIM115
    console.print(Text.from_ansi(text.replace("\x1b[2m", "\x1b[38;5;247m")))  # rich dims more than terminals do
    code = console.export_html(theme=DIMMED_MONOKAI, inline_styles=True, code_format="{code}")
    return (
        "<!DOCTYPE html><meta charset=utf-8><style>body{margin:0;padding:20px 24px;width:max-content;"
        "background:#16191f;color:#d9dde3;font:14px/1.45 'DejaVu Sans Mono',monospace}"
        "pre{margin:0;font:inherit}</style>"
        f"<pre>$ {escape(f'qmscheck check --as-of {AS_OF}')}\n{code}</pre>"
    )


def main() -> None:
    """Write report.png and terminal.png beside this file."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        sys.exit(f"no browser: none of {', '.join(BROWSERS)} is on the path")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        root = Path(folder) / "provider"
        shutil.copytree(HERE.parents[1] / "examples" / "provider", root)
        spoil(root)
        commit(root)
        report = app.run(config.load(root), app.Wishes(as_of=AS_OF))
        launched = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        page = launched.new_page(viewport={"width": 1280, "height": 1420}, color_scheme="light")
        shoot(page, Path(folder) / "report.html", "".join(page_of(report)), HERE / "report.png", whole=False)
        text = "".join(text_of(report, color=True, width=WIDTH, verbose=0))
        page.set_viewport_size({"width": 400, "height": 200})
        shoot(page, Path(folder) / "terminal.html", terminal(text), HERE / "terminal.png", whole=True)
        launched.close()


def shoot(page: Page, file: Path, text: str, picture: Path, *, whole: bool) -> None:
    """Show text as a page and take its picture."""
    file.write_text(text, encoding="utf-8", errors="surrogateescape")
    page.goto(file.as_uri())
    if whole:
        page.locator("body").screenshot(path=picture)
    else:
        page.screenshot(path=picture)


if __name__ == "__main__":
    main()
