"""``secrets``: no texts that look like keys, passwords, or lists of people's addresses and numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from qmscheck.checks import Check, Surroundings
from qmscheck.checks.contents import Harmless, contents
from qmscheck.checks.needles import may_be_found
from qmscheck.errors import ConfigError
from qmscheck.model import Problem, Record
from qmscheck.registry import texts_in

_Patterns = tuple[tuple[str, str], ...]


def problems(record: Record, around: Surroundings) -> Iterator[Problem]:
    """A problem for each text in which a pattern is found; the text itself is never shown.

    Option ``patterns``: name of a setting that maps what is found to a regular expression. Options ``addresses`` and
    ``pattern_of_address``: names of the settings with the number of foreign e-mail addresses in one text from which it
    is a list of people, and their pattern. Addresses of the people register are those of staff and do not count.
    """
    settings, options = around.facts.settings, around.options
    kinds = settings[str(options["patterns"])]
    listed = tuple(zip(kinds, map(str, kinds.values()), strict=True)) if isinstance(kinds, Mapping) else ()
    most = int(str(settings[str(options["addresses"])]))
    address = str(settings[str(options["pattern_of_address"])])
    if not _suspected(record, listed, address, most):
        return
    for path, text in texts_in(record.fields, ()):
        found, addresses = _found(listed, address, text)
        strangers = {one for one in addresses if around.facts.people.find(one) is None}
        where = ".".join(str(part) for part in path)
        for kind in found:
            yield Problem(message=f"{where} holds what looks like {kind}", path=path, key=f"{where}: {kind}")
        if len(strangers) > most:
            yield Problem(
                message=f"{where} lists {len(strangers)} e-mail addresses", path=path, key=f"{where}: addresses"
            )


@lru_cache(maxsize=4)
def _harmless(_listed: _Patterns, _address: str, _most: int) -> Harmless:
    return Harmless()


def _suspected(record: Record, listed: _Patterns, address: str, most: int) -> bool:
    """Whether a closer look can find anything: few patterns may be found in what is new in a record, if any."""
    harmless = _harmless(listed, address, most)
    new = harmless.others(contents(record).texts)
    whole = "\n".join(new).lower()
    for _, pattern in listed:
        if may_be_found(pattern, whole) and any(map(_compiled(pattern).search, new)):
            return True
    if may_be_found(address, whole) and any(len(_addresses(address, text)) > most for text in new):
        return True
    harmless.add(new)
    return False


def _found(listed: _Patterns, address: str, text: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """What a text looks like, and the e-mail addresses in it."""
    kinds = tuple(kind for kind, pattern in listed if _compiled(pattern).search(text))
    return kinds, _addresses(address, text)


def _addresses(pattern: str, text: str) -> frozenset[str]:
    return frozenset(map(str.casefold, _compiled(pattern).findall(text)))


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise ConfigError(f"{pattern!r} is no regular expression: {error}") from None


CHECK = Check(name="secrets", record=problems)
