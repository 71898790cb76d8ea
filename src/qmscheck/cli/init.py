"""``qmscheck init``: look at a repository and propose a configuration for the records that it has."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qmscheck.cli import completing
from qmscheck.cli.exit_codes import ExitCode
from qmscheck.cli.options import coloured, moment, words
from qmscheck.cli.output import write_file
from qmscheck.cli.terminal import Waiting, colour, width
from qmscheck.errors import UsageError
from qmscheck.reporters.sanitise import visible

if TYPE_CHECKING:
    from qmscheck.adoption import Proposed
    from qmscheck.knowledge import Knowledge

_FILE = "qmscheck.yaml"
_SCHEMA = ".qmscheck/schemas/config.json"
"""Where `qmscheck schema --write .qmscheck/schemas` puts it."""

_LEAVE = "leave"
"""The answer of somebody who does not know either: such dates stay unread, and rules say so."""

_FIRST = "start"
"""The profile that is offered for a first day."""
_ALL = "none"

_EPILOG = """\b
Examples:
  qmscheck init                                         ask for each collection that was found, then write
  qmscheck init --dry-run                               print the configuration, write nothing
  qmscheck init --yes --standard iso9001:2015           write it without asking
  qmscheck init --yes --profile start                   the same, with few rules to begin with"""


@click.command("init", epilog=_EPILOG, short_help="Propose a configuration for the records of a repository.")
@click.option(
    "--root", type=click.Path(exists=True, file_okay=False, path_type=Path), default=Path(), help="The repository."
)
@click.option("--yes", "-y", is_flag=True, help="Take everything that was found, and ask nothing.")
@click.option("--dry-run", is_flag=True, help="Print the configuration instead of writing it.")
@words("--standard", "The standards to ask for, such as iso9001:2015 or integrated.", "standards", metavar="NAME")
@click.option(
    "--profile",
    metavar="NAME",
    shell_complete=completing.profiles,
    help="The rules to begin with: observe, start, standard, audit-ready. Default: all, and a comment that says how.",
)
@click.option(
    "--adoption-date",
    metavar="DATE",
    callback=moment,
    help="Commits, tags and releases before this day are left alone. Default: today.",
)
@coloured
@click.pass_context
def command(  # noqa: PLR0917 - click passes them by name
    context: click.Context,
    root: Path,
    yes: bool,
    dry_run: bool,
    standards: tuple[str, ...],
    profile: str | None,
    adoption_date: str | None,
    color: str,
) -> None:
    """Look for records by path, front matter, headings, tables and columns, and propose how to read them.

    For each field it is shown where it comes from, in how many records, and two sample values; then what was not
    mapped, and what could not be told: whether 03/04/2026 is in March or in April is never guessed. An existing
    qmscheck.yaml is never overwritten. On a terminal each collection is asked for, and which way such dates are meant.
    """
    file = root / _FILE
    if file.exists() and not dry_run:
        raise UsageError(f"{file} is there already, and is never overwritten; --dry-run prints what would be proposed")
    asks = not (yes or dry_run) and sys.stdin.isatty() and sys.stdout.isatty()
    if not (asks or yes or dry_run):
        raise UsageError("nobody can be asked here: say --yes to write what is found, or --dry-run to see it")
    from qmscheck.adoption import configuration_text  # noqa: PLC0415 - the machinery is loaded when the options are right
    from qmscheck.cli.init_views import table  # noqa: PLC0415

    proposals, knowledge = _found(root, standards, profile)
    if not dry_run:
        for one in proposals:
            table(one, color=colour(color), width=width())
    if asks:
        proposals = [_told(one) for one in proposals if click.confirm(f"Take {one.name}?", default=True)]
        standards = known_standards(
            sorted(knowledge.standards), click.prompt("Standards", default="none", show_default=True)
        )
        profile = profile or _profile(sorted(knowledge.profiles))
    day = (adoption_date or dt.datetime.now(dt.UTC).date().isoformat())[:10]
    text = configuration_text(
        proposals,
        adoption_date=day,
        standards=standards,
        schema=_SCHEMA,
        id_pattern=str(knowledge.settings["id_pattern"]),
        profile=profile or "",
    )
    if dry_run:
        click.echo(text, nl=False)
    else:
        write_file(file, [text])
        click.echo(f"Wrote {file}. Next: qmscheck records shows what is read, qmscheck check judges it.")
        click.echo(f"For your editor: qmscheck schema --write {Path(_SCHEMA).parent.as_posix()}")
    context.exit(ExitCode.SATISFIED if proposals else ExitCode.NOTHING_TO_CHECK)


def _told(one: Proposed) -> Proposed:
    """The proposal with what somebody says of its dates: which of several spellings is theirs."""
    for value, spellings in one.unclear.items():
        question = f"{visible(value)} in {one.name} is written as"
        said = click.prompt(question, type=click.Choice([*spellings, _LEAVE]), default=_LEAVE)
        one = one if said == _LEAVE else one.reading_dates(said)
    return one


def _profile(known: list[str]) -> str:
    """The profile to begin with; nothing for all rules."""
    click.echo(
        f"A profile says which rules are judged at first: {_FIRST} has the few to begin with, {_ALL} is every rule."
    )
    said = str(click.prompt("Profile", type=click.Choice([*known, _ALL]), default=_FIRST if _FIRST in known else _ALL))
    return "" if said == _ALL else said


def known_standards(known: list[str], answer: str) -> tuple[str, ...]:
    """The standards of an answer such as ``iso9001:2015, iso20000-1:2018``; none for ``none``."""
    names = tuple(name.strip() for name in answer.split(",") if name.strip() not in ("", "none"))
    for name in names:
        if name not in known:
            raise UsageError(f"no standard {name!r}; there are {', '.join(known)}")
    return names


def _found(root: Path, standards: tuple[str, ...], profile: str | None) -> tuple[list[Proposed], Knowledge]:
    from qmscheck import app, plugins, selection  # noqa: PLC0415
    from qmscheck.adoption import collected, propose  # noqa: PLC0415
    from qmscheck.collect import Tree  # noqa: PLC0415

    loaded = plugins.load()
    knowledge = app.knowledge_of(None, loaded, frozenset())
    selection.standards(knowledge, standards)  # a wrong name is told before the search
    if profile and profile not in knowledge.profiles:
        raise UsageError(f"no profile {profile!r}; there are {', '.join(sorted(knowledge.profiles))}")
    with Waiting(shown=True) as waiting:
        proposals = propose(Tree(root), knowledge, lambda done: waiting("search", done))
    proposals += collected(proposals, knowledge, loaded.collectors, root)
    return proposals, knowledge
