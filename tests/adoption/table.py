"""What `qmscheck init` found in each corpus and public repository, and what it missed: the table in docs/adoption.md.

``python tests/adoption/table.py CORPORA`` prints it, with ``--checkouts`` for a folder of checked-out repositories;
`test_the_table_is_true` compares it with the page.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from qmscheck import app, plugins
from qmscheck.adoption import Proposed, propose
from qmscheck.collect import Tree
from qmscheck.reporters.sanitise import visible

HEAD = "| records | read as | fields found | missed |\n| --- | --- | --- | --- |\n"
NOTHING = "| {name} | nothing is proposed | | |\n"


def rows(name: str, root: Path) -> list[str]:
    """A row for each collection that `init` proposes for a folder."""
    knowledge = app.knowledge_of(None, plugins.load(), frozenset())
    found = [_row(name, one) for one in propose(Tree(root), knowledge)]
    return found or [NOTHING.format(name=name)]


def _row(name: str, one: Proposed) -> str:
    how = "mapped" if "fields" in one.keys else "own names"
    read_as = f"layout `{one.layout}`" if one.layout else f"type `{one.type}`, {how}"
    shown = [f"`{field.name}` ({field.via}, {_share(field.count, one.records)})" for field in one.fields]
    fields = "; ".join((*shown, *(join.sentence for join in one.joins)))
    return f"| {name}: {one.records} {one.name} | {read_as} | {_cell(fields)} | {_cell('; '.join(_missed(one)))} |\n"


def _missed(one: Proposed) -> Iterator[str]:
    if one.absent:
        yield "in no record: " + ", ".join(f"`{name}`" for name in one.absent)
    if one.unmapped:
        yield "not mapped: " + ", ".join(what for what, _, _ in one.unmapped)
    yield from one.doubts


def _share(count: int, total: int) -> str:
    return "all" if count == total else f"{count} of {total}"


def _cell(text: str) -> str:
    return visible(text).replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")


def table(folders: dict[str, Path]) -> str:
    """The whole table for named folders."""
    return HEAD + "".join(row for name, root in folders.items() for row in rows(name, root))


def corpora(home: Path) -> dict[str, Path]:
    """The corpora, by the name of their folder."""
    return {file.parent.relative_to(home).as_posix(): file.parent for file in sorted(home.glob("*/*/expected.json"))}


if __name__ == "__main__":
    home = Path(sys.argv[1])
    found = {file.name: file for file in sorted(home.iterdir())} if "--checkouts" in sys.argv else corpora(home)
    sys.stdout.write(table(found))
