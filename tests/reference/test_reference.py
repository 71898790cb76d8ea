from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from pathlib import Path

import pytest
from click.testing import CliRunner
from markdown_it import MarkdownIt

from qmscheck.cli import program
from qmscheck.glossary import NOTE
from qmscheck.reach import Reach
from qmscheck.reference import pages
from qmscheck.reference.page import MARK, Folder, Page, said
from qmscheck.rulepack import builtin_pack, load_packs
from qmscheck.yaml_text import yaml_lines

DOCS = Path(__file__).parents[2] / "docs" / "reference"
KNOWN = load_packs([("rules", builtin_pack())])
PAGES = pages(KNOWN)
LINK = re.compile(r"(?<!\\)\]\(([^)\s]+\.md)\)")
FORBIDDEN = re.compile(r"\b(compliant|certified|conforms)\b", re.IGNORECASE)


def links() -> dict[str, set[str]]:
    found = defaultdict(set)
    for path, text in PAGES.items():
        for target in LINK.findall(text):
            found[path].add(posixpath.normpath(posixpath.join(posixpath.dirname(path), target)))
    return found


LINKS = links()


def test_the_committed_pages_are_up_to_date():
    there = {file.relative_to(DOCS).as_posix(): file.read_text("utf-8") for file in DOCS.rglob("*.md")}
    changed = sorted(path for path in PAGES.keys() | there.keys() if PAGES.get(path) != there.get(path))
    assert not changed, "write them again: qmscheck reference docs/reference"


def test_there_is_a_page_for_each():
    wanted = {Folder.rule(name) for name in KNOWN.rules}
    wanted |= {Folder.type(name) for name in KNOWN.types}
    wanted |= {Folder.control(name) for name in KNOWN.controls}
    wanted |= {Folder.standard(name) for name in KNOWN.standards}
    wanted |= {Folder.clause(one.reference) for each in KNOWN.standards.values() for one in each.clauses.values()}
    assert PAGES.keys() - wanted == {"README.md", "settings.md", "shared-fields.md"}
    assert wanted <= PAGES.keys()
    assert len({path.casefold() for path in PAGES}) == len(PAGES), "file systems that ignore case"


def test_every_link_leads_somewhere():
    broken = {(path, target) for path, targets in LINKS.items() for target in targets if target not in PAGES}
    assert not broken


def test_every_page_can_be_reached_from_the_index():
    seen, waiting = set(), ["README.md"]
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            waiting += LINKS[path]
    assert seen == set(PAGES)


def both(one: str, other: str) -> bool:
    return other in LINKS[one] and one in LINKS[other]


def test_rules_are_linked_both_ways():
    for rule in KNOWN.rules.values():
        page = Folder.rule(rule.id)
        for control in rule.controls:
            assert both(page, Folder.control(control))
            for clause in filter(rule.asked_by, KNOWN.clauses_of(control, KNOWN.standards)):
                assert both(page, Folder.clause(clause))
        for name in rule.record.split():
            assert name == "any" or both(page, Folder.type(name))


def test_controls_types_and_clauses_are_linked_both_ways():
    for control in KNOWN.controls.values():
        for clause in KNOWN.clauses_of(control.id, KNOWN.standards):
            assert both(Folder.control(control.id), Folder.clause(clause))
    for record_type in KNOWN.types.values():
        for control in record_type.controls:
            assert both(Folder.type(record_type.name), Folder.control(control))
    for standard in KNOWN.standards.values():
        for clause in standard.clauses.values():
            assert both(Folder.standard(standard.id), Folder.clause(clause.reference))
            for one in clause.types:
                assert one.type == "any" or both(Folder.type(one.type), Folder.clause(clause.reference))
            for number in clause.origin:
                assert both(Folder.clause(clause.reference), Folder.clause(f"{standard.follows}/{number}"))


def test_a_clause_page_lists_the_rules_that_coverage_counts():
    for standard in KNOWN.standards.values():
        reach = Reach(KNOWN, standard)
        for clause in standard.clauses.values():
            listed = {path for path in LINKS[Folder.clause(clause.reference)] if path.startswith("rules/")}
            assert listed == {Folder.rule(rule.id) for rule in reach.rules(clause)}


def test_every_rule_page_tells_to_use_a_licensed_copy_and_none_claims_conformity():
    for path, text in PAGES.items():
        assert text.startswith(f"{MARK} Change the files under rules/ instead. -->\n\n# ")
        assert text.endswith("\n")
        assert not text.endswith("\n\n")
        if path.startswith(("rules/", "standards/", "controls/")):
            assert NOTE in text
        assert not FORBIDDEN.search(text), path


def test_the_pages_are_the_markdown_that_they_seem():
    parser = MarkdownIt("commonmark").enable("table")
    for path, text in PAGES.items():
        tokens = parser.parse(text)
        assert tokens[0].type == "html_block"
        assert not any(token.type == "html_block" for token in tokens[1:]), path
        for row in (line for line in text.split("\n") if line.startswith("| ")):
            assert row.endswith(" |"), path


def test_the_same_knowledge_gives_the_same_bytes():
    assert pages(load_packs([("rules", builtin_pack())])) == PAGES


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("one `two_three` four_five.", r"one `two_three` four\_five."),
        ("`a|b`.", r"`a\|b`."),
        ("- no list", r"\- no list"),
        ("1. no list", r"1\. no list"),
        ("a <b> & [c](d) |", r"a &lt;b&gt; &amp; \[c\](d) \|"),
        ("an odd ` one", r"an odd \` one"),
        ("lines\n  of\nprose", "lines of prose"),
    ],
)
def test_prose_is_prose(text, shown):
    assert said(text) == shown


def test_code_fences_are_longer_than_any_inside():
    page = Page("x.md", "X")
    page.yaml({"body": "a\n```\nb\n"})
    assert "````yaml" in page.written()
    assert "\n".join(yaml_lines({"body": "a\n```\nb\n"})) in page.written()


def run(*words: object):
    return CliRunner().invoke(program, ["reference", *(str(word) for word in words)])


def test_writing_checking_and_removing(tmp_path):
    folder = tmp_path / "ref"
    wrote = run(folder, "--root", tmp_path)
    assert wrote.exit_code == 0, wrote.output
    assert wrote.stdout == f"{len(PAGES):,} pages in {folder}: {len(PAGES):,} written, 0 removed\n"
    assert run(folder, "--check", "--root", tmp_path).exit_code == 0
    changed, old, own = folder / "rules/CHG005.md", folder / "rules/CHG999.md", folder / "notes.md"
    changed.write_text(f"{MARK}\n\nolder\n", "utf-8")
    old.write_text(f"{MARK}\n\nno such rule\n", "utf-8")
    own.write_text("my notes\n", "utf-8")
    checked = run(folder, "--check", "--root", tmp_path)
    assert checked.exit_code == 1
    assert checked.stdout == f"out of date: {changed}\nout of date: {old}\n"
    assert run(folder, "--root", tmp_path).stdout.endswith("1 written, 1 removed\n")
    assert changed.read_text("utf-8") == PAGES["rules/CHG005.md"]
    assert not old.exists()
    assert own.read_text("utf-8") == "my notes\n"


def test_a_file_that_it_did_not_write_is_left_alone(tmp_path):
    (tmp_path / "README.md").write_text("mine\n", "utf-8")
    refused = run(tmp_path, "--root", tmp_path)
    assert refused.exit_code == 2
    assert "is in the way" in refused.stderr
    assert (tmp_path / "README.md").read_text("utf-8") == "mine\n"
