"""The page of a rule."""

from __future__ import annotations

from qmscheck.glossary import BASES, DETECTS, GRADES, NOTE, SCOPES, TESTS, edition_note, settings_of
from qmscheck.model import Example, Outcome, Rule, Scope
from qmscheck.reference.page import Folder, Page, code, said
from qmscheck.reference.web import Web

_OUTCOMES = (
    (Outcome.PASS, "Passes"),
    (Outcome.FAIL, "Fails"),
    (Outcome.UNKNOWN, "Cannot be told"),
    (Outcome.NOT_APPLICABLE, "Does not apply"),
)


def rule_page(web: Web, rule: Rule, *, alone: bool = False) -> str:
    """What a rule asks, why, of which clauses it speaks, its test and examples; and to use a licensed copy.

    ``alone``: it is shown once, and is no file of the reference.
    """
    file = rule.location.path if rule.location else rule.pack
    page = Page(Folder.rule(rule.id), f"{rule.id}: {rule.title}", file)
    page.marked(f"{code(rule.name)}. {_judges(page, web, rule)}")
    page.table(
        ("", "", ""),
        [
            ("Grade", rule.grade.value, said(f"{GRADES[rule.grade]}. A suggestion; only an audit grades.")),
            ("Basis", rule.basis.value, said(BASES[rule.basis])),
            ("Detects", rule.detects.value, said(DETECTS[rule.detects])),
        ],
    )
    page.heading("Why")
    page.text(rule.why)
    page.heading("What to do")
    page.text(rule.fix)
    _clauses(page, web, rule)
    page.heading("The test")
    page.yaml({key: rule.definition[key] for key in TESTS if key in rule.definition})
    _settings(page, web, rule)
    _examples(page, rule)
    page.marked("---")
    page.text(NOTE)
    page.marked(f"File: {code(file)}. {page.to('README.md', 'All pages')}.")
    return page.written(alone=alone)


def _judges(page: Page, web: Web, rule: Rule) -> str:
    links = " or ".join(page.to(Folder.type(one.name), one.name) for one in web.types_of_rule(rule))
    of = links or "record"
    return SCOPES[rule.scope].format(of=f"{of} records" if rule.scope is Scope.COLLECTION else of)


def _clauses(page: Page, web: Web, rule: Rule) -> None:
    page.heading("Controls and clauses")
    for name in rule.controls:
        control = web.knowledge.controls[name]
        page.marked(f"{page.to(Folder.control(name), name)}: {said(control.subject)}")
        page.items(
            (
                f"{page.to(Folder.clause(clause.reference), clause.reference)} "
                f"{said(clause.title + edition_note(standard.status))}"
                for standard in web.knowledge.standards.values()
                if rule.asked_by(standard.id)
                for number in control.clauses.get(standard.id, ())
                for clause in [standard.clauses[number]]
            ),
            "No clause of its own: good order, which every standard presumes.",
        )


def _settings(page: Page, web: Web, rule: Rule) -> None:
    known = web.knowledge.settings
    names = [name for name in settings_of(rule) if name in known]
    if names:
        page.heading("Settings it reads")
        page.yaml({name: known[name] for name in names})
        page.items(
            f"{page.to('settings.md', name)}: {said(web.knowledge.setting_notes.get(name, ''))}" for name in names
        )


def _examples(page: Page, rule: Rule) -> None:
    page.heading("Examples")
    for outcome, heading in _OUTCOMES:
        found = [one for one in rule.examples if one.expected is outcome]
        if found:
            page.lower_heading(heading)
            page.yaml(_shown(found[0]))
            notes = [one.note for one in found if one.note]
            if found[0].note:
                page.text(found[0].note)
            page.items(said(note) for note in notes if note != found[0].note)
    page.marked(
        f"The file has {len(rule.examples)} in all; {code(f'qmscheck rules test --select {rule.id} -v')} runs them."
    )


def _shown(example: Example) -> object:
    """The record alone, or with what stands around it."""
    around: dict[str, object] = {
        "related": list(example.related),
        "people": list(example.people),
        "settings": dict(example.settings),
        "standards": list(example.standards),
        "as_of": example.as_of,
    }
    given = {key: value for key, value in around.items() if value}
    if example.records is not None:
        return {"records": list(example.records), **given}
    return {"record": dict(example.record), **given} if given else dict(example.record)
