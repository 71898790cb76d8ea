"""What a run judges by: wishes of the command line and the configuration, with packs, profile, rules and facts."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field
from pathlib import Path
from typing import Final

from qmscheck import inheritance, plugins, rulepack, selection
from qmscheck.calendars import day_of
from qmscheck.circumstances import facts_of
from qmscheck.config import Config, Enforcement, Package
from qmscheck.errors import ConfigError, UsageError
from qmscheck.facts import Facts
from qmscheck.frozen import frozen
from qmscheck.knowledge import NO_PROFILE, Knowledge, Profile
from qmscheck.model import Grade, Policy, Rule

OWN_PACK: Final = "rules"
"""The name of the pack that comes with qmscheck."""


@frozen
class Wishes:
    """What the command line asks for on top of the configuration; None leaves it to the configuration.

    At most one of ``paths``, ``changed_since`` (a revision) and ``staged`` narrows the run.
    """

    paths: tuple[str, ...] = ()
    changed_since: str | None = None
    staged: bool = False
    as_of: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    standards: tuple[str, ...] = ()
    fail_on: Grade | None = None
    on_unknown: str | None = None
    time_fails: bool = True
    provenance: bool = True
    waivers: bool = True
    baseline: bool = True
    profile: str | None = None

    def at_odds(self, config: Config) -> None:
        """Raise UsageError for wishes that exclude each other."""
        if sum(map(bool, (self.paths, self.changed_since is not None, self.staged))) > 1:
            raise UsageError("name paths, or --changed-since, or --staged: each narrows the run in its own way")
        if config.past is not None and (self.changed_since is not None or self.staged):
            raise UsageError("--at judges a tree of the past: nothing has changed there, and nothing is staged")


@frozen
class Terms:
    """What a run judges by: the configuration as packs tighten it, knowledge, facts, the selected rules.

    ``blind`` says why others are left out; ``asked`` are those that packs insist on. ``profile`` is filled into the
    configuration already; ``enforcement`` has the days from which rules fail the run. ``demanding``: somebody chose
    standards or rules, so that it may be asked what must exist at all.
    """

    config: Config
    plugins: plugins.Plugins
    knowledge: Knowledge
    standards: tuple[str, ...]
    facts: Facts
    rules: tuple[Rule, ...]
    blind: tuple[str, ...] = ()
    asked: tuple[Rule, ...] = ()
    profile: Profile = NO_PROFILE
    enforcement: Mapping[str, Enforcement] = field(default_factory=dict)
    demanding: bool = False


def knowledge_of(
    config: Config | None,
    loaded: plugins.Plugins,
    record_types: frozenset[str] | None = None,
    *,
    examples: bool = True,
) -> Knowledge:
    """What the built-in pack, plugins' packs and the configuration's packs say."""
    own = own_packs(config) if config else []
    return rulepack.load_packs(
        [(OWN_PACK, rulepack.builtin_pack()), *loaded.packs, *own], record_types, examples=examples
    )


def own_packs(config: Config) -> list[tuple[str, Path]]:
    """The configuration's packs, those of packages first: shown name and folder."""
    pinned = [pack for package in config.packages for pack in _packs_of(config, package)]
    return [*pinned, *((shown_pack(pack, config), pack) for pack in config.packs)]


def shown_pack(pack: Path, config: Config) -> str:
    """How a pack of the configuration is named: by its folder, as seen from the configuration's."""
    return Path(os.path.relpath(pack, config.governed_from)).as_posix()


def _packs_of(config: Config, package: Package) -> Iterable[tuple[str, Path]]:
    from qmscheck.packages import packs_of  # noqa: PLC0415 - few configurations pin packages

    return packs_of(package, config.disabled_plugins)


def terms_of(config: Config, wishes: Wishes) -> Terms:
    """What a configuration is judged by. Raises for usage, configuration, rules and plugins."""
    loaded = plugins.load(config.disabled_plugins)
    knowledge = knowledge_of(config, loaded, examples=False)
    picked = bool(wishes.select or config.select)
    config, profile = selection.profiled(config, knowledge, wishes.profile)
    config = inheritance.tightened(config, knowledge)
    inheritance.allowed(knowledge, wishes.ignore, wishes.fail_on, wishes.on_unknown)
    with _told_with_place(config, "standards", asked=wishes.standards):
        chosen = selection.standards(knowledge, wishes.standards or config.standards)
    facts = facts_of(config, knowledge, chosen, wishes.as_of)
    selected = wishes.select or config.select
    with _told_with_place(config, "select", "ignore", asked=(*wishes.select, *wishes.ignore)):
        rules = selection.rules(knowledge, selected, (*config.ignore, *wishes.ignore), chosen)
    if not (chosen or picked):
        rules = selection.without_demands(rules)
    asked = inheritance.required(knowledge)
    rules += [rule for rule in asked if rule not in rules and not wishes.select]
    rules, blind = selection.by_history(rules, loaded.checks, on=config.history, staged=wishes.staged)
    enforcement = selection.enforcement(config, knowledge, rules)
    pending = {name for name, one in enforcement.items() if day_of(one.day) > facts.today}
    inheritance.in_force(config, profile, pending, knowledge)
    return Terms(
        config=config,
        plugins=loaded,
        knowledge=knowledge,
        standards=chosen,
        facts=facts,
        rules=tuple(rules),
        blind=blind,
        asked=tuple(asked),
        profile=profile,
        enforcement=enforcement,
        demanding=picked or bool(chosen),
    )


@contextmanager
def _told_with_place(config: Config, *keys: str, asked: tuple[str, ...]) -> Iterator[None]:
    """What the command line did not ask for stands in the configuration: a complaint about it names the line."""
    try:
        yield
    except UsageError as error:
        known = [key for key in keys if any(repr(one) in error.message for one in getattr(config, key))]
        if asked or not known:
            raise
        raise ConfigError(f"{known[0]}: {error.message}", config.locations.get((known[0],))) from None


def policy_of(terms: Terms, wishes: Wishes, today: dt.date) -> Policy:
    """What fails the run on a day."""
    config, profile = terms.config, terms.profile
    return Policy(
        fail_on=wishes.fail_on or config.fail_on or Grade.MINOR,
        unknown_fails=(wishes.on_unknown or config.on_unknown or "fail") == "fail",
        time_fails=wishes.time_fails,
        profile=profile.name,
        enforced=profile.enforced,
        pending={name: one.day for name, one in terms.enforcement.items() if day_of(one.day) > today},
    )
