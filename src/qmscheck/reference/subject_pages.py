"""The pages of record types and controls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from qmscheck.frozen import frozen
from qmscheck.glossary import NOTE, RELATIONS, edition_note
from qmscheck.knowledge import Control
from qmscheck.model import FieldPath, Rule
from qmscheck.reference.page import Folder, Page, code, said
from qmscheck.reference.web import Web
from qmscheck.schema import RecordType, resolved

_HEAD = ("field", "kind", "meaning")
_KINDS = {
    "when": "day or date-time",
    "day": "day",
    "period": "period",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "text": "text",
    "list": "list",
    "object": "fields",
    "any": "any",
}


def rule_lines(page: Page, rules: Iterable[Rule]) -> list[str]:
    """A line for each rule, with a link."""
    return [f"{page.to(Folder.rule(rule.id), rule.id)} {said(rule.title)} ({rule.grade})" for rule in rules]


def type_page(web: Web, record_type: RecordType) -> str:
    """What a kind of record holds, how it lives, which rules judge it and which clauses it is evidence for."""
    file = web.knowledge.files["record type", record_type.name]
    page = Page(Folder.type(record_type.name), f"{record_type.title} ({record_type.name})", file)
    page.text(record_type.description)
    page.marked(", ".join(page.to(Folder.control(name), name) for name in record_type.controls))
    _lifecycle(page, record_type)
    page.heading("Fields")
    page.text("No field must be there for the shape to be right; rules say which are needed, and when.")
    own = [row for row in _fields(record_type.schema, record_type.schema, "") if row.name not in web.shared_fields]
    page.table(_HEAD, [row.cells for row in own])
    if web.shared_fields:
        page.marked(f"And the {page.to('shared-fields.md', 'fields that every record has')}.")
    if record_type.order:
        page.heading("Order of dates")
        page.items(f"{_path(first)} is not after {_path(second)}" for first, second in record_type.order)
    if record_type.references:
        page.heading("References")
        page.items(
            f"{_path(path)}: {', '.join(_type(page, web, name) for name in targets)}"
            for path, targets in sorted(record_type.references.items())
        )
    if record_type.links:
        page.heading("Linked records")
        page.text("Rules see them as `related.<name>`.")
        page.items(
            f"{code(name)}: {', '.join(_type(page, web, target) for target in link.targets)}"
            for name, link in record_type.links.items()
        )
    page.heading("Rules")
    page.items(
        rule_lines(page, web.rules_of_type(record_type.name)), "None of its own; rules on every record judge it."
    )
    page.heading("Clauses that it is evidence for")
    page.items(
        (
            f"{page.to(Folder.clause(clause.reference), clause.reference)} {said(clause.title)}"
            for clause in web.clauses_of_type(record_type.name)
        ),
        "None in particular.",
    )
    page.marked("---")
    page.marked(f"File: {code(file)}. {page.to('README.md', 'All pages')}.")
    return page.written()


def shared_page(web: Web) -> str:
    """The fields that every record has, whatever its type."""
    page = Page("shared-fields.md", "Fields that every record has")
    for record_type in list(web.knowledge.types.values())[:1]:
        found = _fields(record_type.schema, record_type.schema, "")
        page.table(_HEAD, [row.cells for row in found if row.name in web.shared_fields])
    page.heading("Record types")
    page.items(_type(page, web, name) for name in sorted(web.knowledge.types))
    page.marked("---")
    page.marked(f"{page.to('README.md', 'All pages')}.")
    return page.written()


def control_page(web: Web, control: Control) -> str:
    """A subject of control: its clauses in each edition, its rules and record types."""
    page = Page(Folder.control(control.id), f"{control.id}: {control.subject}")
    if control.relation:
        page.text(f"Relation {control.relation}: {RELATIONS.get(control.relation, control.relation)}.")
    page.text(control.caveat)
    page.text("The relation is our own judgement, not a publisher's correlation.")
    for standard in web.knowledge.standards.values():
        page.marked(f"## {page.to(Folder.standard(standard.id), standard.id)}{said(edition_note(standard.status))}")
        page.items(
            (
                f"{page.to(Folder.clause(clause.reference), clause.number)} {said(clause.title)}"
                for number in control.clauses.get(standard.id, ())
                for clause in [standard.clauses[number]]
            ),
            "No counterpart.",
        )
    page.heading("Rules")
    page.items(rule_lines(page, web.rules_of_control(control.id)), "None yet.")
    page.heading("Record types")
    page.items(
        (f"{page.to(Folder.type(one.name), one.name)} {said(one.title)}" for one in web.types_of_control(control.id)),
        "None of its own.",
    )
    page.marked("---")
    page.text(NOTE)
    page.marked(f"{page.to('README.md', 'All pages')}.")
    return page.written()


def _lifecycle(page: Page, record_type: RecordType) -> None:
    cycle = record_type.lifecycle
    if not cycle.states:
        return
    page.heading("Lifecycle")
    beside = f"; beside it: {', '.join(map(code, cycle.side))}" if cycle.side else ""
    page.marked(" → ".join(map(code, cycle.states)) + beside)
    order = [*cycle.states, *cycle.side]
    page.items(
        f"group {code(name)}: {', '.join(code(state) for state in order if state in states)}"
        for name, states in sorted(cycle.groups.items())
    )
    page.table(
        ("from", "to"),
        [(code(state), ", ".join(map(code, after)) or "nothing") for state, after in cycle.transitions.items()],
    )


@frozen(kw_only=False)
class _Row:
    """A field of the table; ``name`` is that of the outermost field."""

    name: str
    cells: tuple[str, str, str]


def _fields(node: Mapping[str, object], root: Mapping[str, object], prefix: str) -> Iterator[_Row]:
    properties = node.get("properties")
    if not isinstance(properties, Mapping):
        return
    for name, child in properties.items():
        shape = resolved(child, root)
        meaning = str(child.get("description") or shape.get("description") or "")
        values = shape.get("enum")
        if isinstance(values, list):
            meaning += f" One of: {', '.join(f'`{value}`' for value in values)}."
        cells = (code(f"{prefix}{name}"), _kind(shape, root), said(meaning))
        yield _Row((prefix or name).partition(".")[0], cells)
        inner = resolved(shape.get("items"), root) if shape.get("type") == "array" else shape
        yield from _fields(inner, root, f"{prefix}{name}.")


def _kind(shape: Mapping[str, object], root: Mapping[str, object]) -> str:
    if shape.get("type") == "array":
        return f"list of {_kind(resolved(shape.get('items'), root), root)}"
    if isinstance(shape.get("properties"), Mapping):
        return _KINDS["object"]
    if "enum" in shape:
        return "word"
    named = str(shape.get("format") or shape.get("type") or "any")
    return _KINDS.get({"string": "text", "object": "any"}.get(named, named), "any")


def _type(page: Page, web: Web, name: str) -> str:
    return page.to(Folder.type(name), name) if name in web.knowledge.types else code(name)


def _path(path: FieldPath) -> str:
    return code(".".join(str(part) for part in path))
