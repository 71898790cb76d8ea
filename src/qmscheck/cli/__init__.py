"""The command line: one verb a file, imported when it is used, behind one error boundary."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import IO, Any, Final

import click

from qmscheck import __version__
from qmscheck.cli.exit_codes import ExitCode
from qmscheck.cli.terminal import nobody_reads
from qmscheck.errors import QmscheckError
from qmscheck.reporters.sanitise import visible

__all__ = ["ExitCode", "program"]

VERBS: Final = {
    "init": "Propose a configuration for the records of a repository.",
    "new": "Write a new record.",
    "fix": "Offer safe repairs of records, as a diff.",
    "check": "Judge the records and write the results.",
    "period": "Tell on which days of a period date-based expectations were not met.",
    "status": "Tell what becomes due in the next days.",
    "baseline": "Write down, show or shorten the findings that are known.",
    "diff": "Compare with a base: what a change makes worse, what better, what time did.",
    "history": "Tell one record's life: who changed what, and when.",
    "records": "Show what was read, and where each field came from.",
    "metrics": "Management figures from the records.",
    "coverage": "Show clause by clause what the records are evidence of.",
    "explain": "Explain a rule, control, clause, record type or layout.",
    "rules": "List the rules, or run their examples.",
    "schema": "Print a JSON Schema.",
    "reference": "Write reference pages in Markdown.",
}
_DEFAULT: Final = "check"
_OWN: Final = frozenset({"--help", "-h", "--version"})
_DEBUG: Final = "--debug"

_EPILOG: Final = """\b
Exit codes:
  0    satisfied: no finding at or above --fail-on
  1    not satisfied
  2    could not run: usage, configuration, rules, plugins
  3    nothing to check: no record was found
  130  interrupted

\b
Examples:
  qmscheck                                   judge everything, as qmscheck check does
  qmscheck check --output junit=report.xml   the same, with a JUnit file for CI
  qmscheck records --collection changes      what was read, from where
  qmscheck explain CHG005                    what a rule asks for, and why

\b
Completion of words in your shell (bash; zsh_source and fish_source for the others):
  eval "$(_QMSCHECK_COMPLETE=bash_source qmscheck)" """


class Failure(click.ClickException):
    """Something that keeps qmscheck from running, told in one sentence."""

    exit_code = ExitCode.COULD_NOT_RUN

    def show(self, file: IO[Any] | None = None) -> None:
        """Write the sentence to standard error."""
        lines = "\n".join(visible(line) for line in self.message.splitlines())
        click.echo(f"qmscheck: error: {lines}", file=file, err=file is None)


class Program(click.Group):
    """The verbs. The first word is a verb or else belongs to ``check``."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The verbs in the order in which one learns them."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import a verb's module; its command is called ``command``."""
        if cmd_name not in VERBS:
            return None
        command: click.Command = import_module(f"qmscheck.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The verbs with a line each, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Insert the default verb; ``--debug`` may stand anywhere."""
        ctx.meta[_DEBUG] = _DEBUG in args
        args = [arg for arg in args if arg != _DEBUG]
        completing = ctx.resilient_parsing and not args  # a shell asks which verbs there are
        if not completing and (not args or (args[0] not in VERBS and args[0] not in _OWN)):
            if args:
                _refuse_typing_error(args[0])
            args = [_DEFAULT, *args]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Run the verb; whatever goes wrong in it ends here."""
        _prepare_streams()
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except KeyboardInterrupt:
            click.echo("qmscheck: interrupted", err=True)
            ctx.exit(ExitCode.INTERRUPTED)
        except BrokenPipeError:
            nobody_reads()
            ctx.exit(ExitCode.COULD_NOT_RUN)
        except Exception as error:  # noqa: BLE001 - the one place where everything ends
            if ctx.meta[_DEBUG]:
                click.echo("".join(_traceback_of(error)), nl=False, err=True)
            raise Failure(str(error) if isinstance(error, QmscheckError) else _unexpected(error)) from None


def _traceback_of(error: Exception) -> list[str]:
    """The traceback, for ``--debug``."""
    import traceback  # noqa: PLC0415 - 5 ms that only faults pay

    return traceback.format_exception(error)


def _unexpected(error: Exception) -> str:
    name, text = type(error).__name__, " ".join(str(error).split())
    return (
        f"unexpected {name}: {text[:500]}\n"
        "This is a fault of qmscheck or of a plugin. Please report it with what the same command shows with --debug"
    )


def _prepare_streams() -> None:
    """Names of files may hold bytes that no encoding has: show them as escapes instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _refuse_typing_error(word: str) -> None:
    """A first word that is neither verb nor path, but nearly a verb."""
    if word.startswith("-") or os.path.lexists(word):
        return
    from difflib import get_close_matches  # noqa: PLC0415 - only for words that are no path

    near = get_close_matches(word, VERBS, n=1)
    if near:
        raise Failure(f"there is no command and no path {word!r}; did you mean {near[0]!r}?")


@click.group(
    cls=Program,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="qmscheck", message="%(prog)s %(version)s")
@click.option(_DEBUG, is_flag=True, expose_value=False, help="Show the traceback of an error.")
def program() -> None:
    """Check whether the records in a repository hold up as evidence for ISO 9001 and ISO/IEC 20000-1.

    qmscheck reads the quality and service-management records that qmscheck.yaml names, judges them by rules, and says
    what is missing, stale, inconsistent or not authorised. It tells what it checked, never that a standard is met.
    Without a command it does what `qmscheck check` does.
    """
