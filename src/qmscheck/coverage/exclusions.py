"""What context records declare not applicable, and whether the edition lets them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from qmscheck.frozen import frozen
from qmscheck.knowledge import Clause, Standard
from qmscheck.model import Record

_TYPE = "context"
_LIST = "not_applicable"
_EDITION = re.compile(r":\d{4}.*$")


@frozen
class Exclusion:
    """A clause that a record declares not applicable. ``standard`` is as written, made plain."""

    standard: str
    clause: str
    justification: str
    record: str


def exclusions(records: Iterable[Record]) -> tuple[Exclusion, ...]:
    """All declarations; those that name no standard or clause are left to the rules."""
    return tuple(
        Exclusion(
            standard=plain(str(entry["standard"])),
            clause=str(entry["clause"]),
            justification=" ".join(str(entry.get("justification") or "").split()),
            record=record.id,
        )
        for record in records
        if record.type == _TYPE
        for entry in _entries(record)
    )


def exclusion_of(clause: Clause, standard: Standard, declared: Iterable[Exclusion]) -> Exclusion | None:
    """The declaration that covers a clause: by this edition, or by the one before it through the crosswalk."""
    own = {standard.id, _EDITION.sub("", standard.id)}
    for one in declared:
        if one.standard in own or standard.called(one.standard):
            numbers: tuple[str, ...] = (clause.number,)
        else:
            numbers = clause.origin if one.standard == standard.follows else ()
        if numbers and all(_within(number, one.clause) for number in numbers):
            return one
    return None


def plain(name: str) -> str:
    """``ISO/IEC 20000-1:2018`` as ``iso20000-1:2018``."""
    return re.sub(r"[\s_]+", "", name.casefold().replace("/iec", ""))


def _entries(record: Record) -> Iterable[Mapping[str, object]]:
    found = record.fields.get(_LIST)
    for entry in found if isinstance(found, list) else []:
        if isinstance(entry, Mapping) and entry.get("standard") and entry.get("clause"):
            yield entry


def _within(number: str, above: str) -> bool:
    return number == above or number.startswith(f"{above}.")
