"""``qmscheck coverage``: clause by clause, what the records show and what no record can."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qmscheck.cli.configurations import configuration_of
from qmscheck.cli.exit_codes import ExitCode
from qmscheck.cli.options import at_moment, coloured, configured, destinations, moment, one_of, words
from qmscheck.cli.output import Render, write_file, write_out
from qmscheck.cli.terminal import Waiting, colour, width
from qmscheck.errors import UsageError

if TYPE_CHECKING:
    from qmscheck.config import Config
    from qmscheck.coverage import Coverage

FORMATS = ("text", "json", "markdown", "html")

_EPILOG = """\b
Examples:
  qmscheck coverage                                    the standards that qmscheck.yaml names
  qmscheck coverage --standard integrated --depth 2    both standards, two levels of clauses
  qmscheck coverage --standard iso9001:2026 -v         with every question that people must answer
  qmscheck coverage --output html=coverage.html --output json=coverage.json"""


@click.command("coverage", epilog=_EPILOG, short_help="Show clause by clause what the records are evidence of.")
@click.option("--as-of", metavar="DATE", callback=moment, help="The day to judge for. Default: now, or that of --at.")
@at_moment
@configured
@words("--standard", "The standards to go through, such as iso9001:2015 or integrated.", metavar="NAME")
@click.option(
    "--format",
    "form",
    default="text",
    show_default=True,
    type=click.Choice(FORMATS),
    help="For standard output. html is a fragment to set into a page.",
)
@click.option(
    "--output",
    "outputs",
    multiple=True,
    metavar="FORMAT=PATH",
    callback=destinations,
    help="Write to a file as well. Repeatable.",
)
@click.option("--depth", type=click.IntRange(1, 9), default=9, help="Levels of clauses to show. Default: all.")
@coloured
@click.option("-v", "--verbose", count=True, help="Show every question that only people can answer.")
@click.pass_context
def command(  # noqa: PLR0917 - click passes them by name
    context: click.Context,
    as_of: str | None,
    config_file: Path | None,
    root: Path | None,
    at: str | None,
    standard: tuple[str, ...],
    form: str,
    outputs: tuple[tuple[str, Path], ...],
    depth: int,
    color: str,
    verbose: int,
) -> None:
    """Show for each clause of the chosen standards what the records are evidence of, and what they are not.

    How many records show it, the newest, the oldest that is still open, what fails, fell due, could not be told or is
    waived; and openly where no rule judges it yet, where only a person can, and where no repository shows it. It tells
    no percentage and no verdict: evidence is judged here, conformity by people.
    """
    for name, _ in outputs:
        one_of("output format", name, list(FORMATS))
    coverage = _coverage(context.with_resource(configuration_of(config_file, root, at)), standard, as_of)
    for name, path in outputs:
        write_file(path, _renderer(name)(coverage, color=False, width=100, depth=depth, verbose=verbose))
    painted = colour(color)
    write_out(_renderer(form)(coverage, color=painted, width=width(), depth=depth, verbose=verbose), color=painted)
    context.exit(ExitCode.SATISFIED if coverage.records else ExitCode.NOTHING_TO_CHECK)


def _coverage(config: Config, names: tuple[str, ...], as_of: str | None) -> Coverage:
    from qmscheck import app, plugins, selection  # noqa: PLC0415 - wrong options are told before the machinery is loaded
    from qmscheck.coverage import coverage_of  # noqa: PLC0415

    knowledge = app.knowledge_of(config, plugins.load(config.disabled_plugins))
    chosen = selection.standards(knowledge, names or config.standards)
    if not chosen:
        raise UsageError("no standard is chosen: write `standards:` in qmscheck.yaml, or --standard integrated")
    with Waiting(shown=True) as waiting:
        report = app.run(config, app.Wishes(as_of=as_of, standards=chosen), waiting)
    return coverage_of(report, knowledge, chosen)


def _renderer(name: str) -> Render:
    render: Render = import_module(f"qmscheck.coverage.{name}").render
    return render
