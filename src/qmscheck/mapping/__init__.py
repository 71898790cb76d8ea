"""From documents to records in canonical form, as a collection of ``qmscheck.yaml`` describes it.

docs/configuration.md is the contract: split, where, fields with ordered candidates, shaping, joins.
"""

from __future__ import annotations

from qmscheck.mapping.join import JoinIndex, build_joins
from qmscheck.mapping.layout import with_layout
from qmscheck.mapping.mapper import Mapper
from qmscheck.mapping.origin import Origin, nearest

__all__ = ["JoinIndex", "Mapper", "Origin", "build_joins", "nearest", "with_layout"]
