"""Where the work tree stands, asked of git itself: importing GitPython takes several times as long as git's answers."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from qmscheck.hardening import FILTERS, environment, filters_off
from qmscheck.staging import WHERE, Head

_FILTERS = ("config", "--null", "--name-only", "--get-regexp", FILTERS)
_STATUS = ("status", "--porcelain", "--untracked-files=no", "--ignore-submodules=all")


def standing(root: Path) -> Head | None:
    """The commit that the work tree is of, and whether it holds what was not committed; None where git cannot tell."""
    where = _told(root, WHERE)
    if where is None:
        return None
    _, prefix, shallow, *commit = where.split(b"\n")[:-1]
    head = Head(commit=None, dirty=None, shallow=shallow == b"true", prefix=os.fsdecode(prefix))
    if not commit:
        return head
    names = (_told(root, _FILTERS) or b"").split(b"\0")
    status = _told(root, _STATUS, filters_off(map(os.fsdecode, names)))
    if status is None:
        return None
    return Head(commit=commit[0].decode("ascii"), dirty=bool(status), shallow=head.shallow, prefix=head.prefix)


def _told(root: Path, words: tuple[str, ...], settings: Mapping[str, str] | None = None) -> bytes | None:
    """What git says; None where it fails, or is not here."""
    from subprocess import DEVNULL, PIPE, run  # noqa: PLC0415 - runs that say nothing need not know

    command, own = ["git", *words], environment(settings or {})
    try:
        done = run(command, cwd=root, env=own, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL, check=False)  # noqa: S603 - words of our own
    except OSError:
        return None
    return None if done.returncode else done.stdout
