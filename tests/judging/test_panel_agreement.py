"""What the panel answers in Python is what CEL answers: on every record of every example, good and bad."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qmscheck import app, plugins
from qmscheck.judging import Bench, Engine
from qmscheck.judging.panel import Panel
from qmscheck.knowledge import Knowledge
from qmscheck.model import Record, Result
from qmscheck.plugins import Plugins
from qmscheck.registry import RecordSet

Told = list[tuple[str, str, str, str, tuple[str, ...]]]


@pytest.fixture(scope="module")
def loaded() -> Plugins:
    return plugins.load()


@pytest.fixture(scope="module")
def knowledge(loaded: Plugins) -> Knowledge:
    return app.knowledge_of(None, loaded)


@pytest.fixture(scope="module")
def records(knowledge: Knowledge) -> list[Record]:
    """Every record of every example, good and bad, with what stands beside it, as one big set."""
    found = []
    for rule in knowledge.rules.values():
        default = rule.record.split()[0]
        for example in rule.examples:
            for fields in (*([example.record] if example.record else []), *(example.records or ()), *example.related):
                kind = str(fields.get("type", default))
                if kind in knowledge.types:
                    number = len(found)
                    found.append(
                        Record(
                            type=kind,
                            id=str(fields.get("id", f"E-{number}")),
                            fields=dict(fields),
                            path=f"{kind}/{number}.yaml",
                            collection="examples",
                        )
                    )
    return found


@pytest.fixture
def told(
    knowledge: Knowledge, loaded: Plugins, records: list[Record], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Told]:
    def run(*, with_panel: bool) -> Told:
        if not with_panel:
            monkeypatch.setattr(Panel, "row", lambda self, *_: self._start.copy())
        facts = app.make_facts(knowledge, knowledge.settings, app.clock("2026-09-01"), ("iso9001:2015",))
        bench = Bench(knowledge=knowledge, facts=facts, checks=loaded.checks, functions=loaded.functions)
        results = Engine(bench, knowledge.rules.values()).judge(RecordSet(records, knowledge.types))
        return sorted(_plain(result) for result in results)

    return run


def _plain(result: Result) -> tuple[str, str, str, str, tuple[str, ...]]:
    problems = tuple(f"{problem.identity}: {problem.message}" for problem in result.problems)
    return result.rule.id, result.subject, str(result.outcome), result.reason, problems


def test_a_panel_says_what_single_rules_say(told: Callable[..., Told], records: list[Record]) -> None:
    together, alone = told(with_panel=True), told(with_panel=False)
    assert len(together) > len(records) * 5
    assert together == alone
