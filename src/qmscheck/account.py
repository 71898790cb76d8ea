"""What a report tells of its own run: where it stood, and what it left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from qmscheck import __version__, narrowing
from qmscheck.calendars import day_of
from qmscheck.collect.globs import compiled
from qmscheck.judging import Engine
from qmscheck.model import Provenance
from qmscheck.reading import Reading
from qmscheck.rulepack import builtin_pack
from qmscheck.staging import Index
from qmscheck.standing import standing
from qmscheck.terms import Terms, Wishes


def left_out(terms: Terms, wishes: Wishes, reading: Reading, engine: Engine, part: narrowing.Part) -> Iterator[str]:
    """What the run did not judge, and why, a sentence each."""
    yield from terms.blind
    yield from _unasked(terms)
    yield from part.notes
    if part.focus is not None and part.focus.types:
        names = [rule.id for rule in engine.left_out(part.focus)]
        if names:
            yield f"rules that need what did not change, or cannot be read here, were left out: {', '.join(names)}"
    if not terms.demanding:
        yield "no standard is chosen (standards: in qmscheck.yaml), so nothing was asked of what must exist at all"
    yield from _out_of_reach(reading)
    if reading.named is not None:
        yield from _unread(wishes, reading, engine)
    yield from _unenforced(terms)


def _unread(wishes: Wishes, reading: Reading, engine: Engine) -> Iterator[str]:
    """What a run on named files lacks."""
    unclaimed = reading.tree.unclaimed(wishes.paths, reading.collections())
    if unclaimed:
        yield f"no collection of the configuration names {', '.join(unclaimed)}"
    names = [rule.id for rule in engine.rulebook.left_out()]
    if names:
        yield f"only the named files were read; rules that need the other records were left out: {', '.join(names)}"


def _unenforced(terms: Terms) -> Iterator[str]:
    """What a profile leaves out, and what does not fail the run yet: a sentence for each day and owner."""
    profile, knowledge, config = terms.profile, terms.knowledge, terms.config
    if profile.select and config.select == profile.select:
        yield f"profile {profile.name}: {len(terms.rules)} of {len(knowledge.rules)} rules were judged"
    groups: dict[tuple[str, str], list[str]] = {}
    for name, entry in terms.enforcement.items():
        if day_of(entry.day) > terms.facts.today:
            groups.setdefault((entry.day, entry.owner), []).append(name)
    for (day, owner), names in sorted(groups.items()):
        who = f" ({owner} sees to it)" if owner else ""
        yield f"reported, but not failing the run before {day}{who}: {', '.join(names)}"


def _unasked(terms: Terms) -> Iterator[str]:
    lacking = [rule.id for rule in terms.asked if rule not in terms.rules]
    if lacking:
        yield f"not judged, though packs ask for it: {', '.join(lacking)}"


def _out_of_reach(reading: Reading) -> Iterator[str]:
    """Parts of a tree of the past that are not in it: submodules that collections reach into."""
    past = reading.config.past
    if past is None:
        return
    for path in past.submodules:
        if any(compiled(one.files).reach(path) for one in reading.collections()):
            yield f"the submodule {path} has a history of its own; what it held at {past.commit[:10]} was not read"


def provenance(terms: Terms, *, with_git: bool, index: Index | None = None) -> Provenance:
    """What was run on what; ``index``: where what is staged was judged."""
    config, facts = terms.config, terms.facts
    head = None
    if with_git and index is not None:
        head = index.head
    elif with_git and config.past is not None:
        from qmscheck.history import head as git_head  # noqa: PLC0415 - GitPython costs 80 ms

        head = git_head(config.repository, config.past.commit)
    elif with_git and any((folder / ".git").exists() for folder in (config.root, *config.root.parents)):
        head = standing(config.root)
    moment = facts.as_of
    return Provenance(
        version=__version__,
        as_of=moment.date().isoformat() if moment.time() == dt.time() else moment.isoformat().replace("+00:00", "Z"),
        standards=facts.standards,
        config=config.path,
        config_digest=config.digest,
        packs=tuple(_versioned(shown, folder) for shown, folder in terms.knowledge.packs),
        plugins=terms.plugins.versions,
        commit=head.commit if head else None,
        dirty=head.dirty if head else None,
        shallow=head.shallow if head else None,
        prefix=head.prefix if head else "",
        policy=config.policy.commit if config.policy is not None and config.policy is not config.past else None,
    )


def _versioned(shown: str, folder: Path) -> str:
    """Our own pack has our version; installed ones come with theirs, and those of the repository have its commit."""
    return f"{shown}@{__version__}" if folder == builtin_pack() else shown
