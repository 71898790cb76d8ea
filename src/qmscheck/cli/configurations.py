"""The configuration that a verb works on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qmscheck.config import Config, defaults, find, load


def configuration(config_file: Path | None, root: Path | None) -> Config:
    """The configuration that a verb works on. Raises ConfigError when there is none."""
    return load(root or Path.cwd(), config_file)


@contextmanager
def configuration_of(
    config_file: Path | None, root: Path | None, at: str | None, policy: str | None = None
) -> Iterator[Config]:
    """The same, of the moment ``at`` or with what governs from the revision ``policy``, where one is given.

    Files of the past are there until the end: hand it to ``context.with_resource``.
    """
    if at is None and policy is None:
        yield configuration(config_file, root)
        return
    from qmscheck.past import config_at, policy_from  # noqa: PLC0415 - GitPython costs 80 ms

    start = root or Path.cwd()
    if policy is not None:
        with policy_from(start, policy, config_file, at) as config:
            yield config
    elif at is not None:
        with config_at(start, at, config_file) as config:
            yield config


def configuration_if_any(config_file: Path | None, root: Path | None) -> Config:
    """The same for verbs that are of use without one."""
    start = root or Path.cwd()
    if config_file is None and find(start.absolute()) is None:
        return defaults(start)
    return load(start, config_file)
