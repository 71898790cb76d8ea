"""``qmscheck check``: judge the records, write the results, say the verdict by the exit code."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Any

import click

from qmscheck.cli import completing
from qmscheck.cli.configurations import configuration_of
from qmscheck.cli.exit_codes import ExitCode
from qmscheck.cli.links import links
from qmscheck.cli.options import at_moment, coloured, configured, days, destinations, moment, one_of, words
from qmscheck.cli.output import print_report, renderer, write_file
from qmscheck.cli.terminal import Waiting, colour, width
from qmscheck.errors import UsageError
from qmscheck.model import Grade
from qmscheck.reporters import FORMATS
from qmscheck.reporters.verdict import verdict

_SILENT = 2

_EPILOG = """\b
Examples:
  qmscheck check                                       everything that qmscheck.yaml names
  qmscheck check changes/2026 incidents/INC-7.yaml     only these; what needs other records is left out, and said so
  qmscheck check --changed-since origin/main           what changed, removed records too, and what is linked to it
  qmscheck check --as-of 2026-09-01 --standard iso9001:2015
  qmscheck check --at 2026-03-31                       as it all stood at the end of that day
  qmscheck check --period 2025-09-01..2026-08-31       was it under control all year?
  qmscheck check --policy-from origin/main             a pull request cannot excuse itself
  qmscheck check --select CHG,C-DOC --ignore CHG012    rules by id, prefix, name, control or clause
  qmscheck check -q --output junit=report.xml --output json=report.json"""


@click.command(
    "check",
    epilog=_EPILOG,
    short_help="Judge the records and write the results.",
)
@click.argument("paths", nargs=-1, type=click.Path())
@click.option(
    "--changed-since",
    metavar="REV",
    help="Judge what changed since the work tree went another way than this revision, and what is linked to it.",
)
@click.option("--staged", is_flag=True, help="Judge what is staged, and what is linked to it. For hooks.")
@click.option("--as-of", metavar="DATE", callback=moment, help="The day to judge for. Default: now, or that of --at.")
@at_moment
@click.option(
    "--policy-from",
    metavar="REV",
    help="Take configuration, rule packs, people, waivers and what else excuses from REV, such as origin/main; "
    "a change to one of them is a finding.",
)
@click.option(
    "--period",
    metavar="FROM..TO",
    callback=days,
    help="Tell on which days from FROM to TO date-based expectations were not met, as qmscheck period does.",
)
@configured
@words("--select", "Judge only by these rules: id, prefix, name, control, clause.")
@words("--ignore", "Leave these rules out.")
@words("--standard", "Judge by the rules of these standards, such as iso9001:2015.", "standards", metavar="NAME")
@click.option(
    "--profile",
    metavar="NAME",
    shell_complete=completing.profiles,
    help="observe, start, standard, audit-ready, or one of your packs.",
)
@click.option(
    "--fail-on",
    type=click.Choice([grade.value for grade in Grade]),
    callback=lambda _context, _option, value: value and Grade(value),
    help="The lowest grade that fails the run. Default: minor.",
)
@click.option(
    "--on-unknown", type=click.Choice(["fail", "pass"]), help="What a rule that cannot tell does. Default: fail."
)
@click.option(
    "--time-findings",
    "time_fails",
    type=click.Choice(["fail", "report"]),
    default="fail",
    callback=lambda _context, _option, value: value == "fail",
    help="What a finding does that only the calendar caused (a review fell due): on a pull request, report. "
    "Default: fail.",
)
@click.option(
    "--no-waivers", "waivers", is_flag=True, flag_value=False, default=True, help="Excuse nothing. For auditors."
)
@click.option(
    "--format",
    "form",
    default="text",
    show_default=True,
    metavar="FORMAT",
    help=f"For standard output: {', '.join(FORMATS)}, or a plugin's.",
)
@click.option(
    "--output",
    "outputs",
    multiple=True,
    metavar="FORMAT=PATH",
    callback=destinations,
    help="Write a report to a file as well, in any of these formats. Repeatable.",
)
@click.option(
    "--junit-granularity",
    "granularity",
    type=click.Choice(["record", "rule"]),
    default="record",
    show_default=True,
    help="What a test case of junit and junit:strict stands for: a rule on a record, or a whole rule.",
)
@coloured
@click.option("-v", "--verbose", count=True, help="Say more. Repeatable.")
@click.option("-q", "--quiet", count=True, help="Say less: -q only the end, -qq nothing.")
@click.option("--if-any", is_flag=True, help="End with 0 when none of PATHS is a record. For hooks.")
@click.option("--exit-zero", is_flag=True, help="End with 0 whatever is found; with 2 still when it could not run.")
@click.pass_context
def command(  # noqa: PLR0917 - click passes them by name
    context: click.Context,
    /,
    paths: tuple[str, ...],
    config_file: Path | None,
    root: Path | None,
    at: str | None,
    policy_from: str | None,
    period: tuple[dt.date, dt.date] | None,
    form: str,
    outputs: tuple[tuple[str, Path], ...],
    granularity: str,
    color: str,
    verbose: int,
    quiet: int,
    if_any: bool,
    exit_zero: bool,
    **wished: Any,
) -> None:
    """Judge records by rules and write what was found.

    Reads the records that qmscheck.yaml names (or only PATHS, files or folders), judges each by every rule that
    concerns it, and prints what fails with place, reason and remedy. A rule that cannot tell, and a file that cannot
    be read, fail the run too: evidence that nobody can read is none.
    """
    if period is not None:
        _fit_for_period(form, outputs, {"PATHS": paths, "--at": at, "--as-of": wished["as_of"]})
        from qmscheck.cli.period import tell  # noqa: PLC0415 - another command, with all its options

        tell(context, period, (root, config_file, policy_from), (form, outputs, color), wished)
    config = context.with_resource(configuration_of(config_file, root, at, policy_from))
    render = renderer(form, config.disabled_plugins)
    files = [(path, renderer(name, config.disabled_plugins)) for name, path in outputs]
    from qmscheck import app  # noqa: PLC0415 - wrong options are told before the machinery is loaded

    wishes = app.Wishes(paths=paths, provenance=bool(files) or quiet < _SILENT, **wished)
    with Waiting(shown=not quiet) as waiting:
        report = app.run(config, wishes, waiting)
    seen_at = links(os.environ, report.provenance.commit)
    asked = {"links": seen_at, "granularity": granularity}
    for path, render_file in files:
        write_file(path, render_file(report, color=False, width=100, verbose=verbose, **asked))
    if quiet < _SILENT:
        print_report(report, render, color=colour(color), width=width(), verbose=verbose - quiet, **asked)
    reached = ExitCode(verdict(report))
    nobody_asked = if_any and bool(paths) and reached is ExitCode.NOTHING_TO_CHECK
    context.exit(ExitCode.SATISFIED if exit_zero or nobody_asked else reached)


def _fit_for_period(form: str, outputs: tuple[tuple[str, Path], ...], given: dict[str, object]) -> None:
    """Refuse what means nothing for a period: options that choose a day or records, and formats of single runs."""
    from qmscheck.cli.period import FORMATS as PERIOD_FORMATS  # noqa: PLC0415 - another command, with all its options

    for option, value in given.items():
        if value:
            raise UsageError(f"--period judges every day with all its records; it does not go with {option}")
    for name in (form, *(name for name, _ in outputs)):
        one_of("output format of a period", name, list(PERIOD_FORMATS))
