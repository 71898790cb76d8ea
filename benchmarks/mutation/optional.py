"""optional.yaml: which fields a sound record may do without."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import yaml


@cache
def _listed() -> dict[str, dict[str, str]]:
    return dict(yaml.safe_load((Path(__file__).parent / "optional.yaml").read_text(encoding="utf-8")))


def is_optional(type_name: str, field: str) -> bool:
    """Whether leaving this field out harms no record of the type."""
    if field in _listed()["required"].get(type_name, ()):
        return False
    patterns = (*_listed().get(type_name, {}), *_listed()["any"])
    return any(fnmatchcase(field, pattern) for pattern in patterns)
