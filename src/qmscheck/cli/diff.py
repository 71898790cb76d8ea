"""``qmscheck diff``: what a change makes worse, what better, and what time did without it."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from qmscheck.cli.configurations import configuration
from qmscheck.cli.exit_codes import ExitCode
from qmscheck.cli.links import links
from qmscheck.cli.options import coloured, configured, destinations, moment, one_of, words
from qmscheck.cli.output import Render, write_file, write_out
from qmscheck.cli.terminal import Waiting, colour, width
from qmscheck.model import Grade

FORMATS = ("text", "json", "markdown")

_EPILOG = """\b
Examples:
  qmscheck diff origin/main                              what your branch and work tree change
  qmscheck diff HEAD                                     what is not committed yet
  qmscheck diff 2026-03-31                               since the end of that day, on this branch
  qmscheck diff origin/main --output markdown=comment.md a comment for the pull request"""


@click.command("diff", epilog=_EPILOG, short_help="Compare with a base.")
@click.argument("base", metavar="BASE")
@click.option("--as-of", metavar="DATE", callback=moment, help="The day to judge both for. Default: now.")
@configured
@words("--select", "Judge only by these rules: id, prefix, name, control, clause.")
@words("--ignore", "Leave these rules out.")
@words("--standard", "Judge by the rules of these standards, such as iso9001:2015.", "standards", metavar="NAME")
@click.option(
    "--fail-on",
    type=click.Choice([grade.value for grade in Grade]),
    callback=lambda _context, _option, value: value and Grade(value),
    help="The lowest grade of a new finding that fails the run. Default: minor.",
)
@click.option(
    "--on-unknown",
    type=click.Choice(["fail", "pass"]),
    help="What a new result that cannot be told does. Default: fail.",
)
@click.option("--no-waivers", "waivers", is_flag=True, flag_value=False, default=True, help="Excuse nothing.")
@click.option(
    "--format", "form", default="text", show_default=True, type=click.Choice(FORMATS), help="How to print it."
)
@click.option(
    "--output",
    "outputs",
    multiple=True,
    metavar="FORMAT=PATH",
    callback=destinations,
    help="Write to a file as well. Repeatable.",
)
@coloured
@click.option("-v", "--verbose", count=True, help="Show all findings of each kind.")
@click.option("--exit-zero", is_flag=True, help="End with 0 whatever is found; with 2 still when it could not run.")
@click.pass_context
def command(  # noqa: PLR0917 - click passes them by name
    context: click.Context,
    /,
    base: str,
    config_file: Path | None,
    root: Path | None,
    form: str,
    outputs: tuple[tuple[str, Path], ...],
    color: str,
    verbose: int,
    exit_zero: bool,
    **wished: Any,
) -> None:
    """Compare the findings of the work tree with those of a base.

    BASE is a revision or a day. Compared is with the commit from which it and HEAD went different ways: judged by its
    own configuration, as of its own day and as of today. So what the change brings (new) and takes away (fixed) is told
    apart from what only time brought. Only new findings fail the run.
    """
    for name, _ in outputs:
        one_of("output format", name, list(FORMATS))
    config = configuration(config_file, root)
    from qmscheck import app  # noqa: PLC0415 - wrong options are told before the machinery is loaded
    from qmscheck.verbs import comparing  # noqa: PLC0415 - wrong options are told before the machinery is loaded

    with Waiting(shown=True) as waiting:
        found = comparing.against(config, base, app.Wishes(**wished), config_file, waiting)
    seen_at = links(os.environ, found.new.provenance.commit)
    for name, path in outputs:
        write_file(path, _renderer(name)(found, color=False, width=100, verbose=verbose, links=seen_at))
    painted = colour(color)
    options = {"width": width(), "verbose": verbose, "links": seen_at}
    write_out(_renderer(form)(found, color=painted, **options), color=painted)
    context.exit(ExitCode.SATISFIED if exit_zero else ExitCode(found.verdict))


def _renderer(name: str) -> Render:
    render: Render = import_module(f"qmscheck.comparison.{name}").render
    return render
