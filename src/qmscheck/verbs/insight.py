"""The story of ``qmscheck explain RULE --show-input RECORD``: exactly what a rule saw, and what it made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from qmscheck import app, plugins, selection
from qmscheck.collect import tree_of
from qmscheck.config import Config
from qmscheck.errors import UsageError
from qmscheck.judging import Bench, Engine
from qmscheck.judging.rulebook import concerns
from qmscheck.memory.recall import GitLives
from qmscheck.model import Outcome, Record
from qmscheck.reading import Reading
from qmscheck.registry import RecordSet


def seen(config: Config, rule_id: str, wanted: str, as_of: str | None = None) -> dict[str, object]:
    """The variables of a rule's expressions on one record (an id, or a path), and the outcome; plain JSON data.

    Raises UsageError for a record that there is not, that two share the name of, or that the rule is not about.
    """
    loaded = plugins.load(config.disabled_plugins)
    knowledge = app.knowledge_of(config, loaded)
    rule = replace(knowledge.rules[rule_id], proven=False)
    facts = app.facts_of(config, knowledge, selection.standards(knowledge, config.standards), as_of)
    reading = Reading(config=config, knowledge=knowledge, plugins=loaded, tree=tree_of(config))
    found = (item for item in reading.records() if isinstance(item, Record))
    records = RecordSet(found, knowledge.types, untold=reading.untold)
    record = _one(records, wanted)
    if not concerns(rule, record.type):
        raise UsageError(f"{rule.id} is about {rule.record} records; {record.subject} is a {record.type}")
    history = GitLives(reading) if config.history else None
    bench = Bench(knowledge=knowledge, facts=facts, checks=loaded.checks, functions=loaded.functions, history=history)
    engine = Engine(bench, [rule])
    results = [one for one in engine.judge(records) if one.record is record]
    names = _named_settings(str(rule.definition), facts.settings)
    return {
        "rule": rule.id,
        "as_of": facts.as_of.isoformat(),
        "settings": {name: facts.settings[name] for name in names},
        **engine.input_of(record, records),
        "outcome": results[0].outcome.value if results else Outcome.NOT_APPLICABLE.value,
        "told": [text for one in results[:1] for text in (*(two.message for two in one.problems), one.reason) if text],
    }


def _one(records: RecordSet, wanted: str) -> Record:
    found = [one for one in records if wanted in (one.id, one.path, one.subject)]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(
            f"{wanted!r} is several records: {', '.join(one.subject for one in found[:5])}; name one of them"
        )
    from difflib import get_close_matches  # noqa: PLC0415 - only for the message

    near = get_close_matches(wanted, [one.id for one in records], n=3)
    raise UsageError(f"no record {wanted!r}" + (f"; did you mean {' or '.join(near)}?" if near else ""))


def _named_settings(test: str, settings: Mapping[str, object]) -> list[str]:
    return [name for name in settings if f"settings.{name}" in test]
