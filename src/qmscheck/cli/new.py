"""``qmscheck new``: write a record in the collection's own layout."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qmscheck.cli.exit_codes import ExitCode
from qmscheck.cli.options import configuration, configured, moment
from qmscheck.cli.output import write_file
from qmscheck.errors import UsageError
from qmscheck.reporters.sanitise import visible

if TYPE_CHECKING:
    from qmscheck.drafting import Asked
    from qmscheck.writing import NewRecord

_EPILOG = """\b
Examples:
  qmscheck new change                                ask for what a change must say, and why; then write it
  qmscheck new incident --field title="Mail is down" --field priority=P1
  qmscheck new document --dry-run                    print it instead"""


@click.command("new", epilog=_EPILOG, short_help="Write a new record.")
@click.argument("type_name", metavar="TYPE")
@configured
@click.option("--collection", metavar="NAME", help="Where it goes, if several collections hold such records.")
@click.option("--field", "given", multiple=True, metavar="NAME=VALUE", help="A field that is known. Repeatable.")
@click.option("--as-of", metavar="DATE", callback=moment, help="The day to write. Default: today.")
@click.option("--dry-run", is_flag=True, help="Print the record instead of writing it.")
@click.pass_context
def command(  # noqa: PLR0917 - click passes them by name
    context: click.Context,
    type_name: str,
    config_file: Path | None,
    root: Path | None,
    collection: str | None,
    given: tuple[str, ...],
    as_of: str | None,
    dry_run: bool,
) -> None:
    """Write a record of TYPE with the next id and today's date, where the collection keeps such records.

    On a terminal, every field that a rule would miss is asked for, with the reason. Elsewhere, or where you answer
    nothing, TODO is written: a placeholder, so that the check fails until somebody fills it in.
    """
    from qmscheck.writing import new_record  # noqa: PLC0415 - the machinery is loaded when the options are right

    config = configuration(config_file, root)
    record = new_record(config, type_name, collection, as_of)
    for text in given:
        name, sign, value = text.partition("=")
        if not sign or not name:
            raise UsageError(f"--field {text!r} is not NAME=VALUE")
        record.put(tuple(name.split(".")), value)
    if "title" not in record.fields:
        record.put(("title",), _title())
    record.ask(lambda asked: _answer(asked, record))
    path, draft = record.draft()
    file = config.root / path
    if dry_run:
        click.echo(draft.text, nl=False)
        context.exit(ExitCode.SATISFIED)
    if draft.appends:
        before = file.read_text("utf-8")
        write_file(file, [before, "" if before.endswith("\n") else "\n", draft.text])
    elif file.exists():
        raise UsageError(f"{path} is there already, and is never overwritten")
    else:
        write_file(file, [draft.text])
    click.echo(f"Wrote {visible(path)}. Next: fill in what says TODO, then qmscheck check {visible(path)}")
    if draft.homeless:
        click.echo(f"No place in this layout for: {', '.join(draft.homeless)}", err=True)
    context.exit(ExitCode.SATISFIED)


def _title() -> str:
    from qmscheck.drafting.forms import OPEN  # noqa: PLC0415

    return str(click.prompt("title", default=OPEN)) if _somebody() else OPEN


def _answer(asked: Asked, record: NewRecord) -> object:
    """What somebody answers, or what can be said without asking: a placeholder."""
    from qmscheck.drafting.forms import OPEN  # noqa: PLC0415

    if not _somebody():
        return OPEN
    clauses = ", ".join(record.clauses_of(asked))
    click.echo(f"\n{asked.message} [{asked.rule.id}{'; ' + clauses if clauses else ''}]")
    click.secho(f"  {asked.rule.why.splitlines()[0]}", dim=True)
    if asked.choices:
        return click.prompt(asked.name, type=click.Choice([*asked.choices, OPEN]), default=OPEN, show_choices=True)
    default = dt.datetime.now(dt.UTC).date().isoformat() if asked.kind in ("when", "day") else OPEN
    answer = str(click.prompt(asked.name, default=default))
    return [part.strip() for part in answer.split(",")] if asked.kind == "list" and answer != OPEN else answer


def _somebody() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()
