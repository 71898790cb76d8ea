"""``qmscheck records``: what was read, and where each field came from."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qmscheck.cli.configurations import configuration_of
from qmscheck.cli.exit_codes import ExitCode
from qmscheck.cli.options import at_moment, coloured, configured, one_of, words
from qmscheck.cli.terminal import colour, width
from qmscheck.model import Unreadable

if TYPE_CHECKING:
    from qmscheck.cli.record_views import Traced
    from qmscheck.config import Config
    from qmscheck.knowledge import Knowledge
    from qmscheck.reading import Reading

_EPILOG = """\b
Examples:
  qmscheck records                                      every record, each field with its place
  qmscheck records --collection changes --fields status,owner
  qmscheck records incidents/INC-7.md --format json     for programs: records, and what could not be read

Without a terminal, and without --format json, the columns are separated by tabs."""


@click.command("records", epilog=_EPILOG, short_help="Show what was read, and where each field came from.")
@click.argument("paths", nargs=-1, type=click.Path())
@at_moment
@configured
@words("--collection", "Only these collections.", metavar="NAME")
@words("--type", "Only records of these types.", metavar="NAME")
@words("--fields", "Only these fields, as the columns of one table.", metavar="NAME")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@coloured
@click.pass_context
def command(  # noqa: PLR0917 - click passes them by name
    context: click.Context,
    paths: tuple[str, ...],
    config_file: Path | None,
    root: Path | None,
    at: str | None,
    collection: tuple[str, ...],
    type: tuple[str, ...],  # noqa: A002 - the option's name
    fields: tuple[str, ...],
    form: str,
    color: str,
) -> None:
    """Show the records as qmscheck reads them, before any rule.

    For each record: the canonical fields that were found, their values, the file and line they stand in, and which
    candidate of the configuration found them. What could not be read comes last, with the reason. This is the way to
    try out a mapping.
    """
    from qmscheck.cli import record_views  # noqa: PLC0415 - the machinery is loaded when the options are right

    config = context.with_resource(configuration_of(config_file, root, at))
    knowledge, reading = _reading(config, paths)
    _known(config, knowledge, reading, collection=collection, type=type, fields=fields)
    items = _selected(reading, frozenset(collection), frozenset(type))
    if form == "json":
        count = record_views.as_json(items, fields)
    elif sys.stdout.isatty():
        count = record_views.on_terminal(items, fields, color=colour(color), width=width())
    else:
        count = record_views.as_columns(items, fields)
    context.exit(ExitCode.SATISFIED if count else ExitCode.NOTHING_TO_CHECK)


def _reading(config: Config, paths: tuple[str, ...]) -> tuple[Knowledge, Reading]:
    from qmscheck import app, plugins  # noqa: PLC0415
    from qmscheck.collect import tree_of  # noqa: PLC0415
    from qmscheck.reading import Reading  # noqa: PLC0415

    loaded = plugins.load(config.disabled_plugins)
    knowledge = app.knowledge_of(config, loaded, frozenset())
    tree = tree_of(config)
    named = tree.named(paths) if paths else None
    return knowledge, Reading(config=config, knowledge=knowledge, plugins=loaded, tree=tree, named=named)


def _known(
    config: Config,
    knowledge: Knowledge,
    reading: Reading,
    *,
    collection: tuple[str, ...],
    type: tuple[str, ...],  # noqa: A002
    fields: tuple[str, ...],
) -> None:
    """Words of the options that mean nothing raise, with the nearest right one."""
    for name in collection:
        one_of("collection", name, [one.name for one in config.collections])
    for name in type:
        one_of("record type", name, list(knowledge.types))
    shown = [knowledge.types[one.type] for one in reading.collections() if not collection or one.name in collection]
    names = sorted({name for one in shown for name in one.shape.fields or {}})
    for name in fields:
        if not name.startswith("x_"):
            one_of("field", name, names)


def _selected(reading: Reading, collections: frozenset[str], types: frozenset[str]) -> Iterator[Traced]:
    for item in reading.traced(collections):
        of = item.type if isinstance(item, Unreadable) else item[0].type
        if not types or of in types:
            yield item
