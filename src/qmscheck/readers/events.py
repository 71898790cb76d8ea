"""The events of YAML text: libyaml's parser where PyYAML has it, its own slow one where not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

from qmscheck.patterns import pattern
from qmscheck.readers.refusal import Refusal

try:
    from yaml._yaml import CParser as FastParser
except ImportError:  # PyYAML was built without libyaml
    FastParser = None  # type: ignore[assignment, misc]

if TYPE_CHECKING:
    from collections.abc import Callable

_SURROGATE: Final = pattern("[\ud800-\udfff]")


class SlowParser(Reader, Scanner, Parser):
    """The parser in Python: the same events, about nine times slower."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)

    def get_event(self) -> Any:
        """The next event. Refuses half characters, as libyaml does by itself."""
        event: Any = super().get_event()  # type: ignore[no-untyped-call]
        value = getattr(event, "value", None)
        if value and _SURROGATE.search(value):
            raise Refusal("half a character (a lone surrogate)", event.start_mark.index)
        return event


def events_of(text: str) -> Callable[[], Any]:
    """A function that returns one event a call, from the start of the stream to its end."""
    parser: Any = SlowParser(text) if FastParser is None else FastParser(text)
    get_event: Callable[[], Any] = parser.get_event
    return get_event
