"""``evidence-unchanged``: files that prove something are as they were. ``clause-evidence``: each clause has records."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping

from qmscheck.calendars import Untold
from qmscheck.checks import Check, NotApplicable, Surroundings, Verdict
from qmscheck.checks.contents import contents
from qmscheck.knowledge import Evidence, Standard
from qmscheck.model import FieldPath, Problem, Record, Unreadable
from qmscheck.patterns import pattern
from qmscheck.registry import NOTHING, Lookup
from qmscheck.schema import ANY

_POINTER = pattern(
    rb"^version https://git-lfs\.github\.com/spec/v1\s.*^oid sha256:([0-9a-f]{64})$", re.DOTALL | re.MULTILINE
)
UNCHANGED = "evidence-unchanged"

_NIL, _NIL_OF = "nil-return", "record_type"
_SHOWN = 12


def unchanged(record: Record, around: Surroundings) -> Iterator[Problem]:
    """A problem for each file named as evidence that is not there, or whose digest is another than stated.

    Of a file kept by Git LFS the digest in its pointer counts. Addresses are not followed.
    """
    named = list(_files(record.fields, ())) if any("path" in one for one in contents(record).mappings) else ()
    if not named:
        raise NotApplicable("it names no file of the repository as evidence")
    if around.files is None:
        raise Untold("the files of the repository were not looked at")
    for path, item in named:
        file = str(item["path"])
        found = around.files(file)
        if isinstance(found, Unreadable):
            yield Problem(message=f"{file}: {found.reason}", path=(*path, "path"))
        elif (stated := item.get("sha256")) and _digest(found.content) != str(stated).casefold():
            message = f"{file} is not the file that was evidence: its digest is {_digest(found.content)}"
            yield Problem(message=message, path=(*path, "sha256"))


def _files_named(record: Record) -> Iterator[str]:
    return (str(item["path"]) for _, item in _files(record.fields, ()))


FILES_NAMED = Lookup(name="files-named", values=_files_named)
"""Records by the files of the repository that they name as evidence."""


def _digest(data: bytes) -> str:
    pointer = _POINTER.match(data) if len(data) < 1024 else None  # noqa: PLR2004 - a pointer is shorter
    return pointer[1].decode() if pointer else hashlib.sha256(data).hexdigest()


def _files(value: object, path: FieldPath) -> Iterator[tuple[FieldPath, Mapping[str, object]]]:
    """The pieces of evidence that name a file."""
    if isinstance(value, dict):
        for key, child in value.items():
            if isinstance(child, (dict, list)):
                yield from _files(child, (*path, key))
    elif isinstance(value, list):
        field = next((part for part in reversed(path) if isinstance(part, str)), "")
        for index, item in enumerate(value):
            if isinstance(item, dict) and field.endswith("evidence") and isinstance(item.get("path"), str):
                yield (*path, index), item
            if isinstance(item, (dict, list)):
                yield from _files(item, (*path, index))


def of_clauses(records: list[Record], around: Surroundings) -> Iterator[Verdict]:  # noqa: ARG001 - looks at all
    """One verdict for each chosen standard: a problem where clauses have no record of the kinds that would show them.

    A nil return of such a kind is one. Clauses that only people can judge, or that no repository can show, are not
    counted; `qmscheck coverage` lists them. Nor are those of which every kind of record is missing altogether where the
    standard needs it: that is said by `presence`.
    """
    known = around.records
    nothing = {str(one.fields.get(_NIL_OF)) for one in known.of(_NIL)}
    for standard in around.facts.standards:
        required = around.facts.required_types.get(standard, ())
        bare = [
            number
            for number, kinds in _wanted(around.facts.editions.get(standard))
            if not all(one.type in required and not known.has(one.type) for one in kinds)
            and not any(one.type in nothing or known.shows(one) for one in kinds)
        ]
        more = f" and {len(bare) - _SHOWN} more" if len(bare) > _SHOWN else ""
        message = f"no record shows anything of {len(bare)} clauses of {standard}: {', '.join(bare[:_SHOWN])}{more}"
        yield Verdict(subject=standard, problems=(Problem(message=message, key=standard),) if bare else ())


def _wanted(standard: Standard | None) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    """The clauses that are not divided any more and name the kinds of record that show them."""
    if standard is None:
        return
    for number, clause in standard.clauses.items():
        if clause.types and not standard.below(number) and all(one.type != ANY for one in clause.types):
            yield number, clause.types


CHECKS = (
    Check(name=UNCHANGED, record=unchanged),
    Check(name="clause-evidence", whole=of_clauses, looks_around=True, only=NOTHING),
)
