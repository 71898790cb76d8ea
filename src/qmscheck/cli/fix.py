"""``qmscheck fix``: safe repairs, shown as a diff first."""

from __future__ import annotations

from pathlib import Path

import click

from qmscheck.cli.configurations import configuration
from qmscheck.cli.exit_codes import ExitCode
from qmscheck.cli.options import configured, moment
from qmscheck.cli.output import write_file
from qmscheck.reporters.sanitise import one_line, unheard, visible

_EPILOG = """\b
Examples:
  qmscheck fix                        show what could be repaired, as a diff; change nothing
  qmscheck fix changes/CHG-7.yaml     only there
  qmscheck fix --apply                write it; look at it with git diff"""


_SHOWN = 40
"""Sentences about what is left for people."""


@click.command("fix", epilog=_EPILOG, short_help="Offer safe repairs of records, as a diff.")
@click.argument("paths", nargs=-1, type=click.Path())
@configured
@click.option("--apply", "apply_", is_flag=True, help="Write the repairs.")
@click.option("--as-of", metavar="DATE", callback=moment, help="The day to judge for. Default: now.")
@click.pass_context
def command(  # noqa: PLR0917 - click passes them by name
    context: click.Context,
    paths: tuple[str, ...],
    config_file: Path | None,
    root: Path | None,
    apply_: bool,
    as_of: str | None,
) -> None:
    """Show repairs that cannot change what a record says, as a diff; with --apply, write them.

    A date in a spelling that can be read in one way only becomes 2026-03-25 (03/04/2026 is left alone); a word such as
    `In Review` becomes the one that the record type knows; a key that a rule misses is added with the placeholder TODO,
    which goes on failing until somebody fills it in. What is left for you is told. Ends with 1 when there is something
    to repair and --apply is not said.
    """
    from qmscheck.verbs.mending import mend  # noqa: PLC0415 - the machinery is loaded when the options are right

    config = configuration(config_file, root)
    found = mend(config, paths, as_of)
    mended = [one for one in found if one.after != one.before]
    for one in mended:
        if apply_:
            write_file(config.root / one.path, [one.after])
            for sentence in one.done:
                click.echo(unheard(one_line(sentence)))
        else:
            for line in one.diff():
                click.echo(visible(line.rstrip("\r\n")))
    if not mended:
        click.echo("Nothing that can be repaired safely.")
    elif not apply_:
        click.echo(f"{len(mended)} file{'s' if len(mended) > 1 else ''}; qmscheck fix --apply writes this.", err=True)
    _say([sentence for one in found for sentence in one.left])
    context.exit(ExitCode.NOT_SATISFIED if mended and not apply_ else ExitCode.SATISFIED)


def _say(left: list[str]) -> None:
    """What is left for people, on the other stream, so that the diff stays a diff."""
    if left:
        click.echo("Left for you:", err=True)
    for sentence in left[:_SHOWN]:
        click.echo(f"  {unheard(one_line(sentence))}", err=True)
    if len(left) > _SHOWN:
        click.echo(f"  and {len(left) - _SHOWN} more; name files to see theirs", err=True)
