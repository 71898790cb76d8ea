"""What packs ask of whoever uses them (``requires`` in their pack.yaml): it may be tightened, never loosened.

What a repository does not say becomes as strict as asked; what it says loosely is refused, with both places.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from qmscheck import selection
from qmscheck.calendars import UTC, Untold, shift
from qmscheck.config import Config
from qmscheck.errors import ConfigError, RuleDefinitionError, UsageError
from qmscheck.knowledge import Demand, Knowledge, Profile
from qmscheck.model import FieldPath, Grade, Rule

_MONTHS = tuple(datetime(2027, month, 1, tzinfo=UTC) for month in range(1, 13))
"""From where periods are compared: P30D is longer than P1M in February only, so neither is within the other."""


def tightened(config: Config, knowledge: Knowledge) -> Config:
    """The configuration with what packs ask for. Raises ConfigError where it is looser."""
    for demand in knowledge.demands:
        for tighten in (_fail_on, _on_unknown, _history, _inline_ignores, _placeholders, _settings):
            config = tighten(config, demand, knowledge)
        _rules(config, demand, knowledge)
    return config


def required(knowledge: Knowledge) -> list[Rule]:
    """The rules that packs ask to be judged, whatever else is chosen."""
    return list({rule.id: rule for demand in knowledge.demands for rule in _asked(demand, knowledge)}.values())


def allowed(knowledge: Knowledge, ignore: Iterable[str], fail_on: Grade | None, on_unknown: str | None) -> None:
    """Raise UsageError where the command line asks for less than packs do."""
    for demand in knowledge.demands:
        asked = demand.words.get("fail_on")
        if fail_on is not None and asked is not None and fail_on.rank > Grade(str(asked)).rank:
            raise UsageError(f"--fail-on {fail_on} is looser than {_told(demand, 'fail_on')}")
        if on_unknown == "pass" and demand.words.get("on_unknown") == "fail":
            raise UsageError(f"--on-unknown pass is looser than {_told(demand, 'on_unknown')}")
        for word in ignore:
            lost = _first(word, _asked(demand, knowledge), knowledge)
            if lost is not None:
                raise UsageError(
                    f"--ignore {word} leaves out {lost.id}, which is asked for by {_told(demand, 'rules')}"
                )


def in_force(config: Config, profile: Profile, pending: Container[str], knowledge: Knowledge) -> None:
    """Raise ConfigError where a profile, or a day on which rules begin to fail the run, lets go what packs ask for."""
    for demand in knowledge.demands:
        if not profile.enforced and demand.words.keys() & {"fail_on", "rules"}:
            raise _refused(config, demand, ("profile",), f"profile {profile.name} fails nothing", "fail_on")
        lost = next((rule for rule in _asked(demand, knowledge) if rule.id in pending), None)
        if lost is not None:
            raise _refused(config, demand, ("enforce_from",), f"enforce_from lets {lost.id} wait", "rules")


def _fail_on(config: Config, demand: Demand, _: Knowledge) -> Config:
    asked = demand.words.get("fail_on")
    if asked is None or (config.fail_on or Grade.MINOR).rank <= Grade(str(asked)).rank:
        return config
    _unless_said(config, demand, "fail_on", f"fail_on: {config.fail_on or Grade.MINOR} is looser than {asked}")
    return replace(config, fail_on=Grade(str(asked)))


def _on_unknown(config: Config, demand: Demand, _: Knowledge) -> Config:
    if demand.words.get("on_unknown") != "fail" or config.on_unknown != "pass":
        return config
    _unless_said(config, demand, "on_unknown", "on_unknown: pass is looser than fail")
    return replace(config, on_unknown="fail")


def _history(config: Config, demand: Demand, _: Knowledge) -> Config:
    if demand.words.get("history") is not True or config.history:
        return config
    _unless_said(config, demand, "history", "history: false leaves rules out")
    return replace(config, history=True)


def _inline_ignores(config: Config, demand: Demand, _: Knowledge) -> Config:
    if demand.words.get("inline_ignores") is False and config.inline_ignores:
        raise _refused(config, demand, ("inline_ignores",), "inline_ignores: true lets findings go", "inline_ignores")
    return config


def _placeholders(config: Config, demand: Demand, knowledge: Knowledge) -> Config:
    asked = [str(word) for word in _listed(demand.words.get("placeholders"))]
    own = config.placeholders
    known = own if own is not None else tuple(map(str, _listed(knowledge.settings.get("placeholders"))))
    lacking = [word for word in asked if word.casefold() not in {one.casefold() for one in known}]
    if lacking and own is not None:
        raise _refused(config, demand, ("placeholders",), f"placeholders leave out {lacking[0]!r}", "placeholders")
    return replace(config, placeholders=(*known, *lacking)) if lacking else config


def _settings(config: Config, demand: Demand, knowledge: Knowledge) -> Config:
    settings = dict(config.settings)
    for name, bound in _mapping(demand.words.get("settings")).items():
        at: FieldPath = ("requires", "settings", name)
        if name not in knowledge.settings:
            raise RuleDefinitionError(f"there is no setting {name!r}", demand.locate(at))
        for word, limit in _mapping(bound).items():
            value = settings.get(name, knowledge.settings[name])
            try:
                holds = _BOUNDS[word](value, limit)
            except Untold as reason:
                raise RuleDefinitionError(f"{name}: {reason}", demand.locate(at)) from None
            if holds:
                continue
            if name in config.settings:
                told = f"settings.{name}: {_shown(value)} is not {word.replace('_', ' ')} {_shown(limit)}"
                raise _refused(config, demand, ("settings", name), told, "settings", name)
            settings[name] = limit
    return replace(config, settings=settings)


def _rules(config: Config, demand: Demand, knowledge: Knowledge) -> None:
    asked = _asked(demand, knowledge)
    for index, word in enumerate(config.ignore):
        lost = _first(word, asked, knowledge)
        if lost is not None:
            raise _refused(config, demand, ("ignore", index), f"ignore: {word} leaves out {lost.id}", "rules")
    for rule in asked if ("select",) in config.locations else ():
        if not any(selection.matches(knowledge, word, rule) for word in config.select):
            raise _refused(config, demand, ("select",), f"select leaves out {rule.id}", "rules")


def _asked(demand: Demand, knowledge: Knowledge) -> list[Rule]:
    words = [str(word) for word in _listed(demand.words.get("rules"))]
    try:
        return selection.rules(knowledge, words, (), ()) if words else []
    except UsageError as reason:
        raise RuleDefinitionError(reason.message, demand.locate(("requires", "rules"))) from None


def _first(word: str, rules: Iterable[Rule], knowledge: Knowledge) -> Rule | None:
    return next((rule for rule in rules if selection.matches(knowledge, word, rule)), None)


def _unless_said(config: Config, demand: Demand, key: str, told: str) -> None:
    if (key,) in config.locations:
        raise _refused(config, demand, (key,), told, key)


def _refused(config: Config, demand: Demand, at: FieldPath, told: str, *asked: str) -> ConfigError:
    place = config.locations.get(at) or config.locations.get(at[:1])
    return ConfigError(f"{told}; at least that is asked for by {_told(demand, *asked)}", place)


def _told(demand: Demand, *asked: str) -> str:
    return f"the pack {demand.pack} ({demand.locate(('requires', *asked))})"


def _within(value: object, limit: object) -> bool:
    """Whether a number, or a period from whatever day it is counted, is not larger than the limit."""
    if isinstance(value, int | float) and isinstance(limit, int | float):
        return value <= limit
    if isinstance(value, int | float) or isinstance(limit, int | float):
        raise Untold(f"{_shown(value)} and {_shown(limit)} are not both numbers, or both periods such as P30D")
    return all(shift(month, str(value)) <= shift(month, str(limit)) for month in _MONTHS)


def _holds_all(value: object, asked: object) -> bool:
    return {str(one) for one in _listed(asked)} <= {str(one) for one in _listed(value)}


_BOUNDS: Mapping[str, Callable[[object, object], bool]] = {
    "at_most": _within,
    "at_least": lambda value, limit: _within(limit, value),
    "exactly": lambda value, limit: value == limit,
    "including": _holds_all,
}
"""How a setting may be bound; the words are those of the schema of pack.yaml."""


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
