"""What a comparison says in every form."""

from __future__ import annotations

from typing import Final

from qmscheck.comparison import Comparison
from qmscheck.reporters.findings import count

PARTS: Final = {
    "new": "New: this change brings it",
    "fixed": "Fixed: this change takes it away",
    "aged": "By time alone: it was in order when the base was committed",
    "eased": "Gone by time alone",
}
"""The parts of a comparison in the order of reading, with their titles."""

_SHORT: Final = 10


def base(comparison: Comparison) -> str:
    """What was compared with."""
    name = f" (merge base of HEAD and {comparison.asked})" if comparison.asked != "HEAD" else ""
    return (
        f"Compared with commit {comparison.base[:_SHORT]} of {comparison.base_on}{name}, "
        f"both judged as of {comparison.new.provenance.as_of}."
    )


def counted(comparison: Comparison) -> str:
    """How much is in each part."""
    numbers = {"new": comparison.new, "fixed": comparison.fixed, "by time alone": comparison.aged}
    told = ", ".join(f"{name} {count(report):,}" for name, report in numbers.items())
    return f"Findings: {told}; unchanged {comparison.kept:,}, those by time among them."
