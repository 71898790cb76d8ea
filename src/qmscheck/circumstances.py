"""The facts of a run: its one clock, settings, people, holidays. The only place that reads the wall clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from qmscheck.calendars import Untold, day_of, time_of
from qmscheck.config import Config
from qmscheck.errors import ConfigError, UsageError
from qmscheck.facts import Facts
from qmscheck.fitting import unfit
from qmscheck.knowledge import Knowledge
from qmscheck.register import people_register
from qmscheck.spelling import hint

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def facts_of(config: Config, knowledge: Knowledge, chosen: tuple[str, ...], as_of: str | None) -> Facts:
    """The clock, settings and people of a run; unknown or unfit settings and unreadable dates raise."""
    for name, value in config.settings.items():
        if name not in knowledge.settings:
            raise ConfigError(_unknown(name, knowledge), config.locations.get(("settings", name)))
        wanted = unfit(name, value, knowledge.settings[name])
        if wanted:
            message = f"the setting {name} is {value!r}; it must be {wanted}"
            raise ConfigError(message, config.locations.get(("settings", name)))
    own = {"adoption_date": config.adoption_date or "", "standards": list(chosen)}
    settings = {**knowledge.settings, **config.settings, **own}
    then = config.past.as_of if config.past is not None and as_of is None else clock(as_of)
    return make_facts(
        knowledge, settings, then, chosen, people=people_register(config), placeholders=config.placeholders
    )


def _unknown(name: str, knowledge: Knowledge) -> str:
    return f"unknown setting {name!r}{hint(name, knowledge.settings)}"


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
