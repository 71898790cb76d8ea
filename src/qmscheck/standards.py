"""Standard files: editions and their clauses, with what each clause takes from the one above it or before it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from qmscheck.definitions import Definition
from qmscheck.knowledge import Clause, Evidence, Standard
from qmscheck.schema import ANY, RecordType
from qmscheck.spelling import hint


def standard_of(definition: Definition, earlier: Mapping[str, Standard]) -> Standard:
    """The edition that a file describes; ``earlier`` are those read before it, one of which it may follow."""
    data = definition.data
    name, follows = str(data["standard"]), str(data.get("follows", ""))
    before = earlier.get(follows)
    if follows and before is None:
        raise definition.wrong(f"it follows {follows!r}, which no file before it describes", ("follows",))
    own: Mapping[str, Mapping[str, object]] = data["clauses"]  # type: ignore[assignment]
    clauses: dict[str, Clause] = {}
    for number in sorted(own, key=lambda number: number.count(".")):
        clause = _clause(name, number, own[number])
        origins = _origins(definition, clause, before)
        above = clauses.get(number.rpartition(".")[0])
        clauses[number] = _completed(clause, [*origins, above] if above else origins)
    return Standard(
        id=name,
        title=str(data["title"]),
        status=str(data.get("status", "current")),
        note=str(data.get("note", "")),
        aliases=words(data.get("aliases")),
        required_types=words(data.get("required_types")),
        excludable=data.get("exclusions") != "none",
        follows=follows,
        withdrawn_on=str(data.get("withdrawn_on", "")),
        transition_ends=str(data.get("transition_ends", "")),
        clauses={number: clauses[number] for number in own},
    )


def check_types(definition: Definition, types: Mapping[str, RecordType]) -> None:
    """Raise for evidence of a record type, or a field of one, that nobody knows."""
    clauses: Mapping[str, Mapping[str, object]] = definition.data["clauses"]  # type: ignore[assignment]
    for number, clause in clauses.items():
        for index, evidence in enumerate(_evidence(clause.get("types"))):
            at = ("clauses", number, "types", index)
            if evidence.type != ANY and evidence.type not in types:
                raise definition.wrong(f"unknown record type {evidence.type!r}{hint(evidence.type, types)}", at)
            for path in evidence.where:
                fields: Mapping[str, object] = types[evidence.type].schema["properties"]  # type: ignore[assignment]
                name = path.split(".")[0]
                if name not in fields and not name.startswith("x_"):
                    raise definition.wrong(f"{evidence.type} has no field {name!r}{hint(name, fields)}", at)


def words(value: object) -> tuple[str, ...]:
    """A text, or a list of them, as texts."""
    if value is None:
        return ()
    return tuple(str(word) for word in value) if isinstance(value, (list, tuple)) else (str(value),)


def _clause(standard: str, number: str, data: Mapping[str, object]) -> Clause:
    return Clause(
        standard=standard,
        number=number,
        title=str(data["title"]),
        kind=str(data.get("kind", "handle")),
        confirmed=data.get("confirmed") is not False,
        note=str(data.get("note", "")),
        expected=str(data.get("expected", "")),
        types=tuple(_evidence(data.get("types"))),
        human=str(data.get("human", "")),
        unseen=str(data.get("unseen", "")),
        origin=words(data.get("from")),
        change=str(data.get("change", "")),
    )


def _evidence(items: object) -> Iterator[Evidence]:
    for item in items if isinstance(items, list) else []:
        if isinstance(item, Mapping):
            for name, where in item.items():
                conditions = {
                    path: tuple(value) if isinstance(value, list) else (value,) for path, value in where.items()
                }
                yield Evidence(type=str(name), where=conditions)
        else:
            yield Evidence(type=str(item))


def _values(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, list) else (value,)


def _origins(definition: Definition, clause: Clause, before: Standard | None) -> list[Clause]:
    known = before.clauses if before else {}
    for number in clause.origin:
        if number not in known:
            edition = before.id if before else "an edition that it does not name under `follows`"
            raise definition.wrong(f"{edition} has no clause {number}", ("clauses", clause.number, "from"))
    return [known[number] for number in clause.origin]


def _completed(clause: Clause, others: list[Clause]) -> Clause:
    """What a clause does not say itself, from the first of the others that says it."""
    if not others:
        return clause
    said = [clause, *others]
    return replace(
        clause,
        expected=next((one.expected for one in said if one.expected), ""),
        types=next((one.types for one in said if one.types), ()),
        human=next((one.human for one in said if one.human), ""),
        unseen=next((one.unseen for one in said if one.unseen), ""),
    )
