"""``qmscheck new``: write a record in the collection's own layout."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qmscheck.cli.completing import record_types
from qmscheck.cli.configurations import configuration
from qmscheck.cli.exit_codes import ExitCode
from qmscheck.cli.options import configured, moment
from qmscheck.cli.output import write_file
from qmscheck.errors import UsageError
from qmscheck.reporters.sanitise import visible

if TYPE_CHECKING:
    from qmscheck.drafting import Asked
    from qmscheck.verbs.writing import NewRecord

_EPILOG = """\b
Examples:
  qmscheck new change                                ask for what a change must say, and why; then write it
  qmscheck new incident --field title="Mail is down" --field priority=P1
  qmscheck new change --field 'services=[mail, dns]' --field approvals.0.by=ada
  qmscheck new document --dry-run                    print it instead"""


_CLAUSES = 4
"""Clauses that are shown beside a question; `qmscheck explain` has all."""


@click.command("new", epilog=_EPILOG, short_help="Write a new record.")
@click.argument("type_name", metavar="TYPE", shell_complete=record_types)
@configured
@click.option("--collection", metavar="NAME", help="Where it goes, if several collections hold such records.")
@click.option("--field", "given", multiple=True, metavar="NAME=VALUE", help="A known field. Repeatable.")
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

    The VALUE of --field is text, or YAML where the field takes a list, a mapping, a number or true and false. A NAME
    with dots leads into mappings, with numbers into lists: actions.0.owner is the owner of the first action.
    """
    from qmscheck.verbs.writing import new_record  # noqa: PLC0415 - the machinery is loaded when the options are right

    config = configuration(config_file, root)
    record = new_record(config, type_name, collection, as_of)
    for text in given:
        name, sign, value = text.partition("=")
        if not sign or not name:
            raise UsageError(f"--field {text!r} is not NAME=VALUE")
        record.give(name, value)
    if "title" not in record.fields:
        record.put(("title",), _title())
    record.name()
    told: set[str] = set()
    record.ask(lambda asked: _answer(asked, record, told))
    path, draft = record.draft()
    file = config.root / path
    if draft.homeless:
        click.echo(f"No place in this layout for: {', '.join(draft.homeless)}", err=True)
    if dry_run:
        click.echo(draft.text, nl=not draft.text.endswith("\n"))
        context.exit(ExitCode.SATISFIED)
    if draft.behind is None and file.exists():
        raise UsageError(f"{path} is there already, and is never overwritten")
    write_file(file, [record.whole(path, draft)])
    click.echo(f"Wrote {visible(path)}. Next: fill in what says TODO, then qmscheck check {visible(path)}")
    context.exit(ExitCode.SATISFIED)


def _title() -> str:
    from qmscheck.drafting import OPEN  # noqa: PLC0415

    return str(click.prompt("title", default=OPEN)) if _somebody() else OPEN


def _answer(asked: Asked, record: NewRecord, told: set[str]) -> object:
    """What somebody answers, or what can be said without asking: a placeholder. Why a rule asks is told once."""
    from qmscheck.drafting import OPEN, wanted  # noqa: PLC0415

    if not _somebody():
        return OPEN
    clauses = record.clauses_of(asked)
    more = f" and {len(clauses) - _CLAUSES} more" if len(clauses) > _CLAUSES else ""
    click.echo(f"\n{asked.message} [{'; '.join((asked.rule.id, ', '.join(clauses[:_CLAUSES]) + more)).rstrip('; ')}]")
    if asked.rule.id not in told:
        click.secho(f"  {asked.rule.why.splitlines()[0]}", dim=True)
    told.add(asked.rule.id)
    if asked.choices:
        return click.prompt(asked.name, type=click.Choice([*asked.choices, OPEN]), default=OPEN, show_choices=True)
    today = dt.datetime.now(dt.UTC).date().isoformat()
    hint = wanted(asked.shape)
    return click.prompt(
        f"{asked.name} ({hint})" if hint else asked.name,
        default=today if asked.shape.kind in ("when", "day") else OPEN,
        value_proc=lambda text: _understood(asked, text, record),
    )


def _understood(asked: Asked, text: str, record: NewRecord) -> object:
    """The value of an answer; what is of another kind is asked for again."""
    from qmscheck.drafting import value_of  # noqa: PLC0415

    try:
        return value_of(asked.path, text, record.type, mapped=record.collection.fields is not None, asked=True)
    except UsageError as error:
        raise click.BadParameter(error.message.removeprefix("--field ")) from None


def _somebody() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()
