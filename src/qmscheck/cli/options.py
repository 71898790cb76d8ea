"""Options that several verbs share, and how their texts become values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from qmscheck.cli.completing import rules
from qmscheck.errors import UsageError

_Verb = TypeVar("_Verb", bound=Callable[..., Any])


def configured(verb: _Verb) -> _Verb:
    """``--config`` and ``--root``."""
    folder = click.Path(exists=True, file_okay=False, path_type=Path)
    file = click.Path(exists=True, dir_okay=False, path_type=Path)
    verb = click.option("--root", type=folder, help="Work as if started in this folder. Default: the current one.")(
        verb
    )
    return click.option(
        "--config",
        "config_file",
        type=file,
        help="Configuration; its paths are then relative to --root. Default: the nearest qmscheck.yaml, upwards.",
    )(verb)


def at_moment(verb: _Verb) -> _Verb:
    """``--at``."""
    return click.option(
        "--at",
        metavar="REV|DATE",
        help="Take records, configuration and all else from the commit REV, or as of the end of the day DATE.",
    )(verb)


def words(name: str, text: str, *more: str, metavar: str = "WORD") -> Callable[[_Verb], _Verb]:
    """An option that may be repeated and takes lists with commas; ``more`` may name the parameter."""
    complete = rules if name in {"--select", "--ignore"} else None
    help_ = f"{text} Repeatable, or with commas."
    return click.option(
        name, *more, multiple=True, metavar=metavar, callback=_split, help=help_, shell_complete=complete
    )


def coloured(verb: _Verb) -> _Verb:
    """``--color``."""
    return click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        show_default=True,
        help="Colour on standard output. auto asks NO_COLOR, FORCE_COLOR, then whether it is a terminal.",
    )(verb)


def moment(_context: click.Context, _option: click.Parameter, text: str | None) -> str | None:
    """A day or instant in ISO 8601, as text."""
    if text is None:
        return None
    try:
        dt.datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a day such as 2026-09-01") from None
    return text


def days(_context: click.Context, _option: click.Parameter, text: str | None) -> tuple[dt.date, dt.date] | None:
    """``FROM..TO``, two days in ISO 8601."""
    if text is None:
        return None
    first, _, last = text.partition("..")
    try:
        found = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    except ValueError:
        raise click.BadParameter(f"{text!r} is not FROM..TO, such as 2025-09-01..2026-08-31") from None
    if found[1] < found[0]:
        raise click.BadParameter(f"{text!r} ends before it begins")
    return found


def destinations(
    _context: click.Context, _option: click.Parameter, texts: tuple[str, ...]
) -> tuple[tuple[str, Path], ...]:
    """``FORMAT=PATH`` pairs; no two may share a path."""
    found: dict[Path, str] = {}
    for text in texts:
        name, sign, path = text.partition("=")
        if not sign or not name or not path:
            raise click.BadParameter(f"{text!r} is not FORMAT=PATH, such as junit=report.xml")
        if path == "-":
            raise click.BadParameter(f"{text!r}: for standard output use --format {name}")
        if Path(path) in found:
            raise click.BadParameter(f"two outputs go to {path!r}")
        found[Path(path)] = name
    return tuple((name, path) for path, name in found.items())


def nearest(word: str, known: list[str]) -> str:
    """The end of a sentence about a word that is not known."""
    from difflib import get_close_matches  # noqa: PLC0415 - only for messages

    near = get_close_matches(word, known, n=3)
    if near:
        return f"; did you mean {' or '.join(repr(one) for one in near)}?"
    return f"; known: {', '.join(known)}" if len(known) <= 12 else ""  # noqa: PLR2004 - more would hide the point


def one_of(kind: str, word: str, known: list[str]) -> None:
    """Raise UsageError unless the word is known."""
    if word not in known:
        raise UsageError(f"unknown {kind} {word!r}{nearest(word, known)}")


def _split(_context: click.Context, _option: click.Parameter, texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word.strip() for text in texts for word in text.split(",") if word.strip())
