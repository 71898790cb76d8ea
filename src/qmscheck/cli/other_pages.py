"""Pages that explain what is not a rule: controls, clauses, standards, record types, layouts, settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from qmscheck.cli.page import Page
from qmscheck.config import Config
from qmscheck.glossary import KINDS, NOTE, RELATIONS, edition_note, settings_of
from qmscheck.knowledge import Clause, Control, Knowledge, Profile, Standard
from qmscheck.model import Grade, Rule
from qmscheck.schema import RecordType
from qmscheck.selection import rules


def rule_list(page: Page, rules: Iterable[Rule], heading: str = "Rules") -> None:
    """Rules with a line each."""
    found = sorted(rules, key=lambda rule: (rule.area, rule.id))
    page.heading(heading)
    page.items([(rule.id, f"{rule.title} ({rule.grade})") for rule in found])
    if not found:
        page.text("none")


def control_page(page: Page, control: Control, knowledge: Knowledge) -> None:
    """A subject of control, its clauses in each edition, its rules."""
    page.title(control.id, control.subject)
    if control.relation:
        page.text(f"Relation {control.relation}: {RELATIONS.get(control.relation, control.relation)}.")
    if control.caveat:
        page.text(control.caveat)
    page.text("The relation is our own judgement, not a publisher's correlation.")
    for standard in knowledge.standards.values():
        numbers = control.clauses.get(standard.id, ())
        page.heading(f"{standard.id}{edition_note(standard.status)}")
        page.items([(number, standard.clauses[number].title) for number in numbers])
        if not numbers:
            page.text("no counterpart")
    rule_list(page, (rule for rule in knowledge.rules.values() if control.id in rule.controls))
    page.heading("Note")
    page.text(NOTE)


def clause_page(page: Page, standard: Standard, number: str, knowledge: Knowledge) -> None:
    """A clause, the controls that stand for it, and their rules."""
    clause = standard.clauses[number]
    page.title(f"{standard.id}/{number}", clause.title)
    page.text(f"{standard.title}{edition_note(standard.status)}")
    page.text(f"The clause {KINDS.get(clause.kind, clause.kind)}.")
    if not clause.confirmed:
        page.text("Number or title is not confirmed against the published text.")
    _what_is_known(page, clause, knowledge)
    controls = _controls_of(standard, number, knowledge)
    page.heading("Controls")
    page.items([(control.id, f"{control.subject} ({', '.join(control.clauses[standard.id])})") for control in controls])
    if not controls:
        page.text("none: qmscheck knows nothing that a repository could show for this clause")
    ids = {control.id for control in controls}
    asking = (rule for rule in knowledge.rules.values() if rule.asked_by(standard.id))
    rule_list(page, (rule for rule in asking if ids.intersection(rule.controls)))
    page.heading("Note")
    page.text(NOTE)


def _what_is_known(page: Page, clause: Clause, knowledge: Knowledge) -> None:
    """The evidence looked for, the question for people, and where the clause came from and went."""
    later = ", ".join(one.reference for one in knowledge.successors(clause))
    for heading, text in (
        ("Evidence looked for", clause.expected),
        ("Records that show it", ", ".join(str(one) for one in clause.types)),
        ("Only people can answer", clause.human),
        ("No repository can show this", clause.unseen),
        ("Before", f"{', '.join(clause.origin)}. {clause.change}" if clause.origin else ""),
        ("After", later),
        ("Note on the clause", clause.note),
    ):
        if text:
            page.heading(heading)
            page.text(text)


def _controls_of(standard: Standard, number: str, knowledge: Knowledge) -> list[Control]:
    """Controls of the clause and of those below it; failing these, of the nearest clause above."""
    while number:
        found = [
            control
            for control in knowledge.controls.values()
            if any(one == number or one.startswith(f"{number}.") for one in control.clauses.get(standard.id, ()))
        ]
        if found:
            return found
        number = number.rpartition(".")[0]
    return []


def standard_page(page: Page, standard: Standard, knowledge: Knowledge) -> None:
    """An edition and its clauses, with how many rules touch each."""
    page.title(standard.id, standard.title)
    page.text(f"Status: {standard.status}. Also written: {', '.join(standard.aliases) or 'only so'}.")
    page.heading("Clauses, and how many rules judge evidence for each")
    rows = []
    for number, clause in standard.clauses.items():
        ids = {one.id for one in knowledge.controls.values() if number in one.clauses.get(standard.id, ())}
        count = sum(bool(ids.intersection(rule.controls)) for rule in knowledge.rules.values())
        rows.append((number, f"{clause.title}{f' ({count})' if count else ''}"))
    page.items(rows)
    page.heading("Note")
    page.text(NOTE)


def type_page(page: Page, record_type: RecordType, knowledge: Knowledge) -> None:
    """A record type: states, fields, links, rules."""
    page.title(record_type.name, record_type.title)
    page.text(record_type.description)
    cycle = record_type.lifecycle
    if cycle.states:
        page.heading("Lifecycle")
        page.text(" → ".join(cycle.states) + (f"; beside it: {', '.join(cycle.side)}" if cycle.side else ""))
    page.heading("Fields")
    properties = record_type.schema.get("properties", {})
    shape = record_type.shape.fields or {}
    if isinstance(properties, Mapping):
        page.items([(name, _field(shape[name].kind, properties[name])) for name in properties])
    if record_type.links:
        page.heading("Linked records, in rules as related.<name>")
        page.items([(name, ", ".join(link.targets)) for name, link in record_type.links.items()])
    rule_list(page, (rule for rule in knowledge.rules.values() if record_type.name in rule.record.split()))
    page.heading("File")
    page.text(knowledge.files["record type", record_type.name])


def _field(kind: str, node: object) -> str:
    described = str(node.get("description", "")) if isinstance(node, Mapping) else ""
    values = node.get("enum") if isinstance(node, Mapping) else None
    listed = f" One of: {', '.join(str(value) for value in values)}." if isinstance(values, list) else ""
    return f"{kind}. {described}{listed}".strip()


def layout_page(page: Page, name: str, layout: Mapping[str, object], knowledge: Knowledge) -> None:
    """A layout: what it is for, and all it says."""
    page.title(name, str(layout.get("title", "")))
    page.text(str(layout.get("description", "")))
    page.heading("How to use it")
    page.yaml({"collections": {"my-records": {"layout": name, "files": "folder/**/*.md"}}})
    page.heading("What it says (each part can be overridden in the collection)")
    page.yaml({key: value for key, value in layout.items() if key not in {"layout", "title", "description"}})
    page.heading("File")
    page.text(knowledge.files["layout", name])


def profile_page(page: Page, profile: Profile, knowledge: Knowledge) -> None:
    """A profile: what it is for, what fails the run, its rules where it has some of its own."""
    page.title(profile.name, profile.title)
    page.text(profile.description)
    page.heading("What fails the run")
    if profile.enforced:
        page.text(f"From the grade {profile.fail_on or Grade.MINOR}; unknown: {profile.on_unknown or 'fail'}.")
    else:
        page.text("Nothing that is found.")
    page.text(f"Rules on the git history: {'judged' if profile.history else 'where history: true says so'}.")
    page.text(f"A baseline excuses {'what is in it' if profile.baseline else 'nothing'}.")
    if profile.select:
        rule_list(page, rules(knowledge, profile.select, profile.ignore, ()))


def setting_page(page: Page, name: str, knowledge: Knowledge, config: Config) -> None:
    """A setting: its value, its meaning, the rules that read it."""
    page.title(name, knowledge.setting_notes.get(name, ""))
    page.heading("Value")
    own = name in config.settings
    page.yaml({name: config.settings[name] if own else knowledge.settings[name]})
    page.text(
        f"Set in {config.path}." if own else "The default. To change it, write it under `settings:` in qmscheck.yaml."
    )
    rule_list(page, (rule for rule in knowledge.rules.values() if name in settings_of(rule)), "Rules that name it")
