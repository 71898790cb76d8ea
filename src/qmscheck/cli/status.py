"""``qmscheck status``: what becomes due, before the build fails."""

from __future__ import annotations

from pathlib import Path

import click

from qmscheck.cli.configurations import configuration
from qmscheck.cli.exit_codes import ExitCode
from qmscheck.cli.options import configured, moment, words
from qmscheck.cli.output import write_file, write_out
from qmscheck.cli.terminal import width

_EPILOG = """\b
Examples:
  qmscheck status                            what becomes due in the next 30 days
  qmscheck status --within P3M --format json the next quarter, for a machine
  qmscheck status --ical due.ics             as a file that calendars subscribe to"""


@click.command("status", epilog=_EPILOG, short_help="What becomes due in the next days.")
@click.option("--as-of", metavar="DATE", callback=moment, help="The day to look from. Default: now.")
@click.option("--within", metavar="PERIOD", default="P30D", show_default=True, help="How far to look: P30D, P3M.")
@configured
@words("--select", "Look only at these rules: id, prefix, name, control, clause.")
@words("--standard", "Look at the rules of these standards, such as iso9001:2015.", "standards", metavar="NAME")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--ical", metavar="FILE", type=click.Path(path_type=Path), help="Write an iCalendar file as well.")
@click.pass_context
def command(  # noqa: PLR0917 - click passes them by name
    context: click.Context,
    as_of: str | None,
    within: str,
    config_file: Path | None,
    root: Path | None,
    select: tuple[str, ...],
    standards: tuple[str, ...],
    form: str,
    ical: Path | None,
) -> None:
    """Tell what is in order today and will not be, by nothing but the passing of time, and by which day.

    Judges the records as of the days to come, by the same rules: reviews and actions that fall due, waivers and the
    baseline that end, rules that begin to fail the run. Ends with 0 whatever becomes due.
    """
    from qmscheck.agenda import json, text  # noqa: PLC0415
    from qmscheck.app import Wishes  # noqa: PLC0415
    from qmscheck.verbs import foresight  # noqa: PLC0415 - wrong options are told before the machinery is loaded

    wishes = Wishes(as_of=as_of, select=select, standards=standards, provenance=False)
    found = foresight.agenda(configuration(config_file, root), wishes, within)
    if ical is not None:
        from qmscheck.agenda import ical as calendar  # noqa: PLC0415 - its library costs 60 ms

        write_file(ical, [calendar.render(found)])
    write_out(json.render(found) if form == "json" else text.render(found, width()), color=False)
    context.exit(ExitCode.SATISFIED)
