"""``qmscheck reference``: write the reference pages of rules, record types, controls and clauses."""

from __future__ import annotations

from pathlib import Path

import click

from qmscheck.cli.configurations import configuration_if_any
from qmscheck.cli.exit_codes import ExitCode
from qmscheck.cli.options import configured
from qmscheck.cli.output import write_file
from qmscheck.errors import UsageError

_EPILOG = """\b
Examples:
  qmscheck reference docs/reference            write the pages
  qmscheck reference docs/reference --check    end with 1 if they are out of date, and write nothing"""


@click.command("reference", epilog=_EPILOG, short_help="Write reference pages in Markdown.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Only say which pages are out of date; 1 if any is.")
@configured
@click.pass_context
def command(context: click.Context, folder: Path, check: bool, config_file: Path | None, root: Path | None) -> None:
    """Write a page for each rule, record type, control and clause into FOLDER, linked both ways.

    Of everything that the configuration knows, packs of your own included. Pages that this command wrote earlier and
    that nothing needs any more are removed; other files in the folder stay as they are.
    """
    from qmscheck import app, plugins  # noqa: PLC0415 - `--help` needs no packs
    from qmscheck.reference import pages  # noqa: PLC0415
    from qmscheck.reference.page import MARK  # noqa: PLC0415

    config = configuration_if_any(config_file, root)
    wanted = pages(app.knowledge_of(config, plugins.load(config.disabled_plugins)))
    there = _generated(folder, MARK)
    changed = sorted(path for path, text in wanted.items() if there.get(path) != text)
    gone = sorted(there.keys() - wanted.keys())
    if check:
        for path in [*changed, *gone]:
            click.echo(f"out of date: {folder / path}")
        context.exit(ExitCode.NOT_SATISFIED if changed or gone else ExitCode.SATISFIED)
    for path in changed:
        file = folder / path
        if file.exists() and path not in there:
            raise UsageError(f"{file} is in the way: this command did not write it")
        write_file(file, [wanted[path]])
    for path in gone:
        (folder / path).unlink()
    click.echo(f"{len(wanted):,} pages in {folder}: {len(changed):,} written, {len(gone):,} removed")


def _generated(folder: Path, mark: str) -> dict[str, str]:
    """The pages in a folder that this command wrote, with their text."""
    texts = {file.relative_to(folder).as_posix(): file.read_text("utf-8", "replace") for file in folder.rglob("*.md")}
    return {path: text for path, text in texts.items() if text.startswith(mark)}
