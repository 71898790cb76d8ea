"""What standard output and standard error are, and what may be written to them."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_WIDEST = 120
_PATIENCE = 1.0
"""Seconds before progress is shown."""
_STAGES = {"read": "reading", "judge": "judging", "search": "searching", "days": "judging days"}


def colour(wish: str) -> bool:
    """Whether standard output gets colour: the option, else NO_COLOR, else FORCE_COLOR, else a terminal does."""
    if wish != "auto":
        return wish == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR") or os.environ.get("CLICOLOR_FORCE"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def width() -> int:
    """Columns to write text in."""
    from shutil import get_terminal_size  # noqa: PLC0415 - with all that it knows of archives, 3 ms

    return min(get_terminal_size((100, 24)).columns, _WIDEST)


def nobody_reads() -> None:
    """Standard output was closed by its reader: let later writes and the flush at the end go nowhere."""
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - lives until the process ends


class Waiting:
    """Progress on standard error, for people only: on a terminal, and when a run takes longer than a second.

    Called with the stage and how many are done; used as a context, so that it leaves no trace.
    """

    def __init__(self, *, shown: bool) -> None:
        self._shown = shown and sys.stderr.isatty()
        self._begun = time.monotonic()
        self._bar: Progress | None = None
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, stage: str, done: int, total: int | None = None) -> None:
        """Note how far a stage is."""
        if not self._shown or time.monotonic() - self._begun < _PATIENCE:
            return
        bar = self._bar or self._start()
        if stage not in self._tasks:
            self._tasks[stage] = bar.add_task(_STAGES.get(stage, stage), total=total)
        bar.update(self._tasks[stage], completed=done)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def _start(self) -> Progress:
        from rich.console import Console  # noqa: PLC0415 - only long runs on a terminal draw
        from rich.progress import Progress, SpinnerColumn, TextColumn  # noqa: PLC0415

        columns = (SpinnerColumn(), TextColumn("{task.description} {task.completed:,.0f}"))
        self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self._bar.start()
        return self._bar
