"""Writing records: what a new one must say and why, its number, and its text in the collection's own layout."""

from qmscheck.drafting.asking import Asked, Desk
from qmscheck.drafting.forms import CannotWrite, Draft, Sample, drafted
from qmscheck.drafting.numbering import next_id

__all__ = ["Asked", "CannotWrite", "Desk", "Draft", "Sample", "drafted", "next_id"]
