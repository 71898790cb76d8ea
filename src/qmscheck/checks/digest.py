"""``body-digest``: the text of a document is the text that was approved."""

from __future__ import annotations

from collections.abc import Iterator

from qmscheck.calendars import Untold
from qmscheck.checks import Check, Surroundings
from qmscheck.model import Problem, Record


def problems(record: Record, around: Surroundings) -> Iterator[Problem]:
    """A problem when the digest of the text differs from the recorded one.

    The reading layer puts the digest of a Markdown body into ``body_digest`` (SHA-256 in hexadecimal of the text below
    the front matter, without blanks at line ends and blank lines around it). Option ``digest``: the field that holds
    the digest of the approved text. Without either it cannot be told: the file's history is not consulted here.
    """
    field = str(around.options["digest"])
    approved, current = record.fields.get(field), record.fields.get("body_digest")
    if not approved:
        raise Untold(f"no {field} is recorded" + (f"; the text as it stands has {current}" if current else ""))
    if not current:
        raise Untold("the record has no text of its own to compare")
    if str(approved).casefold().removeprefix("sha256:") != current:
        yield Problem(
            message=f"the text has changed since it was approved: it now has the digest {current}", path=(field,)
        )


CHECK = Check(name="body-digest", record=problems)
