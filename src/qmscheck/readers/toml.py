"""TOML, by the standard library: front matter between ``+++`` lines or in a ``toml`` fence, and whole files."""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime, time
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

from qmscheck.readers.document import Document
from qmscheck.readers.refusal import MAX_DEPTH, Refusal, too_deep
from qmscheck.readers.toml_places import places

if TYPE_CHECKING:
    from collections.abc import Mapping

_AT: Final = re.compile(r"\(at (?:line (\d+), column (\d+)|end of document)\)$")


def read(path: str, text: str, _options: Mapping[str, object]) -> Document:
    """Read a TOML file."""
    return Document(path=path, format="toml", data=load(text), text=text, places=places)


def load(text: str, *, start: int = 0) -> dict[str, object]:
    """The data of TOML text, dates as text. The offset of a Refusal is raised by ``start``."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _refusal(str(error), text, start) from None
    except RecursionError:
        raise too_deep(start) from None
    except ValueError as error:  # numbers that Python refuses to read
        raise Refusal(f"not valid TOML ({error})", start) from None
    return {key: _plain(value, MAX_DEPTH - 1, start) for key, value in data.items()}


def _plain(value: Any, room: int, start: int) -> object:
    """A value of JSON types; bounded recursion."""
    if isinstance(value, dict | list) and room <= 0:
        raise too_deep(start)
    if isinstance(value, dict):
        return {key: _plain(inner, room - 1, start) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner, room - 1, start) for inner in value]
    if isinstance(value, datetime | date | time):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    return value


def _refusal(message: str, text: str, start: int) -> Refusal:
    found = _AT.search(message)
    reason = f"not valid TOML ({message[: found.start()].strip() if found else message})"
    if found is None:
        return Refusal(reason, start)
    if found[1] is None:
        return Refusal(f"{reason}: the text ends too early", start + len(text.rstrip()))
    before = text.split("\n")[: int(found[1]) - 1]
    return Refusal(reason, start + sum(len(line) + 1 for line in before) + int(found[2]) - 1)
