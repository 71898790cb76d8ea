"""What becomes due: what is in order today and will not be, by nothing but the passing of time."""

from __future__ import annotations

import datetime as dt
import hashlib

from qmscheck.frozen import frozen
from qmscheck.model import Location, Rule

_ONE_DAY = dt.timedelta(days=1)


@frozen
class Due:
    """Something to be done by a day.

    ``last`` is the last day on which all is in order, ``since`` follows it. ``rule`` is None where rules begin to fail
    the run; ``subject`` is then the word that names them. ``problem`` is the key of the problem, ``message`` what will
    be found. ``excused``: it is found already, and a waiver or the baseline ends.
    """

    last: dt.date
    subject: str
    message: str
    rule: Rule | None = None
    record: str = ""
    problem: str = ""
    owner: str = ""
    fails: bool = True
    excused: bool = False
    location: Location | None = None

    @property
    def since(self) -> dt.date:
        """The first day on which it is found."""
        return self.last + _ONE_DAY

    @property
    def title(self) -> str:
        """What is expected, in a few words."""
        return self.rule.title if self.rule is not None else f"{self.subject} begins to fail the run"

    @property
    def identity(self) -> str:
        """Stays the same when the day, the wording or the line change: 32 hexadecimal digits."""
        parts = (self.rule.id if self.rule is not None else "enforce_from", self.subject, self.problem)
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


@frozen
class Agenda:
    """What becomes due after ``as_of`` and up to ``until``, in the order of days and owners.

    ``found`` counts what the same rules find already.
    """

    as_of: dt.datetime
    until: dt.date
    due: tuple[Due, ...] = ()
    found: int = 0
