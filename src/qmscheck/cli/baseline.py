"""``qmscheck baseline``: findings that are known, excused until a day, in a file that may only shrink."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from qmscheck.cli.configurations import configuration
from qmscheck.cli.exit_codes import ExitCode
from qmscheck.cli.options import configured, moment
from qmscheck.cli.output import write_file
from qmscheck.errors import UsageError
from qmscheck.glossary import many
from qmscheck.reporters.sanitise import visible

if TYPE_CHECKING:
    from qmscheck.config import Config
    from qmscheck.verbs.ratchet import State

_EPILOG = """\b
Examples:
  qmscheck baseline write --until 2027-03-31   write down what is found today; commit the file
  qmscheck baseline show                       how large, how old, what of it is still found
  qmscheck baseline prune                      take out what is mended
  qmscheck baseline write --add "REASON"       take in what is new all the same; the reason is written at each line"""

_Verb = TypeVar("_Verb", bound=Callable[..., Any])


@click.group("baseline", epilog=_EPILOG, short_help="Findings that are known and excused until a day.")
def command() -> None:
    """Write down the findings of a first run, excused until a target day, and make the list shorter.

    A finding in the baseline counts as waived as long as its record is not changed. The file may only shrink: it is
    reviewed like any other change.
    """


def _common(verb: _Verb) -> _Verb:
    return click.option("--as-of", metavar="DATE", callback=moment, help="The day to judge for. Default: now.")(
        configured(verb)
    )


@command.command("write")
@click.option("--until", metavar="DATE", callback=moment, help="The day by which everything is mended. Asked for once.")
@click.option("--add", "because", metavar="REASON", help="Take in what is new, and say why.")
@_common
@click.pass_context
def write(  # noqa: PLR0917 - click passes them by name
    context: click.Context,
    until: str | None,
    because: str | None,
    as_of: str | None,
    config_file: Path | None,
    root: Path | None,
) -> None:
    """Write the file that `baseline:` in qmscheck.yaml names (default: qmscheck-baseline.yaml).

    Takes in every finding, and what cannot be told; not what cannot be read, nor what is wrong with waivers. When the
    file is there, it refuses to add anything without --add.
    """
    from qmscheck import app  # noqa: PLC0415 - wrong options are told before the machinery is loaded
    from qmscheck.verbs import ratchet  # noqa: PLC0415 - wrong options are told before the machinery is loaded

    config = configuration(config_file, root)
    if app.baseline_of(config) is None:
        if because is not None:
            raise UsageError("--add is for a baseline that is there; write a first one with --until DATE")
        after = ratchet.begin(config, until, as_of)
    else:
        now = ratchet.state(config, as_of)
        after = ratchet.extended(now, _reason(now, until, because))
        for known in now.new:
            click.echo(visible(f"added: {known}"))
    _save(config, after)
    click.echo(_told(after))
    context.exit(ExitCode.SATISFIED)


def _reason(now: State, until: str | None, because: str | None) -> str:
    """Why a baseline that is there should grow; refused unless somebody says it."""
    if until is not None:
        raise UsageError(f"the target day of {now.baseline.path} is {now.baseline.until}; --until cannot move it")
    if because is None:
        more = f"; {len(now.new)} found and not in it" if now.new else ""
        raise UsageError(
            f"{_told(now)}{more}.\nA baseline may only shrink: qmscheck baseline prune takes out what is mended. "
            'To take in what is new all the same, say why: --add "REASON"'
        )
    return because


@command.command("show")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("-v", "--verbose", is_flag=True, help="Every problem, not only counts.")
@_common
@click.pass_context
def show(  # noqa: PLR0917 - click passes them by name
    context: click.Context,
    form: str,
    verbose: bool,
    as_of: str | None,
    config_file: Path | None,
    root: Path | None,
) -> None:
    """Say how large and how old the baseline is, when it ends, and what of it is still found."""
    from qmscheck.verbs import ratchet  # noqa: PLC0415

    now = ratchet.state(configuration(config_file, root), as_of)
    click.echo(json.dumps(_data(now), indent=2) if form == "json" else _page(now, verbose=verbose))
    context.exit(ExitCode.SATISFIED)


@command.command("prune")
@_common
@click.pass_context
def prune(context: click.Context, as_of: str | None, config_file: Path | None, root: Path | None) -> None:
    """Take out of the baseline what is not found any more, or whose record has changed."""
    from qmscheck.verbs import ratchet  # noqa: PLC0415

    config = configuration(config_file, root)
    now = ratchet.state(config, as_of)
    after = ratchet.pruned(now)
    if now.gone:
        _save(config, after)
    for known in now.gone:
        click.echo(visible(f"taken out: {known}"))
    click.echo(_told(after))
    context.exit(ExitCode.SATISFIED)


def _save(config: Config, after: State) -> None:
    from qmscheck.excusing.baseline import text_of  # noqa: PLC0415

    write_file(config.file(config.baseline), text_of(after.baseline))


def _told(now: State) -> str:
    """Size, age and end in one sentence."""
    size, oldest = len(now.baseline.findings), now.baseline.oldest
    age = f", the oldest since {oldest} ({many(now.age, 'day')})" if oldest else ""
    end = f"until {now.baseline.until} ({many(now.left, 'day')} left)" if now.left >= 0 else "its target day is over"
    return f"{visible(now.baseline.path)}: {many(size, 'known problem')}{age}, {end}"


def _page(now: State, *, verbose: bool) -> str:
    lines = [_told(now)]
    lines += [f"  {rule:<8} {count:>6,}" for rule, count in now.by_rule().items()]
    for label, found in (
        ("still found", now.still),
        ("gone", now.gone),
        ("new", now.new),
        ("not judged", now.unjudged),
    ):
        if found:
            lines.append(f"{label}: {len(found):,}")
            lines += [f"  {visible(str(known))}" for known in found] if verbose else []
    if now.gone:
        lines.append("qmscheck baseline prune takes out what is gone: mended, or on a changed record")
    return "\n".join(lines)


def _data(now: State) -> dict[str, object]:
    return {
        "path": now.baseline.path,
        "until": now.baseline.until.isoformat(),
        "oldest": now.baseline.oldest or None,
        "size": len(now.baseline.findings),
        "age_days": now.age,
        "days_left": now.left,
        "by_rule": now.by_rule(),
        "still_found": [str(known) for known in now.still],
        "gone": [str(known) for known in now.gone],
        "new": [str(known) for known in now.new],
        "not_judged": [str(known) for known in now.unjudged],
    }
