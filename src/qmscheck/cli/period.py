"""``qmscheck period``: on which days of a period date-based expectations were not met."""

from __future__ import annotations

import datetime as dt
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qmscheck.cli.exit_codes import ExitCode
from qmscheck.cli.options import coloured, configured, days, destinations, one_of, words
from qmscheck.cli.output import Render, write_file, write_out
from qmscheck.cli.terminal import Waiting, colour, width
from qmscheck.model import Grade

if TYPE_CHECKING:
    from qmscheck.period import Period

FORMATS = ("text", "json", "markdown")

_EPILOG = """\b
Examples:
  qmscheck period 2025-09-01..2026-08-31                was it under control all year?
  qmscheck period 2026-01-01..2026-03-31 --select DOC   only document reviews and the like
  qmscheck period 2025-09-01..2026-08-31 --policy-from HEAD   by what is configured today
  qmscheck check --period 2025-09-01..2026-08-31        the same as the first"""


@click.command(
    "period", epilog=_EPILOG, short_help="Tell on which days of a period date-based expectations were not met."
)
@click.argument("period", metavar="FROM..TO", callback=days)
@configured
@click.option("--policy-from", metavar="REV", help="Judge all days by what governs at REV instead of on each day.")
@words("--select", "Judge only by these rules: id, prefix, name, control, clause.")
@words("--ignore", "Leave these rules out.")
@words("--standard", "Judge by the rules of these standards, such as iso9001:2015.", "standards", metavar="NAME")
@click.option(
    "--fail-on",
    type=click.Choice([grade.value for grade in Grade]),
    callback=lambda _context, _option, value: value and Grade(value),
    help="The lowest grade that fails the run. Default: minor.",
)
@click.option(
    "--on-unknown", type=click.Choice(["fail", "pass"]), help="What a day that cannot be told does. Default: fail."
)
@click.option("--no-waivers", "waivers", is_flag=True, flag_value=False, default=True, help="Excuse nothing.")
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
@click.pass_context
def command(  # noqa: PLR0917 - click passes them by name
    context: click.Context,
    /,
    period: tuple[dt.date, dt.date],
    config_file: Path | None,
    root: Path | None,
    policy_from: str | None,
    form: str,
    outputs: tuple[tuple[str, Path], ...],
    color: str,
    **wished: Any,
) -> None:
    """Tell whether the records were under control all the time, FROM and TO included.

    Takes for each day the tree of its last commit (on the first-parent line, days in UTC), judges it by the rules that
    depend on the date, as of the end of that day, and joins days in a row to intervals: an overdue review, a late
    action, a contract that ran out, each with its first and last day. Days that the history cannot tell are unknown.
    """
    for name, _ in outputs:
        one_of("output format", name, list(FORMATS))
    tell(context, period, (root, config_file, policy_from), (form, outputs, color), wished)


def tell(
    context: click.Context,
    period: tuple[dt.date, dt.date],
    place: tuple[Path | None, Path | None, str | None],
    output: tuple[str, tuple[tuple[str, Path], ...], str],
    wished: dict[str, Any],
) -> None:
    """Judge a period and write what was found: shared with ``check --period``.

    ``place`` is root, configuration and policy; ``output`` the format, files and colour.
    """
    from qmscheck import app  # noqa: PLC0415 - wrong options are told before the machinery is loaded
    from qmscheck.verbs import watch  # noqa: PLC0415 - wrong options are told before the machinery is loaded

    root, config_file, policy = place
    form, outputs, color = output
    where = watch.Where(start=root or Path.cwd(), explicit=config_file, policy=policy)
    with Waiting(shown=True) as waiting:
        found = watch.of(where, *period, app.Wishes(**wished), waiting)
    for name, path in outputs:
        write_file(path, _renderer(name)(found, color=False, width=100))
    painted = colour(color)
    write_out(_renderer(form)(found, color=painted, width=width()), color=painted)
    context.exit(_reached(found))


def _reached(found: Period) -> ExitCode:
    if found.empty:
        return ExitCode.NOTHING_TO_CHECK
    return ExitCode.SATISFIED if found.satisfied else ExitCode.NOT_SATISFIED


def _renderer(name: str) -> Render:
    render: Render = import_module(f"qmscheck.period.{name}").render
    return render
