"""The people register: ``people.yaml``, reference data beside the records."""

from __future__ import annotations

from qmscheck.calendars import Untold
from qmscheck.config import Config
from qmscheck.definitions import load
from qmscheck.errors import ConfigError
from qmscheck.people import People


def people_register(config: Config) -> People:
    """Read the register that the configuration names; none named: an unknown register."""
    if config.people is None:
        return People()
    definition = load(config.file(config.people), config.people, "people", ConfigError)
    entries = definition.data["people"]
    if isinstance(entries, dict):
        listed = [{"key": key, **(entry or {})} for key, entry in entries.items()]
    else:
        listed = list(entries)  # type: ignore[call-overload]
    try:
        return People.of(listed)
    except Untold as reason:
        raise definition.wrong(str(reason), ("people",)) from None
