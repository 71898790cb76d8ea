"""The pages of standards and their clauses."""

from __future__ import annotations

from collections.abc import Iterator

from qmscheck.glossary import KINDS, NOTE, edition_note
from qmscheck.knowledge import Clause, Evidence, Standard
from qmscheck.reference.page import Folder, Page, code, said
from qmscheck.reference.subject_pages import rule_lines
from qmscheck.reference.web import Web


def standard_page(web: Web, standard: Standard) -> str:
    """An edition: its clauses, how each is reached, and where they came from."""
    page = Page(Folder.standard(standard.id), f"{standard.id}: {standard.title}{edition_note(standard.status)}")
    page.text(standard.note)
    page.text(
        "A clause may be declared not applicable where a justification says why."
        if standard.excludable
        else "No clause may be declared not applicable."
    )
    if standard.required_types:
        links = ", ".join(page.to(Folder.type(name), name) for name in standard.required_types)
        page.marked(f"There must be a record or a nil return of each of these kinds: {links}.")
    page.heading("Clauses")
    page.table(("clause", "subject", "rules", "what else is said"), _rows(page, web, standard))
    if standard.follows:
        _crosswalk(page, web, standard)
    page.marked("---")
    page.text(NOTE)
    page.marked(f"{page.to('README.md', 'All pages')}.")
    return page.written()


def _rows(page: Page, web: Web, standard: Standard) -> Iterator[tuple[str, ...]]:
    for number, clause in standard.clauses.items():
        count = len(web.rules_of_clause(clause))
        yield page.to(Folder.clause(clause.reference), number), said(clause.title), str(count), _reached(clause, count)


def _reached(clause: Clause, rules: int) -> str:
    if clause.unseen:
        return "no repository can show this"
    if clause.human and not clause.types:
        return "only a human can judge"
    if rules:
        return "people judge the rest" if clause.human else ""
    return "no rule yet" if clause.types else ""


def _crosswalk(page: Page, web: Web, standard: Standard) -> None:
    page.heading(f"What became of {standard.follows}")
    before = web.knowledge.standards[standard.follows]
    rows = []
    for number, clause in before.clauses.items():
        later = [one for one in web.knowledge.successors(clause) if one.standard == standard.id]
        if any(one.change for one in later) or [one.number for one in later] != [number]:
            links = ", ".join(page.to(Folder.clause(one.reference), one.number) for one in later)
            changes = " ".join(dict.fromkeys(one.change for one in later if one.change))
            rows.append((page.to(Folder.clause(clause.reference), number), links, said(changes)))
    page.text("Clauses that are not listed have kept their number.")
    page.table(("before", "now", "what is different"), rows)


def clause_page(web: Web, clause: Clause) -> str:
    """What is known of a clause: evidence, question, controls, rules, neighbours and other editions."""
    standard = web.knowledge.standards[clause.standard]
    page = Page(Folder.clause(clause.reference), f"{clause.reference}: {clause.title}")
    above = standard.clauses.get(clause.number.rpartition(".")[0])
    path = [page.to(Folder.standard(standard.id), standard.id + edition_note(standard.status))]
    path += [page.to(Folder.clause(above.reference), above.number)] if above else []
    page.marked(" › ".join(path))  # noqa: RUF001 - a way, not a comparison
    page.text(f"The clause {KINDS.get(clause.kind, clause.kind)}.")
    if not clause.confirmed:
        page.text("Number or title could not be confirmed from public material; check them with a licensed copy.")
    page.text(clause.note)
    _evidence(page, web, clause)
    _controls(page, web, clause)
    page.heading("Rules")
    page.items(rule_lines(page, web.rules_of_clause(clause)), "None yet.")
    _neighbours(page, web, clause, standard)
    page.marked("---")
    page.text(NOTE)
    return page.written()


def _evidence(page: Page, web: Web, clause: Clause) -> None:
    if clause.expected or clause.types:
        page.heading("Evidence looked for")
        page.text(clause.expected)
        page.items(_shown(page, web, one) for one in clause.types)
    if clause.human:
        page.heading("Only people can answer")
        page.text(clause.human)
    if clause.unseen:
        page.heading("No repository can show this")
        page.text(clause.unseen)


def _shown(page: Page, web: Web, evidence: Evidence) -> str:
    if evidence.type not in web.knowledge.types:
        return "records of every type"
    conditions = str(evidence).removeprefix(evidence.type)
    return page.to(Folder.type(evidence.type), evidence.type) + (
        f" {code(conditions.strip(' ()'))}" if conditions else ""
    )


def _controls(page: Page, web: Web, clause: Clause) -> None:
    page.heading("Controls")
    page.items(
        (
            f"{page.to(Folder.control(control.id), control.id)} {said(control.subject)}" + (f" ({how})" if how else "")
            for control, how in web.controls_of(clause)
        ),
        "None.",
    )


def _neighbours(page: Page, web: Web, clause: Clause, standard: Standard) -> None:
    below = standard.below(clause.number)
    if below:
        page.heading("Below")
        page.items(
            f"{page.to(Folder.clause(one.reference), one.number)} {said(one.title)}"
            for one in (standard.clauses[number] for number in below)
        )
    before = [web.knowledge.standards[standard.follows].clauses[number] for number in clause.origin]
    after = web.knowledge.successors(clause)
    if before or after:
        page.heading("Other editions")
        page.items(
            [
                *(
                    f"before: {page.to(Folder.clause(one.reference), one.reference)} {said(one.title)}"
                    for one in before
                ),
                *(f"after: {page.to(Folder.clause(one.reference), one.reference)} {said(one.title)}" for one in after),
            ]
        )
        page.text(clause.change)
