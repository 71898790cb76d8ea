"""Which rules run: by id, prefix, name, control, clause or standard; and which editions of the standards are meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from qmscheck.checks import Check
from qmscheck.config import Config, Enforcement
from qmscheck.errors import ConfigError, UsageError
from qmscheck.knowledge import NO_PROFILE, Knowledge, Profile
from qmscheck.model import Rule, Scope
from qmscheck.patterns import pattern
from qmscheck.spelling import hint

_ISO_20001 = pattern(r"\s*(?:iso)?[\s/_-]*(?:iec)?[\s/_-]*20001(?!\d)", re.IGNORECASE)


def refuse_iso_20001(word: str) -> None:
    """The standard that many mean and that does not exist."""
    if _ISO_20001.match(word):
        raise UsageError(
            "there is no standard ISO 20001; the one for service management is ISO/IEC 20000-1: write iso20000-1:2018"
        )


def standards(knowledge: Knowledge, names: Iterable[str]) -> tuple[str, ...]:
    """Edition ids for names and aliases (``iso9001``, ``integrated``); unknown ones raise with the nearest word."""
    chosen: list[str] = []
    for name in names:
        refuse_iso_20001(name)
        found = [
            standard.id
            for standard in knowledge.standards.values()
            if name.casefold() in (standard.id, *standard.aliases)
        ]
        if not found:
            words = [word for standard in knowledge.standards.values() for word in (standard.id, *standard.aliases)]
            raise UsageError(
                f"unknown standard {name!r}" + (hint(name, words) or f"; known: {', '.join(sorted(words))}")
            )
        chosen += found
    return tuple(dict.fromkeys(chosen))


def rules(knowledge: Knowledge, select: Iterable[str], ignore: Iterable[str], chosen: tuple[str, ...]) -> list[Rule]:
    """The rules that are selected (default: all), not ignored, and have a clause in the chosen standards (if any)."""
    selectors, ignored = tuple(select), tuple(ignore)
    for selector in (*selectors, *ignored):
        _known(knowledge, selector)
    picked = []
    for rule in knowledge.rules.values():
        if selectors and not any(matches(knowledge, selector, rule) for selector in selectors):
            continue
        if any(matches(knowledge, selector, rule) for selector in ignored):
            continue
        if chosen and not _touches(knowledge, rule, chosen):
            continue
        picked.append(rule)
    return picked


def profiled(config: Config, knowledge: Knowledge, name: str | None = None) -> tuple[Config, Profile]:
    """The configuration with what a profile says where it says nothing itself, and the profile.

    ``name`` goes before the configuration's own; raises ConfigError, or UsageError for ``name``, where there is none.
    """
    wanted = name or config.profile
    if wanted is None:
        return config, NO_PROFILE
    profile = knowledge.profiles.get(wanted)
    if profile is None:
        known = f"; known: {', '.join(sorted(knowledge.profiles))}"
        message = f"unknown profile {wanted!r}{hint(wanted, knowledge.profiles) or known}"
        raise UsageError(message) if name else ConfigError(message, config.locations.get(("profile",)))
    if name:  # asked for here and now: the configuration's own words stand back
        config = replace(config, select=(), fail_on=None, on_unknown=None)
    filled = replace(
        config,
        select=config.select or profile.select,
        ignore=(*config.ignore, *profile.ignore),
        fail_on=config.fail_on or profile.fail_on,
        on_unknown=config.on_unknown or profile.on_unknown,
        history=config.history or profile.history,
    )
    return filled, profile


def enforcement(config: Config, knowledge: Knowledge, rules: Iterable[Rule]) -> dict[str, Enforcement]:
    """The day from which each rule that the configuration names fails the run; of several the most exact counts.

    An id is more exact than anything, then a longer beginning of an id, then any other word; equals: the earlier day.
    """
    entries = sorted(config.enforce_from.items(), key=lambda item: item[1].day)
    for selector, entry in entries:
        try:
            _known(knowledge, selector)
        except UsageError as error:
            raise ConfigError(f"enforce_from: {error}", entry.location) from None
    found: dict[str, Enforcement] = {}
    for rule in rules:
        meant = [
            (_exactness(selector, rule), entry) for selector, entry in entries if matches(knowledge, selector, rule)
        ]
        if meant:
            found[rule.id] = max(meant, key=lambda one: one[0])[1]
    return found


def _exactness(selector: str, rule: Rule) -> int:
    return len(selector) if rule.id.startswith(selector) else len(rule.id) if selector == rule.name else 0


def without_demands(rules: Iterable[Rule]) -> list[Rule]:
    """The rules but for those on whole sets of records: they ask for evidence that a standard wants to exist."""
    return [rule for rule in rules if rule.scope is not Scope.COLLECTION]


def by_history(
    rules: list[Rule], checks: Mapping[str, Check], *, on: bool, staged: bool = False
) -> tuple[list[Rule], tuple[str, ...]]:
    """The rules that a run can judge, and a sentence about those that need a history that it does not read.

    What is ``staged`` has no history yet.
    """
    blind = [rule for rule in rules if needs_history(rule, checks)] if staged or not on else []
    if not blind:
        return rules, ()
    count = f"{len(blind)} rule{'s' if len(blind) > 1 else ''}"
    why = "what is staged has none yet" if on else "history: true in qmscheck.yaml switches them on"
    sentence = f"{count} on the git history of records ({why})"
    return [rule for rule in rules if rule not in blind], (f"not judged: {sentence}",)


def needs_history(rule: Rule, checks: Mapping[str, Check]) -> bool:
    """Whether it judges lives of records and cannot without."""
    check = checks.get(str(rule.definition.get("check", "")))
    return check is not None and check.history


def by_clock(rules: Iterable[Rule], checks: Mapping[str, Check]) -> list[Rule]:
    """The rules whose outcome may change by nothing but the passing of time."""
    return [rule for rule in rules if _reads_clock(rule, checks)]


def _reads_clock(rule: Rule, checks: Mapping[str, Check]) -> bool:
    check = checks.get(str(rule.definition.get("check", "")))
    told = (str(rule.definition.get(key, "")) for key in ("when", "where", "among", "each", "requires", "expect"))
    return (check is not None and check.clock) or any("as_of" in text for text in told)


def matches(knowledge: Knowledge, selector: str, rule: Rule) -> bool:
    """Whether a selector means this rule: id or its beginning, name, control, clause (and those below), standard."""
    if rule.id.startswith(selector) or selector in (rule.name, rule.record) or selector in rule.controls:
        return True
    clauses = [
        clause
        for control in rule.controls
        for clause in knowledge.clauses_of(control, knowledge.standards)
        if rule.asked_by(clause)
    ]
    return any(clause == selector or clause.startswith((f"{selector}/", f"{selector}.")) for clause in clauses)


def _touches(knowledge: Knowledge, rule: Rule, chosen: tuple[str, ...]) -> bool:
    mapped = [control for control in rule.controls if knowledge.controls[control].clauses]
    asking = [standard for standard in chosen if rule.asked_by(standard)]
    return not mapped or any(knowledge.clauses_of(control, asking) for control in mapped)


def _known(knowledge: Knowledge, selector: str) -> None:
    if any(matches(knowledge, selector, rule) for rule in knowledge.rules.values()):
        return
    words = [
        *knowledge.rules,
        *(rule.name for rule in knowledge.rules.values()),
        *knowledge.controls,
        *knowledge.standards,
    ]
    raise UsageError(f"nothing is selected by {selector!r}{hint(selector, words)}")
