"""Reports: one pure function per format, ``render(report, **options)``, which yields chunks of text.

The same report renders to the same bytes on every machine: no wall clock, host name or absolute path.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

FORMATS: Final[Mapping[str, tuple[str, Mapping[str, object]]]] = {
    "csv": ("csv", {}),
    "github": ("github", {}),
    "github-summary": ("markdown", {"summary": True}),
    "gitlab": ("gitlab", {}),
    "html": ("html", {}),
    "json": ("json", {}),
    "jsonl": ("json", {"lines": True}),
    "junit": ("junit", {}),
    "junit:strict": ("junit", {"strict": True}),
    "markdown": ("markdown", {}),
    "oscal": ("oscal", {}),
    "sarif": ("sarif", {}),
    "tap": ("tap", {}),
    "text": ("text", {}),
}
"""What ``--format`` and ``--output`` accept: the module that renders it, and the options that make this dialect."""
