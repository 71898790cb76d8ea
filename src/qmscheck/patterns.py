"""Regular expressions that are compiled when they are first asked: most runs ask few of those that there are."""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


class _Pattern:
    """Takes over each method of the compiled expression when that is first called."""

    def __init__(self, text: str | bytes, flags: int) -> None:
        self._given: Any = text, flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(*self._given), name)
        setattr(self, name, found)
        return found


def pattern(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """What ``re.compile`` gives, for module constants. A mistake in the text shows at the first use."""
    return cast(re.Pattern[AnyStr], _Pattern(text, flags))
