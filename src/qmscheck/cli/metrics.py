"""``qmscheck metrics``: management figures from the records."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from qmscheck.cli.configurations import configuration_of
from qmscheck.cli.exit_codes import ExitCode
from qmscheck.cli.options import at_moment, configured, moment, words
from qmscheck.cli.terminal import width

_EPILOG = """\b
Examples:
  qmscheck metrics                                  every figure, one line each
  qmscheck metrics -v --metric incident-restore-time   with months and groups
  qmscheck metrics --since 2025-09-01 --until 2026-08-31 --format csv
  qmscheck metrics --format review                  inputs for a management-review record, open where nothing answers"""


@click.command("metrics", epilog=_EPILOG, short_help="Management figures from the records.")
@click.option("--as-of", metavar="DATE", callback=moment, help="The day to measure for. Default: now, or that of --at.")
@at_moment
@configured
@words("--standard", "Clauses of these standards, such as iso9001:2015.", metavar="NAME")
@words("--metric", "Only these figures, by name.", metavar="NAME")
@click.option("--since", metavar="DATE", callback=moment, help="Only values from this day on.")
@click.option("--until", metavar="DATE", callback=moment, help="Only values up to this day.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "csv", "review"]), default="text", show_default=True
)
@click.option("-v", "--verbose", count=True, help="With months and groups.")
@click.pass_context
def command(  # noqa: PLR0917 - click passes them by name
    context: click.Context,
    as_of: str | None,
    config_file: Path | None,
    root: Path | None,
    at: str | None,
    standard: tuple[str, ...],
    metric: tuple[str, ...],
    since: str | None,
    until: str | None,
    form: str,
    verbose: int,
) -> None:
    """Compute what management reviews and service reports ask for.

    Shares, times and ages, over all records and by month and group. Each figure states its formula and unit; one over
    nothing says so, one over few values is marked as a small sample, and values that cannot be told are counted.
    """
    from qmscheck.metrics import Window, views  # noqa: PLC0415
    from qmscheck.verbs import measures  # noqa: PLC0415 - wrong options are told before the machinery is loaded

    window = Window(since=since and since[:10], until=until and until[:10])
    found = measures.of(context.with_resource(configuration_of(config_file, root, at)), as_of, standard, metric, window)
    chunks: Iterator[str]
    if form == "json":
        chunks = views.as_json(found.measures, found.as_of)
    elif form == "csv":
        chunks = views.as_csv(found.measures)
    elif form == "review":
        chunks = views.as_review(found.measures, views.review_keys(found.settings))
    else:
        chunks = views.as_text(found.measures, width(), verbose=bool(verbose))
    for chunk in chunks:
        click.echo(chunk, nl=False)
    context.exit(ExitCode.SATISFIED if found.records else ExitCode.NOTHING_TO_CHECK)
