"""``qmscheck history``: one record's life, from git."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click

from qmscheck.cli.configurations import configuration_of
from qmscheck.cli.options import at_moment, coloured, configured, destinations, one_of
from qmscheck.cli.output import Render, write_file, write_out
from qmscheck.cli.terminal import colour, width

FORMATS = ("text", "json", "markdown")

_EPILOG = """\b
Examples:
  qmscheck history CHG-2026-0007                       every change of the record, by whom, when
  qmscheck history documents/change-policy.md -v       with every field
  qmscheck history CHG-2026-0007 --format markdown     to hand to an auditor"""


@click.command("history", epilog=_EPILOG, short_help="Tell one record's life: who changed what, and when.")
@click.argument("record")
@at_moment
@configured
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option(
    "--output",
    "outputs",
    multiple=True,
    metavar="FORMAT=PATH",
    callback=destinations,
    help="Write to a file as well. Repeatable.",
)
@coloured
@click.option("-v", "--verbose", count=True, help="Show every field.")
@click.pass_context
def command(  # noqa: PLR0917 - click passes them by name
    context: click.Context,
    record: str,
    at: str | None,
    config_file: Path | None,
    root: Path | None,
    form: str,
    outputs: tuple[tuple[str, Path], ...],
    color: str,
    verbose: int,
) -> None:
    """Tell the life of RECORD, an id or a path: each commit that changed it, oldest first.

    Who wrote and who committed it and when, trailers such as Approved-by, which fields changed and from what to what,
    and under which names its file was kept. Versions are read as records are read today; a commit that changed
    nothing of this record, in a file with many, is not shown. Whole values are in --format json.
    """
    for name, _ in outputs:
        one_of("output format", name, list(FORMATS))
    config = context.with_resource(configuration_of(config_file, root, at))
    from qmscheck.verbs import recounting  # noqa: PLC0415 - wrong options are told before the machinery is loaded

    life = recounting.of(config, record)
    for name, path in outputs:
        write_file(path, _renderer(name)(life, color=False, width=100, verbose=verbose))
    painted = colour(color)
    write_out(_renderer(form)(life, color=painted, width=width(), verbose=verbose), color=painted)


def _renderer(name: str) -> Render:
    render: Render = import_module(f"qmscheck.lifeline.{name}").render
    return render
