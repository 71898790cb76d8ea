"""Reference pages in Markdown, generated from what packs say: a page for each rule, record type, control and clause.

Pure: knowledge in, texts out. The same knowledge gives the same bytes.
"""

from __future__ import annotations

from qmscheck.knowledge import Knowledge
from qmscheck.reference.clause_pages import clause_page, standard_page
from qmscheck.reference.index import index_page, settings_page
from qmscheck.reference.page import Folder
from qmscheck.reference.rule_pages import rule_page
from qmscheck.reference.subject_pages import control_page, shared_page, type_page
from qmscheck.reference.web import Web

__all__ = ["pages"]


def pages(knowledge: Knowledge) -> dict[str, str]:
    """Every page: path below the folder of the reference, and its text."""
    web = Web(knowledge)
    found = {"README.md": index_page(web), "settings.md": settings_page(web), "shared-fields.md": shared_page(web)}
    for rule in knowledge.rules.values():
        found[Folder.rule(rule.id)] = rule_page(web, rule)
    for record_type in knowledge.types.values():
        found[Folder.type(record_type.name)] = type_page(web, record_type)
    for control in knowledge.controls.values():
        found[Folder.control(control.id)] = control_page(web, control)
    for standard in knowledge.standards.values():
        found[Folder.standard(standard.id)] = standard_page(web, standard)
        for clause in standard.clauses.values():
            found[Folder.clause(clause.reference)] = clause_page(web, clause)
    return dict(sorted(found.items()))
