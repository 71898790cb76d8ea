"""Everything that comes with qmscheck, offered through the same hooks that plugins use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from importlib import import_module
from pathlib import Path

from qmscheck.checks import (
    Check,
    aftermath,
    altered,
    approval,
    backing,
    backlog,
    baseline,
    bursts,
    chronology,
    coverage,
    cycle,
    digest,
    editions,
    edits,
    evidence,
    excluded,
    governed,
    identity,
    ignores,
    logged,
    naming,
    nil,
    numbering,
    outdated,
    own_part,
    people,
    placeholders,
    presence,
    references,
    retention,
    roles,
    secrets,
    series,
    shape,
    stale,
    stated,
    transitions,
    waivers,
)
from qmscheck.hookspec import Collector, Reader, Reporter, hookimpl
from qmscheck.model import Source, Unreadable
from qmscheck.readers import FORMATS, Document, read
from qmscheck.reporters import FORMATS as REPORTS


@hookimpl
def qmscheck_checks() -> Iterable[Check]:
    """The checks of ``qmscheck.checks``."""
    single = (aftermath, coverage, cycle, governed, identity, ignores, people, placeholders, references, series, shape)
    further = (backlog, editions, excluded, logged, naming, nil, own_part, secrets, stated)
    historic = (altered, backing, edits, outdated, retention, stale)
    several = (approval, baseline, bursts, chronology, digest, evidence, numbering, presence, roles, transitions)
    return (
        *(module.CHECK for module in (*single, *further, *historic)),
        *(check for module in (*several, waivers) for check in module.CHECKS),
    )


@hookimpl
def qmscheck_readers() -> Iterable[Reader]:
    """The formats of ``qmscheck.readers``; extensions are told by ``qmscheck.readers.format_of``."""
    return [Reader(name=name, read=partial(_read, name)) for name in FORMATS]


def _read(name: str, source: Source, options: Mapping[str, object]) -> Document | Unreadable:
    return read(source, name, options)


@hookimpl
def qmscheck_reporters() -> Iterable[Reporter]:
    """The formats of ``qmscheck.reporters``."""
    return [Reporter(name=name, render=_late(name)) for name in REPORTS]


def _late(name: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
    def render(report: object, **options: object) -> Iterator[str]:
        # Only the formats that are asked for are imported.
        module, dialect = REPORTS[name]
        rendered: Iterator[str] = import_module(f"qmscheck.reporters.{module}").render(report, **options, **dialect)
        return rendered

    return render


@hookimpl
def qmscheck_collectors() -> Iterable[Collector]:
    """Git tags and commits."""

    def tags(root: Path, **options: object) -> Iterable[dict[str, object]]:
        from qmscheck.history import fitting  # noqa: PLC0415 - GitPython costs 80 ms
        from qmscheck.history import tags as git_tags  # noqa: PLC0415

        return git_tags(root, **fitting(options))  # type: ignore[arg-type]

    def commits(root: Path, **options: object) -> Iterable[dict[str, object]]:
        from qmscheck.history import commits as git_commits  # noqa: PLC0415
        from qmscheck.history import fitting  # noqa: PLC0415

        return git_commits(root, **fitting(options))  # type: ignore[arg-type]

    return [
        Collector(
            name="git-tags",
            origin=".git/tags",
            collect=tags,
            options=("allowed_signers", "keyring"),
            past=True,
            nothing="there is no tag here; run `git fetch --tags`, or tag what was released",
            files=("allowed_signers", "keyring"),
        ),
        Collector(
            name="git-commits",
            origin=".git/commits",
            collect=commits,
            options=(
                "since",
                "until",
                "merges",
                "paths",
                "rev",
                "mainline",
                "brought_in",
                "change_trailers",
                "change_ids",
                "review_trailers",
            ),
            past=True,
            names=True,
        ),
    ]
