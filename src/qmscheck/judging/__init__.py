"""Judging: rules on records. ``Engine`` is the way in; the rules of a run and their tools are its ``Rulebook``."""

from qmscheck.judging.engine import Engine
from qmscheck.judging.focus import Focus
from qmscheck.judging.ledger import Ledger
from qmscheck.judging.rulebook import Bench

__all__ = ["Bench", "Engine", "Focus", "Ledger"]
