"""The story of a run: knowledge, records, rules, results, report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Final

from qmscheck import __version__, inheritance, narrowing, plugins, policy, rulepack, selection
from qmscheck.calendars import Untold, day_of, time_of
from qmscheck.collect import tree_of
from qmscheck.collect.globs import compiled
from qmscheck.config import Config, Enforcement, Package
from qmscheck.errors import ConfigError, UsageError
from qmscheck.excusing import TYPE as WAIVER
from qmscheck.excusing import Excuses, Ignores, KnownFindings, Waivers
from qmscheck.excusing import baseline as known_findings
from qmscheck.excusing.baseline import Baseline
from qmscheck.facts import Facts
from qmscheck.judging import Bench, Engine
from qmscheck.knowledge import NO_PROFILE, Knowledge, Profile
from qmscheck.model import (
    Background,
    Grade,
    Location,
    Outcome,
    Policy,
    Provenance,
    Record,
    Report,
    Result,
    Rule,
    Unreadable,
)
from qmscheck.reading import Locator, Reading
from qmscheck.recall import GitLives
from qmscheck.register import people_register
from qmscheck.registry import RecordSet

Progress = Callable[[str, int], None]

_OWN_PACK = "rules"
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True, kw_only=True)
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


ALWAYS_READ: Final = frozenset({WAIVER})
"""Types whose records are read even where a few files are named: a hook on one file excuses as a whole run does."""


@dataclass(frozen=True, slots=True, kw_only=True)
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
        [(_OWN_PACK, rulepack.builtin_pack()), *loaded.packs, *own], record_types, examples=examples
    )


def own_packs(config: Config) -> list[tuple[str, Path]]:
    """The configuration's packs, those of packages first: shown name and folder."""
    pinned = [pack for package in config.packages for pack in _packs_of(config, package)]
    return [*pinned, *((_shown(pack, config.governed_from), pack) for pack in config.packs)]


def _packs_of(config: Config, package: Package) -> Iterable[tuple[str, Path]]:
    from qmscheck.packages import packs_of  # noqa: PLC0415 - few configurations pin packages

    return packs_of(package, config.disabled_plugins)


def run(config: Config, wishes: Wishes | None = None, progress: Progress | None = None) -> Report:
    """Judge the records of a configuration. Raises only for usage, configuration, rules and plugins."""
    wishes = wishes or Wishes()
    if sum(map(bool, (wishes.paths, wishes.changed_since is not None, wishes.staged))) > 1:
        raise UsageError("name paths, or --changed-since, or --staged: each narrows the run in its own way")
    if config.past is not None and (wishes.changed_since is not None or wishes.staged):
        raise UsageError("--at judges a tree of the past: nothing has changed there, and nothing is staged")
    tree = tree_of(config)
    named = tree.named(wishes.paths) if wishes.paths else None
    terms = terms_of(config, wishes)
    config, loaded, knowledge = terms.config, terms.plugins, terms.knowledge
    chosen, facts, rules, asked = terms.standards, terms.facts, list(terms.rules), terms.asked

    always = ALWAYS_READ
    reading = Reading(config=config, knowledge=knowledge, plugins=loaded, tree=tree, named=named, always=always)
    lives = GitLives(reading) if config.history else None
    if lives is not None and any(selection.needs_history(rule, loaded.checks) for rule in rules):
        lives.begin()
    change = narrowing.narrowed(reading, since=wishes.changed_since, staged=wishes.staged)
    items: list[Record | Unreadable] = [*policy.files(config, reading.collections(), always)]
    if change is None or not change.nothing(items):
        items = [*reading.records(_stage(progress, "read")), *items]
    records = RecordSet((item for item in items if isinstance(item, Record)), knowledge.types, complete=named is None)
    part = narrowing.part(change, reading, items, records, rules) if change else narrowing.WHOLE
    bench = Bench(
        knowledge=knowledge,
        facts=facts,
        checks=loaded.checks,
        functions=loaded.functions,
        anchors=anchors_of(config),
        history=lives,
        files=tree.beside,
    )
    engine = Engine(bench, rules)

    locator = reading.locator()
    known = wishes.baseline and terms.profile.baseline
    excuses = excuses_of(reading, records, facts, rules, baseline=known) if wishes.waivers else None
    ledger = engine.judge(
        records,
        _stage(progress, "judge"),
        lambda result: placed(excuses.excused(result) if excuses else result, locator),
        excuses.account if excuses else None,
        part.focus,
    )
    if lives is not None:
        lives.end()
    unreadable = unreadable_results(
        [item for item in items if isinstance(item, Unreadable) and part.concerns(item)], knowledge
    )
    report = Report(
        results=ledger.with_others(unreadable) if unreadable else ledger,
        rules=tuple(rules),
        provenance=_provenance(config, facts, loaded, knowledge, with_git=wishes.provenance),
        policy=policy_of(terms, wishes, facts.today),
        read=reading.read_counts(),
        clauses={name: knowledge.clauses_of(name, chosen or knowledge.standards) for name in knowledge.controls},
        left_out=(
            *terms.blind,
            *_unasked(rules, asked),
            *_left_out(engine, reading, records, wishes, part, demanding=terms.demanding),
            *_unenforced(terms),
        ),
        extent=part.extent,
    )
    return replace(report, background=partial(_background, report, knowledge, items, chosen))


def terms_of(config: Config, wishes: Wishes) -> Terms:
    """What a configuration is judged by. Raises for usage, configuration, rules and plugins."""
    loaded = plugins.load(config.disabled_plugins)
    knowledge = knowledge_of(config, loaded, examples=False)
    picked = bool(wishes.select or config.select)
    config, profile = selection.profiled(config, knowledge, wishes.profile)
    config = inheritance.tightened(config, knowledge)
    inheritance.allowed(knowledge, wishes.ignore, wishes.fail_on, wishes.on_unknown)
    chosen = selection.standards(knowledge, wishes.standards or config.standards)
    facts = facts_of(config, knowledge, chosen, wishes.as_of)
    selected = wishes.select or config.select
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


def excuses_of(
    reading: Reading, records: RecordSet, facts: Facts, rules: Iterable[Rule], *, baseline: bool = True
) -> Excuses:
    """Everything that excuses findings of these rules on these records."""
    locator = reading.locator()

    def text(path: str) -> str:
        source = reading.tree.source(path)
        told = "" if isinstance(source, Unreadable) else source.content.decode("utf-8", "replace")
        return policy.accepted(reading.config, path, told) if "qmscheck:" in told else told

    return Excuses(
        waivers=Waivers(records.of(WAIVER), records, facts, reading.knowledge.rules),
        ignores=Ignores(
            records,
            text if reading.config.inline_ignores else None,
            lambda record: locator.locate(record, ()).line,
        ),
        baseline=KnownFindings(baseline_of(reading.config) if baseline else None, facts),
        rules=tuple(rules),
    )


def baseline_of(config: Config) -> Baseline | None:
    """The baseline that the configuration names, if its file is there."""
    return known_findings.read(config.file(config.baseline), config.baseline)


def facts_of(config: Config, knowledge: Knowledge, chosen: tuple[str, ...], as_of: str | None) -> Facts:
    """The clock, settings and people of a run; unknown settings and unreadable dates raise."""
    from difflib import get_close_matches  # noqa: PLC0415 - only for messages

    for name in config.settings:
        if name not in knowledge.settings:
            near = get_close_matches(name, knowledge.settings, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ConfigError(f"unknown setting {name!r}{hint}", config.locations.get(("settings", name)))
    own = {"adoption_date": config.adoption_date or "", "standards": list(chosen)}
    settings = {**knowledge.settings, **config.settings, **own}
    then = config.past.as_of if config.past is not None and as_of is None else clock(as_of)
    return make_facts(
        knowledge, settings, then, chosen, people=people_register(config), placeholders=config.placeholders
    )


def make_facts(  # type: ignore[no-untyped-def]
    knowledge: Knowledge,
    settings: Mapping[str, object],
    as_of: dt.datetime,
    chosen: tuple[str, ...],
    *,
    people=None,  # noqa: ANN001
    placeholders: Iterable[str] | None = None,
) -> Facts:
    """Facts from settings: working week, holidays, placeholders."""
    words = placeholders if placeholders is not None else _listed(settings.get("placeholders"))
    extra = {} if people is None else {"people": people}
    return Facts(
        as_of=as_of,
        settings=settings,
        placeholders=frozenset(word.casefold().strip(".*-_ ") for word in words),
        types=knowledge.types,
        standards=chosen,
        required_types={name: standard.required_types for name, standard in knowledge.standards.items()},
        clauses={name: tuple(standard.clauses) for name, standard in knowledge.standards.items()},
        editions=knowledge.standards,
        holidays=frozenset(day_of(day) for day in _listed(settings.get("holidays"))),
        week=frozenset(_WEEKDAYS.index(day[:3].casefold()) for day in _listed(settings.get("working_days")))
        or frozenset(range(5)),
        **extra,
    )


def clock(as_of: str | None) -> dt.datetime:
    """The as-of instant: a day means its end is not reached; without one, now. The only reader of the wall clock."""
    if as_of is None:
        return dt.datetime.now(dt.UTC).replace(microsecond=0)
    try:
        return time_of(as_of)
    except Untold as reason:
        raise UsageError(f"--as-of: {reason}; write a day like 2026-09-01") from None


def _listed(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def placed(result: Result, locator: Locator) -> Result:
    """Give every problem of a result its place in a file."""
    if not result.problems or result.record is None:
        return result
    record = result.record
    problems = (
        problem if problem.location else replace(problem, location=locator.locate(record, problem.path))
        for problem in result.problems
    )
    return replace(result, problems=tuple(problems))


def unreadable_results(items: Iterable[Record | Unreadable], knowledge: Knowledge) -> list[Result]:
    """Error results for what could not be read, under the rule that asks for readable records, selected or not."""
    rule = next((rule for rule in knowledge.rules.values() if rule.definition.get("check") == "schema"), None)
    if rule is None:
        return []
    return [
        Result(rule=rule, subject=item.location.path, outcome=Outcome.ERROR, reason=item.reason, anchor=item.location)
        for item in items
        if isinstance(item, Unreadable)
    ]


def anchors_of(config: Config) -> dict[str, Location]:
    """Places of the configuration that findings without a file of their own point to."""
    whole = Location(config.path or "qmscheck.yaml", 1)
    anchors = {"standards": config.locations.get(("standards",), whole)}
    for collection in config.collections:
        anchors[f"collections.{collection.name}"] = collection.location
        anchors.setdefault(f"types.{collection.type}", collection.location)
    return anchors


def _background(
    report: Report, knowledge: Knowledge, items: Iterable[Record | Unreadable], standards: tuple[str, ...]
) -> Background:
    from qmscheck.background import background_of  # noqa: PLC0415 - only pages ask for it

    return background_of(report, knowledge, [item for item in items if isinstance(item, Record)], standards)


def _unenforced(terms: Terms) -> Iterable[str]:
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


def _unasked(rules: list[Rule], asked: Iterable[Rule]) -> Iterable[str]:
    lacking = [rule.id for rule in asked if rule not in rules]
    if lacking:
        yield f"not judged, though packs ask for it: {', '.join(lacking)}"


def _left_out(
    engine: Engine, reading: Reading, records: RecordSet, wishes: Wishes, part: narrowing.Part, *, demanding: bool
) -> Iterable[str]:
    yield from part.notes
    if part.focus is not None and part.focus.types:
        names = [rule.id for rule in engine.left_out(part.focus)]
        if names:
            yield f"rules that need what did not change, or cannot be read here, were left out: {', '.join(names)}"
    if not demanding:
        yield "no standard is chosen (standards: in qmscheck.yaml), so nothing was asked of what must exist at all"
    yield from _out_of_reach(reading)
    if records.complete:
        return
    unclaimed = reading.tree.unclaimed(wishes.paths, reading.collections())
    if unclaimed:
        yield f"no collection of the configuration names {', '.join(unclaimed)}"
    names = [rule.id for rule in engine.rulebook.left_out()]
    if names:
        yield f"only the named files were read; rules that need the other records were left out: {', '.join(names)}"


def _out_of_reach(reading: Reading) -> Iterator[str]:
    """Parts of a tree of the past that are not in it: submodules that collections reach into."""
    past = reading.config.past
    if past is None:
        return
    for path in past.submodules:
        if any(compiled(one.files).reach(path) for one in reading.collections()):
            yield f"the submodule {path} has a history of its own; what it held at {past.commit[:10]} was not read"


def _provenance(
    config: Config, facts: Facts, loaded: plugins.Plugins, knowledge: Knowledge, *, with_git: bool
) -> Provenance:
    head = None
    if with_git and (
        config.past is not None or any((folder / ".git").exists() for folder in (config.root, *config.root.parents))
    ):
        from qmscheck.history import head as git_head  # noqa: PLC0415 - GitPython costs 80 ms

        head = git_head(config.repository, config.past.commit if config.past is not None else None)
    moment = facts.as_of
    return Provenance(
        version=__version__,
        as_of=moment.date().isoformat() if moment.time() == dt.time() else moment.isoformat().replace("+00:00", "Z"),
        standards=facts.standards,
        config=config.path,
        config_digest=config.digest,
        packs=tuple(dict.fromkeys(_versioned(rule.pack) for rule in knowledge.rules.values())),
        plugins=loaded.versions,
        commit=head.commit if head else None,
        dirty=head.dirty if head else None,
        shallow=head.shallow if head else None,
        prefix=head.prefix if head else "",
        policy=config.policy.commit if config.policy is not None and config.policy is not config.past else None,
    )


def _versioned(pack: str) -> str:
    """Our own pack has our version; installed ones come with theirs, and those of the repository have its commit."""
    return f"{pack}@{__version__}" if pack == _OWN_PACK else pack


def _stage(progress: Progress | None, name: str) -> Callable[[int], None] | None:
    return None if progress is None else lambda done: progress(name, done)


def _shown(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def rules_by_area(rules: Iterable[Rule]) -> dict[str, list[Rule]]:
    """Rules grouped by the letters of their ids, in order."""
    areas: dict[str, list[Rule]] = {}
    for rule in sorted(rules, key=lambda rule: (rule.area, rule.id)):
        areas.setdefault(rule.area, []).append(rule)
    return areas
