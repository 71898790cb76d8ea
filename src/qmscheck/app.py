"""The story of a run: terms, records, results, report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from qmscheck import account, narrowing, policy, selection
from qmscheck.calendars import Untold
from qmscheck.circumstances import clock, facts_of, make_facts
from qmscheck.collect import Tree, tree_of
from qmscheck.config import Config
from qmscheck.errors import UsageError
from qmscheck.excusing import TYPE as WAIVER
from qmscheck.excusing import Excuses, Ignores, KnownFindings, Waivers
from qmscheck.excusing import baseline as known_findings
from qmscheck.excusing.baseline import Baseline
from qmscheck.facts import Facts
from qmscheck.judging import Bench, Engine
from qmscheck.knowledge import Knowledge
from qmscheck.memory.recall import GitLives
from qmscheck.model import Background, Location, Outcome, Record, Report, Result, Rule, Unreadable
from qmscheck.reading import Locator, Reading
from qmscheck.registry import RecordSet
from qmscheck.sight import Sight
from qmscheck.staging import Index
from qmscheck.terms import Terms, Wishes, knowledge_of, own_packs, policy_of, terms_of

if TYPE_CHECKING:
    from qmscheck.memory.archive import Ahead

__all__ = [
    "ALWAYS_READ",
    "Progress",
    "Terms",
    "Wishes",
    "anchors_of",
    "baseline_of",
    "clock",
    "excuses_of",
    "facts_of",
    "knowledge_of",
    "make_facts",
    "own_packs",
    "placed",
    "policy_of",
    "run",
    "terms_of",
    "unreadable_results",
]

Progress = Callable[[str, int], None]

ALWAYS_READ: Final = frozenset({WAIVER})
"""Types whose records are read even where a few files are named: a hook on one file excuses as a whole run does."""


def run(
    config: Config, wishes: Wishes | None = None, progress: Progress | None = None, tree: Tree | None = None
) -> Report:
    """Judge the records of a configuration. Raises only for usage, configuration, rules and plugins.

    ``tree`` is where the records are, if they are not to be taken as they lie there.
    """
    wishes = wishes or Wishes()
    wishes.at_odds(config)
    index = _index(config) if wishes.staged else None
    kept = _kept(config) if wishes.staged else None
    tree = tree or tree_of(config)
    named = tree.named(wishes.paths) if wishes.paths else None
    terms = terms_of(config, wishes)
    knowledge = terms.knowledge
    reading = Reading(
        config=terms.config, knowledge=knowledge, plugins=terms.plugins, tree=tree, named=named, always=ALWAYS_READ
    )
    with _lives(reading, terms) as lives:
        change = narrowing.narrowed(reading, terms.rules, since=wishes.changed_since, index=index)
        engine = Engine(_bench(terms, reading.tree, lives), terms.rules)
        records, unreadable = _read(reading, change, kept, engine, _stage(progress, "read"))
        part = narrowing.WHOLE
        if change is not None:
            sight = Sight(terms.rules, terms.plugins.checks, records, terms.facts)
            part = narrowing.part(change, reading, unreadable, records, sight)
        excuses = _excuses(reading, records, terms, wishes)
        results = engine.judge(
            records,
            _stage(progress, "judge"),
            _finishing(excuses, reading.locator()),
            excuses.account if excuses else None,
            part.focus,
        )
    untold = unreadable_results((one for one in unreadable if part.concerns(one)), knowledge)
    report = Report(
        results=results.with_others(untold) if untold else results,
        rules=terms.rules,
        provenance=account.provenance(terms, with_git=wishes.provenance, index=index),
        policy=policy_of(terms, wishes, terms.facts.today),
        read=reading.read_counts(),
        clauses={
            name: knowledge.clauses_of(name, terms.standards or knowledge.standards) for name in knowledge.controls
        },
        left_out=tuple(account.left_out(terms, wishes, reading, engine, part)),
        extent=part.extent,
    )
    return replace(report, background=partial(_background, report, knowledge, records, terms.standards))


def _index(config: Config) -> Index:
    """The index of git, which is asked while the rules are read."""
    try:
        return Index(config.root)
    except Untold as reason:
        raise UsageError(f"--staged: {reason}") from None


def _kept(config: Config) -> Ahead | None:
    """What an earlier run over what is staged kept, which is looked through meanwhile."""
    try:
        from qmscheck.memory.familiar import ahead  # noqa: PLC0415 - SQLite costs 6 ms, and only such runs need it
    except ImportError:  # Python can be built without
        return None
    return ahead(config.root)


@contextmanager
def _lives(reading: Reading, terms: Terms) -> Iterator[GitLives | None]:
    """Git reads ahead while records are read and judged, where a rule will ask it."""
    lives = GitLives(reading) if terms.config.history else None
    if lives is not None and any(selection.needs_history(rule, terms.plugins.checks) for rule in terms.rules):
        lives.begin()
    yield lives
    if lives is not None:
        lives.end()


def _read(
    reading: Reading,
    change: narrowing.Narrowing | None,
    kept: Ahead | None,
    engine: Engine,
    progress: Callable[[int], None] | None,
) -> tuple[RecordSet, list[Unreadable]]:
    """All records and what could not be read; only the policy's own files where nothing else changed."""
    items: list[Record | Unreadable] = list(policy.files(reading.config, reading.collections(), ALWAYS_READ))
    if kept is not None and change is not None and change.index is not None and not change.nothing(items):
        from qmscheck.memory.familiar import Familiar  # noqa: PLC0415 - as in `_kept`

        known = Familiar(reading, change.index, narrowing.sought(engine), kept)
        found = known.records((one for one in items if isinstance(one, Record)), progress)
        return found, [*known.unreadable(), *(one for one in items if isinstance(one, Unreadable))]
    if change is None or not change.nothing(items):
        items = [*reading.records(progress), *items]
    records = RecordSet(
        (item for item in items if isinstance(item, Record)),
        reading.knowledge.types,
        complete=reading.named is None,
        untold=reading.untold,
    )
    return records, [item for item in items if isinstance(item, Unreadable)]


def _bench(terms: Terms, tree: Tree, lives: GitLives | None) -> Bench:
    return Bench(
        knowledge=terms.knowledge,
        facts=terms.facts,
        checks=terms.plugins.checks,
        functions=terms.plugins.functions,
        anchors=anchors_of(terms.config),
        history=lives,
        files=tree.beside,
    )


def _excuses(reading: Reading, records: RecordSet, terms: Terms, wishes: Wishes) -> Excuses | None:
    if not wishes.waivers:
        return None
    known = wishes.baseline and terms.profile.baseline
    return excuses_of(reading, records, terms.facts, terms.rules, baseline=known)


def _finishing(excuses: Excuses | None, locator: Locator) -> Callable[[Result], Result]:
    """Excuse a result where somebody excuses it, and place it."""
    return lambda result: placed(excuses.excused(result) if excuses else result, locator)


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
    """Results for what could not be read or told, under the rule that asks for readable records, selected or not."""
    rule = next((rule for rule in knowledge.rules.values() if rule.definition.get("check") == "schema"), None)
    if rule is None:
        return []
    return [
        Result(
            rule=rule,
            subject=item.location.path,
            outcome=Outcome.UNKNOWN if item.untold else Outcome.ERROR,
            reason=item.reason,
            anchor=item.location,
        )
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
    report: Report, knowledge: Knowledge, records: Iterable[Record], standards: tuple[str, ...]
) -> Background:
    from qmscheck.background import background_of  # noqa: PLC0415 - only pages ask for it

    return background_of(report, knowledge, list(records), standards)


def _stage(progress: Progress | None, name: str) -> Callable[[int], None] | None:
    return None if progress is None else lambda done: progress(name, done)
