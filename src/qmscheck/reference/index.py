"""The index of the reference, and the page of settings."""

from __future__ import annotations

from qmscheck.glossary import NOTE, edition_note, settings_of
from qmscheck.reference.page import Folder, Page, code, said
from qmscheck.reference.web import Web
from qmscheck.yaml_text import flow


def index_page(web: Web) -> str:
    """Everything there is a page for."""
    known = web.knowledge
    page = Page("README.md", "Reference")
    page.text(
        f"{len(known.rules)} rules, {len(known.types)} record types, {len(known.controls)} controls and the clauses of "
        f"{len(known.standards)} editions, generated from the files under `rules/`. "
        "To write these pages again: `qmscheck reference docs/reference`."
    )
    page.text(NOTE)
    page.heading("Standards")
    page.items(
        f"{page.to(Folder.standard(one.id), one.id)} {said(one.title + edition_note(one.status))}"
        for one in known.standards.values()
    )
    page.heading("Record types")
    page.table(
        ("type", "what it is", "rules"),
        [
            (page.to(Folder.type(one.name), one.name), said(one.description), str(len(web.rules_of_type(one.name))))
            for one in sorted(known.types.values(), key=lambda one: one.name)
        ],
    )
    page.marked(f"{page.to('shared-fields.md', 'Fields that every record has')}.")
    page.heading("Controls")
    page.table(
        ("control", "subject", "rules"),
        [
            (page.to(Folder.control(one.id), one.id), said(one.subject), str(len(web.rules_of_control(one.id))))
            for one in sorted(known.controls.values(), key=lambda one: one.id)
        ],
    )
    page.heading("Rules")
    page.table(
        ("rule", "grade", "judges", "expectation"),
        [
            (page.to(Folder.rule(rule.id), rule.id), rule.grade.value, _judged(page, web, rule.id), said(rule.title))
            for rule in web.rules
        ],
    )
    page.heading("Settings")
    page.marked(f"{page.to('settings.md', 'All settings')} with their defaults and the rules that read them.")
    return page.written()


def settings_page(web: Web) -> str:
    """Settings, their defaults and the rules that name them."""
    known = web.knowledge
    page = Page("settings.md", "Settings")
    page.text("Your own values stand under `settings:` in `qmscheck.yaml`. No standard fixes any of them.")
    readers: dict[str, list[str]] = {}
    for rule in web.rules:
        for name in settings_of(rule):
            readers.setdefault(name, []).append(page.to(Folder.rule(rule.id), rule.id))
    page.table(
        ("setting", "default", "meaning", "rules"),
        [
            (code(name), code(flow(value)), said(known.setting_notes.get(name, "")), ", ".join(readers.get(name, ())))
            for name, value in sorted(known.settings.items())
        ],
    )
    page.marked(f"{page.to('README.md', 'All pages')}.")
    return page.written()


def _judged(page: Page, web: Web, rule_id: str) -> str:
    rule = web.knowledge.rules[rule_id]
    return ", ".join(page.to(Folder.type(one.name), one.name) for one in web.types_of_rule(rule)) or "any record"
