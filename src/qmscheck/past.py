"""Configurations of the past: everything that they name comes from the tree of a revision or a day.

`config_at` takes all from one moment. `policy_from` takes what governs (configuration, rule packs, people, waivers,
what is excused) from one, and the records from another or from the work tree, so that nobody excuses themselves.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from qmscheck.config import Config, load
from qmscheck.config.discovery import NAMES, PYPROJECT
from qmscheck.errors import ConfigError, UsageError
from qmscheck.history import Snapshot, snapshot


@contextmanager
def config_at(start: Path, asked: str, explicit: Path | None = None) -> Iterator[Config]:
    """The configuration that holds for a folder as it was at a revision, day or instant.

    Its ``root`` is a private folder that is removed at the end; readers find there what they ask `tree_of` for. An
    ``explicit`` file inside the repository is read as it was, too. Raises UsageError and ConfigError.
    """
    with snapshot(start, asked) as past:
        yield loaded(past, explicit)


@contextmanager
def policy_from(start: Path, asked: str, explicit: Path | None = None, at: str | None = None) -> Iterator[Config]:
    """The configuration as it was at a revision, for records of the work tree, or of the moment ``at``.

    ``root`` is where the records are: the folder that the configuration speaks for. Raises UsageError and ConfigError.
    """
    with snapshot(start, asked) as policy, ExitStack() as files:
        config = loaded(policy, explicit)
        past = None if at is None else files.enter_context(snapshot(policy.origin, at))
        parted = policy.parted_from(past.commit if past is not None else "HEAD")
        yield replace(
            config,
            root=_folder(policy) if past is None else past.root,
            past=past,
            base=files.enter_context(snapshot(policy.origin, parted)) if parted else None,
        )


def loaded(past: Snapshot, explicit: Path | None = None) -> Config:
    """The configuration of a tree, for the folder that is its root. Raises UsageError and ConfigError."""
    past.write_above((*NAMES, PYPROJECT))
    try:
        return load(past.root, explicit and _then(past, explicit), past)
    except ConfigError as error:
        where = f"at {past.commit[:10]} of {past.committed:%Y-%m-%d}"
        raise ConfigError(f"{error.message} ({where})", error.location) from None


def governing(past: Snapshot, start: Path, config: Config) -> object:
    """What a configuration of a tree hangs on, found from ``start``: equal as long as loading it again is no use."""
    root = past.root
    past.rooted(start)
    above = past.ids_above((*NAMES, PYPROJECT))
    past.rooted(root)
    named = [path for path in (config.path, config.people) if path is not None]
    return above, [past.ids(file) for file in (*(config.root / path for path in named), *config.packs)]


def _then(past: Snapshot, file: Path) -> Path:
    """A file of the work tree as it was; one outside of the repository is what it is today."""
    inside = os.path.relpath(os.path.realpath(file), os.path.realpath(past.origin))
    then = Path(os.path.normpath(past.root / inside))
    if not then.is_relative_to(past.top):
        return file
    past.fetch(then)
    if not then.is_file():
        raise UsageError(f"--config: {file} does not exist at {past.commit[:10]} of {past.committed:%Y-%m-%d}")
    return then


def _folder(policy: Snapshot) -> Path:
    root = policy.origin
    if not root.is_dir():
        raise UsageError(f"the configuration of {policy.commit[:10]} speaks for {root}, which is no folder any more")
    return root
