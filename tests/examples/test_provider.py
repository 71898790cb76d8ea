"""The provider satisfies every rule; each flaw is found by its own rule alone."""

from __future__ import annotations

import importlib.util
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from qmscheck import app, config, plugins, rulepack, selection, terms
from qmscheck.judging import Bench, Engine
from qmscheck.model import Outcome, Report

AS_OF = "2026-09-01"
EXAMPLES = Path(__file__).parents[2] / "examples"
PROVIDER = EXAMPLES / "provider"
BY_THE_CALENDAR = frozenset({"IMS006"})
"""Rules that no edit of a record can break: a standard was not withdrawn yet on the day of the example."""
BAD = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.ERROR)


def _flaws() -> ModuleType:
    spec = importlib.util.spec_from_file_location("flaws", EXAMPLES / "flaws" / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


FLAWS = _flaws()


def _judged_without_git() -> list[str]:
    """The shipped rules that need no git history: a folder of records has none."""
    knowledge = rulepack.load_packs([("rules", rulepack.builtin_pack())])
    rules, _ = selection.by_history(list(knowledge.rules.values()), plugins.load(()).checks, on=False)
    without = {"commit", "policy-file"}
    return sorted(rule.id for rule in rules if rule.record not in without and rule.id not in BY_THE_CALENDAR)


RULES = _judged_without_git()


@pytest.fixture(scope="session")
def judge() -> Callable[[Path], Report]:
    """Judges a folder through `app.run`, with rules that are read and compiled once for all runs with equal facts."""
    knowledge = app.knowledge_of(None, plugins.load(()))
    engines: list[tuple[tuple[object, ...], Engine]] = []

    def engine(bench: Bench, rules: object) -> Engine:
        given = _given(bench)
        for known, made in engines:
            if known == given:
                made.rulebook.bench = bench  # the files beside the records are those of this folder
                return made
        engines.append((given, Engine(bench, rules)))
        return engines[-1][1]

    def run(root: Path) -> Report:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(terms, "knowledge_of", lambda *_, **__: knowledge)
            patch.setattr(app, "Engine", engine)
            return app.run(config.load(root), app.Wishes(as_of=AS_OF, provenance=False))

    return run


def _given(bench: Bench) -> tuple[object, ...]:
    """What an engine takes from the configuration and the people register."""
    facts = bench.facts
    return facts.as_of, facts.settings, facts.people, facts.placeholders, facts.standards, bench.anchors


@pytest.fixture(scope="session")
def report(judge: Callable[[Path], Report]) -> Report:
    return judge(PROVIDER)


def _by_rule(report: Report) -> dict[str, set[Outcome]]:
    outcomes: dict[str, set[Outcome]] = defaultdict(set)
    for result in report.results:
        outcomes[result.rule.id].add(result.outcome)
    return outcomes


def _sentences(report: Report) -> list[str]:
    return [f"{result.rule.id} {result.subject}: {result.message}" for result in report.of(*BAD)]


def test_the_provider_satisfies_every_rule(report: Report) -> None:
    assert _sentences(report) == []
    assert report.satisfied


def test_the_provider_exercises_every_rule(report: Report) -> None:
    outcomes = _by_rule(report)
    assert [rule for rule in RULES if Outcome.PASS not in outcomes[rule]] == []


def test_every_kind_of_record_that_the_standards_need_is_there(report: Report) -> None:
    types = {read.type for read in report.read if read.records}
    knowledge = app.knowledge_of(None, plugins.load(()))
    assert {name for standard in knowledge.standards.values() for name in standard.required_types} <= types
    assert not [read.collection for read in report.read if not read.records or read.unreadable]


def test_every_rule_has_a_flaw_and_every_flaw_a_rule() -> None:
    assert FLAWS.names() == RULES


@pytest.mark.parametrize("rule", FLAWS.names())
def test_a_flaw_is_found_by_its_own_rule_alone(rule: str, tmp_path: Path, judge: Callable[[Path], Report]) -> None:
    flaw = FLAWS.read(rule)
    report = judge(FLAWS.make(rule, tmp_path / "copy"))
    found = {result.rule.id for result in report.of(*BAD)}
    also = set(flaw.get("also", ()))
    assert flaw["rule"] == rule
    assert {Outcome.FAIL, Outcome.ERROR} & _by_rule(report)[rule]
    assert found == {rule} | also, _sentences(report)
    assert not also or flaw["because"]


def test_a_text_that_does_not_occur_once_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("one one")
    with pytest.raises(FLAWS.FlawError, match="2 times, not once"):
        FLAWS.apply({"file": "a.yaml", "replace": "one", "with": "two"}, tmp_path)


def test_an_unknown_rule_is_named_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(FLAWS.FlawError, match="no flaw for CHG999; there are: "):
        FLAWS.make("CHG999", tmp_path / "copy")
