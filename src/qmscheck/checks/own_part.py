"""``own-part``: not everything that is delivered is run by others."""

from __future__ import annotations

from collections.abc import Iterator

from qmscheck.checks import Check, NotApplicable, Surroundings, Verdict
from qmscheck.model import Problem, Record

_SUPPLIER = "supplier"


def verdicts(records: list[Record], around: Surroundings) -> Iterator[Verdict]:
    """One verdict on all services in use and in scope: a problem where outside suppliers run every one as a whole.

    A supplier runs a whole service where it provides the service; where it provides a component or process, the
    organisation runs the rest. Options: ``services``, fields and values that pick them; ``own``, kinds of supplier that
    belong to the organisation.
    """
    wanted = around.options["services"]
    picked = [one for one in records if all(one.fields.get(name) in values for name, values in wanted.items())]  # type: ignore[attr-defined]
    if not picked:
        raise NotApplicable("no service is in use and in scope")
    if not any(_is_own(one, around) for one in picked):
        message = f"every one of the {len(picked)} services in scope is run by outside suppliers as a whole"
        yield Verdict(subject="service", problems=(Problem(message=message, key="service"),))
    else:
        yield Verdict(subject="service")


def _is_own(service: Record, around: Surroundings) -> bool:
    named, own = service.fields.get("delivered_by") or [], around.options["own"]
    suppliers = [
        supplier
        for name in (named if isinstance(named, list) else [named])
        for supplier in around.records.find(_SUPPLIER, "id", name)
        if supplier.fields.get("kind") not in own  # type: ignore[operator]
    ]
    return not any(_runs(supplier, service) for supplier in suppliers)


def _runs(supplier: Record, service: Record) -> bool:
    provides = supplier.fields.get("provides")
    return any(
        isinstance(item, dict)
        and item.get("what") == "service"
        and str(item.get("ref")).casefold() == service.id.casefold()
        for item in (provides if isinstance(provides, list) else [])
    )


CHECK = Check(name="own-part", whole=verdicts, looks_around=True, sees=(_SUPPLIER,))
