"""A path inside a record leads to the line that holds it, whatever the form of the file."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qmscheck import app, config, plugins
from qmscheck.collect import Tree
from qmscheck.knowledge import Knowledge
from qmscheck.model import FieldPath, Record
from qmscheck.plugins import Plugins
from qmscheck.reading import Reading

CONFIG = """\
version: 1
collections:
  yaml: {type: change, files: "c.yaml"}
  json: {type: change, files: "c.json"}
  front: {type: change, files: "c.md"}
  rows: {type: risk, files: "r.csv", fields: {id: id, title: title, status: status}}
  log: {layout: keep-a-changelog, files: CHANGELOG.md}
  table: {type: risk, files: "t.md", split: {table: {columns: [id]}}, fields: {id: id, status: status}}
"""
MARK = "UNIQUE-MARK"
words = st.text(st.characters(codec="utf-8", categories=["L", "N", "Zs"]), min_size=1, max_size=12).map(
    lambda text: text.strip() or "x"
)
sizes = st.integers(min_value=1, max_value=6)


@pytest.fixture(scope="module")
def loaded() -> Plugins:
    return plugins.load()


@pytest.fixture(scope="module")
def knowledge(loaded: Plugins) -> Knowledge:
    return app.knowledge_of(None, loaded)


@pytest.fixture
def line_of(
    write_tree: Callable[..., Path], tmp_path: Path, knowledge: Knowledge, loaded: Plugins
) -> Callable[[str, str, FieldPath, int], tuple[int | None, int | None]]:
    def locate(name: str, text: str, path: FieldPath, index: int) -> tuple[int | None, int | None]:
        for old in tmp_path.iterdir():
            shutil.rmtree(old) if old.is_dir() else old.unlink()
        root = write_tree({"qmscheck.yaml": CONFIG, name: text.encode()})
        reading = Reading(config=config.load(root), knowledge=knowledge, plugins=loaded, tree=Tree(root))
        records = [item for item in reading.records() if isinstance(item, Record)]
        place = reading.locator().locate(records[index], path)
        assert place.path == name
        return place.line, place.column

    return locate


def marked(text: str) -> int:
    return next(number for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1) if MARK in line)


few = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@few
@given(st.lists(words, min_size=1, max_size=6), st.data())
def test_nested_items_of_yaml_json_and_front_matter(
    line_of: Callable[..., tuple[int | None, int | None]], names: list[str], data: st.DataObject
) -> None:
    hit = data.draw(st.integers(min_value=0, max_value=len(names) - 1))
    approvals = [{"by": name, "decision": MARK if number == hit else "approved"} for number, name in enumerate(names)]
    path = ("approvals", hit, "decision")

    block = "id: A\napprovals:\n" + "".join(
        f"  - by: {json.dumps(one['by'], ensure_ascii=False)}\n    decision: {one['decision']}\n" for one in approvals
    )
    end = data.draw(st.sampled_from(["\n", "\r\n"]))
    mark = data.draw(st.sampled_from(["", "\ufeff"]))
    yaml_text = mark + block.replace("\n", end)
    assert line_of("c.yaml", yaml_text, path, 0) == (marked(yaml_text), 5)

    page = mark + f"---\n{block}---\n\n# Text\n".replace("\n", end)
    assert line_of("c.md", page, path, 0) == (marked(page), 5)

    json_text = json.dumps({"id": "A", "approvals": approvals}, indent=2, ensure_ascii=False)
    assert line_of("c.json", json_text, path, 0)[0] == marked(json_text)


@few
@given(st.lists(words, min_size=1, max_size=6), sizes, st.data())
def test_rows_of_registers_and_tables(
    line_of: Callable[..., tuple[int | None, int | None]], names: list[str], breaks: int, data: st.DataObject
) -> None:
    hit = data.draw(st.integers(min_value=0, max_value=len(names) - 1))
    rows = [(number, name, MARK if number == hit else "open") for number, name in enumerate(names)]
    several = "\n" * breaks  # a quoted cell of several lines moves the rows below it
    csv_text = "id,title,status\n" + "".join(f'{number},"{name}{several}",{status}\n' for number, name, status in rows)
    first = 2 + hit * (1 + breaks)
    line, _ = line_of("r.csv", csv_text, ("status",), hit)
    assert line is not None
    assert first <= line <= first + breaks

    table = f"Text.{several}\n| id | status |\n| --- | --- |\n" + "".join(
        f"| {one} | {state} |\n" for one, _, state in rows
    )
    assert line_of("t.md", table, ("status",), hit)[0] == marked(table)


@few
@given(st.lists(st.tuples(sizes, words), min_size=1, max_size=6), st.data())
def test_headings_of_a_change_log(
    line_of: Callable[..., tuple[int | None, int | None]], entries: list[tuple[int, str]], data: st.DataObject
) -> None:
    hit = data.draw(st.integers(min_value=0, max_value=len(entries) - 1))
    text = "# Changelog\n\n"
    for number, (gap, words_) in enumerate(entries):
        note = f" <!-- {MARK} -->" if number == hit else ""
        text += f"## {len(entries) - number}.0.0 - 2026-01-{number + 1:02}{note}\n" + "\n" * gap + f"- {words_}\n\n"
    assert line_of("CHANGELOG.md", text, ("date",), hit)[0] == marked(text)
