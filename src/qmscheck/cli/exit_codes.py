"""What the exit code of the command says."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """The whole set, the same for every output format."""

    SATISFIED = 0
    NOT_SATISFIED = 1
    COULD_NOT_RUN = 2
    NOTHING_TO_CHECK = 3
    INTERRUPTED = 130
