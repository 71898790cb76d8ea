"""Writing records: what a new one must say and why, its number, and its text in the collection's own layout."""

from qmscheck.drafting.adding import Gap, closed_to_keys, gap, home_of, with_keys, within
from qmscheck.drafting.asking import Asked, Desk, choices, gaps
from qmscheck.drafting.by_hand import instructions
from qmscheck.drafting.forms import drafted
from qmscheck.drafting.given import misfit, path_of, value_of, wanted
from qmscheck.drafting.naming import next_stem
from qmscheck.drafting.numbering import next_id
from qmscheck.drafting.rows import inserted, lines_of
from qmscheck.drafting.sample import OPEN, CannotWrite, Draft, Sample

__all__ = [
    "OPEN",
    "Asked",
    "CannotWrite",
    "Desk",
    "Draft",
    "Gap",
    "Sample",
    "choices",
    "closed_to_keys",
    "drafted",
    "gap",
    "gaps",
    "home_of",
    "inserted",
    "instructions",
    "lines_of",
    "misfit",
    "next_id",
    "next_stem",
    "path_of",
    "value_of",
    "wanted",
    "with_keys",
    "within",
]
