"""Where in the configuration a piece of a mapping stands, and the errors that name it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from qmscheck.config import Collection
from qmscheck.errors import ConfigError
from qmscheck.frozen import frozen
from qmscheck.model import Location


@frozen(kw_only=False)
class Place:
    """A path of keys below a collection: ``collections.changes.fields.owner``."""

    location: Location | None
    trail: tuple[str, ...]

    def at(self, *steps: object) -> Place:
        """The place of a key below this one."""
        return Place(self.location, (*self.trail, *(str(step) for step in steps)))

    def error(self, message: str) -> ConfigError:
        """The error to raise: this place, and what is wrong there."""
        return ConfigError(f"{'.'.join(self.trail)}: {message}", self.location)

    def unknown(self, what: str, word: object, known: Iterable[str]) -> ConfigError:
        """The error for a word that is not among the known ones, with the nearest of them."""
        return self.error(f"unknown {what} {word!r}{hint(str(word), known)}")

    def regex(self, pattern: object, flags: int = 0) -> re.Pattern[str]:
        """The compiled regular expression."""
        if not isinstance(pattern, str):
            raise self.error(f"must be a regular expression (text), not {pattern!r}")
        try:
            return re.compile(pattern, flags)
        except re.error as error:
            raise self.error(f"regular expression {pattern!r}: {error}") from None

    def text(self, value: object) -> str:
        """The value, which must be text (a number will do)."""
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            return str(value)
        raise self.error(f"must be text, not {value!r}")

    def texts(self, value: object) -> list[str]:
        """The value as a list of texts; one text is a list of one."""
        if isinstance(value, list | tuple):
            return [self.text(item) for item in value]
        return [self.text(value)]

    def mapping(self, value: object, known: Iterable[str] = ()) -> Mapping[str, object]:
        """The value, which must be a mapping, with no other keys than the known ones (if any are given)."""
        if not isinstance(value, Mapping):
            raise self.error(f"must be a mapping, not {value!r}")
        allowed = tuple(known)
        for key in value:
            if allowed and key not in allowed:
                raise self.unknown("key", key, allowed)
        return value

    def integer(self, value: object) -> int:
        """The value, which must be a whole number."""
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        raise self.error(f"must be a whole number, not {value!r}")


def place_of(collection: Collection) -> Place:
    """The place of a whole collection."""
    return Place(collection.location, ("collections", collection.name))


def hint(word: str, known: Iterable[str]) -> str:
    """``; did you mean 'key'?``, or the choices when nothing is near."""
    from difflib import get_close_matches  # noqa: PLC0415 - only a wrong configuration pays

    choices = sorted(known)
    near = get_close_matches(word, choices, n=1)
    if near:
        return f"; did you mean {near[0]!r}?"
    return f"; known: {', '.join(choices)}" if choices else ""
