"""What the tests of the readers share."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qmscheck.model import Source, Unreadable
from qmscheck.readers import Document, events, read

Read = Callable[..., Document]


@pytest.fixture(params=["libyaml", "python"])
def each_parser(request, monkeypatch):
    """Run the test with libyaml's parser and with the slow one in its place."""
    if request.param == "python":
        monkeypatch.setattr(events, "FastParser", None)
    elif events.FastParser is None:
        pytest.skip("PyYAML has no libyaml here")
    return request.param


@pytest.fixture
def good() -> Read:
    """Read text or bytes that must be readable."""

    def take(content: str | bytes, kind: str, *, path: str = "record", **options: object) -> Document:
        document = _read(content, kind, path, options)
        assert isinstance(document, Document), document
        return document

    return take


@pytest.fixture
def bad() -> Callable[..., tuple[int | None, int | None, str]]:
    """Read text or bytes that must not be readable: line, column and reason."""

    def take(content: str | bytes, kind: str, **options: object) -> tuple[int | None, int | None, str]:
        answer = _read(content, kind, "record", options)
        assert isinstance(answer, Unreadable), answer.data
        assert answer.location.path == "record"
        return answer.location.line, answer.location.column, answer.reason

    return take


def _read(content: str | bytes, kind: str, path: str, options: dict[str, object]) -> Document | Unreadable:
    return read(Source(path, content.encode() if isinstance(content, str) else content), kind, options)
