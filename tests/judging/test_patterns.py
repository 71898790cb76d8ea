"""Patterns that look for secrets stay quick on a text that is made to be slow: each begins only where a word does."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from qmscheck import app, plugins

_SETTINGS = app.knowledge_of(None, plugins.load(())).settings
PATTERNS = [*_SETTINGS["secret_patterns"].values(), _SETTINGS["address_pattern"]]
SLOW = ["a", "a.", "a@", "1 ", "-----BEGIN ", "password", "password = ", "a://", "+1 "]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_long_text_is_read_in_time(pattern: str) -> None:
    """A quadratic pattern takes hours for these; the process would be ended after a minute."""
    looks = "import re,sys; [re.findall(sys.argv[1], piece * (1_000_000 // len(piece))) for piece in sys.argv[2:]]"
    subprocess.run([sys.executable, "-c", looks, pattern, *SLOW], check=True, timeout=60)


def test_addresses_are_still_found() -> None:
    text = "Write to ada@example.org, <bo.berg+x@mail.example.co.uk> or eva@example.org."
    assert re.findall(_SETTINGS["address_pattern"], text) == [
        "ada@example.org",
        "bo.berg+x@mail.example.co.uk",
        "eva@example.org",
    ]
