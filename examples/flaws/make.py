"""Copies the provider and puts a flaw in: ``python examples/flaws/make.py CHG005 TARGET``, or ``--all TARGET``."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import yaml

HERE = Path(__file__).parent
PROVIDER = HERE.parent / "provider"


class FlawError(Exception):
    """A flaw that cannot be put in: the records have changed since it was written."""


def names() -> list[str]:
    """The rules that have a flaw, in order."""
    return sorted(file.stem for file in HERE.glob("*.yaml"))


def read(name: str) -> dict[str, object]:
    """What the file of a flaw says."""
    file = HERE / f"{name}.yaml"
    if not file.is_file():
        raise FlawError(f"there is no flaw for {name}; there are: {', '.join(names())}")
    flaw: dict[str, object] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return flaw


def make(name: str, target: Path) -> Path:
    """A copy of the provider in ``target``, a folder that does not exist yet, with that flaw."""
    edits = read(name)["edits"]
    shutil.copytree(PROVIDER, target)
    for edit in edits if isinstance(edits, list) else []:
        apply(edit, target)
    return target


def apply(edit: Mapping[str, object], root: Path) -> None:
    """Delete or create a file, or replace a text in it that occurs exactly once."""
    file = root / str(edit["file"])
    if "create" in edit:
        if file.exists():
            raise FlawError(f"{edit['file']} is there already")
        file.write_text(str(edit["create"]), encoding="utf-8")
    elif edit.get("delete") is True:
        file.unlink()
    else:
        text, old = file.read_text(encoding="utf-8"), str(edit["replace"])
        if text.count(old) != 1:
            raise FlawError(f"{edit['file']} holds {old!r} {text.count(old)} times, not once")
        file.write_text(text.replace(old, str(edit["with"])), encoding="utf-8")


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rule", nargs="?", help="id of the rule that the copy will break, e.g. CHG005")
    parser.add_argument("--all", action="store_true", help="one copy for each rule, in folders below TARGET")
    parser.add_argument("target", type=Path, metavar="TARGET", help="folder to write; it must not exist yet")
    options = parser.parse_args()
    if bool(options.rule) == options.all:
        parser.error("name one rule, or say --all")
    try:
        for name in names() if options.all else [options.rule]:
            folder = make(name, options.target / name if options.all else options.target)
            sys.stdout.write(f"{folder}: {read(name)['flaw']}\n")
    except (FlawError, FileExistsError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
