"""optional.yaml: which fields a sound record may do without, and whose people may have left."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import yaml


@cache
def _listed() -> dict[str, dict[str, str]]:
    return dict(yaml.safe_load((Path(__file__).parent / "optional.yaml").read_text(encoding="utf-8")))


def may_have_left(type_name: str, field: str) -> bool:
    """Whether the people in this field may have left before anything that the record dates."""
    return field in _listed()["left"].get(type_name, ())


def is_optional(type_name: str, field: str) -> bool:
    """Whether leaving this field out harms no record of the type."""
    if field in _listed()["required"].get(type_name, ()):
        return False
    patterns = (*_listed().get(type_name, {}), *_listed()["any"])
    return any(fnmatchcase(field, pattern) for pattern in patterns)
